/* Activations over rows of float32, and the float arithmetic of exponents. */
#ifndef GF_COMPUTE_CPU_ELEMENTWISE_H
#define GF_COMPUTE_CPU_ELEMENTWISE_H

#include <stdint.h>

#include "gradflow/spec.h"

/* a[i] = f(z[i] 2^exponent) in the exponent that gf_activation_far() says. */
void gf_activate_row(gf_activation activation, int64_t exponent, const float *z, float *a,
                     int32_t count);
/* delta[i] = up[i] f'(z[i] 2^exponent). */
void gf_times_derivative(gf_activation activation, int64_t exponent, const float *z,
                         const float *up, float *delta, int32_t count);
/* out[i] = f'(z[i] 2^exponent). */
void gf_derivative_row(gf_activation activation, int64_t exponent, const float *z, float *out,
                       int32_t count);

/* The larger of `most` and the largest finite |values[i]|. */
float gf_largest_finite(const float *values, int32_t count, float most);
/* The exponent e with 2^(e-1) <= |value| < 2^e, 0 for zero: dividing by 2^e brings a maximum into
 * [0.5, 1). */
int gf_exponent_of(float value);

#endif
