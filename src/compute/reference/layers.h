/* The reference backend's arrays, shared by its files. Everything is double; true values are stored
 * * 2^exponent. */
#ifndef GF_COMPUTE_REFERENCE_LAYERS_H
#define GF_COMPUTE_REFERENCE_LAYERS_H

#include "analysis/statistics.h"
#include "compute/backend.h"

typedef struct layer {
    int32_t fan_in, fan_out;
    gf_activation activation;
    bool skip;             /* a = a_below + skip_scale f(h) */
    double *weight, *bias; /* [out][in], [out] */
    double *z;             /* [batch][out] a_below W^T + b */
    double *h;             /* [batch][out] what f reads: z itself, or z normalised */
    double *inverse_std; /* of the normalisation: [out] for batch, [batch] for layer; NULL: none */
    double *a;           /* [batch][out] */
    double *up;          /* [batch][out] dL/da */
    double *delta;       /* [batch][out] dL/dz */
    int64_t z_exponent, a_exponent;
    int64_t delta_exponent; /* of delta and of up */
} layer;

typedef struct reference {
    gf_backend base;
    const gf_pulse *pulse;
    gf_plan plan;
    layer *layers;       /* [depth + 1]; layer 0 has only `a`, the input */
    double *target;      /* [batch][out of the last layer] */
    double *weight_grad; /* [out][in] of one layer, the largest */
    double *unit;        /* [2][batch] of one unit */
    double *per_unit;    /* [2][units]: delta^2 sums, mean of a */
} reference;

/* forward.c */
gf_status gf_reference_forward_layer(reference *self, int32_t l, gf_error *error);
/* f'(h) of one entry, h as stored. */
double gf_reference_derivative(const layer *at, double h);
double gf_reference_largest(const double *values,
                            size_t count); /* max |x| over the finite entries */
double gf_reference_round(const reference *self, double value); /* to the spec's precision */

/* backward.c */
void gf_reference_loss(reference *self, gf_scaled *out);
gf_status gf_reference_backward_layer(reference *self, int32_t l,
                                      gf_error *error); /* up and delta of layer l - 1 */
gf_status gf_reference_weight_gradient(reference *self, int32_t l,
                                       gf_error *error); /* into self->weight_grad */
void gf_reference_bias_gradient(const reference *self, int32_t l, double *out); /* [out] */

/* statistics.c */
gf_status gf_reference_layer_raw(reference *self, int32_t l, gf_layer_raw *raw, gf_error *error);

#endif
