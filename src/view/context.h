/* Where OpenGL draws: a window (GLFW), or a framebuffer without any display (EGL surfaceless, else
 * a device). */
#ifndef GF_VIEW_CONTEXT_H
#define GF_VIEW_CONTEXT_H

#include "gradflow/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct gf_context gf_context;

/* Width 0: a size that suits the monitor. GF_UNAVAILABLE: no display, or no OpenGL 3.3; the
 * sentence names what is needed and what was found. */
gf_status gf_context_open_window(const char *title, int32_t width, int32_t height, gf_context **out,
                                 gf_error *error);
gf_status gf_context_open_offscreen(int32_t width, int32_t height, gf_context **out,
                                    gf_error *error);
void gf_context_destroy(gf_context *context);

/* The GLFWwindow of a window, NULL off screen; only the ui bridge and the input code need it. */
void *gf_context_get_window(const gf_context *context);
void gf_context_get_size(const gf_context *context, int32_t *width, int32_t *height);
/* GL_RENDERER, for the head line and for benchmarks. */
const char *gf_context_get_renderer(const gf_context *context);
/* GL_VERSION, "4.5 (Core Profile) Mesa 22.3.6". */
const char *gf_context_get_version(const gf_context *context);
/* Off screen: bind the framebuffer. Window: nothing. Then draw. */
void gf_context_begin(gf_context *context);
/* Wait until everything is drawn: for clocks, not for pictures. */
void gf_context_finish(gf_context *context);
/* Was the context of a window lost (driver reset, graphics card gone)? Then everything in it is:
 * destroy it and what was made in it, and open another. */
bool gf_context_is_lost(const gf_context *context);
/* Show the frame (window) or finish it (off screen). */
void gf_context_end(gf_context *context);

#endif
