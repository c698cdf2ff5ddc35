/* Copies: what GLFW hands out is gone when a plug is pulled. */
#include "view/monitor.h"

#include <stdio.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

static gf_monitor describe(GLFWmonitor *monitor)
{
    const GLFWvidmode *mode = glfwGetVideoMode(monitor);
    const char *name = glfwGetMonitorName(monitor);
    gf_monitor described = {0};
    snprintf(described.name, sizeof described.name, "%s", name ? name : "without a name");
    if (!mode) return described;
    described.width = mode->width;
    described.height = mode->height;
    described.refresh_hz = mode->refreshRate;
    return described;
}

int32_t gf_monitor_list(gf_monitor out[GF_MONITORS_MAX])
{
    int count = 0;
    GLFWmonitor **monitors = glfwGetMonitors(&count);
    if (count > GF_MONITORS_MAX) count = GF_MONITORS_MAX;
    for (int i = 0; i < count; i++)
        out[i] = describe(monitors[i]);
    return count;
}
