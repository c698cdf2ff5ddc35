/* OpenGL without a display: EGL on no platform (Mesa's surfaceless), else on a bare device; drawn
 * into a framebuffer. */
#include "view/context_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#define DEVICES_MAX 16

static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list ? strstr(list, word) : NULL; at; at = strstr(at + 1, word))
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0)) return true;
    return false;
}

/* A context of OpenGL 3.3 core on `display`, made current without any surface. */
static bool start(gf_context *context, EGLDisplay display)
{
    static const EGLint any[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                                 EGL_NONE};
    static const EGLint core[] = {EGL_CONTEXT_MAJOR_VERSION,
                                  3,
                                  EGL_CONTEXT_MINOR_VERSION,
                                  3,
                                  EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                  EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                  EGL_NONE};
    if (display == EGL_NO_DISPLAY || !eglInitialize(display, NULL, NULL)) return false;
    EGLConfig config = NULL;
    EGLint count = 0;
    EGLContext egl = EGL_NO_CONTEXT;
    if (eglBindAPI(EGL_OPENGL_API) && eglChooseConfig(display, any, &config, 1, &count) &&
        count == 1)
        egl = eglCreateContext(display, config, EGL_NO_CONTEXT, core);
    if (egl == EGL_NO_CONTEXT || !eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, egl)) {
        if (egl != EGL_NO_CONTEXT) eglDestroyContext(display, egl);
        eglTerminate(display);
        return false;
    }
    context->display = display;
    context->egl = egl;
    return true;
}

static bool start_on_devices(gf_context *context, PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display)
{
    const PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    EGLDeviceEXT devices[DEVICES_MAX];
    EGLint count = 0;
    if (!query || !query(DEVICES_MAX, devices, &count)) return false;
    for (EGLint i = 0; i < count; i++)
        if (start(context, platform_display(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL)))
            return true;
    return false;
}

static gf_status start_anywhere(gf_context *context, gf_error *error)
{
    const char *extensions = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    const PFNEGLGETPLATFORMDISPLAYEXTPROC platform_display =
        (PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress("eglGetPlatformDisplayEXT");
    if (!platform_display)
        return gf_fail(
            error, GF_UNAVAILABLE,
            "EGL here cannot draw without a display: eglGetPlatformDisplayEXT is missing");
    const bool surfaceless = has_word(extensions, "EGL_MESA_platform_surfaceless");
    const bool on_device = has_word(extensions, "EGL_EXT_platform_device");
    if (surfaceless &&
        start(context, platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL)))
        return GF_OK;
    if (on_device && start_on_devices(context, platform_display)) return GF_OK;
    return gf_fail(
        error, GF_UNAVAILABLE,
        "OpenGL 3.3 core is needed and EGL gives none without a display (surfaceless%s, on a "
        "device%s); `gradflow run` needs no OpenGL",
        surfaceless ? ": refused" : ": not there", on_device ? ": refused" : ": not there");
}

static gf_status create_framebuffer(gf_context *context, gf_error *error)
{
    GLint most = 0;
    glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &most);
    if (context->width < 1 || context->height < 1 || context->width > most ||
        context->height > most)
        return gf_fail(error, GF_INVALID, "picture size is %dx%d; allowed are 1x1 to %dx%d",
                       context->width, context->height, most, most);
    glGenFramebuffers(1, &context->framebuffer);
    glGenRenderbuffers(1, &context->color);
    glBindFramebuffer(GL_FRAMEBUFFER, context->framebuffer);
    glBindRenderbuffer(GL_RENDERBUFFER, context->color);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, context->width, context->height);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER,
                              context->color);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
        return gf_fail(error, GF_DEVICE, "%s refuses a framebuffer of %dx%d",
                       gf_context_get_renderer(context), context->width, context->height);
    return GF_OK;
}

static gf_status open_offscreen(gf_context *context, gf_error *error)
{
    GF_TRY(start_anywhere(context, error));
    GF_TRY(gf_context_load(context, (GLADloadfunc)eglGetProcAddress, error));
    return create_framebuffer(context, error);
}

gf_status gf_context_open_offscreen(int32_t width, int32_t height, gf_context **out,
                                    gf_error *error)
{
    gf_context *context = calloc(1, sizeof *context);
    if (!context) return gf_fail(error, GF_MEMORY, "no memory for a picture");
    context->width = width;
    context->height = height;
    const gf_status status = open_offscreen(context, error);
    if (status != GF_OK) {
        gf_context_destroy(context);
        return status;
    }
    *out = context;
    return GF_OK;
}

void gf_context_close_offscreen(gf_context *context)
{
    if (!context->display) return;
    if (context->framebuffer) {
        glDeleteFramebuffers(1, &context->framebuffer);
        glDeleteRenderbuffers(1, &context->color);
    }
    eglMakeCurrent(context->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(context->display, context->egl);
    eglTerminate(context->display);
}
