/* Texture, upload and the quad. */
#include "view/image.h"

#include <stdlib.h>

#include "view/program.h"

gf_status gf_image_create(gf_image *out, gf_error *error)
{
    gf_image image = {0};
    GF_TRY(gf_program_create("image", &image.program, error));
    image.rect_place = glGetUniformLocation(image.program, "rect");
    image.size_place = glGetUniformLocation(image.program, "size");
    glGenVertexArrays(1, &image.array);
    glGenTextures(1, &image.texture);
    glBindTexture(GL_TEXTURE_2D, image.texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    *out = image;
    return GF_OK;
}

void gf_image_destroy(gf_image *image)
{
    if (image->program) {
        glDeleteProgram(image->program);
        glDeleteVertexArrays(1, &image->array);
        glDeleteTextures(1, &image->texture);
    }
    free(image->pixels);
    *image = (gf_image){0};
}

bool gf_image_resize(gf_image *image, int32_t width, int32_t height)
{
    GLint most = 0;
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &most);
    if (width < 1 || height < 1 || width > most || height > most) return false;
    if (width == image->width && height == image->height) return true;
    uint32_t *pixels = malloc((size_t)width * (size_t)height * sizeof *pixels);
    if (!pixels) return false;
    free(image->pixels);
    image->pixels = pixels;
    image->width = width;
    image->height = height;
    glBindTexture(GL_TEXTURE_2D, image->texture);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV,
                 NULL);
    return true;
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

static void upload(gf_image *image)
{
    if (image->dirty_left >= image->dirty_right) return;
    glPixelStorei(GL_UNPACK_ROW_LENGTH, image->width);
    glTexSubImage2D(GL_TEXTURE_2D, 0, image->dirty_left, 0, image->dirty_right - image->dirty_left,
                    image->height, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV,
                    image->pixels + image->dirty_left);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    image->dirty_left = image->dirty_right = 0;
}

void gf_image_draw(gf_image *image, float x, float y, int32_t view_width, int32_t view_height)
{
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, image->texture);
    upload(image);
    glUseProgram(image->program);
    glUniform4f(image->rect_place, x, y, (float)image->width, (float)image->height);
    glUniform2f(image->size_place, (float)view_width, (float)view_height);
    glBindVertexArray(image->array);
    glDisable(GL_BLEND);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glEnable(GL_BLEND);
    glBindVertexArray(0);
}

uint32_t gf_image_pixel(gf_color color)
{
    return color >> 8 | color << 24;
}
