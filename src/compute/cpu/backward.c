/* Backward: the loss, dL/da, and delta through f and the normalisation. dL/da of a layer lives
 * until the layer below has its own, with an exponent that delta shares unless it is faint. */
#include <math.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"

/* Maxima of dL/da and of delta. */
typedef struct maxima {
    float up, delta;
} maxima;

/* delta = up s f'(z) on one tile: final where nothing is normalised. */
static maxima delta_tile(const gf_cpu *self, const gf_cpu_layer *at, const float *up,
                         const gf_cpu_tile *t)
{
    const gf_spec *spec = &self->plan.spec;
    const int32_t units = t->unit_last - t->unit_first;
    const float factor = at->skip ? (float)spec->skip_scale : 1.0f;
    maxima most = {0.0f, 0.0f};
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        const size_t row = (size_t)b * (size_t)at->fan_out + (size_t)t->unit_first;
        float *delta = at->delta + row;
        most.up = gf_largest_finite(up + row, units, most.up);
        gf_times_derivative(at->activation, at->z_exponent, at->z + row, up + row, delta, units);
        for (int32_t i = 0; at->skip && i < units; i++)
            delta[i] *= factor;
        if (spec->norm != GF_NORM_NONE) continue;
        gf_round_row(spec->precision, delta, (size_t)units);
        most.delta = gf_largest_finite(delta, units, most.delta);
    }
    return most;
}

/* Once every tile has its delta. */
static gf_status finish_delta(const gf_cpu *self, gf_cpu_layer *at, gf_cpu_up *up, maxima most,
                              gf_error *error)
{
    up->max = most.up;
    at->delta_max = most.delta;
    at->delta_exponent = up->exponent;
    if (self->plan.spec.norm != GF_NORM_NONE) at->delta_max = gf_cpu_normalised_delta(self, at);
    if (!gf_cpu_is_exact(self) || at->delta_max >= GF_CPU_FAINT || up->max == 0.0f) return GF_OK;
    return gf_cpu_faint_delta(self, at, up, error);
}

/* One row of the batch: sum (a - t)^2, and dL/da. See the reference for the exponents. */
static double loss_row(const gf_cpu *self, int32_t b, float a_scale, float target_scale, float *up)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_cpu_layer *last = &self->layers[spec->depth];
    const size_t O = (size_t)last->fan_out, row = (size_t)b * O;
    const float share = (float)(2.0 * spec->loss_scale / ((double)spec->batch * last->fan_out));
    double sum = 0.0;
    for (size_t i = row; i < row + O; i++) {
        const float apart = last->a[i] * a_scale - self->target[i] * target_scale;
        sum += (double)apart * (double)apart;
        up[i] = apart * share;
    }
    gf_round_row(spec->precision, up + row, O);
    return sum;
}

gf_status gf_cpu_loss(gf_cpu *self, gf_scaled *out, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    gf_cpu_layer *last = &self->layers[spec->depth];
    gf_cpu_up *up = &self->up[spec->depth % 2];
    /* Nothing but zeros is not large. */
    up->exponent = last->a_exponent > 0 && last->a_max > 0.0f ? last->a_exponent : 0;
    const float a_scale = gf_cpu_power(last->a_exponent - up->exponent),
                target_scale = gf_cpu_power(-up->exponent);
    float most_up = 0.0f, most_delta = 0.0f;
    const int team = gf_cpu_team(self, 20.0 * spec->batch * last->fan_out);
#pragma omp parallel for num_threads(team) schedule(dynamic, 8) reduction(max : most_up, most_delta)
    for (int32_t b = 0; b < spec->batch; b++) {
        self->row_sums[b] = loss_row(self, b, a_scale, target_scale, up->values);
        const maxima row =
            delta_tile(self, last, up->values, &(gf_cpu_tile){b, b + 1, 0, last->fan_out});
        most_up = fmaxf(most_up, row.up);
        most_delta = fmaxf(most_delta, row.delta);
    }
    double sum = 0.0;
    for (int32_t b = 0; b < spec->batch; b++)
        sum += self->row_sums[b];
    *out = gf_scaled_make(sum / ((double)spec->batch * last->fan_out), 2 * up->exponent);
    return finish_delta(self, last, up, (maxima){most_up, most_delta}, error);
}

/* Factors on delta W and on the dL/da beside it, and the exponent of their sum. */
typedef struct factors {
    int64_t exponent;
    float product, skip;
} factors;

static factors choose_exponent(const gf_cpu *self, const gf_cpu_layer *at, const gf_cpu_up *above)
{
    if (!gf_cpu_is_exact(self)) return (factors){0, 1.0f, 1.0f};
    if (!at->skip) {
        const int32_t k = gf_rescale((double)at->delta_max, at->delta_exponent, false);
        return (factors){at->delta_exponent + k, gf_cpu_power(-k), 0.0f};
    }
    /* delta at the exponent of dL/da, below which it may lie far. */
    const double delta =
        (double)at->delta_max * (double)gf_cpu_power(at->delta_exponent - above->exponent);
    const int64_t exponent =
        above->exponent + gf_rescale(fmax(delta, (double)above->max), above->exponent, false);
    return (factors){exponent, gf_cpu_power(at->delta_exponent - exponent),
                     gf_cpu_power(above->exponent - exponent)};
}

/* up_below = delta W (+ up beside a skip) on one tile, and delta_below from it. */
static maxima backward_tile(const gf_cpu *self, int32_t l, const factors *by, const gf_cpu_tile *t)
{
    const gf_cpu_layer *below = &self->layers[l - 1], *at = &self->layers[l];
    const float *above = self->up[l % 2].values;
    float *up = self->up[(l - 1) % 2].values;
    const size_t I = (size_t)at->fan_in;
    const int32_t units = t->unit_last - t->unit_first;
    const gf_precision precision = self->plan.spec.precision;
    gf_cpu_multiply(self,
                    &(gf_product){.a_transpose = GF_PLAIN,
                                  .b_transpose = GF_PLAIN,
                                  .rows = t->batch_last - t->batch_first,
                                  .columns = units,
                                  .depth = at->fan_out,
                                  .alpha = by->product,
                                  .a = at->delta + (size_t)t->batch_first * (size_t)at->fan_out,
                                  .a_stride = at->fan_out,
                                  .b = at->weight + t->unit_first,
                                  .b_stride = at->fan_in,
                                  .c = up + (size_t)t->batch_first * I + (size_t)t->unit_first,
                                  .c_stride = at->fan_in});
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        const size_t row = (size_t)b * I + (size_t)t->unit_first;
        gf_round_row(precision, up + row, (size_t)units);
        if (!at->skip) continue;
        for (int32_t i = 0; i < units; i++)
            up[row + (size_t)i] += above[row + (size_t)i] * by->skip;
        gf_round_row(precision, up + row, (size_t)units);
    }
    return delta_tile(self, below, up, t);
}

gf_status gf_cpu_backward_layer(gf_cpu *self, int32_t l, gf_error *error)
{
    const gf_cpu_layer *at = &self->layers[l];
    gf_cpu_up *up = &self->up[(l - 1) % 2];
    const factors by = choose_exponent(self, at, &self->up[l % 2]);
    const int32_t parts = gf_cpu_parts(self, at->fan_in);
    const int team = gf_cpu_team(self, 2.0 * self->plan.spec.batch * at->fan_in * at->fan_out);
    float most_up = 0.0f, most_delta = 0.0f;
    up->exponent = by.exponent;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1) reduction(max : most_up, most_delta)
    for (int32_t part = 0; part < parts; part++) {
        const gf_cpu_tile tile = gf_cpu_tile_of(self, at->fan_in, part, parts);
        if (!gf_cpu_goes_on(self)) continue;
        const maxima most = backward_tile(self, l, &by, &tile);
        most_up = fmaxf(most_up, most.up);
        most_delta = fmaxf(most_delta, most.delta);
    }
    return finish_delta(self, &self->layers[l - 1], up, (maxima){most_up, most_delta}, error);
}
