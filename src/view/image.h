/* A picture painted by the processor and shown by one textured quad, pixel for pixel.
 *
 * Software OpenGL draws a plain texture several times faster than anything computed per pixel, and
 * the stage changes only where the wave is: so it is painted here, and only the columns that
 * changed are uploaded. */
#ifndef GF_VIEW_IMAGE_H
#define GF_VIEW_IMAGE_H

#include <glad/gl.h>

#include "view/scene.h"

typedef struct gf_image {
    GLuint program, array, texture;
    GLint rect_place, size_place;
    int32_t width, height;
    uint32_t *pixels; /* [height][width] of 0xAARRGGBB, opaque */
    int32_t dirty_left, dirty_right;
} gf_image;

gf_status gf_image_create(gf_image *out, gf_error *error);
void gf_image_destroy(gf_image *image);
/* Room for width x height; contents are lost when it changes. False: no memory, or more than OpenGL
 * takes. */
bool gf_image_resize(gf_image *image, int32_t width, int32_t height);
/* Columns left..right-1 were painted. */
void gf_image_touch(gf_image *image, int32_t left, int32_t right);
/* Upload what was touched and draw with the left top corner at (x, y) of a `view_width` x
 * `view_height` frame. */
void gf_image_draw(gf_image *image, float x, float y, int32_t view_width, int32_t view_height);

uint32_t gf_image_pixel(gf_color color);

#endif
