/* Handlers for X11. Xlib gives them no pointer of ours; what they need is asked of GLFW, which
 * knows the one window of this process. */
#include "view/complaints.h"

#ifdef GF_HAS_X11
#include <stdbool.h>
#include <stdio.h>

#include "view/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <X11/Xlib.h>

/* As glfw3native.h has them, which wants headers that nothing here needs. Missing in a GLFW that
 * was built for Wayland alone. */
Display *glfwGetX11Display(void);
Window glfwGetX11Window(GLFWwindow *window);
#pragma weak glfwGetX11Display
#pragma weak glfwGetX11Window

static bool is_about(const XErrorEvent *event, GLFWwindow *window)
{
    const bool missing = event->error_code == BadWindow || event->error_code == BadDrawable;
    return missing && event->resourceid == glfwGetX11Window(window);
}

/* Monitors that go while they are asked about, windows of programs that just ended: none of it is a
 * reason to end. But without the window itself there is nobody to draw for; every request says so
 * again. */
static int on_error(Display *display, XErrorEvent *event)
{
    char text[160] = "";
    GLFWwindow *window = glfwGetCurrentContext();
    if (window && is_about(event, window)) gf_window_lose(window);
    if (window && gf_window_is_gone(window)) return 0;
    XGetErrorText(display, event->error_code, text, sizeof text);
    fprintf(stderr, "gradflow: the display refuses request %d.%d: %s\n", event->request_code,
            event->minor_code, text);
    return 0;
}

/* Xlib ends the process with code 1 when this returns. */
static int on_loss(Display *display)
{
    (void)display;
    fprintf(stderr, "gradflow: the display was closed, or closed the connection of this program; "
                    "`gradflow render` draws without one\n");
    return 0;
}

static int keep_quiet(Display *display, XErrorEvent *event)
{
    (void)display, (void)event;
    return 0;
}

static bool is_x11(void)
{
    return glfwGetX11Window && glfwGetX11Display && glfwGetX11Display();
}

void gf_complaints_end(void)
{
    if (is_x11()) XSetErrorHandler(keep_quiet);
}

void gf_complaints_begin(void)
{
    if (!is_x11()) return;
    XSetErrorHandler(on_error);
    XSetIOErrorHandler(on_loss);
}
#else
void gf_complaints_begin(void) {}
void gf_complaints_end(void) {}
#endif
