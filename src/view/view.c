/* A frame: begin, panels, stage, chart, end. */
#include "view/view_internal.h"

#include <stdlib.h>

/* Records taken over in a frame where a run is spread: a few milliseconds of work. */
#define LAYERS_A_FRAME 1000

gf_status gf_view_create(gf_view **out, gf_error *error)
{
    gf_view *view = calloc(1, sizeof *view);
    if (!view) return gf_fail(error, GF_MEMORY, "no memory for the picture");
    gf_status status = gf_canvas_create(&view->canvas, error);
    if (status == GF_OK) status = gf_slabs_create(&view->slabs, error);
    if (status != GF_OK) {
        gf_view_destroy(view);
        return status;
    }
    view->axis = gf_range_none();
    *out = view;
    return GF_OK;
}

void gf_view_destroy(gf_view *view)
{
    if (!view) return;
    gf_canvas_destroy(&view->canvas);
    gf_backdrop_destroy(&view->backdrop);
    gf_slabs_destroy(&view->slabs);
    for (int i = 0; i < GF_SIDES; i++) {
        gf_image_destroy(&view->sides[i].image);
        gf_summary_destroy(&view->sides[i].summary);
        gf_bands_destroy(&view->sides[i].bands);
    }
    free(view);
}

void gf_view_begin(gf_view *view, int32_t width, int32_t height, const gf_theme *theme)
{
    view->target = gf_target_current(width, height);
    for (int i = 0; i < GF_SIDES; i++)
        view->sides[i].settled = true;
    gf_canvas_begin(&view->canvas, width, height);
    glViewport(0, 0, width, height);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_SCISSOR_TEST);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    gf_backdrop_begin(&view->backdrop, theme->background);
}

void gf_view_lay_backdrop(gf_view *view)
{
    gf_backdrop_lay(&view->backdrop, &view->canvas, &view->target);
}

void gf_view_panel(gf_view *view, gf_rect rect, float radius, gf_color fill, gf_color border)
{
    const gf_panel panel = {rect, radius, fill, border};
    if (!gf_backdrop_add(&view->backdrop, &panel))
        gf_canvas_panel(&view->canvas, rect, radius, fill, border);
}

void gf_view_end(gf_view *view)
{
    gf_view_lay_backdrop(view);
    gf_canvas_flush(&view->canvas);
}

bool gf_side_follow(gf_side *side, const gf_run *run, bool spread)
{
    if (!run || run->spec.depth < 1) return false;
    if (!gf_summary_update(&side->summary, run, spread ? LAYERS_A_FRAME : 0)) return false;
    side->settled = side->summary.first_ready == run->first_ready;
    return true;
}

bool gf_view_is_settled(const gf_view *view)
{
    return view->sides[0].settled && view->sides[1].settled;
}

bool gf_edges_suit(const gf_spec *spec)
{
    if (spec->depth < 1 || spec->depth > GF_EDGES_DEPTH_MAX) return false;
    if (gf_spec_fan_in(spec, 1) > GF_EDGES_WIDTH_MAX) return false;
    for (int32_t layer = 1; layer <= spec->depth; layer++)
        if (gf_spec_fan_out(spec, layer) > GF_EDGES_WIDTH_MAX) return false;
    return true;
}
