/* The benchmark as a figure: bars of what every device makes of its own peak, or how the time of a
 * step grows with one size. */
#ifndef GF_UI_BENCH_CHART_H
#define GF_UI_BENCH_CHART_H

#include "ui/ui.h"

#define GF_BENCH_MARKS_MAX 512

/* One device on one shape. */
typedef struct gf_bench_mark {
    char shape[48], device[32];
    double size;              /* of the one that is varied */
    double ms, gflops, share; /* a step; share of the device's measured peak */
    bool refused;
} gf_bench_mark;

typedef struct gf_bench_chart {
    char title[120], subtitle[400];
    char size_name[16]; /* "depth": lines over it; empty: bars */
    int32_t count;
    gf_bench_mark marks[GF_BENCH_MARKS_MAX]; /* shape by shape; the same devices in each */
} gf_bench_chart;

/* By what power of the size the device's time grows, over all of its points; NaN: it has fewer than
 * two. */
double gf_bench_chart_growth(const gf_bench_chart *chart, const char *device);

/* `figure` is a gf_bench_chart. */
void gf_bench_chart_draw(const void *figure, gf_ui *ui, gf_rect page);

#endif
