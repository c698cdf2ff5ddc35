/* What the benchmark in the window has come to; drawn by bench_panel.c, filled by whoever runs it.
 */
#ifndef GF_UI_BENCH_PANEL_H
#define GF_UI_BENCH_PANEL_H

#include "ui/bench_chart.h"

#define GF_BENCH_DEVICES_MAX 8

/* A line about who took part. */
typedef struct gf_bench_device {
    char id[32];
    char words[400];    /* name, driver, what it can do at all */
    double peak_gflops; /* the highest that was measured */
} gf_bench_device;

/* Zero: nothing has been run. */
typedef struct gf_bench_report {
    bool running, ended;        /* ended: by itself, called off or failed */
    int32_t shape, shape_count; /* done so far */
    char doing[160];            /* what is being timed */
    char own[48];               /* the shape of the network on screen, as in its marks */
    bool own_cut;               /* it has fewer layers than the network: all would take too long */
    char failed[512];           /* why it ended early; empty: it did not */
    int32_t device_count;
    gf_bench_device devices[GF_BENCH_DEVICES_MAX];
    int32_t count;
    gf_bench_mark marks[GF_BENCH_MARKS_MAX]; /* shape by shape; whole steps */
} gf_bench_report;

#endif
