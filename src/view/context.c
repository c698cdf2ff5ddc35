/* What both kinds of context share: the loader, the size, the frame. */
#include "view/context_internal.h"

#include <stdlib.h>

gf_status gf_context_load(gf_context *context, GLADloadfunc find, gf_error *error)
{
    const int version = gladLoadGL(find);
    if (version == 0)
        return gf_fail(error, GF_UNAVAILABLE, "OpenGL gives no functions; 3.3 is needed");
    const int major = GLAD_VERSION_MAJOR(version), minor = GLAD_VERSION_MINOR(version);
    if (major < 3 || (major == 3 && minor < 3))
        return gf_fail(error, GF_UNAVAILABLE, "OpenGL 3.3 is needed; %s has %d.%d",
                       gf_context_get_renderer(context), major, minor);
    return GF_OK;
}

void gf_context_destroy(gf_context *context)
{
    if (!context) return;
    if (context->window)
        gf_context_close_window(context);
    else
        gf_context_close_offscreen(context);
    free(context);
}

void *gf_context_get_window(const gf_context *context)
{
    return context->window;
}

void gf_context_get_size(const gf_context *context, int32_t *width, int32_t *height)
{
    *width = context->width;
    *height = context->height;
    if (context->window) gf_context_measure_window(context, width, height);
}

const char *gf_context_get_renderer(const gf_context *context)
{
    (void)context; /* one context is current in this process */
    const char *name = (const char *)glGetString(GL_RENDERER);
    return name ? name : "unknown renderer";
}

const char *gf_context_get_version(const gf_context *context)
{
    (void)context;
    const char *version = (const char *)glGetString(GL_VERSION);
    return version ? version : "unknown version";
}

void gf_context_finish(gf_context *context)
{
    (void)context;
    glFinish();
}

void gf_context_begin(gf_context *context)
{
    if (!context->window) glBindFramebuffer(GL_FRAMEBUFFER, context->framebuffer);
}

void gf_context_end(gf_context *context)
{
    if (context->window)
        gf_context_show_window(context);
    else
        gf_context_finish(context);
}
