/* Forward: z = a W^T + b, the normalisation, f, the skip. Products are cut into tiles, so that a
 * thread finishes its tile while it is in its cache. */
#include <math.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"
#include "model/activation.h"

/* Factors of one layer's forward pass, as floats: powers of two but for the skip's own. */
typedef struct factors {
    float product; /* on a_below W^T */
    float bias;    /* on b */
    float own;     /* on f(z) beside a skip */
    float skip;    /* on a_below beside f(z) */
    bool has_bias;
} factors;

/* The power of two by which the layer's input is brought back to ordinary size; see the reference.
 * A faint input beside a bias goes back to its true size, where it vanishes. */
static int64_t input_rescale(const gf_cpu *self, const gf_cpu_layer *below, bool has_bias)
{
    const gf_spec *spec = &self->plan.spec;
    if (!gf_cpu_is_exact(self)) return 0;
    if (has_bias && below->a_exponent < 0) return -below->a_exponent;
    const bool ordinary = spec->norm != GF_NORM_NONE && below->a_exponent >= 0;
    return ordinary ? 0 : gf_rescale((double)below->a_max, below->a_exponent, has_bias);
}

static factors choose_exponents(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_layer *below)
{
    /* A bias is the same for the whole batch and does not outlive its mean: without rounding it
     * would only cost digits. */
    const bool outlives = self->plan.spec.norm != GF_NORM_BATCH || !gf_cpu_is_exact(self);
    const bool has_bias = gf_spec_has_bias(&self->plan.spec) && outlives;
    const int64_t k = input_rescale(self, below, has_bias);
    at->z_exponent = below->a_exponent + k;
    return (factors){gf_cpu_power(-k), gf_cpu_power(-at->z_exponent), 1.0f, 0.0f, has_bias};
}

/* a is kept under the larger exponent of f(z) and the skip. */
static void choose_skip(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_layer *below,
                        factors *by)
{
    const bool keeps = gf_activation_far(at->activation, at->z_exponent).keeps_exponent;
    const int64_t own = keeps ? at->z_exponent : 0;
    at->a_exponent = at->skip && below->a_exponent > own ? below->a_exponent : own;
    if (!at->skip) return;
    by->own = (float)self->plan.spec.skip_scale * gf_cpu_power(own - at->a_exponent);
    by->skip = gf_cpu_power(below->a_exponent - at->a_exponent);
}

/* z on one tile. */
static void product_tile(const gf_cpu *self, const gf_cpu_layer *at, const gf_cpu_layer *below,
                         const factors *by, const gf_cpu_tile *t)
{
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out;
    const int32_t units = t->unit_last - t->unit_first;
    gf_cpu_multiply(self, &(gf_product){.a_transpose = GF_PLAIN,
                                        .b_transpose = GF_TRANSPOSED,
                                        .rows = t->batch_last - t->batch_first,
                                        .columns = units,
                                        .depth = at->fan_in,
                                        .alpha = by->product,
                                        .a = below->a + (size_t)t->batch_first * I,
                                        .a_stride = at->fan_in,
                                        .b = at->weight + (size_t)t->unit_first * I,
                                        .b_stride = at->fan_in,
                                        .c = at->z + (size_t)t->batch_first * O + t->unit_first,
                                        .c_stride = at->fan_out});
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        float *z = at->z + (size_t)b * O + t->unit_first;
        const float *bias = at->bias + t->unit_first;
        for (int32_t i = 0; by->has_bias && i < units; i++)
            z[i] += bias[i] * by->bias;
        gf_round_row(self->plan.spec.precision, z, (size_t)units);
    }
}

/* a = f(z), or a_below + s f(z), on one tile; gives back the largest |a|. */
static float activate_tile(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_layer *below,
                           const factors *by, const gf_cpu_tile *t)
{
    const gf_precision precision = self->plan.spec.precision;
    const int32_t units = t->unit_last - t->unit_first;
    float most = 0.0f;
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        const size_t row = (size_t)b * (size_t)at->fan_out + (size_t)t->unit_first;
        float *a = at->a + row;
        gf_activate_row(at->activation, at->z_exponent, at->z + row, a, units);
        gf_round_row(precision, a, (size_t)units);
        if (at->skip) {
            for (int32_t i = 0; i < units; i++)
                a[i] = below->a[row + (size_t)i] * by->skip + a[i] * by->own;
            gf_round_row(precision, a, (size_t)units);
        }
        most = gf_largest_finite(a, units, most);
    }
    return most;
}

/* Where no normalisation stands between them, f follows the product on the same tile. */
static void product(gf_cpu *self, gf_cpu_layer *at, const gf_cpu_layer *below, const factors *by)
{
    const gf_spec *spec = &self->plan.spec;
    const int32_t parts = gf_cpu_parts(self, at->fan_out);
    const int team = gf_cpu_team(self, 2.0 * spec->batch * at->fan_in * at->fan_out);
    float most = 0.0f;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1) reduction(max : most)
    for (int32_t part = 0; part < parts; part++) {
        const gf_cpu_tile tile = gf_cpu_tile_of(self, at->fan_out, part, parts);
        if (!gf_cpu_goes_on(self)) continue;
        product_tile(self, at, below, by, &tile);
        if (spec->norm == GF_NORM_NONE)
            most = fmaxf(most, activate_tile(self, at, below, by, &tile));
    }
    at->a_max = most;
}

static void activate(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_layer *below,
                     const factors *by)
{
    const int32_t parts = gf_cpu_parts(self, at->fan_out);
    const int team = gf_cpu_team(self, 20.0 * self->plan.spec.batch * at->fan_out);
    float most = 0.0f;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1) reduction(max : most)
    for (int32_t part = 0; part < parts; part++) {
        const gf_cpu_tile tile = gf_cpu_tile_of(self, at->fan_out, part, parts);
        most = fmaxf(most, activate_tile(self, at, below, by, &tile));
    }
    at->a_max = most;
}

void gf_cpu_forward_layer(gf_cpu *self, int32_t l)
{
    const gf_cpu_layer *below = &self->layers[l - 1];
    gf_cpu_layer *at = &self->layers[l];
    factors by = choose_exponents(self, at, below);
    if (self->plan.spec.norm == GF_NORM_NONE) {
        choose_skip(self, at, below, &by);
        product(self, at, below, &by);
    } else {
        product(self, at, below, &by);
        gf_cpu_normalise(self, at);
        choose_skip(self, at, below, &by);
        activate(self, at, below, &by);
    }
    if (gf_cpu_is_exact(self) && !at->skip && at->z_exponent == 0 && at->a_max < GF_CPU_FAINT)
        gf_cpu_faint_activation(self, at);
}
