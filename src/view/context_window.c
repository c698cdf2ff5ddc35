/* A window on a display, by GLFW. One window a process: GLFW itself is started and ended with it.
 */
#include "view/complaints.h"
#include "view/context_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#define NATURAL_WIDTH   1600
#define NATURAL_HEIGHT  900
#define SMALLEST_WIDTH  640
#define SMALLEST_HEIGHT 360

/* After the window is open trouble is told and lived with; before, it is the sentence of the
 * failing call. */
static void report(int code, const char *text)
{
    fprintf(stderr, "gradflow: window system error 0x%x: %s\n", (unsigned)code, text);
}

static void keep_quiet(int code, const char *text)
{
    (void)code, (void)text;
}

static const char *last_trouble(void)
{
    const char *text = NULL;
    glfwGetError(&text);
    return text ? text : "no reason given";
}

static void ask_for_core_profile(void)
{
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE); /* macOS gives 3.3 only so */
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHint(GLFW_SAMPLES, 0);
    glfwWindowHint(GLFW_CONTEXT_ROBUSTNESS, GLFW_LOSE_CONTEXT_ON_RESET); /* so that it is told */
}

/* Which OpenGL there is when 3.3 was refused: any context will say. */
static void found_version(char text[160])
{
    snprintf(text, 160, "none");
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    GLFWwindow *window = glfwCreateWindow(64, 64, "gradflow", NULL, NULL);
    if (!window) return;
    glfwMakeContextCurrent(window);
    const GLubyte *(*get_string)(GLenum) =
        (const GLubyte *(*)(GLenum))glfwGetProcAddress("glGetString");
    const GLubyte *version = get_string ? get_string(GL_VERSION) : NULL;
    if (version) snprintf(text, 160, "%s", (const char *)version);
    glfwDestroyWindow(window);
}

/* Software can where the graphics card cannot, if the display knows OpenGL at all. */
static const char *way_out(const char *found)
{
    if (strcmp(found, "none") == 0) return "`gradflow render` draws without a display";
    return "LIBGL_ALWAYS_SOFTWARE=1 lets the processor draw, and `gradflow render` needs no "
           "display";
}

static gf_status create_window(const char *title, int32_t width, int32_t height, GLFWwindow **out,
                               gf_error *error)
{
    ask_for_core_profile();
    GLFWwindow *window = glfwCreateWindow(width, height, title, NULL, NULL);
    if (!window) {
        char reason[200], found[160];
        snprintf(reason, sizeof reason, "%s", last_trouble());
        found_version(found);
        return gf_fail(error, GF_UNAVAILABLE,
                       "no window with OpenGL 3.3 core can be opened: %s; OpenGL found: %s; %s",
                       reason, found, way_out(found));
    }
    *out = window;
    return GF_OK;
}

/* OpenGL tells of a reset since 4.5, and before that by an extension. */
static void find_reset_status(gf_context *context)
{
    const int version = glfwGetWindowAttrib(context->window, GLFW_CONTEXT_VERSION_MAJOR) * 10 +
                        glfwGetWindowAttrib(context->window, GLFW_CONTEXT_VERSION_MINOR);
    const char *name = NULL;
    if (version >= 45 || glfwExtensionSupported("GL_KHR_robustness"))
        name = "glGetGraphicsResetStatus";
    else if (glfwExtensionSupported("GL_ARB_robustness"))
        name = "glGetGraphicsResetStatusARB";
    if (name) context->reset_status = (GLenum(*)(void))glfwGetProcAddress(name);
}

/* As large as on an ordinary monitor: 1600x900 times the monitor's scale, where it has the room. */
static void natural_size(int32_t *width, int32_t *height)
{
    GLFWmonitor *monitor = glfwGetPrimaryMonitor();
    float scale_x = 1.0f, scale_y = 1.0f;
    int x = 0, y = 0, most_x = 0, most_y = 0;
    if (monitor) {
        glfwGetMonitorContentScale(monitor, &scale_x, &scale_y);
        glfwGetMonitorWorkarea(monitor, &x, &y, &most_x, &most_y);
    }
    *width = (int32_t)(NATURAL_WIDTH * scale_x);
    *height = (int32_t)(NATURAL_HEIGHT * scale_y);
    if (most_x > 0 && *width > most_x) *width = most_x;
    if (most_y > 0 && *height > most_y) *height = most_y;
}

static gf_status open_window(gf_context *context, const char *title, int32_t width, int32_t height,
                             gf_error *error)
{
    GLFWwindow *window = NULL;
    if (width == 0) natural_size(&width, &height);
    GF_TRY(create_window(title, width, height, &window, error));
    context->window = window;
    glfwSetWindowSizeLimits(window, SMALLEST_WIDTH, SMALLEST_HEIGHT, GLFW_DONT_CARE,
                            GLFW_DONT_CARE);
    glfwMakeContextCurrent(window);
    GF_TRY(gf_context_load(context, glfwGetProcAddress, error));
    glfwSwapInterval(1);
    glfwSetErrorCallback(report);
    find_reset_status(context);
    gf_complaints_begin();
    return GF_OK;
}

gf_status gf_context_open_window(const char *title, int32_t width, int32_t height, gf_context **out,
                                 gf_error *error)
{
    glfwSetErrorCallback(keep_quiet);
    if (!glfwInit())
        return gf_fail(error, GF_UNAVAILABLE,
                       "no window can be opened: %s; `gradflow render` draws without a display",
                       last_trouble());
    gf_context *context = calloc(1, sizeof *context);
    gf_status status = context ? open_window(context, title, width, height, error)
                               : gf_fail(error, GF_MEMORY, "no memory for a window");
    if (status != GF_OK) {
        glfwTerminate();
        free(context);
        return status;
    }
    *out = context;
    return GF_OK;
}

void gf_context_close_window(gf_context *context)
{
    gf_complaints_end();
    glfwDestroyWindow(context->window);
    glfwTerminate();
}

void gf_context_measure_window(const gf_context *context, int32_t *width, int32_t *height)
{
    glfwGetFramebufferSize(context->window, width, height);
}

void gf_context_show_window(gf_context *context)
{
    glfwSwapBuffers(context->window);
}

bool gf_context_is_lost(const gf_context *context)
{
    return context->reset_status && context->reset_status() != GL_NO_ERROR;
}
