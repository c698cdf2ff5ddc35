/* The stage (neuron columns, histograms, the wave) and the chart (gradient strength per layer),
 * drawn with OpenGL 3.3. */
#ifndef GF_VIEW_VIEW_H
#define GF_VIEW_VIEW_H

#include "view/scene.h"

typedef struct gf_view gf_view;

/* Needs a current OpenGL 3.3 core context. GF_DEVICE: a shader does not build, with the first lines
 * of its log. */
gf_status gf_view_create(gf_view **out, gf_error *error);
void gf_view_destroy(gf_view *view);

/* Start a frame of `width` x `height` framebuffer pixels: viewport and background. */
void gf_view_begin(gf_view *view, int32_t width, int32_t height, const gf_theme *theme);
/* A rounded panel with a border. Those that come first in a frame cost next to nothing. Stage and
 * chart draw their own; naming them first makes them cheap too. */
void gf_view_panel(gf_view *view, gf_rect rect, float radius, gf_color fill, gf_color border);
/* Columns and waves, with layer numbers and the words above them as labels. Two networks side by
 * side are two stages, scene->side 0 and 1. */
void gf_view_stage(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels);
/* A quantity over layers, with ticks and names as labels. The vertical axis does not move while
 * layers of a run come in, unless they leave it. */
void gf_view_chart(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels);
/* Bring everything since begin to the framebuffer. */
void gf_view_end(gf_view *view);
/* Has the last frame shown all there was to show? False while a run is taken up with scene->spread:
 * the next frames will show more of it even if nothing else moves. */
bool gf_view_is_settled(const gf_view *view);

/* The layer under (x, y) in a stage or chart drawn in `rect`, 0 if none. In perspective the view
 * that has drawn it knows how far the columns stand out; NULL: not at all. */
int32_t gf_view_stage_layer(const gf_view *view, const gf_scene *scene, gf_rect rect, float x,
                            float y);
int32_t gf_view_chart_layer(const gf_scene *scene, gf_rect rect, float x, float y);
/* The place on the layer axis (layer_span.h) under (x, y): the anchor of a zoom, and what a drag
 * moves. 0 outside the columns. */
double gf_view_stage_place(const gf_view *view, const gf_scene *scene, gf_rect rect, float x,
                           float y);
double gf_view_chart_place(const gf_scene *scene, gf_rect rect, float x, float y);
/* Layers per framebuffer pixel, for panning by a drag. */
double gf_view_stage_layers_per_pixel(const gf_scene *scene, gf_rect rect);
/* The place under (x, y) in the map of the whole network, which is there while scene->visible is
 * not all of it; 0 outside. For gf_layer_span_centre(). */
double gf_view_minimap_place(const gf_scene *scene, gf_rect rect, float x, float y);

#endif
