/* Gathering points of the curve and handing them to the canvas. */
#include "view/curve.h"

#include <math.h>

static bool is_dense(const gf_curve *curve)
{
    return curve->chart->slot < GF_CURVE_DENSE;
}

static void push(gf_curve *curve, float x, float y)
{
    if (curve->count == GF_CURVE_POINTS_MAX) { /* draw, and go on from the last point */
        const gf_point last = curve->points[curve->count - 1];
        const float bottom = curve->bottoms[curve->count - 1];
        gf_curve_end(curve);
        curve->points[0] = last;
        curve->bottoms[0] = bottom;
        curve->count = 1;
    }
    curve->points[curve->count] = (gf_point){x, y};
    curve->bottoms[curve->count++] = y;
}

static void draw_band(gf_curve *curve)
{
    const float half = 0.5f * curve->width - 0.5f;
    if (curve->count == 1) push(curve, curve->points[0].x + GF_CURVE_STEP, curve->points[0].y);
    for (int32_t i = 0; i < curve->count; i++) {
        curve->points[i].y -= half;
        curve->bottoms[i] += half;
    }
    gf_canvas_band(curve->canvas, curve->points, curve->bottoms, curve->count, curve->color);
}

void gf_curve_end(gf_curve *curve)
{
    if (curve->count > 0 && is_dense(curve))
        draw_band(curve);
    else
        gf_canvas_line(curve->canvas, curve->points, curve->count, curve->width, curve->color);
    curve->count = 0;
}

void gf_curve_add(gf_curve *curve, double layer, double decade)
{
    if (!isfinite(decade)) {
        gf_curve_end(curve);
        return;
    }
    const float x = gf_chart_x(curve->chart, layer), y = gf_chart_y(curve->chart, decade);
    const int32_t last = curve->count - 1;
    if (!is_dense(curve) || last < 0 || x - curve->points[last].x >= GF_CURVE_STEP) {
        push(curve, x, y);
        return;
    }
    curve->points[last].y = fminf(curve->points[last].y, y);
    curve->bottoms[last] = fmaxf(curve->bottoms[last], y);
}
