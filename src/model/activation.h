/* kernels/activation.cl compiled as C: the same formulas in double and float for the host backends.
 */
#ifndef GF_MODEL_ACTIVATION_H
#define GF_MODEL_ACTIVATION_H

#include "gradflow/spec.h"

double gf_activation_value(gf_activation activation, double z);
double gf_activation_derivative(gf_activation activation, double z);
float gf_activation_value_float(gf_activation activation, float z);
float gf_activation_derivative_float(gf_activation activation, float z);

/* What f is far from ordinary numbers, where the pre-activation is z * 2^exponent with |exponent|
 * of 40 and more: its asymptotes above, its tangent at zero below. Right to float32 rounding. */
typedef struct gf_far_activation {
    double below_slope,
        below_value; /* a = slope * z + value for z < 0, stored with the exponent that follows */
    double above_slope, above_value; /* and for z > 0 */
    double zero_value;               /* and for z == 0 */
    bool keeps_exponent;             /* a has the exponent of z; otherwise 0 */
} gf_far_activation;
gf_far_activation gf_activation_far(gf_activation activation, int64_t exponent);

#endif
