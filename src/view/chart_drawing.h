/* A chart while it is drawn, for chart*.c only. */
#ifndef GF_VIEW_CHART_DRAWING_H
#define GF_VIEW_CHART_DRAWING_H

#include "view/chart_layout.h"
#include "view/view_internal.h"

#define GF_CHART_FONT      15.0f /* design pixels, like all in chart*.c */
#define GF_CHART_LINE      3.5f
#define GF_CHART_WORDS_MAX 24

typedef struct gf_chart_drawing {
    gf_view *view;
    const gf_scene *scene;
    gf_label_list *labels;
    gf_chart_layout layout;
    const gf_summary *summary; /* of scene->run */
    const gf_summary *other;   /* of scene->other, NULL without one */
    int32_t taken_count;
    gf_rect taken[GF_CHART_WORDS_MAX]; /* where words stand, see chart_room.h */
} gf_chart_drawing;

/* The value of a layer that has come, in the unit of the axis. */
double gf_chart_value(const gf_chart_drawing *chart, const gf_summary *summary, int32_t layer);
float gf_chart_pixels(const gf_chart_drawing *chart, float design);
void gf_chart_label(const gf_chart_drawing *chart, float x, float y, gf_align align, gf_color color,
                    const char *text);
void gf_chart_row(const gf_chart_drawing *chart, float y, gf_color color);
void gf_chart_column(const gf_chart_drawing *chart, float x, gf_color color);

/* chart_lines.c: what the curves are read against. */
void gf_chart_draw_range(gf_chart_drawing *chart); /* the healthy one */
void gf_chart_draw_grid(const gf_chart_drawing *chart);
void gf_chart_draw_limits(gf_chart_drawing *chart);
/* Does one of them run through the box? */
bool gf_chart_has_limit_in(const gf_chart_drawing *chart, gf_rect box); /* of the float formats */

/* chart_curves.c */
void gf_chart_draw_theory(gf_chart_drawing *chart);
void gf_chart_draw_curves(gf_chart_drawing *chart);
void gf_chart_draw_marks(gf_chart_drawing *chart); /* of layers that are on no axis */

#endif
