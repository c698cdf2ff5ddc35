/* Handlers for X11. Xlib gives them no pointer of ours; what they need is asked of GLFW, which
 * knows the one window of this process. */
#include "view/complaints.h"

#ifdef GF_HAS_X11
#include <stdio.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <X11/Xlib.h>

/* As glfw3native.h has them, which wants headers that nothing here needs. Missing in a GLFW that
 * was built for Wayland alone. */
Display *glfwGetX11Display(void);
Window glfwGetX11Window(GLFWwindow *window);
#pragma weak glfwGetX11Display
#pragma weak glfwGetX11Window

/* Monitors that go while they are asked about, windows of programs that just ended: none of it is a
 * reason to end. But without the window itself there is nobody to draw for. */
static int on_error(Display *display, XErrorEvent *event)
{
    char text[160] = "";
    GLFWwindow *window = glfwGetCurrentContext();
    XGetErrorText(display, event->error_code, text, sizeof text);
    fprintf(stderr, "gradflow: the display refuses request %d.%d: %s\n", event->request_code,
            event->minor_code, text);
    if (window && event->resourceid == glfwGetX11Window(window))
        glfwSetWindowShouldClose(window, GLFW_TRUE);
    return 0;
}

/* Xlib ends the process with code 1 when this returns. */
static int on_loss(Display *display)
{
    (void)display;
    fprintf(stderr, "gradflow: the display was closed; `gradflow render` draws without one\n");
    return 0;
}

void gf_complaints_begin(void)
{
    if (!glfwGetX11Window || !glfwGetX11Display || !glfwGetX11Display()) return;
    XSetErrorHandler(on_error);
    XSetIOErrorHandler(on_loss);
}
#else
void gf_complaints_begin(void) {}
#endif
