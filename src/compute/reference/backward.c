/* Backward: the loss, dL/da, delta through f and the normalisation, and the gradients of weights
 * and biases. */
#include <math.h>
#include <string.h>

#include "compute/reference/layers.h"

/* With d = dL/dh over `count` entries `stride` apart: dL/dz = (d - mean(d) - h mean(d h)) / std. */
static void normalise_backward(double *d, const double *h, double inverse, size_t count,
                               size_t stride)
{
    double mean = 0.0, along = 0.0;
    for (size_t i = 0; i < count; i++) {
        mean += d[i * stride] / (double)count;
        along += d[i * stride] * h[i * stride] / (double)count;
    }
    for (size_t i = 0; i < count; i++)
        d[i * stride] = inverse * (d[i * stride] - mean - h[i * stride] * along);
}

/* delta of layer `at` from its dL/da: through f (and the factor of the skip), then through the
 * normalisation. */
static void delta_from_up(const reference *self, layer *at)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t B = (size_t)spec->batch, O = (size_t)at->fan_out;
    const double factor = at->skip ? spec->skip_scale : 1.0;
    for (size_t i = 0; i < B * O; i++)
        at->delta[i] = at->up[i] * factor * gf_reference_derivative(at, at->h[i]);
    for (size_t o = 0; spec->norm == GF_NORM_BATCH && o < O; o++)
        normalise_backward(at->delta + o, at->h + o, at->inverse_std[o], B, O);
    for (size_t b = 0; spec->norm == GF_NORM_LAYER && b < B; b++)
        normalise_backward(at->delta + b * O, at->h + b * O, at->inverse_std[b], O, 1);
    for (size_t i = 0; i < B * O; i++)
        at->delta[i] = gf_reference_round(self, at->delta[i]);
}

/* L = mean((a - t)^2), dL/da = 2 (a - t) / (batch * out). Under a positive exponent e, unless all a
 * are zero, the difference is kept as a - t 2^-e; under a negative one a is brought back to its
 * true size, where it vanishes beside t. */
void gf_reference_loss(reference *self, gf_scaled *out)
{
    const gf_spec *spec = &self->plan.spec;
    layer *last = &self->layers[spec->depth];
    const size_t entries = (size_t)spec->batch * (size_t)last->fan_out;
    const bool is_large = last->a_exponent > 0 && gf_reference_largest(last->a, entries) > 0.0;
    const int64_t exponent = is_large ? last->a_exponent : 0;
    const double a_scale = ldexp(1.0, last->a_exponent < 0 ? (int)last->a_exponent : 0);
    const double target_scale = ldexp(1.0, (int)-exponent);
    double sum = 0.0;
    for (size_t i = 0; i < entries; i++) {
        const double apart = last->a[i] * a_scale - self->target[i] * target_scale;
        sum += apart * apart;
        last->up[i] = gf_reference_round(self, 2.0 * apart / (double)entries * spec->loss_scale);
    }
    last->delta_exponent = exponent;
    delta_from_up(self, last);
    *out = gf_scaled_make(sum / (double)entries, 2 * exponent);
}

/* How far delta has left ordinary size; with a skip dL/da speaks too, for it is added below. */
static int32_t delta_rescale(const reference *self, const layer *at, size_t entries)
{
    if (self->plan.spec.precision != GF_PRECISION_EXACT) return 0;
    const double delta = gf_reference_largest(at->delta, entries);
    const double up = at->skip ? gf_reference_largest(at->up, entries) : 0.0;
    return gf_rescale(fmax(delta, up), at->delta_exponent, false);
}

/* dL/da_below = delta W (+ dL/da beside a skip), times 2^-k. */
gf_status gf_reference_backward_layer(reference *self, int32_t l, gf_error *error)
{
    const layer *at = &self->layers[l];
    layer *below = &self->layers[l - 1];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)self->plan.spec.batch;
    const int32_t k = delta_rescale(self, at, B * O);
    below->delta_exponent = at->delta_exponent + k;
    for (size_t b = 0; b < B; b++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        double *row = &below->up[b * I];
        memset(row, 0, I * sizeof *row);
        for (size_t o = 0; o < O; o++)
            for (size_t i = 0; i < I; i++)
                row[i] += at->delta[b * O + o] * at->weight[o * I + i];
        for (size_t i = 0; i < I; i++) {
            row[i] = gf_reference_round(self, ldexp(row[i], -k));
            if (at->skip) row[i] = gf_reference_round(self, row[i] + ldexp(at->up[b * I + i], -k));
        }
    }
    delta_from_up(self, below);
    return GF_OK;
}

/* dW = delta^T a_below. */
gf_status gf_reference_weight_gradient(reference *self, int32_t l, gf_error *error)
{
    const layer *at = &self->layers[l], *below = &self->layers[l - 1];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)self->plan.spec.batch;
    for (size_t o = 0; o < O; o++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        double *row = &self->weight_grad[o * I];
        memset(row, 0, I * sizeof *row);
        for (size_t b = 0; b < B; b++)
            for (size_t i = 0; i < I; i++)
                row[i] += at->delta[b * O + o] * below->a[b * I + i];
        for (size_t i = 0; i < I; i++)
            row[i] = gf_reference_round(self, row[i]);
    }
    return GF_OK;
}

void gf_reference_bias_gradient(const reference *self, int32_t l, double *out)
{
    const layer *at = &self->layers[l];
    const size_t B = (size_t)self->plan.spec.batch, O = (size_t)at->fan_out;
    for (size_t o = 0; o < O; o++) {
        out[o] = 0.0;
        for (size_t b = 0; b < B; b++)
            out[o] += at->delta[b * O + o];
        out[o] = gf_reference_round(self, out[o]);
    }
}
