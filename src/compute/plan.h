/* How a network will be run on a device, decided from sizes alone before anything is allocated.
 *
 * Layers are cut into segments of consecutive layers: the unit of launching, of streaming records
 * and of cancelling. */
#ifndef GF_COMPUTE_PLAN_H
#define GF_COMPUTE_PLAN_H

#include "gradflow/records.h"

typedef struct gf_plan {
    gf_spec spec;
    int32_t layers_per_segment;
    int32_t segment_count;
    uint64_t weight_bytes;     /* W and b of all layers */
    uint64_t activation_bytes; /* input, target, z, a and delta of all layers */
    uint64_t statistics_bytes; /* per unit and per layer results */
    uint64_t total_bytes;
    double predicted_seconds;
} gf_plan;

/* GF_INVALID: the spec. GF_MEMORY: it does not fit, with what is needed and what there is. */
gf_status gf_plan_create(const gf_spec *spec, const gf_device *device, gf_plan *out,
                         gf_error *error);

/* First layer (1-based) and number of layers of segment 0..segment_count-1. */
int32_t gf_plan_segment_first(const gf_plan *plan, int32_t segment);
int32_t gf_plan_segment_layers(const gf_plan *plan, int32_t segment);

#endif
