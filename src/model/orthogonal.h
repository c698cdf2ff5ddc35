/* Weights that keep lengths: the Q of a QR decomposition, as torch.nn.init.orthogonal_ makes it. */
#ifndef GF_MODEL_ORTHOGONAL_H
#define GF_MODEL_ORTHOGONAL_H

#include "gradflow/spec.h"

/* gain * Q of `layer` into out [fan_out][fan_in], from the same normal words as any normal init.
 * The columns (or rows, of which there are fewer) are orthonormal; signs follow PyTorch: Q
 * diag(sign(diag R)). Unlike every other init it is no function of a place: the whole matrix is
 * made at once, on the host, in double, with LAPACK where OpenBLAS is installed and the same
 * Householder steps written out where it is not. GF_MEMORY. */
gf_status gf_orthogonal_make(const gf_spec *spec, int32_t layer, float *out, gf_error *error);

/* The QR behind it: `a`, tall and column-major [columns][rows], becomes Q; signs[columns] are those
 * of R's diagonal. `by_hand` does without LAPACK even where it is installed, for tests. False:
 * memory. */
bool gf_orthogonal_decompose(double *a, int rows, int columns, bool by_hand, double *signs);

#endif
