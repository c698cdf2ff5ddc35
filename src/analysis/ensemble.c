/* The values of every run, sorted when asked for. */
#include "gradflow/ensemble.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

gf_status gf_ensemble_create(int32_t depth, int32_t capacity, gf_ensemble *out, gf_error *error)
{
    const size_t count = (size_t)GF_QUANTITY_COUNT * (size_t)depth * (size_t)capacity;
    gf_ensemble made = {depth, 0, capacity, calloc(count, sizeof(double))};
    if (!made.log10_values)
        return gf_fail(error, GF_MEMORY, "no memory for %d runs of %d layers: %zu bytes", capacity,
                       depth, count * sizeof(double));
    *out = made;
    return GF_OK;
}

void gf_ensemble_destroy(gf_ensemble *ensemble)
{
    free(ensemble->log10_values);
    *ensemble = (gf_ensemble){0};
}

/* The runs of one layer, next to each other. */
static double *values_of(const gf_ensemble *ensemble, gf_quantity quantity, int32_t layer)
{
    const size_t row = (size_t)quantity * (size_t)ensemble->depth + (size_t)(layer - 1);
    return ensemble->log10_values + row * (size_t)ensemble->capacity;
}

static double ordered(gf_scaled value)
{
    return isnan(value.mantissa) ? INFINITY : gf_scaled_log10(value);
}

void gf_ensemble_add(gf_ensemble *ensemble, const gf_run *run)
{
    assert(ensemble->count < ensemble->capacity && run->spec.depth == ensemble->depth);
    for (int32_t layer = 1; layer <= ensemble->depth; layer++) {
        const gf_layer_record *record = &run->layers[layer - 1];
        values_of(ensemble, GF_WEIGHT_GRAD, layer)[ensemble->count] =
            ordered(record->weight_grad_norm);
        values_of(ensemble, GF_DELTA, layer)[ensemble->count] = ordered(record->delta_rms);
    }
    ensemble->count++;
}

/* Insertion: the runs of a layer stay sorted from one call to the next, and there are few. */
static void sort(double *values, int32_t count)
{
    for (int32_t i = 1; i < count; i++) {
        const double moved = values[i];
        int32_t at = i;
        for (; at > 0 && values[at - 1] > moved; at--)
            values[at] = values[at - 1];
        values[at] = moved;
    }
}

static double quantile(const double *sorted, int32_t count, double share)
{
    const double place = share * (count - 1);
    const int32_t below = (int32_t)place;
    const double rest = place - below;
    if (rest == 0.0) return sorted[below];
    /* Nothing lies between a number and an infinity: the nearer of the two. */
    if (!isfinite(sorted[below]) || !isfinite(sorted[below + 1]))
        return sorted[rest < 0.5 ? below : below + 1];
    return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

gf_band gf_ensemble_band(const gf_ensemble *ensemble, gf_quantity quantity, int32_t layer)
{
    assert(ensemble->count > 0);
    double *values = values_of(ensemble, quantity, layer);
    sort(values, ensemble->count);
    return (gf_band){quantile(values, ensemble->count, 0.05),
                     quantile(values, ensemble->count, 0.5),
                     quantile(values, ensemble->count, 0.95)};
}
