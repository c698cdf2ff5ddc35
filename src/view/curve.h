/* A value per layer as a line, or two as a band: broken where a layer has no finite value, thinned
 * where layers are finer than pixels. */
#ifndef GF_VIEW_CURVE_H
#define GF_VIEW_CURVE_H

#include "view/chart_layout.h"

#define GF_CURVE_POINTS_MAX 1024

/* Layers thinner than GF_CURVE_DENSE pixels are gathered in steps: their line becomes the band from
 * the lowest to the highest of each, so a single spike among ten thousand layers is seen and noise
 * is not drawn as a scribble. */
#define GF_CURVE_DENSE 1.0f
#define GF_CURVE_STEP  2.0f

typedef struct gf_curve {
    gf_canvas *canvas;
    const gf_chart_layout *chart;
    float width;
    gf_color color;
    float dash;   /* pixels of a dash; 0: solid. Only for lines that are not dense */
    bool is_band; /* gf_curve_add_between() is what adds */
    int32_t count;
    gf_point points[GF_CURVE_POINTS_MAX]; /* the line, or the tops of the band */
    float bottoms[GF_CURVE_POINTS_MAX];
} gf_curve;

void gf_curve_begin(gf_curve *curve, gf_canvas *canvas, const gf_chart_layout *chart, float width,
                    gf_color color);
/* Add layers in order; `layer` may be a fraction. A value that is not finite ends the piece. */
void gf_curve_add(gf_curve *curve, double layer, double value);
void gf_curve_add_between(gf_curve *curve, double layer, double low, double high);
/* Draw what was added; the curve is then empty. */
void gf_curve_end(gf_curve *curve);

#endif
