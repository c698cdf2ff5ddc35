/* From results of the benchmark to its figure. */
#ifndef GF_APP_BENCH_FIGURE_H
#define GF_APP_BENCH_FIGURE_H

#include "app/bench_shapes.h"
#include "ui/bench_chart.h"

/* Take over a result; only whole steps with their records, the headline, are in the figure. */
void gf_bench_figure_add(gf_bench_chart *chart, const gf_bench_result *result,
                         gf_bench_size varied);

#endif
