/* A frame: begin, panels, stage, chart, end. */
#include "view/view_internal.h"

#include <stdlib.h>

#include "view/palette.h"

gf_status gf_view_create(gf_view **out, gf_error *error)
{
    gf_view *view = calloc(1, sizeof *view);
    if (!view) return gf_fail(error, GF_MEMORY, "no memory for the picture");
    gf_status status = gf_canvas_create(&view->canvas, error);
    if (status == GF_OK) status = gf_image_create(&view->image, error);
    if (status != GF_OK) {
        gf_view_destroy(view);
        return status;
    }
    *out = view;
    return GF_OK;
}

void gf_view_destroy(gf_view *view)
{
    if (!view) return;
    gf_canvas_destroy(&view->canvas);
    gf_image_destroy(&view->image);
    gf_summary_destroy(&view->summary);
    gf_bands_destroy(&view->bands);
    free(view);
}

void gf_view_begin(gf_view *view, int32_t width, int32_t height, const gf_theme *theme)
{
    view->width = width;
    view->height = height;
    gf_canvas_begin(&view->canvas, width, height);
    glViewport(0, 0, width, height);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_SCISSOR_TEST);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    const gf_color color = theme->background;
    glClearColor((float)(color >> 24) / 255.0f, (float)(color >> 16 & 0xff) / 255.0f,
                 (float)(color >> 8 & 0xff) / 255.0f, 1.0f);
    glClear(GL_COLOR_BUFFER_BIT);
}

void gf_view_panel(gf_view *view, gf_rect rect, float radius, gf_color fill, gf_color border)
{
    gf_canvas_panel(&view->canvas, rect, radius, fill, border);
}

void gf_view_end(gf_view *view)
{
    gf_canvas_flush(&view->canvas);
}

bool gf_view_follow(gf_view *view, const gf_scene *scene)
{
    if (!scene->run || scene->run->spec.depth < 1) return false;
    return gf_summary_update(&view->summary, scene->run);
}
