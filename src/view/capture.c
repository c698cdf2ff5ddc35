/* Reading pixels back and writing them as a PNG. */
#include "view/capture.h"
#include "view/context_internal.h"

#include <stdlib.h>

#include <png.h>

#include "base/file.h"

static gf_status encode(const unsigned char *pixels, int32_t width, int32_t height,
                        png_uint_32 flags, void **out, size_t *size, gf_error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = PNG_FORMAT_RGB,
                       .flags = flags};
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    void *file = malloc(bytes);
    if (!file) return gf_fail(error, GF_MEMORY, "no memory for a PNG of %dx%d", width, height);
    /* OpenGL's first row is the lowest: a negative stride turns the picture over. */
    if (!png_image_write_to_memory(&image, file, &bytes, 0, pixels, -3 * width, NULL)) {
        free(file);
        return gf_fail(error, GF_IO, "a picture of %dx%d cannot be coded as PNG: %s", width, height,
                       image.message);
    }
    *out = file;
    *size = bytes;
    return GF_OK;
}

static gf_status write_png(const unsigned char *pixels, int32_t width, int32_t height,
                           png_uint_32 flags, const char *path, gf_error *error)
{
    void *file = NULL;
    size_t size = 0;
    GF_TRY(encode(pixels, width, height, flags, &file, &size, error));
    const gf_status status = gf_file_write(path, file, size, error);
    free(file);
    return status;
}

static gf_status check_drawn(const gf_context *context, gf_error *error)
{
    const GLenum trouble = glGetError();
    if (trouble == GL_NO_ERROR) return GF_OK;
    return gf_fail(error, GF_DEVICE, "OpenGL (%s) reports error 0x%x after drawing",
                   gf_context_get_renderer(context), trouble);
}

gf_status gf_capture_pixels(gf_context *context, unsigned char **out, int32_t *width,
                            int32_t *height, gf_error *error)
{
    int32_t columns = 0, rows = 0;
    gf_context_get_size(context, &columns, &rows);
    if (columns < 1 || rows < 1)
        return gf_fail(error, GF_IO, "a hidden window has no picture: its size is %dx%d", columns,
                       rows);
    unsigned char *pixels = malloc((size_t)columns * (size_t)rows * 3);
    if (!pixels)
        return gf_fail(error, GF_MEMORY, "no memory to read back %dx%d pixels", columns, rows);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, columns, rows, GL_RGB, GL_UNSIGNED_BYTE, pixels);
    const gf_status status = check_drawn(context, error);
    if (status != GF_OK) {
        free(pixels);
        return status;
    }
    *out = pixels;
    *width = columns;
    *height = rows;
    return GF_OK;
}

gf_status gf_capture_png(gf_context *context, const char *path, gf_error *error)
{
    unsigned char *pixels = NULL;
    int32_t width = 0, height = 0;
    GF_TRY(gf_capture_pixels(context, &pixels, &width, &height, error));
    const gf_status status = write_png(pixels, width, height, 0, path, error);
    free(pixels);
    return status;
}

gf_status gf_capture_read(gf_context *context, unsigned char *out, gf_error *error)
{
    int32_t columns = 0, rows = 0;
    gf_context_get_size(context, &columns, &rows);
    glReadPixels(0, 0, columns, rows, GL_BGRA, GL_UNSIGNED_BYTE, out);
    return check_drawn(context, error);
}

/* From blue, green, red, nothing to red, green, blue in place: what is written lies before what is
 * read. */
static void pack(unsigned char *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *from = pixels + 4 * i;
        const unsigned char blue = from[0], green = from[1], red = from[2];
        unsigned char *to = pixels + 3 * i;
        to[0] = red;
        to[1] = green;
        to[2] = blue;
    }
}

gf_status gf_capture_write(unsigned char *pixels, int32_t width, int32_t height, const char *path,
                           gf_error *error)
{
    pack(pixels, (size_t)width * (size_t)height);
    return write_png(pixels, width, height, PNG_IMAGE_FLAG_FAST, path, error);
}
