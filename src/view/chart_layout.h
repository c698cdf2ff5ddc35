/* Where things are on the chart. */
#ifndef GF_VIEW_CHART_LAYOUT_H
#define GF_VIEW_CHART_LAYOUT_H

#include "view/axis.h"
#include "view/canvas.h"
#include "view/scene.h"

typedef struct gf_chart_layout {
    gf_rect plot;
    int32_t depth;       /* of the deeper network */
    double from, layers; /* the place at the left edge, and how many layers are on screen */
    float slot;          /* pixels from one layer to the next */
    gf_log_axis y;       /* in the unit of the measure; set by whoever has the numbers */
} gf_chart_layout;

gf_chart_layout gf_chart_layout_make(const gf_scene *scene, gf_rect rect);

/* Middle of a layer; `layer` may be a fraction. */
float gf_chart_x(const gf_chart_layout *chart, double layer);
double gf_chart_layer(const gf_chart_layout *chart, float x); /* the other way */
float gf_chart_y(const gf_chart_layout *chart, double value);

#endif
