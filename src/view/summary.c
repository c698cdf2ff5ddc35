/* Following a run: a new one starts over, one being filled adds the layers that have come. */
#include "view/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG2_10  3.32192809488736234787
#define FAINTEST 0.1 /* colour of the bottom of the scale: still told apart from an unlit cell */

static bool same_run(const gf_summary *summary, const gf_run *run)
{
    return memcmp(&summary->spec, &run->spec, sizeof run->spec) == 0 &&
           summary->rows == run->rows && strcmp(summary->device, run->device.id) == 0 &&
           run->first_ready <= summary->first_ready;
}

static bool reserve(gf_summary *summary, int32_t depth)
{
    if (depth <= summary->capacity) return true;
    gf_summary_destroy(summary);
    summary->strength = malloc((size_t)depth * sizeof *summary->strength);
    summary->delta = malloc((size_t)depth * sizeof *summary->delta);
    if (!summary->strength || !summary->delta) {
        gf_summary_destroy(summary);
        return false;
    }
    summary->capacity = depth;
    return true;
}

static bool start(gf_summary *summary, const gf_run *run)
{
    if (!reserve(summary, run->spec.depth)) return false;
    summary->spec = run->spec;
    summary->rows = run->rows;
    snprintf(summary->device, sizeof summary->device, "%s", run->device.id);
    summary->first_ready = run->spec.depth + 1;
    summary->run_number++;
    summary->strength_low = INFINITY;
    summary->strength_high = -INFINITY;
    summary->delta_low = INFINITY;
    summary->delta_high = -INFINITY;
    return true;
}

static void widen(double *low, double *high, double value)
{
    if (!isfinite(value)) return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void take_layer(gf_summary *summary, const gf_run *run, int32_t layer)
{
    const gf_layer_record *record = &run->layers[layer - 1];
    const double strength = gf_scaled_log10(record->weight_grad_norm);
    const double delta = gf_scaled_log10(record->delta_rms) * LOG2_10;
    summary->strength[layer - 1] = strength;
    summary->delta[layer - 1] = delta;
    widen(&summary->strength_low, &summary->strength_high, strength);
    widen(&summary->delta_low, &summary->delta_high, delta);
}

bool gf_summary_update(gf_summary *summary, const gf_run *run)
{
    if (!same_run(summary, run) && !start(summary, run)) return false;
    const double low = summary->delta_low, high = summary->delta_high;
    for (int32_t layer = summary->first_ready - 1; layer >= run->first_ready; layer--)
        take_layer(summary, run, layer);
    summary->first_ready = run->first_ready;
    if (low != summary->delta_low || high != summary->delta_high) summary->scale_number++;
    return true;
}

void gf_summary_destroy(gf_summary *summary)
{
    const uint32_t run_number = summary->run_number, scale_number = summary->scale_number;
    free(summary->strength);
    free(summary->delta);
    *summary = (gf_summary){.run_number = run_number + 1, .scale_number = scale_number + 1};
}

double gf_summary_position(const gf_summary *summary, double delta_log2)
{
    if (isnan(delta_log2) || delta_log2 == INFINITY) return NAN;
    const double high = summary->delta_high;
    const double low = fmin(summary->delta_low, high - GF_SCALE_DECADES * LOG2_10);
    const double share = (delta_log2 - low) / (high - low);
    return FAINTEST + (1.0 - FAINTEST) * fmin(fmax(share, 0.0), 1.0);
}
