/* The plot inside the chart's panel, in design pixels times the scale. */
#include "view/chart_layout.h"

#include <math.h>

#define GUTTER 96.0f /* tick labels down to 1e-10000 */
#define RIGHT  30.0f
#define TOP    54.0f
#define BOTTOM 50.0f

gf_chart_layout gf_chart_layout_make(const gf_scene *scene, gf_rect rect)
{
    const float scale = scene->scale;
    gf_chart_layout chart = {.depth = scene->run ? scene->run->spec.depth : 0};
    chart.plot.x = rintf(rect.x + GUTTER * scale);
    chart.plot.y = rintf(rect.y + TOP * scale);
    chart.plot.width = fmaxf(rintf(rect.width - (GUTTER + RIGHT) * scale), 1.0f);
    chart.plot.height = fmaxf(rintf(rect.height - (TOP + BOTTOM) * scale), 1.0f);
    chart.slot = chart.plot.width / (float)(chart.depth > 0 ? chart.depth : 1);
    return chart;
}

float gf_chart_x(const gf_chart_layout *chart, double layer)
{
    const double depth = chart->depth > 0 ? chart->depth : 1;
    return chart->plot.x + (float)((layer - 0.5) / depth * chart->plot.width);
}

float gf_chart_y(const gf_chart_layout *chart, double decade)
{
    return chart->plot.y +
           (float)((1.0 - gf_log_axis_place(&chart->y, decade)) * chart->plot.height);
}
