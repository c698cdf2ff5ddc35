/* The benchmark of the window: `gradflow bench` in a child process, one shape after the other, so
 * that results come while it runs. Never waits. The window's own engine is to be idle meanwhile. */
#ifndef GF_APP_BENCH_CHILD_H
#define GF_APP_BENCH_CHILD_H

#include "bench/bench.h"
#include "engine/process.h"
#include "gradflow/spec.h"
#include "ui/bench_panel.h"

#define GF_BENCH_CHILD_SHAPES_MAX 16

/* Zero is one that has not been started. */
typedef struct gf_bench_child {
    gf_process process; /* of the shape under way */
    gf_shape shapes[GF_BENCH_CHILD_SHAPES_MAX];
    char *text; /* what it has written so far; owned */
    size_t length, room;
    gf_bench_report report;
} gf_bench_child;

/* From the beginning: the shape of `spec`, then the usual ones. */
void gf_bench_child_start(gf_bench_child *child, const gf_spec *spec);
/* Take what has come, go on with the next shape. True when there is something new. */
bool gf_bench_child_poll(gf_bench_child *child);
/* End it; results stay. */
void gf_bench_child_cancel(gf_bench_child *child);
void gf_bench_child_destroy(gf_bench_child *child);

#endif
