/* Weights, biases, input and target: made on all cores, and made again only when something about
 * them has changed. */
#include <math.h>
#include <stdlib.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"
#include "model/orthogonal.h"

/* A matrix of the model/init.h kind. */
static void fill(gf_cpu *self, const gf_fill *how, int32_t l, int32_t rows, int32_t columns,
                 float *out)
{
    const uint64_t seed = self->plan.spec.seed;
    /* The target alone is never rounded: it is data that the loss reads, not a number of the
     * network. */
    const gf_precision precision =
        how->stream == GF_STREAM_TARGET ? GF_PRECISION_EXACT : self->plan.spec.precision;
    const int team = gf_cpu_team(self, 50.0 * rows * columns);
#pragma omp parallel for num_threads(team) schedule(dynamic, 8)
    for (int32_t row = 0; row < rows; row++) {
        float *at = out + (size_t)row * (size_t)columns;
        if (!gf_cpu_goes_on(self)) continue;
        gf_fill_row(how, seed, l, row, columns, at);
        gf_round_row(precision, at, (size_t)columns);
    }
}

static gf_cpu_recipe recipe_of(const gf_cpu *self, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_cpu_layer *at = &self->layers[l];
    return (gf_cpu_recipe){
        .weight = at->weight,
        .bias = at->bias,
        .fan_in = at->fan_in,
        .fan_out = at->fan_out,
        .seed = spec->seed,
        .init = gf_spec_init(spec, l),
        .gain = spec->gain,
        .precision = spec->precision,
        .weight_fill = gf_fill_weight(spec, l),
        .bias_fill = gf_fill_bias(spec, l),
    };
}

static bool same_fill(const gf_fill *one, const gf_fill *other)
{
    return one->stream == other->stream && one->distribution == other->distribution &&
           one->scale == other->scale;
}

static bool same_recipe(const gf_cpu_recipe *one, const gf_cpu_recipe *other)
{
    return one->weight == other->weight && one->bias == other->bias &&
           one->fan_in == other->fan_in && one->fan_out == other->fan_out &&
           one->seed == other->seed && one->init == other->init && one->gain == other->gain &&
           one->precision == other->precision &&
           same_fill(&one->weight_fill, &other->weight_fill) &&
           same_fill(&one->bias_fill, &other->bias_fill);
}

/* What is still as the last run left it. All are compared before the first is made: a layer that is
 * made may overwrite one that is not wanted any more. */
static gf_status compare_recipes(gf_cpu *self, gf_error *error)
{
    const int32_t depth = self->plan.spec.depth;
    gf_cpu_recipe *recipes = calloc((size_t)depth, sizeof *recipes);
    if (!recipes) return gf_fail(error, GF_MEMORY, "no memory for the recipes of %d layers", depth);
    for (int32_t i = 0; i < depth; i++) {
        recipes[i] = recipe_of(self, i + 1);
        recipes[i].made = i < self->recipe_count && self->recipes[i].made &&
                          same_recipe(&recipes[i], &self->recipes[i]);
    }
    free(self->recipes);
    self->recipes = recipes;
    self->recipe_count = depth;
    return GF_OK;
}

static bool wants_orthogonal(const gf_cpu *self, int32_t l)
{
    return !self->recipes[l - 1].made && self->recipes[l - 1].init == GF_INIT_ORTHOGONAL;
}

/* Layers first..last: a decomposition has few parts that could share it, so each core makes a
 * layer. */
static gf_status make_orthogonal(gf_cpu *self, int32_t first, int32_t last, gf_error *error)
{
    gf_status status = GF_OK;
    double operations = 0.0;
    for (int32_t l = first; l <= last; l++)
        if (wants_orthogonal(self, l))
            operations += 3.0 * pow(self->layers[l].fan_out, 2) * self->layers[l].fan_in;
    const int team = gf_cpu_team(self, operations);
#pragma omp parallel for num_threads(team) schedule(dynamic, 1)
    for (int32_t l = first; l <= last; l++) {
        const gf_cpu_layer *at = &self->layers[l];
        const gf_cpu_recipe *recipe = &self->recipes[l - 1];
        if (!wants_orthogonal(self, l)) continue;
        gf_error own = {0};
        const gf_status done = gf_orthogonal_make(&self->plan.spec, l, at->weight, &own);
        gf_round_row(recipe->precision, at->weight, (size_t)at->fan_out * (size_t)at->fan_in);
        if (done == GF_OK) continue;
#pragma omp critical
        status = gf_fail(error, done, "%s", own.text);
    }
    return status;
}

static void make_layer(gf_cpu *self, int32_t l)
{
    const gf_cpu_layer *at = &self->layers[l];
    gf_cpu_recipe *recipe = &self->recipes[l - 1];
    if (recipe->made) return;
    if (recipe->init != GF_INIT_ORTHOGONAL)
        fill(self, &recipe->weight_fill, l, at->fan_out, at->fan_in, at->weight);
    fill(self, &recipe->bias_fill, l, 1, at->fan_out, at->bias);
    recipe->made = gf_cpu_check(self, NULL) == GF_OK;
}

static gf_status make_layers(gf_cpu *self, gf_error *error)
{
    const int32_t depth = self->plan.spec.depth;
    for (int32_t first = 1; first <= depth; first += self->threads) {
        const int32_t last = first + self->threads - 1 < depth ? first + self->threads - 1 : depth;
        GF_TRY(gf_pulse_beat(self->pulse, error));
        GF_TRY(make_orthogonal(self, first, last, error));
        for (int32_t l = first; l <= last; l++)
            make_layer(self, l);
        GF_TRY(gf_cpu_check(self, error));
    }
    return GF_OK;
}

gf_status gf_cpu_make_weights(gf_cpu *self, int32_t l, gf_error *error)
{
    if (!self->plan.generated || self->recipes[l - 1].made) return GF_OK;
    for (int32_t other = (l - 1) % self->plan.weight_layers + 1; other <= self->plan.spec.depth;
         other += self->plan.weight_layers)
        self->recipes[other - 1].made = false;
    GF_TRY(make_orthogonal(self, l, l, error));
    make_layer(self, l);
    return gf_cpu_check(self, error);
}

gf_status gf_cpu_fill(gf_cpu *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_fill input = gf_fill_input(), target = gf_fill_target();
    gf_cpu_layer *first = &self->layers[0];
    fill(self, &input, 0, spec->batch, first->fan_out, first->a);
    fill(self, &target, 0, spec->batch, gf_spec_fan_out(spec, spec->depth), self->target);
    GF_TRY(compare_recipes(self, error));
    if (!self->plan.generated) GF_TRY(make_layers(self, error));
    for (int32_t b = 0; b < spec->batch; b++)
        first->a_max = gf_largest_finite(first->a + (size_t)b * (size_t)first->fan_out,
                                         first->fan_out, first->a_max);
    return gf_cpu_check(self, error);
}
