/* Following a run: a new one starts over, one being filled adds the layers that have come. */
#include "view/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    double *values = malloc((size_t)depth * GF_MEASURE_COUNT * sizeof *values);
    if (!values) return false;
    for (int i = 0; i < GF_MEASURE_COUNT; i++)
        summary->values[i] = values + (size_t)i * (size_t)depth;
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
    summary->complete = false;
    summary->run_number++;
    for (int i = 0; i < GF_MEASURE_COUNT; i++)
        summary->known[i] = gf_range_none();
    summary->activation = summary->delta_scale = summary->activation_scale = gf_range_none();
    return true;
}

/* log2 of the largest |mean a| of a unit; not finite where any is. */
static double largest_activation(const gf_run *run, int32_t layer)
{
    const gf_cell *cells = run->cells + (size_t)(layer - 1) * (size_t)run->rows;
    float largest = 0.0f;
    for (int32_t row = 0; row < run->rows; row++) {
        const float size = fabsf(cells[row].activation);
        largest = size > largest ? size : largest;
    }
    return log2((double)largest) + (double)run->layers[layer - 1].a.exponent;
}

static void take_layer(gf_summary *summary, const gf_run *run, int32_t layer)
{
    const gf_layer_record *record = &run->layers[layer - 1];
    for (int i = 0; i < GF_MEASURE_COUNT; i++) {
        const double value = gf_measure_of((gf_measure)i, &run->spec, layer, record);
        summary->values[i][layer - 1] = value;
        summary->known[i] = gf_range_widen(summary->known[i], value);
    }
    summary->activation = gf_range_widen(summary->activation, largest_activation(run, layer));
}

static bool same_range(gf_range one, gf_range other)
{
    return one.low == other.low && one.high == other.high;
}

static void follow_scales(gf_summary *summary)
{
    const gf_range known = summary->known[GF_MEASURE_DELTA];
    const gf_range delta = {known.low * GF_LOG2_10, known.high * GF_LOG2_10};
    const gf_range next[2] = {
        gf_range_follow(summary->delta_scale, delta, summary->complete),
        gf_range_follow(summary->activation_scale, summary->activation, summary->complete)};
    if (same_range(next[0], summary->delta_scale) && same_range(next[1], summary->activation_scale))
        return;
    summary->delta_scale = next[0];
    summary->activation_scale = next[1];
    summary->scale_number++;
}

bool gf_summary_update(gf_summary *summary, const gf_run *run, int32_t layers_max)
{
    if (!same_run(summary, run) && !start(summary, run)) return false;
    int32_t end = run->first_ready;
    if (layers_max > 0 && summary->first_ready - end > layers_max)
        end = summary->first_ready - layers_max;
    for (int32_t layer = summary->first_ready - 1; layer >= end; layer--)
        take_layer(summary, run, layer);
    summary->first_ready = end;
    summary->complete = run->complete && end == run->first_ready;
    follow_scales(summary);
    return true;
}

void gf_summary_destroy(gf_summary *summary)
{
    const uint32_t run_number = summary->run_number, scale_number = summary->scale_number;
    free(summary->values[0]);
    *summary = (gf_summary){.run_number = run_number + 1, .scale_number = scale_number + 1};
}

double gf_summary_delta(const gf_summary *summary, int32_t layer)
{
    return summary->values[GF_MEASURE_DELTA][layer - 1] * GF_LOG2_10;
}
