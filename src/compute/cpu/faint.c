/* Where f or f' itself is tiny on the whole layer (a sigmoid at z = -100), float32 has few bits or
 * none left for what the next product can well use: the layer is done again in double, and kept
 * under an exponent. Rare. */
#include <math.h>
#include <stdlib.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "model/activation.h"

static double larger_finite(double most, double value)
{
    return isfinite(value) && fabs(value) > most ? fabs(value) : most;
}

/* The power of two that brings `most` to [0.5, 1), or 0 where float32 does without. */
static int exponent_of(double most)
{
    int exponent = 0;
    if (most < (double)GF_CPU_FAINT) frexp(most, &exponent);
    return exponent;
}

void gf_cpu_faint_activation(const gf_cpu *self, gf_cpu_layer *at)
{
    const size_t entries = (size_t)self->plan.spec.batch * (size_t)at->fan_out;
    double most = 0.0;
    for (size_t i = 0; i < entries; i++)
        most = larger_finite(most, gf_activation_value(at->activation, (double)at->z[i]));
    const int exponent = exponent_of(most);
    for (size_t i = 0; i < entries; i++)
        at->a[i] = (float)ldexp(gf_activation_value(at->activation, (double)at->z[i]), -exponent);
    at->a_exponent = exponent;
    at->a_max = (float)ldexp(most, -exponent);
}

/* f' of a stored z: in double at ordinary size, one of two slopes under an exponent. */
static double derivative(const gf_cpu_layer *at, float z)
{
    float slope;
    if (at->z_exponent == 0) return gf_activation_derivative(at->activation, (double)z);
    gf_derivative_row(at->activation, at->z_exponent, &z, &slope, 1);
    return (double)slope;
}

static void normalise_gradients(const gf_cpu *self, const gf_cpu_layer *at, double *delta,
                                double *column)
{
    const size_t B = (size_t)self->plan.spec.batch, O = (size_t)at->fan_out;
    if (self->plan.spec.norm == GF_NORM_LAYER)
        for (size_t b = 0; b < B; b++)
            gf_cpu_normalise_gradient(self, at, at->z + b * O, 1, at->inverse_std[b], delta + b * O,
                                      O);
    if (self->plan.spec.norm == GF_NORM_BATCH)
        for (size_t o = 0; o < O; o++) {
            for (size_t b = 0; b < B; b++)
                column[b] = delta[b * O + o];
            gf_cpu_normalise_gradient(self, at, at->z + o, O, at->inverse_std[o], column, B);
            for (size_t b = 0; b < B; b++)
                delta[b * O + o] = column[b];
        }
}

gf_status gf_cpu_faint_delta(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_up *up,
                             gf_error *error)
{
    const size_t entries = (size_t)self->plan.spec.batch * (size_t)at->fan_out;
    const double factor = at->skip ? self->plan.spec.skip_scale : 1.0;
    double *delta = malloc((entries + (size_t)self->plan.spec.batch) * sizeof *delta), most = 0.0;
    if (!delta) return gf_fail(error, GF_MEMORY, "no memory for %zu gradients in double", entries);
    for (size_t i = 0; i < entries; i++)
        delta[i] = (double)up->values[i] * factor * derivative(at, at->z[i]);
    normalise_gradients(self, at, delta, delta + entries);
    for (size_t i = 0; i < entries; i++)
        most = larger_finite(most, delta[i]);
    const int exponent = exponent_of(most);
    for (size_t i = 0; i < entries; i++)
        at->delta[i] = (float)ldexp(delta[i], -exponent);
    free(delta);
    at->delta_exponent = up->exponent + exponent;
    at->delta_max = (float)ldexp(most, -exponent);
    return GF_OK;
}
