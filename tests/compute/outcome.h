/* One whole pass on one device, kept for comparison. */
#ifndef GF_TESTS_COMPUTE_OUTCOME_H
#define GF_TESTS_COMPUTE_OUTCOME_H

#include <stdlib.h>

#include "compute/compute.h"
#include "support/test.h"

#define OUTCOME_ROWS    16
#define GF_TEST_DEVICES 8

typedef struct outcome {
    gf_spec spec;
    gf_scaled loss;
    gf_layer_record *layers; /* [depth] */
    gf_cell *cells;          /* [depth][OUTCOME_ROWS] */
} outcome;

static gf_status outcome_take(void *user, int32_t first, int32_t count,
                              const gf_layer_record *records, const gf_cell *cells, gf_error *error)
{
    (void)error;
    outcome *to = user;
    memcpy(&to->layers[first - 1], records, (size_t)count * sizeof *records);
    memcpy(&to->cells[(size_t)(first - 1) * OUTCOME_ROWS], cells,
           (size_t)count * OUTCOME_ROWS * sizeof *cells);
    return GF_OK;
}

/* Runs `spec` on an open backend. `layers_per_segment` 0 leaves the plan as it is. */
static inline outcome outcome_run(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                                  int32_t layers_per_segment)
{
    gf_error error = {0};
    gf_plan plan;
    outcome out = {.spec = *spec};
    out.layers = calloc((size_t)spec->depth, sizeof *out.layers);
    out.cells = calloc((size_t)spec->depth * OUTCOME_ROWS, sizeof *out.cells);
    assert_true(out.layers && out.cells);
    gf_status status = gf_plan_create(spec, device, &plan, &error);
    if (status == GF_OK && layers_per_segment) {
        plan.layers_per_segment = layers_per_segment;
        plan.segment_count = (spec->depth + layers_per_segment - 1) / layers_per_segment;
    }
    const gf_sink sink = {.layers = outcome_take, .user = &out};
    gf_times times;
    if (status == GF_OK)
        status =
            gf_compute_run(backend, &plan, OUTCOME_ROWS, NULL, &sink, &out.loss, &times, &error);
    if (status != GF_OK) fail_msg("%s: %s", device->id, error.text);
    return out;
}

static inline void outcome_free(outcome *out)
{
    free(out->layers);
    free(out->cells);
}

/* Every device, opened. */
typedef struct devices {
    int32_t count;
    gf_device device[GF_TEST_DEVICES];
    gf_backend *backend[GF_TEST_DEVICES];
} devices;

static inline devices devices_open(void)
{
    devices all = {0};
    all.count = gf_compute_list(all.device, GF_TEST_DEVICES, false);
    for (int32_t i = 0; i < all.count; i++) {
        gf_error error = {0};
        if (gf_compute_open(&all.device[i], NULL, &all.backend[i], &error) != GF_OK)
            fail_msg("%s: %s", all.device[i].id, error.text);
    }
    return all;
}

static inline void devices_close(devices *all)
{
    for (int32_t i = 0; i < all->count; i++)
        all->backend[i]->ops->close(all->backend[i]);
}

static inline int32_t devices_find(const devices *all, const char *id)
{
    for (int32_t i = 0; i < all->count; i++)
        if (strcmp(all->device[i].id, id) == 0) return i;
    fail_msg("there is no device '%s'", id);
    return -1;
}

#endif
