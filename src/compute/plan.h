/* How a network will be run on a device, decided from sizes alone before anything is allocated.
 *
 * Layers are cut into segments of consecutive layers: the unit of launching, of streaming records
 * and of cancelling. What does not fit is made again instead of stored: weights by the generator
 * each time a product asks for them, z and a by another forward pass of a segment before its
 * backward pass. Either way the bits are the same. */
#ifndef GF_COMPUTE_PLAN_H
#define GF_COMPUTE_PLAN_H

#include "gradflow/records.h"

typedef struct gf_plan {
    gf_spec spec;
    int32_t layers_per_segment;
    int32_t segment_count;
    /* z, a and delta are there for one segment at a time, the last layer of a segment in the place
     * of index 0; of every other segment only a of its last layer is kept. */
    bool recomputed;
    /* Weights and biases are there for `weight_layers` layers at a time, layer l in slot
     * (l - 1) % weight_layers. */
    bool generated;
    int32_t weight_layers;
    int32_t block_units;   /* that a product makes of one generated block of weights; 0: of all */
    uint64_t weight_bytes; /* W and b that are held at a time */
    uint64_t activation_bytes; /* input, target, and what is held of z, a and delta */
    uint64_t statistics_bytes; /* per unit and per layer results, parts of sums */
    uint64_t total_bytes;
    /* Of a first pass, memory and weights included; a pass after it does without the touch. */
    double seconds[GF_TERM_COUNT];
    double predicted_seconds; /* their sum */
} gf_plan;

/* The fastest way that fits. GF_INVALID: the spec. GF_MEMORY: none does, with what is needed and
 * what there is. */
gf_status gf_plan_create(const gf_spec *spec, const gf_device *device, gf_plan *out,
                         gf_error *error);

/* Seconds of a pass for which the memory is there. */
double gf_plan_steady_seconds(const gf_plan *plan);

/* First layer (1-based) and number of layers of segment 0..segment_count-1. */
int32_t gf_plan_segment_first(const gf_plan *plan, int32_t segment);
int32_t gf_plan_segment_layers(const gf_plan *plan, int32_t segment);
/* Where z, a and delta of a layer are in the arrays of a recomputed segment. */
int32_t gf_plan_place(const gf_plan *plan, int32_t layer);
/* Is a of the layer kept although its segment is not? */
bool gf_plan_is_checkpoint(const gf_plan *plan, int32_t layer);

#endif
