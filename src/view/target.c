/* Copies by glBlitFramebuffer. */
#include "view/target.h"

#include <stddef.h>

gf_target gf_target_current(int32_t width, int32_t height)
{
    GLint bound = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &bound);
    return (gf_target){(GLuint)bound, width, height};
}

bool gf_target_is_top_down(const gf_target *target)
{
    return target->framebuffer == 0;
}

static void create(gf_copy *copy)
{
    glGenTextures(1, &copy->texture);
    glBindTexture(GL_TEXTURE_2D, copy->texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glGenFramebuffers(1, &copy->framebuffer);
}

static void attach(const gf_copy *copy)
{
    GLint bound = 0;
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &bound);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, copy->framebuffer);
    glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, copy->texture,
                           0);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, (GLuint)bound);
}

bool gf_copy_resize(gf_copy *copy, int32_t width, int32_t height)
{
    GLint most = 0;
    if (width == copy->width && height == copy->height) return true;
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &most);
    if (width < 1 || height < 1 || width > most || height > most) return false;
    if (!copy->texture) create(copy);
    glBindTexture(GL_TEXTURE_2D, copy->texture);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV,
                 NULL);
    attach(copy);
    copy->width = width;
    copy->height = height;
    return true;
}

void gf_copy_destroy(gf_copy *copy)
{
    if (copy->texture) glDeleteTextures(1, &copy->texture);
    if (copy->framebuffer) glDeleteFramebuffers(1, &copy->framebuffer);
    *copy = (gf_copy){0};
}

void gf_copy_draw(const gf_copy *copy, const gf_target *target, int32_t x, int32_t y)
{
    const GLint right = x + copy->width, bottom = target->height - y, top = bottom - copy->height;
    const bool turned = gf_target_is_top_down(target);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, copy->framebuffer);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target->framebuffer);
    glBlitFramebuffer(0, turned ? copy->height : 0, copy->width, turned ? 0 : copy->height, x, top,
                      right, bottom, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, target->framebuffer);
}
