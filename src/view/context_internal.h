/* Inside of gf_context, for context*.c and capture.c only. */
#ifndef GF_VIEW_CONTEXT_INTERNAL_H
#define GF_VIEW_CONTEXT_INTERNAL_H

#include <glad/gl.h>

#include "view/context.h"

struct gf_context {
    void *window;  /* GLFWwindow, NULL off screen */
    void *display; /* EGLDisplay and EGLContext off screen */
    void *egl;
    GLuint framebuffer, color;    /* off screen */
    int32_t width, height;        /* off screen */
    GLenum (*reset_status)(void); /* window, where OpenGL tells; else NULL */
};

/* With the context current: resolve OpenGL's functions and check the version. */
gf_status gf_context_load(gf_context *context, GLADloadfunc find, gf_error *error);

void gf_context_close_window(gf_context *context);
void gf_context_measure_window(const gf_context *context, int32_t *width, int32_t *height);
void gf_context_show_window(gf_context *context);
void gf_context_close_offscreen(gf_context *context);

#endif
