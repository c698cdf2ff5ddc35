/* The cpu backend's memory: parameters in one arena, arrays of the pass in another, so that weights
 * stay where they are when the batch changes. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "compute/cpu/layers.h"

/* Everything but the arenas and the recipes, which the next run may use. */
void gf_cpu_release(gf_cpu *self)
{
    free(self->layers);
    free(self->scratch);
    free(self->per_unit);
    free(self->unit_blocks);
    free(self->row_sums);
    self->layers = NULL;
    self->scratch = NULL;
    self->per_unit = NULL;
    self->unit_blocks = NULL;
    self->row_sums = NULL;
}

/* The next `count` floats of an arena, on a cache line. Without an arena it only counts. */
static float *carve(const gf_cpu_arena *arena, size_t *used, size_t count)
{
    float *at = arena->start ? arena->start + *used : NULL;
    *used += (count + 15) / 16 * 16;
    return at;
}

static size_t carve_parameters(gf_cpu *self, const gf_cpu_arena *arena)
{
    const int32_t depth = self->plan.spec.depth;
    const int32_t slots = self->plan.generated ? self->plan.weight_layers : depth;
    size_t used = 0, most = 0, units = 0;
    for (int32_t l = 1; l <= depth; l++) {
        gf_cpu_layer *at = &self->layers[l];
        const size_t weights = (size_t)at->fan_out * (size_t)at->fan_in;
        most = weights > most ? weights : most;
        units = (size_t)at->fan_out > units ? (size_t)at->fan_out : units;
        if (self->plan.generated) continue;
        at->weight = carve(arena, &used, weights);
        at->bias = carve(arena, &used, (size_t)at->fan_out);
    }
    for (int32_t slot = 1; self->plan.generated && slot <= slots && slot <= depth; slot++) {
        float *const weight = carve(arena, &used, most), *const bias = carve(arena, &used, units);
        for (int32_t l = slot; l <= depth; l += slots) {
            self->layers[l].weight = weight;
            self->layers[l].bias = bias;
        }
    }
    return used;
}

/* z, a, delta and the normalisation's deviations of a layer. */
static void carve_layer(gf_cpu *self, int32_t l, const gf_cpu_arena *arena, size_t *used,
                        size_t entries)
{
    const gf_spec *spec = &self->plan.spec;
    gf_cpu_layer *at = &self->layers[l];
    at->a = carve(arena, used, entries);
    at->z = carve(arena, used, entries);
    at->delta = carve(arena, used, entries);
    if (spec->norm == GF_NORM_NONE) return;
    const size_t divisors = spec->norm == GF_NORM_BATCH ? (size_t)at->fan_out : (size_t)spec->batch;
    at->inverse_std = (double *)(void *)carve(arena, used, 2 * divisors);
}

/* Layers in the same place of their segments share it, but for the activations that stay. */
static void carve_segment(gf_cpu *self, const gf_cpu_arena *arena, size_t *used, size_t most)
{
    const int32_t depth = self->plan.spec.depth, length = self->plan.layers_per_segment;
    for (int32_t place = 1; place <= length; place++) {
        carve_layer(self, place, arena, used, most);
        for (int32_t l = place + length; l <= depth; l += length) {
            gf_cpu_layer *at = &self->layers[l];
            const gf_cpu_layer *first = &self->layers[place];
            at->a = first->a;
            at->z = first->z;
            at->delta = first->delta;
            at->inverse_std = first->inverse_std;
        }
    }
    for (int32_t l = length; l < depth; l += length)
        self->layers[l].a = carve(arena, used, most);
}

static size_t carve_arrays(gf_cpu *self, const gf_cpu_arena *arena)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t B = (size_t)spec->batch;
    size_t used = 0, most = 0;
    for (int32_t l = 0; l <= spec->depth; l++) {
        gf_cpu_layer *at = &self->layers[l];
        const size_t entries = B * (size_t)at->fan_out;
        most = entries > most ? entries : most;
        if (l == 0)
            at->a = carve(arena, &used, entries);
        else if (!self->plan.recomputed)
            carve_layer(self, l, arena, &used, entries);
    }
    if (self->plan.recomputed) carve_segment(self, arena, &used, most);
    self->target = carve(arena, &used, B * (size_t)gf_spec_fan_out(spec, spec->depth));
    for (int i = 0; i < 2; i++)
        self->up[i] = (gf_cpu_up){.values = carve(arena, &used, most)};
    return used;
}

/* Large blocks in large pages: a quarter of a gigabyte is 90,000 page faults otherwise. */
static float *reserve(size_t floats)
{
    const size_t page = floats * sizeof(float) < ((size_t)16 << 20) ? 64 : (size_t)2 << 20;
    const size_t bytes = (floats * sizeof(float) + page - 1) / page * page;
    float *start = aligned_alloc(page, bytes);
#if defined(MADV_HUGEPAGE)
    if (start && page > 64) madvise(start, bytes, MADV_HUGEPAGE);
#endif
    return start;
}

/* True when the arena has moved or is new as well as when it has not; false: memory. */
static bool provide(gf_cpu_arena *arena, size_t floats)
{
    if (arena->start && arena->floats >= floats && arena->floats / 4 <= floats) return true;
    free(arena->start);
    arena->start = reserve(floats);
    arena->floats = arena->start ? floats : 0;
    return arena->start != NULL;
}

static bool provide_arenas(gf_cpu *self)
{
    const gf_cpu_arena none = {0};
    const float *const before = self->parameters.start;
    const size_t floats = self->parameters.floats;
    if (self->plan.generated || self->plan.recomputed) {
        free(self->parameters.start);
        free(self->arrays.start);
        self->parameters = self->arrays = (gf_cpu_arena){0};
    }
    const bool fits = provide(&self->parameters, carve_parameters(self, &none)) &&
                      provide(&self->arrays, carve_arrays(self, &none));
    if (self->plan.generated || self->parameters.start != before ||
        self->parameters.floats != floats)
        self->recipe_count = 0;
    if (!fits) return false;
    carve_parameters(self, &self->parameters);
    carve_arrays(self, &self->arrays);
    return true;
}

static bool provide_scratch(gf_cpu *self)
{
    const gf_spec *spec = &self->plan.spec;
    size_t most = 0, block = 0;
    for (int32_t l = 0; l <= spec->depth; l++) {
        const int32_t units = self->layers[l].fan_out;
        const size_t rows = (size_t)gf_cpu_weight_block(units);
        most = (size_t)units > most ? (size_t)units : most;
        const size_t floats = rows * ((size_t)units + (size_t)spec->batch);
        block = floats > block ? floats : block;
    }
    self->scratch_floats = (block + 15) / 16 * 16;
    self->scratch =
        aligned_alloc(64, (size_t)self->threads * self->scratch_floats * sizeof *self->scratch);
    self->per_unit = malloc(2 * most * sizeof *self->per_unit);
    self->unit_blocks = malloc(gf_cpu_unit_block_bytes((int32_t)most));
    self->row_sums =
        malloc((most > (size_t)spec->batch ? most : (size_t)spec->batch) * sizeof *self->row_sums);
    return self->scratch && self->per_unit && self->unit_blocks && self->row_sums;
}

bool gf_cpu_allocate(gf_cpu *self)
{
    const gf_spec *spec = &self->plan.spec;
    gf_cpu_release(self);
    self->layers = calloc((size_t)spec->depth + 1, sizeof *self->layers);
    if (!self->layers) return false;
    for (int32_t l = 0; l <= spec->depth; l++) {
        gf_cpu_layer *at = &self->layers[l];
        at->fan_out = gf_spec_fan_out(spec, l);
        if (l == 0) continue;
        at->fan_in = gf_spec_fan_in(spec, l);
        at->activation = gf_spec_activation(spec, l);
        at->skip = gf_spec_has_skip(spec, l);
    }
    return provide_arenas(self) && provide_scratch(self);
}
