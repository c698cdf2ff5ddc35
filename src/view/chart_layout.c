/* The plot inside the chart's panel, in design pixels times the scale. */
#include "view/chart_layout.h"

#include <math.h>

#define GUTTER 96.0f /* tick labels down to 1e-10000 */
#define RIGHT  30.0f
#define TOP    54.0f
#define BOTTOM 50.0f

static int32_t depth_of(const gf_run *run)
{
    return run ? run->spec.depth : 0;
}

gf_chart_layout gf_chart_layout_make(const gf_scene *scene, gf_rect rect)
{
    const float scale = scene->scale;
    gf_chart_layout chart = {.depth = depth_of(scene->run)};
    if (depth_of(scene->other) > chart.depth) chart.depth = depth_of(scene->other);
    const gf_layer_span span = gf_layer_span_resolve(scene->visible, chart.depth);
    chart.plot.x = rintf(rect.x + GUTTER * scale);
    chart.plot.y = rintf(rect.y + TOP * scale);
    chart.plot.width = fmaxf(rintf(rect.width - (GUTTER + RIGHT) * scale), 1.0f);
    chart.plot.height = fmaxf(rintf(rect.height - (TOP + BOTTOM) * scale), 1.0f);
    chart.from = span.first;
    chart.layers = gf_layer_span_layers(span);
    chart.slot = (float)(chart.plot.width / chart.layers);
    return chart;
}

float gf_chart_x(const gf_chart_layout *chart, double layer)
{
    return chart->plot.x + (float)((layer + 0.5 - chart->from) / chart->layers * chart->plot.width);
}

double gf_chart_layer(const gf_chart_layout *chart, float x)
{
    return (double)((x - chart->plot.x) / chart->plot.width) * chart->layers + chart->from - 0.5;
}

float gf_chart_y(const gf_chart_layout *chart, double value)
{
    return chart->plot.y +
           (float)((1.0 - gf_log_axis_place(&chart->y, value)) * chart->plot.height);
}
