/* The order of a frame: input, then the view, then the panels over it. */
#include <stdio.h>

#include "ui/compare.h"
#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "ui/stage_input.h"
#include "view/palette.h"

/* The wave is as long as the pass on screen, and begins again when a pass arrives that was asked to
 * be played. */
static bool has_come(const gf_explorer *explorer, int32_t side)
{
    const gf_run *run = gf_explorer_run_of(explorer, side);
    const gf_spec *spec = gf_explorer_get_side(explorer, side);
    return !spec || (run && gf_spec_same(&run->spec, spec));
}

static void follow_run(gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run_of(explorer, 0), *active = gf_explorer_run(explorer);
    if (active && explorer->selected_layer > active->spec.depth) explorer->selected_layer = 0;
    if (!run) return;
    if (explorer->timeline.depth != run->spec.depth) explorer->span = (gf_layer_span){0};
    explorer->timeline.depth = run->spec.depth;
    if (!explorer->replay_pending || !has_come(explorer, 0) || !has_come(explorer, 1)) return;
    explorer->replay_pending = false;
    gf_timeline_reset(&explorer->timeline, run->spec.depth);
}

static void advance(gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run_of(explorer, 0);
    follow_run(explorer);
    if (explorer->now.filmed) return;
    if (run && !explorer->replay_pending && !explorer->blank && !explorer->bench)
        gf_timeline_advance(&explorer->timeline, explorer->now.seconds,
                            run->complete ? 1 : run->first_ready);
}

static void add_lines(gf_explorer *explorer, gf_scene *scene)
{
    gf_chart_lines *lines = &explorer->lines;
    if (!scene->run) return;
    gf_chart_lines_update(lines, scene->run, explorer->measure,
                          explorer->side == 0 ? explorer->now.ensemble : NULL);
    if (explorer->theory && lines->has_theory) scene->theory = lines->theory_line;
    if (lines->has_band) {
        scene->ensemble_low = lines->band_low;
        scene->ensemble_high = lines->band_high;
    }
    scene->theory_name = "mean-field theory";
    if (!gf_compare_is_on(explorer)) return;
    scene->theory_name = "mean-field theory of A";
    scene->ensemble_name = "seeds of A";
    const gf_scene other = gf_compare_scene(explorer, scene);
    scene->other = other.run;
    scene->other_front = other.front;
    scene->name = "A";
}

/* In A: B may be deeper. */
static int32_t pointed_layer(const gf_explorer *explorer, const gf_run *run)
{
    const int32_t layer = explorer->hover_layer ? explorer->hover_layer : explorer->selected_layer;
    return run && layer <= run->spec.depth ? layer : 0;
}

static gf_scene scene_of(gf_explorer *explorer, const gf_theme *theme)
{
    const gf_run *run = gf_explorer_run_of(explorer, 0);
    double front = gf_timeline_front(&explorer->timeline);
    if (run && front < run->first_ready) front = run->first_ready;
    gf_scene scene = {
        .run = run,
        .diagnosis = explorer->now.passes[0].diagnosis,
        .edges = explorer->now.passes[0].edges,
        .thresholds = &explorer->scenario.thresholds,
        .theme = theme,
        .scale = explorer->layout.scale,
        .front = (float)front,
        .forward = (float)gf_timeline_forward(&explorer->timeline),
        .hover_layer = pointed_layer(explorer, run),
        .visible = explorer->span,
        .show_histograms = explorer->histograms,
        .perspective = explorer->perspective,
        .angle = explorer->angle,
        .spread = explorer->now.spread,
        .measure = explorer->measure,
    };
    add_lines(explorer, &scene);
    return scene;
}

static void draw_panel(gf_view *view, const gf_layout *layout, const gf_theme *theme, gf_rect rect)
{
    gf_view_panel(view, rect, GF_RADIUS * layout->scale, theme->panel, theme->panel_border);
}

static void draw_view(const gf_explorer *explorer, gf_view *view, const gf_scene *scene,
                      gf_label_list *labels)
{
    const gf_layout *layout = &explorer->layout;
    const gf_theme *theme = scene->theme;
    gf_view_begin(view, explorer->now.width, explorer->now.height, theme);
    if (layout->has_left) draw_panel(view, layout, theme, layout->left);
    if (layout->has_right) draw_panel(view, layout, theme, layout->right);
    draw_panel(view, layout, theme, layout->chart);
    gf_view_panel(view, layout->stage, GF_RADIUS * layout->scale, theme->stage,
                  theme->panel_border);
    gf_view_stage(view, scene, layout->stage, labels);
    if (layout->other.width > 0) {
        const gf_scene other = gf_compare_scene(explorer, scene);
        gf_view_stage(view, &other, layout->other, labels);
    }
    gf_view_chart(view, scene, layout->chart, labels);
    gf_view_end(view);
}

static void draw_panels(gf_explorer *explorer, gf_ui *ui)
{
    const gf_layout *layout = &explorer->layout;
    gf_head_draw(explorer, ui, layout->head);
    if (layout->has_left) {
        gf_panel_scenarios(explorer, ui, layout->scenarios);
        gf_panel_network(explorer, ui, layout->network);
        gf_panel_playback(explorer, ui, layout->playback);
    }
    if (layout->has_right) gf_panel_status(explorer, ui, layout->right);
    gf_panel_chart(explorer, ui, layout->chart);
    gf_caption_draw(explorer, ui);
    gf_compare_draw(explorer, ui);
    gf_layer_tooltip(explorer, ui);
    gf_banner_draw(explorer, ui);
    gf_toast_draw(explorer, ui);
}

static void draw_blank(gf_explorer *explorer, gf_ui *ui, gf_view *view)
{
    const gf_rect all = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    gf_view_begin(view, explorer->now.width, explorer->now.height, gf_ui_theme(ui));
    gf_view_end(view);
    gf_ui_fill(ui, all, 0, 0x000000ff);
}

static gf_rect whole(const gf_explorer *explorer)
{
    return (gf_rect){0, 0, (float)explorer->now.width, (float)explorer->now.height};
}

static void draw_picture(gf_explorer *explorer, gf_ui *ui, gf_view *view)
{
    const gf_scene scene = scene_of(explorer, gf_ui_theme(ui));
    explorer->labels.count = 0;
    draw_view(explorer, view, &scene, &explorer->labels);
    gf_ui_labels(ui, &explorer->labels);
    const bool modal = explorer->saving || explorer->help || explorer->bench;
    gf_ui_cover_begin(ui, modal ? whole(explorer) : gf_inspector_rect(explorer), modal);
    draw_panels(explorer, ui);
    gf_stage_input(explorer, ui, view, &scene);
    gf_ui_cover_end(ui);
    if (!explorer->help && !explorer->bench) gf_inspector_draw(explorer, ui);
    gf_help_draw(explorer, ui);
    gf_bench_panel_draw(explorer, ui);
    gf_save_dialog_draw(explorer, ui);
    gf_widget_hint(ui, whole(explorer));
}

/* A drag or a number being typed is one change, noted when it is over. */
static void note_history(gf_explorer *explorer, const gf_ui *ui)
{
    const gf_spec *a = gf_explorer_get_side(explorer, 0), *b = gf_explorer_get_side(explorer, 1);
    const gf_snapshot now = {
        explorer->scenario_index, explorer->step, b != NULL, {*a, b ? *b : *a}};
    if (!gf_ui_is_held(ui)) gf_history_note(&explorer->history, &now);
}

static void make_layout(gf_explorer *explorer, gf_ui *ui, float scale)
{
    gf_layout_desc desc = {
        .width = explorer->now.width,
        .height = explorer->now.height,
        .scale = scale,
        .network_height = gf_panel_network_height(explorer),
        .scenarios_folded = explorer->scenarios_folded,
        .hide_panels = explorer->panels_hidden,
    };
    explorer->layout = gf_layout_make(&desc);
    const float width = explorer->layout.stage.width;
    gf_banner_update(explorer, ui);
    desc.banner_height = gf_banner_height(explorer, ui, width);
    desc.caption_height = gf_caption_height(explorer, ui, width);
    if (desc.caption_height + desc.banner_height > 0) explorer->layout = gf_layout_make(&desc);
    if (gf_compare_is_on(explorer)) gf_compare_split(&explorer->layout);
}

/* A button that went down and up between two frames goes up in the next, and the focus moves there.
 */
static void note_events(gf_explorer *explorer, const gf_input *input)
{
    explorer->answered = explorer->events;
    explorer->events += input->events;
    explorer->more_keys = input->more;
    explorer->mouse_x = input->mouse_x;
    explorer->mouse_y = input->mouse_y;
}

bool gf_explorer_frame(gf_explorer *explorer, gf_ui *ui, gf_view *view, const gf_explorer_now *now)
{
    explorer->now = *now;
    explorer->working_seconds = now->working ? explorer->working_seconds + now->seconds : 0;
    const float scale = gf_layout_scale(now->width, now->height) * explorer->zoom;
    const gf_theme *theme = explorer->light ? gf_theme_projector() : gf_theme_dark();
    const gf_ui_frame frame = {now->width, now->height, scale, now->seconds, theme};
    gf_ui_begin(ui, &frame);
    const gf_input *input = gf_ui_input(ui);
    note_events(explorer, input);
    gf_explorer_keys(explorer, input);
    make_layout(explorer, ui, scale);
    explorer->typing = input->typing;
    advance(explorer);
    if (explorer->blank)
        draw_blank(explorer, ui, view);
    else
        draw_picture(explorer, ui, view);
    explorer->settled = explorer->blank || gf_view_is_settled(view);
    gf_rect about;
    const char *hint = gf_ui_hint_due(ui, &about);
    snprintf(explorer->hint, sizeof explorer->hint, "%s", hint ? hint : "");
    explorer->has_run = gf_explorer_run_of(explorer, 0) != NULL;
    note_history(explorer, ui);
    explorer->now = (gf_explorer_now){0}; /* its pointers were only lent */
    const bool makeshift = gf_ui_end(ui);
    snprintf(explorer->focus, sizeof explorer->focus, "%s", gf_ui_focus_id(ui));
    return makeshift;
}
