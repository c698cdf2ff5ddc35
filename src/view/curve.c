/* Gathering points of the curve and handing them to the canvas. What leaves the plot is cut at its
 * edge. */
#include "view/curve.h"

#include <math.h>

void gf_curve_begin(gf_curve *curve, gf_canvas *canvas, const gf_chart_layout *chart, float width,
                    gf_color color)
{
    curve->canvas = canvas; /* not the points: that would be 12 kB to clear */
    curve->chart = chart;
    curve->width = width;
    curve->color = color;
    curve->dash = 0.0f;
    curve->is_band = false;
    curve->count = 0;
}

static bool is_dense(const gf_curve *curve)
{
    return curve->chart->slot < GF_CURVE_DENSE;
}

static void push(gf_curve *curve, float x, float top, float bottom)
{
    if (curve->count == GF_CURVE_POINTS_MAX) { /* draw, and go on from the last point */
        const gf_point last = curve->points[curve->count - 1];
        const float last_bottom = curve->bottoms[curve->count - 1];
        gf_curve_end(curve);
        curve->points[0] = last;
        curve->bottoms[0] = last_bottom;
        curve->count = 1;
    }
    curve->points[curve->count] = (gf_point){x, top};
    curve->bottoms[curve->count++] = bottom;
}

static void draw_band(gf_curve *curve)
{
    const float half = fmaxf(0.5f * curve->width - 0.5f, 0.0f);
    if (curve->count == 1)
        push(curve, curve->points[0].x + GF_CURVE_STEP, curve->points[0].y, curve->bottoms[0]);
    for (int32_t i = 0; i < curve->count; i++) {
        curve->points[i].y -= half;
        curve->bottoms[i] += half;
    }
    gf_canvas_band(curve->canvas, curve->points, curve->bottoms, curve->count, curve->color);
}

void gf_curve_end(gf_curve *curve)
{
    if (curve->count > 0 && (is_dense(curve) || curve->is_band))
        draw_band(curve);
    else if (curve->dash > 0.0f)
        gf_canvas_dashed_line(curve->canvas, curve->points, curve->count, curve->width, curve->dash,
                              curve->color);
    else
        gf_canvas_line(curve->canvas, curve->points, curve->count, curve->width, curve->color);
    curve->count = 0;
}

static float height_of(const gf_curve *curve, double value)
{
    const gf_rect plot = curve->chart->plot;
    return fminf(fmaxf(gf_chart_y(curve->chart, value), plot.y), plot.y + plot.height);
}

void gf_curve_add_between(gf_curve *curve, double layer, double low, double high)
{
    if (!isfinite(low) || !isfinite(high)) {
        gf_curve_end(curve);
        return;
    }
    const float x = gf_chart_x(curve->chart, layer);
    const float top = height_of(curve, high), bottom = height_of(curve, low);
    const int32_t last = curve->count - 1;
    if (!is_dense(curve) || last < 0 || x - curve->points[last].x >= GF_CURVE_STEP) {
        push(curve, x, top, bottom);
        return;
    }
    curve->points[last].y = fminf(curve->points[last].y, top);
    curve->bottoms[last] = fmaxf(curve->bottoms[last], bottom);
}

void gf_curve_add(gf_curve *curve, double layer, double value)
{
    gf_curve_add_between(curve, layer, value, value);
}
