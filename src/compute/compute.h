/* One forward and backward pass on one device: plan, segments, records handed out as they become
 * ready. */
#ifndef GF_COMPUTE_COMPUTE_H
#define GF_COMPUTE_COMPUTE_H

#include "compute/backend.h"

/* Every device of every backend, best first: GPU, OpenCL CPU, C on all cores, the reference.
 * `without_opencl` asks no driver anything. Always at least the C backends. */
int32_t gf_compute_list(gf_device *devices, int32_t capacity, bool without_opencl);
/* The device that `name` means: an id, a family ("opencl") or kind ("gpu"), or part of a name
 * regardless of case; the first that fits. NULL is the best. GF_DEVICE lists what there is. */
gf_status gf_compute_find(const gf_device *devices, int32_t count, const char *name, gf_device *out,
                          gf_error *error);
gf_status gf_compute_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                          gf_error *error);

/* Where results go. Either may be NULL; a failing status stops the run. */
typedef struct gf_sink {
    gf_status (*plan)(void *user, const gf_plan *plan, gf_error *error);
    /* Layers first..first+count-1, from the output down. */
    gf_status (*layers)(void *user, int32_t first, int32_t count, const gf_layer_record *records,
                        const gf_cell *cells, gf_error *error);
    void *user;
} gf_sink;

/* Runs `plan`; looks for a cancel between segments (pulse as given to open). */
gf_status gf_compute_run(gf_backend *backend, const gf_plan *plan, int32_t rows,
                         const gf_pulse *pulse, const gf_sink *sink, gf_scaled *loss,
                         gf_times *times, gf_error *error);

#endif
