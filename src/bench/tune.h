/* The search for the fastest of a device's candidate kernels. Each candidate is compiled, checked
 * and then timed: on small networks of odd sizes all that it computes must be what the naive
 * kernels of the same device compute, or it takes no part. The winner is kept in the cache
 * (tuning_cache.h). */
#ifndef GF_BENCH_TUNE_H
#define GF_BENCH_TUNE_H

#include "bench/bench.h"
#include "compute/opencl/tuning.h"

#define GF_TUNE_SHAPES_MAX 8

/* One candidate. Times are milliseconds of forward, backward and records, the shortest of several.
 */
typedef struct gf_tune_row {
    const gf_tuning *tuning;
    double build_ms;
    double ms[GF_TUNE_SHAPES_MAX];
    double
        gain; /* how many times faster than the built-in choice: geometric mean over the shapes */
    bool chosen;       /* meaningful when all rows are there */
    char refused[200]; /* empty when it was timed */
} gf_tune_row;

typedef struct gf_tune_desc {
    const gf_device *device; /* of the opencl backend */
    const gf_shape *shapes;
    int32_t shape_count; /* at most GF_TUNE_SHAPES_MAX */
    double limit_ms;     /* no further candidate after this long; 0: all */
    void (*progress)(void *user, const char *sentence); /* may be NULL */
    void *user;
} gf_tune_desc;

/* Three shapes: narrow, middle, wide. */
extern const gf_shape gf_tune_shapes[3];

/* True for a device with a choice of kernels for which none is kept yet, and no family forced. */
bool gf_tune_is_due(const gf_device *device);

/* Rows of `out` [GF_TUNINGS_MAX] in the order of the table; the built-in choice is the first.
 * GF_DEVICE: there is nothing to choose. A choice that cannot be kept is no failure: `kept` says
 * why. */
gf_status gf_tune_run(const gf_tune_desc *desc, gf_tune_row *out, int32_t *count, gf_error *kept,
                      gf_error *error);

#endif
