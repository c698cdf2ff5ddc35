/* The C side of kernels/activation.cl: the formulas for double and for float, and f far from
 * ordinary numbers. */
#include "model/activation.h"

#include <math.h>

#define GF_REAL    double
#define GF_R(x)    (x)
#define GF_NAME(f) f##_double
#define GF_EXP     exp
#define GF_EXPM1   expm1
#define GF_LOG1P   log1p
#define GF_ERFC    erfc
#define GF_ABS     fabs
#define GF_TANH    tanh
#include "activation.cl"
#undef GF_REAL
#undef GF_R
#undef GF_NAME
#undef GF_EXP
#undef GF_EXPM1
#undef GF_LOG1P
#undef GF_ERFC
#undef GF_ABS
#undef GF_TANH

#define GF_REAL    float
#define GF_R(x)    (x##f)
#define GF_NAME(f) f##_float
#define GF_EXP     expf
#define GF_EXPM1   expm1f
#define GF_LOG1P   log1pf
#define GF_ERFC    erfcf
#define GF_ABS     fabsf
#define GF_TANH    tanhf
#include "activation.cl"

double gf_activation_value(gf_activation activation, double z)
{
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        return function##_double(z);
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    default: return NAN;
    }
}

double gf_activation_derivative(gf_activation activation, double z)
{
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        return function##_derivative_double(z);
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    default: return NAN;
    }
}

float gf_activation_value_float(gf_activation activation, float z)
{
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        return function##_float(z);
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    default: return NAN;
    }
}

float gf_activation_derivative_float(gf_activation activation, float z)
{
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        return function##_derivative_float(z);
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    default: return NAN;
    }
}

gf_far_activation gf_activation_far(gf_activation activation, int64_t exponent)
{
    const gf_activation_info *f = gf_activation_get(activation);
    if (exponent < 0) { /* f(z) = f(0) + f'(0) z, and z vanishes beside an f(0) that is not 0 */
        const bool through_zero = f->value_at_zero == 0.0;
        return (gf_far_activation){
            .below_slope = through_zero ? f->slope_below_zero : 0.0,
            .above_slope = through_zero ? f->slope_above_zero : 0.0,
            .below_value = f->value_at_zero,
            .above_value = f->value_at_zero,
            .zero_value = f->value_at_zero,
            .keeps_exponent = through_zero,
        };
    }
    const bool unbounded = f->slope_at_minus != 0.0 || f->slope_at_plus != 0.0;
    return (gf_far_activation){
        .below_slope = f->slope_at_minus,
        .above_slope = f->slope_at_plus,
        .below_value = unbounded ? 0.0 : f->bound_low,
        .above_value = unbounded ? 0.0 : f->bound_high,
        .zero_value = unbounded ? 0.0 : f->value_at_zero,
        .keeps_exponent = unbounded,
    };
}
