/* Forward: z = a W^T + b, the normalisation, f, the skip. */
#include <math.h>

#include "compute/reference/layers.h"
#include "model/activation.h"
#include "model/precision.h"

double gf_reference_largest(const double *values, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]) && fabs(values[i]) > most) most = fabs(values[i]);
    return most;
}

double gf_reference_round(const reference *self, double value)
{
    return gf_precision_round(self->plan.spec.precision, value);
}

/* h = (z - mean) / sqrt(variance + epsilon) over `count` entries `stride` apart. Returns 1 /
 * sqrt(...). */
static double normalise(const reference *self, const double *z, double *h, size_t count,
                        size_t stride)
{
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += z[i * stride] / (double)count;
    for (size_t i = 0; i < count; i++)
        variance += (z[i * stride] - mean) * (z[i * stride] - mean) / (double)count;
    const double inverse = 1.0 / sqrt(variance + GF_NORM_EPSILON);
    for (size_t i = 0; i < count; i++)
        h[i * stride] = gf_reference_round(self, (z[i * stride] - mean) * inverse);
    return inverse;
}

static void normalise_layer(const reference *self, layer *at)
{
    const size_t B = (size_t)self->plan.spec.batch, O = (size_t)at->fan_out;
    for (size_t o = 0; self->plan.spec.norm == GF_NORM_BATCH && o < O; o++)
        at->inverse_std[o] = normalise(self, at->z + o, at->h + o, B, O);
    for (size_t b = 0; self->plan.spec.norm == GF_NORM_LAYER && b < B; b++)
        at->inverse_std[b] = normalise(self, at->z + b * O, at->h + b * O, O, 1);
}

/* f(h) under the exponent of h. */
static double value(const layer *at, double h, const gf_far_activation *far)
{
    if (at->z_exponent == 0) return gf_activation_value(at->activation, h);
    return h > 0.0    ? far->above_slope * h + far->above_value
           : h < 0.0  ? far->below_slope * h + far->below_value
           : h == 0.0 ? far->zero_value
                      : h;
}

double gf_reference_derivative(const layer *at, double h)
{
    if (at->z_exponent == 0) return gf_activation_derivative(at->activation, h);
    if (at->z_exponent < 0) {
        const gf_activation_info *f = gf_activation_get(at->activation);
        return h > 0.0 ? f->slope_above_zero : f->slope_below_zero;
    }
    const gf_far_activation far = gf_activation_far(at->activation, at->z_exponent);
    return h > 0.0 ? far.above_slope : h <= 0.0 ? far.below_slope : h;
}

/* a = f(h), or a_below + s f(h), kept under the larger exponent of the two. */
static void activate(const reference *self, layer *at, const layer *below)
{
    const size_t entries = (size_t)self->plan.spec.batch * (size_t)at->fan_out;
    const gf_far_activation far = gf_activation_far(at->activation, at->z_exponent);
    const int64_t own = far.keeps_exponent ? at->z_exponent : 0;
    at->a_exponent = at->skip && below->a_exponent > own ? below->a_exponent : own;
    const double own_scale =
        ldexp(at->skip ? self->plan.spec.skip_scale : 1.0, (int)(own - at->a_exponent));
    const double skip_scale =
        at->skip ? ldexp(1.0, (int)(below->a_exponent - at->a_exponent)) : 0.0;
    for (size_t i = 0; i < entries; i++) {
        const double f = gf_reference_round(self, value(at, at->h[i], &far)) * own_scale;
        at->a[i] = at->skip ? gf_reference_round(self, below->a[i] * skip_scale + f) : f;
    }
}

/* The power of two by which the layer's input is brought back to ordinary size; normalisation does
 * that by itself, and a real number type does without. */
static int32_t input_rescale(const reference *self, const layer *below, size_t entries)
{
    const gf_spec *spec = &self->plan.spec;
    if (spec->norm != GF_NORM_NONE || spec->precision != GF_PRECISION_EXACT) return 0;
    return gf_rescale(gf_reference_largest(below->a, entries), below->a_exponent,
                      gf_spec_has_bias(spec));
}

/* z = a_below W^T 2^-k + b 2^-exponent. */
gf_status gf_reference_forward_layer(reference *self, int32_t l, gf_error *error)
{
    const layer *below = &self->layers[l - 1];
    layer *at = &self->layers[l];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)self->plan.spec.batch;
    const int32_t k = input_rescale(self, below, B * I);
    at->z_exponent = below->a_exponent + k;
    for (size_t b = 0; b < B; b++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        for (size_t o = 0; o < O; o++) {
            double sum = 0.0;
            for (size_t i = 0; i < I; i++)
                sum += below->a[b * I + i] * at->weight[o * I + i];
            at->z[b * O + o] =
                gf_reference_round(self, ldexp(sum, -k) + ldexp(at->bias[o], (int)-at->z_exponent));
        }
    }
    normalise_layer(self, at);
    activate(self, at, below);
    return GF_OK;
}
