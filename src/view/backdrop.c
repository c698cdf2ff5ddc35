/* Comparing lists of panels, and drawing one when it has changed. */
#include "view/backdrop.h"

#include <string.h>

void gf_backdrop_begin(gf_backdrop *backdrop, gf_color background)
{
    memset(&backdrop->frame, 0, sizeof backdrop->frame);
    backdrop->frame.background = background;
    backdrop->laid = false;
}

bool gf_backdrop_add(gf_backdrop *backdrop, const gf_panel *panel)
{
    gf_panel_list *list = &backdrop->frame;
    for (int32_t i = 0; i < list->count; i++)
        if (memcmp(&list->panels[i], panel, sizeof *panel) == 0) return true;
    if (backdrop->laid || list->count == GF_PANELS_MAX) return false;
    list->panels[list->count++] = *panel;
    return true;
}

static void clear(gf_color color)
{
    glClearColor((float)(color >> 24) / 255.0f, (float)(color >> 16 & 0xff) / 255.0f,
                 (float)(color >> 8 & 0xff) / 255.0f, 1.0f);
    glClear(GL_COLOR_BUFFER_BIT);
}

static void draw_list(const gf_panel_list *list, gf_canvas *canvas)
{
    clear(list->background);
    for (int32_t i = 0; i < list->count; i++) {
        const gf_panel *panel = &list->panels[i];
        gf_canvas_panel(canvas, panel->rect, panel->radius, panel->fill, panel->border);
    }
    gf_canvas_flush(canvas);
}

static void draw_copy(gf_backdrop *backdrop, gf_canvas *canvas)
{
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, backdrop->copy.framebuffer);
    canvas->upside_down = backdrop->top_down;
    draw_list(&backdrop->frame, canvas);
    canvas->upside_down = false;
    backdrop->drawn = backdrop->frame;
}

void gf_backdrop_lay(gf_backdrop *backdrop, gf_canvas *canvas, const gf_target *target)
{
    if (backdrop->laid) return;
    backdrop->laid = true;
    const gf_copy *copy = &backdrop->copy;
    const bool top_down = gf_target_is_top_down(target);
    const bool same = copy->width == target->width && copy->height == target->height &&
                      backdrop->top_down == top_down &&
                      memcmp(&backdrop->drawn, &backdrop->frame, sizeof backdrop->frame) == 0;
    if (!same) {
        if (!gf_copy_resize(&backdrop->copy, target->width, target->height)) {
            draw_list(&backdrop->frame, canvas);
            return;
        }
        backdrop->top_down = top_down;
        draw_copy(backdrop, canvas);
    }
    gf_copy_draw(copy, target, 0, 0);
}

void gf_backdrop_destroy(gf_backdrop *backdrop)
{
    gf_copy_destroy(&backdrop->copy);
    *backdrop = (gf_backdrop){0};
}
