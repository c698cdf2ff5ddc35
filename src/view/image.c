/* Pixels, their order, and the upload. */
#include "view/image.h"

#include <stdlib.h>

void gf_image_destroy(gf_image *image)
{
    gf_copy_destroy(&image->copy);
    free(image->pixels);
    *image = (gf_image){0};
}

bool gf_image_resize(gf_image *image, const gf_target *target, int32_t width, int32_t height,
                     bool *kept)
{
    const bool top_down = gf_target_is_top_down(target);
    const bool same_size = width == image->width && height == image->height;
    *kept = same_size && top_down == image->top_down;
    image->top_down = top_down;
    if (same_size) return true;
    if (!gf_copy_resize(&image->copy, width, height)) return false;
    uint32_t *pixels = realloc(image->pixels, (size_t)width * (size_t)height * sizeof *pixels);
    if (!pixels) return false;
    image->pixels = pixels;
    image->width = width;
    image->height = height;
    return true;
}

uint32_t *gf_image_row(const gf_image *image, int32_t y)
{
    const int32_t row = image->top_down ? y : image->height - 1 - y;
    return image->pixels + (size_t)row * (size_t)image->width;
}

void gf_image_touch(gf_image *image, int32_t left, int32_t right)
{
    if (image->dirty_left >= image->dirty_right) {
        image->dirty_left = left;
        image->dirty_right = right;
        return;
    }
    if (left < image->dirty_left) image->dirty_left = left;
    if (right > image->dirty_right) image->dirty_right = right;
}

void gf_image_upload(gf_image *image)
{
    if (image->dirty_left >= image->dirty_right) return;
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, image->copy.texture);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, image->width);
    glTexSubImage2D(GL_TEXTURE_2D, 0, image->dirty_left, 0, image->dirty_right - image->dirty_left,
                    image->height, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV,
                    image->pixels + image->dirty_left);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    image->dirty_left = image->dirty_right = 0;
}

void gf_image_draw(gf_image *image, const gf_target *target, int32_t x, int32_t y)
{
    gf_image_upload(image);
    gf_copy_draw(&image->copy, target, x, y);
}

uint32_t gf_image_pixel(gf_color color)
{
    return color >> 8 | color << 24;
}
