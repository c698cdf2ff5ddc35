/* The framebuffer as a PNG file, written whole or not at all. */
#ifndef GF_VIEW_CAPTURE_H
#define GF_VIEW_CAPTURE_H

#include "view/context.h"

/* What was drawn since gf_context_begin() (call before gf_context_end()) as 8 bit RGB, the lowest
 * row first, rows without padding; the caller frees *out. GF_DEVICE: OpenGL reports an error. */
gf_status gf_capture_pixels(gf_context *context, unsigned char **out, int32_t *width,
                            int32_t *height, gf_error *error);

/* The same as a PNG file. GF_IO names the file. */
gf_status gf_capture_png(gf_context *context, const char *path, gf_error *error);

/* For many frames: the same into out[height][width][4], as blue, green, red and nothing, which is
 * how the framebuffer has them. */
gf_status gf_capture_read(gf_context *context, unsigned char *out, gf_error *error);
/* Such pixels as a PNG file, coded quickly rather than small. Needs no OpenGL: any thread may.
 * `pixels` is spoilt. */
gf_status gf_capture_write(unsigned char *pixels, int32_t width, int32_t height, const char *path,
                           gf_error *error);

#endif
