/* A value per layer as a line: broken where a layer has no finite value, thinned where layers are
 * finer than pixels. */
#ifndef GF_VIEW_CURVE_H
#define GF_VIEW_CURVE_H

#include "view/chart_layout.h"

#define GF_CURVE_POINTS_MAX 1024

typedef struct gf_curve {
    gf_canvas *canvas;
    const gf_chart_layout *chart;
    float width;
    gf_color color;
    int32_t count;
    gf_point points[GF_CURVE_POINTS_MAX];
    float bucket_x, bucket_top,
        bucket_bottom; /* of layers thinner than GF_CURVE_STEP, not yet a point */
    bool bucket_open;
} gf_curve;

/* Pixels that one or two points stand for; both extremes are kept where they differ visibly. */
#define GF_CURVE_STEP 2.0f

/* Add layers in order; `layer` may be a fraction. A value that is not finite ends the piece. */
void gf_curve_add(gf_curve *curve, double layer, double decade);
/* Draw what was added; the curve is then empty. */
void gf_curve_end(gf_curve *curve);

#endif
