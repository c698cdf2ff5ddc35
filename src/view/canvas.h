/* Flat shapes in pixels, gathered as quads and drawn in one call, in the order they were added.
 *
 * Smooth edges come from vertices that fade to nothing one pixel outside, not from multisampling:
 * on software OpenGL that costs nothing per pixel. The buffer has a fixed size and is drawn when
 * full, so a frame allocates nothing. */
#ifndef GF_VIEW_CANVAS_H
#define GF_VIEW_CANVAS_H

#include <glad/gl.h>

#include "view/scene.h"

typedef struct gf_vertex {
    gf_point place;
    uint8_t color[4]; /* premultiplied */
} gf_vertex;

typedef struct gf_canvas {
    GLuint program, array, vertices, indices;
    GLint frame_place;
    int32_t width, height;
    bool upside_down; /* the first row is the lowest of the picture */
    int32_t quad_count;
    gf_vertex *quads; /* four a quad */
} gf_canvas;

gf_status gf_canvas_create(gf_canvas *out, gf_error *error);
void gf_canvas_destroy(gf_canvas *canvas);
void gf_canvas_begin(gf_canvas *canvas, int32_t width, int32_t height);
void gf_canvas_flush(gf_canvas *canvas);

/* Corners in order round the quad. */
void gf_canvas_quad(gf_canvas *canvas, const gf_point corners[4], const gf_color colors[4]);
void gf_canvas_rect(gf_canvas *canvas, gf_rect rect, gf_color color);
/* From `left` to `right`. */
void gf_canvas_gradient(gf_canvas *canvas, gf_rect rect, gf_color left, gf_color right);
/* Straight pieces with mitred joints, square at sharp turns; `width` in pixels. */
void gf_canvas_line(gf_canvas *canvas, const gf_point *points, int32_t count, float width,
                    gf_color color);
/* The same in dashes of `dash` pixels, with gaps two thirds as long. */
void gf_canvas_dashed_line(gf_canvas *canvas, const gf_point *points, int32_t count, float width,
                           float dash, gf_color color);
/* What lies between a line of tops and the bottoms below them. */
void gf_canvas_band(gf_canvas *canvas, const gf_point *tops, const float *bottoms, int32_t count,
                    gf_color color);
/* Dashes along a horizontal line. */
void gf_canvas_dashes(gf_canvas *canvas, float x0, float x1, float y, float width, gf_color color);
void gf_canvas_disc(gf_canvas *canvas, gf_point centre, float radius, gf_color color);
void gf_canvas_panel(gf_canvas *canvas, gf_rect rect, float radius, gf_color fill, gf_color border);

#endif
