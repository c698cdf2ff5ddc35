/* The mouse on stage and chart: pointing, inspecting, zoom and pan, and taking the wave along. */
#include "ui/stage_input.h"

#include <math.h>

#include "ui/compare.h"

#define ZOOM_NOTCH 1.25
#define DRAG_LEAST 4.0f /* pixels; less is a click */

static int32_t depth_of(const gf_scene *scene)
{
    return scene->run->spec.depth;
}

static void zoom(gf_explorer *explorer, const gf_scene *scene, double place, float notches)
{
    if (place <= 0 || notches == 0) return;
    explorer->span = gf_layer_span_zoom(explorer->span, depth_of(scene), place,
                                        pow(ZOOM_NOTCH, (double)notches));
}

/* The stage goes with the hand; in the map, the part that is shown does. */
static void drag_stage(gf_explorer *explorer, const gf_scene *scene, const gf_input *input)
{
    const gf_rect stage = explorer->layout.stage;
    if (input->clicked) {
        explorer->drag_from = explorer->drag_last = input->mouse_x;
        explorer->dragging = false;
        explorer->drag_map =
            gf_view_minimap_place(scene, stage, input->mouse_x, input->mouse_y) > 0;
    }
    if (fabsf(input->mouse_x - explorer->drag_from) > DRAG_LEAST) explorer->dragging = true;
    if (explorer->drag_map) {
        const double place = gf_view_minimap_place(scene, stage, input->mouse_x, input->mouse_y);
        if (place > 0)
            explorer->span = gf_layer_span_centre(explorer->span, depth_of(scene), place);
    } else if (explorer->dragging) {
        const double layers = gf_view_stage_layers_per_pixel(scene, stage);
        explorer->span = gf_layer_span_pan(explorer->span, depth_of(scene),
                                           (double)(explorer->drag_last - input->mouse_x) * layers);
    }
    explorer->drag_last = input->mouse_x;
}

/* The right button turns the camera; it begins on the stage and goes on outside of it. */
static void turn(gf_explorer *explorer, bool over_stage, const gf_input *input)
{
    const float x = input->mouse_x, y = input->mouse_y;
    const float radian = 0.5f * explorer->layout.stage.width;
    if (!input->right_held) explorer->turning = false;
    if (explorer->turning)
        gf_explorer_turn(explorer, (x - explorer->turn_x) / radian,
                         (y - explorer->turn_y) / radian);
    else if (input->right_held && over_stage && explorer->perspective)
        explorer->turning = true;
    explorer->turn_x = x;
    explorer->turn_y = y;
}

static void on_stage(gf_explorer *explorer, const gf_view *view, const gf_scene *scene, gf_hit hit,
                     const gf_input *input)
{
    const gf_rect stage = explorer->layout.stage;
    const float x = input->mouse_x, y = input->mouse_y;
    if (hit.hovered) {
        explorer->hover_layer = gf_view_stage_layer(view, scene, stage, x, y);
        zoom(explorer, scene, gf_view_stage_place(view, scene, stage, x, y), input->wheel);
    }
    if (hit.held) drag_stage(explorer, scene, input);
    if (hit.clicked && !explorer->dragging && !explorer->drag_map && explorer->hover_layer > 0) {
        gf_explorer_take_side(explorer, 0);
        explorer->pointed_x = x;
        gf_explorer_inspect(explorer, explorer->hover_layer);
    }
}

/* B has all of its layers on its stage. */
static void on_other(gf_explorer *explorer, gf_ui *ui, const gf_view *view, const gf_scene *scene,
                     const gf_input *input)
{
    const gf_rect stage = explorer->layout.other;
    if (!explorer->comparing || stage.width <= 0) return;
    const gf_scene other = gf_compare_scene(explorer, scene);
    const gf_hit hit = gf_ui_hit(ui, "##stage.b", stage);
    if (!other.run || !hit.hovered) return;
    const int32_t layer = gf_view_stage_layer(view, &other, stage, input->mouse_x, input->mouse_y);
    explorer->hover_layer = layer;
    explorer->hover_side = 1;
    if (!hit.clicked || layer == 0) return;
    gf_explorer_take_side(explorer, 1);
    explorer->pointed_x = input->mouse_x;
    gf_explorer_inspect(explorer, layer);
}

static void on_chart(gf_explorer *explorer, const gf_scene *scene, gf_hit hit,
                     const gf_input *input)
{
    const gf_rect chart = explorer->layout.chart;
    if (!hit.hovered && !hit.held) return;
    explorer->hover_layer = gf_view_chart_layer(scene, chart, input->mouse_x, input->mouse_y);
    if (hit.hovered)
        zoom(explorer, scene, gf_view_chart_place(scene, chart, input->mouse_x, input->mouse_y),
             input->wheel);
    if (!hit.held || explorer->hover_layer < 1) return;
    const double depth = depth_of(scene);
    gf_explorer_seek(explorer, (depth + 1 - explorer->hover_layer) / depth);
}

void gf_stage_input(gf_explorer *explorer, gf_ui *ui, const gf_view *view, const gf_scene *scene)
{
    const gf_input *input = gf_ui_input(ui);
    explorer->hover_layer = explorer->hover_side = 0;
    if (!scene->run) return;
    const gf_hit stage = gf_ui_hit(ui, "##stage", explorer->layout.stage);
    const gf_hit chart = gf_ui_hit(ui, "##chart", explorer->layout.chart);
    on_stage(explorer, view, scene, stage, input);
    on_other(explorer, ui, view, scene, input);
    turn(explorer, stage.hovered, input);
    on_chart(explorer, scene, chart, input);
}
