/* Full screen is a window without a border over the whole monitor: no mode switch that a projector
 * could choke on, and nothing that holds a monitor which may be unplugged. */
#include "view/window.h"

#include <stddef.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

typedef struct gf_area {
    int x, y, width, height;
} gf_area;

static int overlap(int a, int a_length, int b, int b_length)
{
    const int low = a > b ? a : b;
    const int high = a + a_length < b + b_length ? a + a_length : b + b_length;
    return high > low ? high - low : 0;
}

static bool monitor_area(GLFWmonitor *monitor, gf_area *out)
{
    const GLFWvidmode *mode = glfwGetVideoMode(monitor);
    if (!mode || mode->width < 1 || mode->height < 1) return false;
    glfwGetMonitorPos(monitor, &out->x, &out->y);
    out->width = mode->width;
    out->height = mode->height;
    return true;
}

/* The monitor that shows most of the window. */
static bool current_monitor(GLFWwindow *window, gf_area *out)
{
    gf_area place;
    int count = 0, most = -1;
    GLFWmonitor **monitors = glfwGetMonitors(&count);
    glfwGetWindowPos(window, &place.x, &place.y);
    glfwGetWindowSize(window, &place.width, &place.height);
    for (int i = 0; i < count; i++) {
        gf_area area;
        if (!monitor_area(monitors[i], &area)) continue;
        const int shared = overlap(place.x, place.width, area.x, area.width) *
                           overlap(place.y, place.height, area.y, area.height);
        if (shared <= most) continue;
        most = shared;
        *out = area;
    }
    return most >= 0;
}

static void leave(GLFWwindow *window, gf_window_place *place)
{
    place->full_screen = false;
    glfwSetWindowAttrib(window, GLFW_DECORATED, GLFW_TRUE);
    if (place->width < 1 || place->height < 1) return;
    glfwSetWindowPos(window, place->x, place->y);
    glfwSetWindowSize(window, place->width, place->height);
}

static void fill(GLFWwindow *window, const gf_area *area)
{
    glfwSetWindowPos(window, area->x, area->y);
    glfwSetWindowSize(window, area->width, area->height);
}

void gf_window_set_full_screen(void *handle, gf_window_place *place, bool full_screen)
{
    GLFWwindow *window = handle;
    gf_area area;
    if (place->full_screen == full_screen) return;
    if (!full_screen) {
        leave(window, place);
        return;
    }
    if (!current_monitor(window, &area)) return;
    gf_window_find(window, place);
    place->full_screen = true;
    glfwSetWindowAttrib(window, GLFW_DECORATED, GLFW_FALSE);
    fill(window, &area);
}

/* GLFW gives the list without asking the display, and another list after each change. */
void gf_window_follow_monitors(void *window, gf_window_place *place)
{
    int count = 0;
    gf_area area;
    GLFWmonitor **monitors = glfwGetMonitors(&count);
    const void *first = count > 0 ? monitors[0] : NULL;
    if (count == place->monitor_count && first == place->first_monitor) return;
    place->monitor_count = count;
    place->first_monitor = first;
    if (place->full_screen && current_monitor(window, &area)) fill(window, &area);
}

void gf_window_find(void *window, gf_window_place *place)
{
    if (place->full_screen) return;
    glfwGetWindowPos(window, &place->x, &place->y);
    glfwGetWindowSize(window, &place->width, &place->height);
}

void gf_window_move(void *window, const gf_window_place *place)
{
    glfwSetWindowPos(window, place->x, place->y);
}

bool gf_window_should_close(void *window)
{
    return glfwWindowShouldClose(window) != 0;
}

/* The user pointer is the only thing that the handler of X's errors can find. */
bool gf_window_is_gone(void *window)
{
    return glfwGetWindowUserPointer(window) != NULL;
}

void gf_window_lose(void *window)
{
    glfwSetWindowUserPointer(window, window);
}

bool gf_window_is_hidden(void *window)
{
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    return width < 1 || height < 1 || glfwGetWindowAttrib(window, GLFW_ICONIFIED) != 0;
}

void gf_window_wait(double seconds)
{
    if (seconds > 0)
        glfwWaitEventsTimeout(seconds);
    else
        glfwPollEvents();
}
