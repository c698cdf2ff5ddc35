/* Where a frame is drawn, and how pictures are copied there.
 *
 * Software OpenGL copies a rectangle between textures ten times faster than it draws one with a
 * texture on it, but only if no row has to be turned over. A window keeps its highest row first, a
 * framebuffer of our own its lowest: so whoever has something to copy keeps its rows in the order
 * of the target. On other OpenGL it makes no difference. */
#ifndef GF_VIEW_TARGET_H
#define GF_VIEW_TARGET_H

#include <glad/gl.h>

#include <stdbool.h>
#include <stdint.h>

typedef struct gf_target {
    GLuint framebuffer; /* 0: a window */
    int32_t width, height;
} gf_target;

/* What is bound for drawing now. */
gf_target gf_target_current(int32_t width, int32_t height);
/* Are copies kept with the highest row first? */
bool gf_target_is_top_down(const gf_target *target);

/* A texture of so many pixels, and a framebuffer that draws to it or is copied from. */
typedef struct gf_copy {
    GLuint texture, framebuffer;
    int32_t width, height;
} gf_copy;

/* False: more than OpenGL takes. Contents are lost when the size changes. */
bool gf_copy_resize(gf_copy *copy, int32_t width, int32_t height);
void gf_copy_destroy(gf_copy *copy);
/* All of it to the target, its left top corner at (x, y); leaves the target bound. */
void gf_copy_draw(const gf_copy *copy, const gf_target *target, int32_t x, int32_t y);

#endif
