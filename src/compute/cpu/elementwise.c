/* kernels/activation.cl compiled here once more, so that the loops see the formulas and not a call.
 */
#include "compute/cpu/elementwise.h"

#include <math.h>

#include "compute/cpu/clones.h"
#include "model/activation.h"

#define GF_REAL    float
#define GF_R(x)    (x##f)
#define GF_NAME(f) f##_row
#define GF_EXP     expf
#define GF_EXPM1   expm1f
#define GF_LOG1P   log1pf
#define GF_ERFC    erfcf
#define GF_ABS     fabsf
#define GF_TANH    tanhf
#include "activation.cl"

static float far_value(const gf_far_activation *far, float z)
{
    return z > 0.0f    ? (float)far->above_slope * z + (float)far->above_value
           : z < 0.0f  ? (float)far->below_slope * z + (float)far->below_value
           : z == 0.0f ? (float)far->zero_value
                       : z;
}

void gf_activate_row(gf_activation activation, int64_t exponent, const float *z, float *a,
                     int32_t count)
{
    if (exponent != 0) {
        const gf_far_activation far = gf_activation_far(activation, exponent);
        for (int32_t i = 0; i < count; i++)
            a[i] = far_value(&far, z[i]);
        return;
    }
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        for (int32_t i = 0; i < count; i++)                                                        \
            a[i] = function##_row(z[i]);                                                           \
        break;
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    case GF_ACTIVATION_COUNT: break;
    }
}

/* f' below and above zero at such a scale. */
static void far_slopes(gf_activation activation, int64_t exponent, float slopes[2])
{
    const gf_activation_info *f = gf_activation_get(activation);
    slopes[0] = (float)(exponent < 0 ? f->slope_below_zero : f->slope_at_minus);
    slopes[1] = (float)(exponent < 0 ? f->slope_above_zero : f->slope_at_plus);
}

void gf_derivative_row(gf_activation activation, int64_t exponent, const float *z, float *out,
                       int32_t count)
{
    if (exponent != 0) {
        float slopes[2];
        far_slopes(activation, exponent, slopes);
        for (int32_t i = 0; i < count; i++)
            out[i] = z[i] > 0.0f ? slopes[1] : z[i] <= 0.0f ? slopes[0] : z[i];
        return;
    }
    switch (activation) {
#define GF_ACTIVATION(id, function, ...)                                                           \
    case GF_ACTIVATION_##id:                                                                       \
        for (int32_t i = 0; i < count; i++)                                                        \
            out[i] = function##_derivative_row(z[i]);                                              \
        break;
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    case GF_ACTIVATION_COUNT: break;
    }
}

void gf_times_derivative(gf_activation activation, int64_t exponent, const float *z,
                         const float *up, float *delta, int32_t count)
{
    gf_derivative_row(activation, exponent, z, delta, count);
    for (int32_t i = 0; i < count; i++)
        delta[i] *= up[i];
}

GF_CLONES float gf_largest_finite(const float *values, int32_t count, float most)
{
    for (int32_t i = 0; i < count; i++) {
        const float size = fabsf(values[i]);
        most = size > most && size < INFINITY ? size : most;
    }
    return most;
}

int gf_exponent_of(float value)
{
    int exponent = 0;
    frexpf(value, &exponent);
    return exponent;
}
