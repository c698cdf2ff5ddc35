/* The benchmark: the same network on every device, checked before it is timed, timed in turns.
 *
 * Protocol: every device must pass its self-test; then one cold step, warm-up, and blocks of steps
 * that take turns between the devices, so that a drift of the machine hits all alike. Median and
 * spread of the blocks. Operations are counted as 2 batch depth width^2 for each of forward, delta
 * and weight gradient; statistics are not counted. Weight gradients are never stored, they are made
 * and reduced where records are: a passes-only step has none and is counted without them. */
#ifndef GF_BENCH_BENCH_H
#define GF_BENCH_BENCH_H

#include "gradflow/records.h"

/* What a timed step contains. */
typedef enum gf_scope {
    GF_SCOPE_PASSES, /* forward, loss, delta of every layer; weights resident. A short network's
                        statistics are made with them and counted too */
    GF_SCOPE_STEP,   /* and every layer's record on the host: what a run of gradflow does. The
                           headline */
    GF_SCOPE_WHOLE,  /* and memory and weights made anew */
    GF_SCOPE_COUNT
} gf_scope;
extern const char *const gf_scope_names[GF_SCOPE_COUNT];

typedef struct gf_shape {
    int32_t depth, width, batch;
} gf_shape;

/* One device on one shape in one scope. Times in milliseconds a step. */
typedef struct gf_bench_result {
    gf_shape shape;
    gf_device device;
    gf_scope scope;
    double median_ms, iqr_ms, min_ms; /* over `runs` blocks */
    int32_t runs;
    double predicted_ms; /* what the planner said before; NaN: it says nothing of passes alone */
    double gflops, peak_gflops, peak_gbytes;
    double launches_per_step;
    double cold_ms; /* the first whole step of the process on this shape, compilation included */
    const char *kernels; /* the family that computed it, "" where there is no choice */
    char refused[200];   /* why there is no number; empty when there is one */
} gf_bench_result;

typedef struct gf_bench_desc {
    const gf_shape *shapes;
    int32_t shape_count;
    const char *device; /* as --device; NULL: every device but the reference */
    double seconds;     /* timed per device, shape and scope; 0: 1 */
    void (*progress)(void *user, const char *sentence); /* may be NULL */
    /* Before the first result: who takes part, with its measured peak, or why not. May be NULL. */
    void (*entrant)(void *user, const gf_device *device, double peak_gflops, double peak_gbytes,
                    const char *refused);
    void (*result)(void *user, const gf_bench_result *result);
    void *user;
} gf_bench_desc;

/* "50x1024x256" is depth x width x batch. GF_INVALID says what is allowed. */
gf_status gf_shape_parse(const char *text, gf_shape *out, gf_error *error);
/* The default shapes, from one that is all launches to one that is all arithmetic. */
extern const gf_shape gf_bench_shapes[];
extern const int32_t gf_bench_shape_count;

/* Results in the order of shapes, scopes, devices. A device that refuses or fails gets a result
 * that says so. */
gf_status gf_bench_run(const gf_bench_desc *desc, gf_error *error);

#endif
