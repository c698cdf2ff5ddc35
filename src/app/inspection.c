/* What is wanted is worked out from what is there: nothing is queued. */
#include "app/inspection.h"

#include <stdlib.h>
#include <string.h>

#define SLOW_MS 1500.0

static size_t weight_count(const gf_spec *spec, int32_t layer)
{
    return (size_t)gf_spec_fan_in(spec, layer) * (size_t)gf_spec_fan_out(spec, layer);
}

void gf_inspection_begin(gf_inspection *inspection, const gf_run *run)
{
    inspection->slow = run->times.total_ms > SLOW_MS;
    if (inspection->spec.depth > 0 && gf_spec_same(&inspection->spec, &run->spec)) return;
    const int32_t layer = inspection->layer <= run->spec.depth ? inspection->layer : 0;
    const bool slow = inspection->slow;
    gf_inspection_destroy(inspection);
    inspection->spec = run->spec;
    inspection->slow = slow;
    inspection->layer = layer;
    if (!gf_edges_suit(&run->spec)) return;
    size_t total = 0;
    for (int32_t at = 1; at <= run->spec.depth; at++)
        total += weight_count(&run->spec, at);
    inspection->values = malloc(total * sizeof *inspection->values);
}

void gf_inspection_choose(gf_inspection *inspection, int32_t layer)
{
    if (layer > inspection->spec.depth) layer = 0;
    inspection->layer = layer;
    if (layer > 0 && inspection->detail.layer != layer)
        inspection->detail = (gf_layer_detail){.layer = layer};
}

static bool next_edge(const gf_inspection *inspection, gf_wanted_array *out)
{
    if (!inspection->values) return false;
    for (int32_t layer = 1; layer <= inspection->spec.depth; layer++) {
        if (inspection->edges.values[layer - 1]) continue;
        *out =
            (gf_wanted_array){layer, GF_TENSOR_WEIGHT_GRAD, weight_count(&inspection->spec, layer)};
        return true;
    }
    return false;
}

bool gf_inspection_next(const gf_inspection *inspection, gf_wanted_array *out)
{
    const gf_spec *spec = &inspection->spec;
    const int32_t layer = inspection->layer;
    if (spec->depth == 0 || inspection->failed) return false;
    if (next_edge(inspection, out)) return true;
    if (layer == 0 || inspection->slow) return false;
    const gf_layer_detail *detail = &inspection->detail;
    *out = (gf_wanted_array){layer, GF_TENSOR_Z,
                             (size_t)spec->batch * (size_t)gf_spec_fan_out(spec, layer)};
    if (!detail->z.ready && out->count <= GF_INSPECTION_MAX) return true;
    *out = (gf_wanted_array){layer, GF_TENSOR_WEIGHT_GRAD, weight_count(spec, layer)};
    return !detail->weight_grad.ready && out->count <= GF_INSPECTION_MAX;
}

static void take_edge(gf_inspection *inspection, const gf_wanted_array *wanted, const float *values,
                      int64_t exponent)
{
    float *place = inspection->values;
    for (int32_t layer = 1; layer < wanted->layer; layer++)
        place += weight_count(&inspection->spec, layer);
    memcpy(place, values, wanted->count * sizeof *place);
    inspection->edges.values[wanted->layer - 1] = place;
    inspection->edges.exponents[wanted->layer - 1] = exponent;
}

void gf_inspection_take(gf_inspection *inspection, const gf_wanted_array *wanted,
                        const float *values, int64_t exponent)
{
    gf_layer_detail *detail = &inspection->detail;
    if (!values) {
        inspection->failed = true;
        return;
    }
    const bool grad = wanted->tensor == GF_TENSOR_WEIGHT_GRAD;
    if (grad && inspection->values && !inspection->edges.values[wanted->layer - 1])
        take_edge(inspection, wanted, values, exponent);
    if (detail->layer != wanted->layer) return;
    gf_detail_values *place = grad ? &detail->weight_grad : &detail->z;
    *place = gf_detail_of(values, wanted->count, exponent);
    if (!grad) return;
    place->histogram.low /= inspection->spec.loss_scale; /* the engine sends it as it is kept */
    place->histogram.high /= inspection->spec.loss_scale;
}

const gf_edges *gf_inspection_edges(const gf_inspection *inspection)
{
    return inspection->values ? &inspection->edges : NULL;
}

const gf_layer_detail *gf_inspection_detail(const gf_inspection *inspection)
{
    return inspection->detail.layer > 0 ? &inspection->detail : NULL;
}

void gf_inspection_destroy(gf_inspection *inspection)
{
    free(inspection->values);
    *inspection = (gf_inspection){0};
}
