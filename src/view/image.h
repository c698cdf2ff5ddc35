/* A picture painted by the processor and copied to the frame, pixel for pixel.
 *
 * The stage changes only where the waves are: so it is painted here, and only the columns that
 * changed are uploaded. */
#ifndef GF_VIEW_IMAGE_H
#define GF_VIEW_IMAGE_H

#include "view/scene.h"
#include "view/target.h"

typedef struct gf_image {
    gf_copy copy;
    int32_t width, height;
    bool top_down;    /* order of the rows, see target.h */
    uint32_t *pixels; /* [height][width] of 0xAARRGGBB, opaque */
    int32_t dirty_left, dirty_right;
} gf_image;

void gf_image_destroy(gf_image *image);
/* Room for width x height in the order of rows that `target` needs; contents are lost and *kept is
 * false when either changes. False: no memory, or more than OpenGL takes. */
bool gf_image_resize(gf_image *image, const gf_target *target, int32_t width, int32_t height,
                     bool *kept);
/* The pixels of row y from the top. */
uint32_t *gf_image_row(const gf_image *image, int32_t y);
/* Columns left..right-1 were painted. */
void gf_image_touch(gf_image *image, int32_t left, int32_t right);
/* Bring what was touched to the texture. */
void gf_image_upload(gf_image *image);
/* The same, and copy the image to the target with its left top corner at (x, y). */
void gf_image_draw(gf_image *image, const gf_target *target, int32_t x, int32_t y);

uint32_t gf_image_pixel(gf_color color);

#endif
