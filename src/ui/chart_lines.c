/* Theory and ensembles speak of gradients and deltas; the ratio to the weights follows from the
 * initialisation. */
#include "ui/chart_lines.h"

#include <math.h>
#include <stdlib.h>

#include "ui/explorer.h"

#define LAYERS_MAX                                                                                 \
    20000 /* of an ensemble that is sorted while it grows; above, only when it is complete */

static bool make_room(gf_chart_lines *lines, int32_t depth)
{
    if (lines->capacity >= depth) return true;
    free(lines->theory_line);
    free(lines->band_low);
    free(lines->band_high);
    const size_t bytes = sizeof(double) * (size_t)depth;
    lines->theory_line = malloc(bytes);
    lines->band_low = malloc(bytes);
    lines->band_high = malloc(bytes);
    lines->capacity = lines->theory_line && lines->band_low && lines->band_high ? depth : 0;
    return lines->capacity > 0;
}

static bool has_quantity(gf_measure measure, gf_quantity *out)
{
    *out = measure == GF_MEASURE_DELTA ? GF_DELTA : GF_WEIGHT_GRAD;
    return measure == GF_MEASURE_DELTA || measure == GF_MEASURE_WEIGHT_GRAD ||
           measure == GF_MEASURE_UPDATE_RATIO;
}

static void draw_theory(gf_chart_lines *lines)
{
    gf_quantity quantity;
    lines->has_theory = has_quantity(lines->measure, &quantity) && lines->theory.applies;
    for (int32_t layer = 1; lines->has_theory && layer <= lines->spec.depth; layer++) {
        const gf_theory_layer *at = &lines->theory.layers[layer - 1];
        double value = gf_scaled_log10(quantity == GF_DELTA ? at->delta_rms : at->weight_grad_norm);
        if (lines->measure == GF_MEASURE_UPDATE_RATIO)
            value += gf_measure_update_log10(&lines->spec, layer);
        lines->theory_line[layer - 1] = value;
    }
}

static void draw_band(gf_chart_lines *lines, const gf_ensemble *ensemble)
{
    gf_quantity quantity;
    lines->seeds = ensemble ? ensemble->count : 0;
    lines->has_band = lines->seeds > 1 && ensemble->depth == lines->spec.depth &&
                      has_quantity(lines->measure, &quantity);
    if (lines->has_band && ensemble->depth > LAYERS_MAX)
        lines->has_band = ensemble->count == ensemble->capacity;
    for (int32_t layer = 1; lines->has_band && layer <= lines->spec.depth; layer++) {
        const gf_band band = gf_ensemble_band(ensemble, quantity, layer);
        const double update = lines->measure == GF_MEASURE_UPDATE_RATIO
                                  ? gf_measure_update_log10(&lines->spec, layer)
                                  : 0;
        lines->band_low[layer - 1] = band.low + update;
        lines->band_high[layer - 1] = band.high + update;
    }
}

static void forget(gf_chart_lines *lines)
{
    gf_theory_destroy(&lines->theory);
    lines->theory = (gf_theory){0};
    lines->spec = (gf_spec){0};
    lines->has_theory = lines->has_band = false;
}

void gf_chart_lines_update(gf_chart_lines *lines, const gf_run *run, gf_measure measure,
                           const gf_ensemble *ensemble)
{
    const bool same_run = lines->spec.depth > 0 && gf_spec_same(&lines->spec, &run->spec);
    const bool same_measure = lines->measure == measure;
    const int32_t seeds = ensemble ? ensemble->count : 0;
    if (same_run && same_measure && seeds == lines->seeds) return;
    if (!same_run) {
        forget(lines);
        if (!make_room(lines, run->spec.depth)) return;
        lines->spec = run->spec;
        if (gf_theory_predict(&run->spec, &lines->theory, NULL) != GF_OK)
            lines->theory = (gf_theory){0};
    }
    lines->measure = measure;
    if (!same_run || !same_measure) draw_theory(lines);
    draw_band(lines, ensemble);
}

void gf_chart_lines_destroy(gf_chart_lines *lines)
{
    forget(lines);
    free(lines->theory_line);
    free(lines->band_low);
    free(lines->band_high);
    *lines = (gf_chart_lines){0};
}
