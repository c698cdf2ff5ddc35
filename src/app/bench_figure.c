/* Words and numbers of the figure. */
#include "app/bench_figure.h"

#include <stdio.h>
#include <string.h>

/* The devices of the first shape are all there are. */
static void add_device(gf_bench_chart *chart, const gf_bench_result *result)
{
    char word[200];
    if (result->refused[0] || strstr(chart->subtitle, result->device.id)) return;
    snprintf(word, sizeof word, "%s%s: %s, peak %.0f GFLOP/s", chart->subtitle[0] ? "; " : "",
             result->device.id, result->device.name, result->peak_gflops);
    strncat(chart->subtitle, word, sizeof chart->subtitle - strlen(chart->subtitle) - 1);
}

static void add_title(gf_bench_chart *chart, const gf_shape *shape, gf_bench_size varied)
{
    const char *what[] = {"", "width %d, batch %d", "depth %d, batch %d", "depth %d, width %d"};
    const int first = varied == GF_BENCH_DEPTH ? shape->width : shape->depth;
    const int second = varied == GF_BENCH_BATCH ? shape->width : shape->batch;
    snprintf(chart->size_name, sizeof chart->size_name, "%s", gf_bench_size_names[varied]);
    if (varied == GF_BENCH_NO_SIZE) {
        snprintf(chart->title, sizeof chart->title,
                 "What each device makes of its own peak: whole steps, a record of every layer "
                 "included");
        return;
    }
    const int length = snprintf(chart->title, sizeof chart->title,
                                "How the time of a step grows with the %s: ", chart->size_name);
    snprintf(chart->title + length, sizeof chart->title - (size_t)length, what[varied], first,
             second);
}

void gf_bench_figure_add(gf_bench_chart *chart, const gf_bench_result *result, gf_bench_size varied)
{
    const gf_shape *shape = &result->shape;
    if (result->scope != GF_SCOPE_STEP || chart->count == GF_BENCH_MARKS_MAX) return;
    if (chart->count == 0) add_title(chart, shape, varied);
    add_device(chart, result);
    gf_bench_mark *mark = &chart->marks[chart->count++];
    *mark = (gf_bench_mark){.refused = result->refused[0] != '\0'};
    snprintf(mark->device, sizeof mark->device, "%s", result->device.id);
    snprintf(mark->shape, sizeof mark->shape, "%d x %d, batch %d", shape->depth, shape->width,
             shape->batch);
    if (varied != GF_BENCH_NO_SIZE) mark->size = gf_bench_shape_size(shape, varied);
    if (mark->refused) return;
    mark->ms = result->median_ms;
    mark->gflops = result->gflops;
    mark->share = result->peak_gflops > 0.0 ? result->gflops / result->peak_gflops : 0.0;
}
