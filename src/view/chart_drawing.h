/* A chart while it is drawn, for chart*.c only. */
#ifndef GF_VIEW_CHART_DRAWING_H
#define GF_VIEW_CHART_DRAWING_H

#include "view/chart_layout.h"
#include "view/view_internal.h"

#define GF_CHART_FONT 15.0f /* design pixels, like all in chart*.c */
#define GF_CHART_LINE 3.5f

typedef struct gf_chart_drawing {
    gf_view *view;
    const gf_scene *scene;
    gf_label_list *labels;
    gf_chart_layout layout;
    const gf_summary *summary; /* of scene->run */
    const gf_summary *other;   /* of scene->other, NULL without one */
} gf_chart_drawing;

/* The value of a layer that has come, in the unit of the axis. */
double gf_chart_value(const gf_chart_drawing *chart, const gf_summary *summary, int32_t layer);
float gf_chart_pixels(const gf_chart_drawing *chart, float design);
void gf_chart_label(const gf_chart_drawing *chart, float x, float y, gf_align align, gf_color color,
                    const char *text);
void gf_chart_row(const gf_chart_drawing *chart, float y, gf_color color);
void gf_chart_column(const gf_chart_drawing *chart, float x, gf_color color);

/* chart_lines.c: what the curves are read against. */
void gf_chart_draw_range(const gf_chart_drawing *chart); /* the healthy one */
void gf_chart_draw_grid(const gf_chart_drawing *chart);
void gf_chart_draw_limits(const gf_chart_drawing *chart); /* of the float formats */

/* chart_curves.c */
void gf_chart_draw_theory(const gf_chart_drawing *chart);
void gf_chart_draw_curves(const gf_chart_drawing *chart);
void gf_chart_draw_marks(const gf_chart_drawing *chart); /* of layers that are on no axis */

#endif
