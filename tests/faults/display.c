/* Preloaded between the program and GLFW: what a display and a graphics driver do once in years, at
 * a moment of the test's choosing. A file that $GF_FAULT_RESET names, when it appears, is a driver
 * reset: the context that is current is lost, for good, and everything in it with it. One that
 * $GF_FAULT_REFUSAL names is a request that the display refuses. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <GL/gl.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <X11/Xlib.h>

Display *glfwGetX11Display(void);

static int made;    /* windows */
static int lost_at; /* the number of the one whose context is lost; 0: none */

/* Once: the file goes with it. */
static bool is_ordered(const char *variable)
{
    const char *path = getenv(variable);
    return path && unlink(path) == 0;
}

/* The old picture must not show through: whoever draws with it draws nothing. */
static void forget_objects(void)
{
    void (*delete_textures)(GLsizei, const GLuint *) = dlsym(RTLD_DEFAULT, "glDeleteTextures");
    for (GLuint name = 1; delete_textures && name < 4096; name++)
        delete_textures(1, &name);
}

static GLenum reset_status(void)
{
    if (is_ordered("GF_FAULT_RESET")) {
        lost_at = made;
        forget_objects();
    }
    return lost_at == made ? 0x8255 : GL_NO_ERROR; /* GL_UNKNOWN_CONTEXT_RESET */
}

GLFWwindow *glfwCreateWindow(int width, int height, const char *title, GLFWmonitor *monitor,
                             GLFWwindow *share)
{
    GLFWwindow *(*real)(int, int, const char *, GLFWmonitor *, GLFWwindow *) =
        dlsym(RTLD_NEXT, "glfwCreateWindow");
    made++;
    return real(width, height, title, monitor, share);
}

GLFWglproc glfwGetProcAddress(const char *name)
{
    GLFWglproc (*real)(const char *) = dlsym(RTLD_NEXT, "glfwGetProcAddress");
    return strncmp(name, "glGetGraphicsResetStatus", 24) == 0 ? (GLFWglproc)reset_status
                                                              : real(name);
}

void glfwSwapBuffers(GLFWwindow *window)
{
    void (*real)(GLFWwindow *) = dlsym(RTLD_NEXT, "glfwSwapBuffers");
    if (is_ordered("GF_FAULT_REFUSAL"))
        XRaiseWindow(glfwGetX11Display(), 3); /* nobody has this window */
    real(window);
}
