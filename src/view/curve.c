/* Thinning keeps the highest and the lowest of each step, so a single spike among ten thousand
 * layers is seen. */
#include "view/curve.h"

#include <math.h>

static void push(gf_curve *curve, float x, float y)
{
    if (curve->count == GF_CURVE_POINTS_MAX) { /* go on from the last point */
        const gf_point last = curve->points[curve->count - 1];
        gf_canvas_line(curve->canvas, curve->points, curve->count, curve->width, curve->color);
        curve->points[0] = last;
        curve->count = 1;
    }
    curve->points[curve->count++] = (gf_point){x, y};
}

static void close_bucket(gf_curve *curve)
{
    if (!curve->bucket_open) return;
    curve->bucket_open = false;
    if (curve->bucket_bottom - curve->bucket_top < 1.0f) {
        push(curve, curve->bucket_x, 0.5f * (curve->bucket_top + curve->bucket_bottom));
        return;
    }
    push(curve, curve->bucket_x, curve->bucket_top);
    push(curve, curve->bucket_x + 0.5f * GF_CURVE_STEP, curve->bucket_bottom);
}

void gf_curve_end(gf_curve *curve)
{
    close_bucket(curve);
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
    if (curve->chart->slot >= GF_CURVE_STEP) {
        push(curve, x, y);
        return;
    }
    if (curve->bucket_open && x - curve->bucket_x >= GF_CURVE_STEP) close_bucket(curve);
    if (!curve->bucket_open) {
        curve->bucket_open = true;
        curve->bucket_x = x;
        curve->bucket_top = curve->bucket_bottom = y;
    }
    curve->bucket_top = fminf(curve->bucket_top, y);
    curve->bucket_bottom = fmaxf(curve->bucket_bottom, y);
}
