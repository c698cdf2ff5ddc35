/* State and order of a frame: input, then the view, then the panels over it. */
#include "ui/explorer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/field.h"
#include "ui/compare.h"
#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "ui/stage_input.h"
#include "view/palette.h"

/* ---- Life and verbs ---------------------------------------------------------------------------
 */

static gf_status load_list(gf_explorer *explorer, gf_error *error)
{
    const int32_t count = gf_scenario_count();
    explorer->scenarios = calloc((size_t)count + 1, sizeof *explorer->scenarios);
    if (!explorer->scenarios) return gf_fail(error, GF_MEMORY, "no memory for %d scenarios", count);
    for (int32_t i = 0; i < count; i++)
        GF_TRY(gf_scenario_builtin(i, &explorer->scenarios[i], error));
    explorer->scenario_count = count;
    return GF_OK;
}

static int32_t index_of(const gf_explorer *explorer, const char *name)
{
    for (int32_t i = 0; i < explorer->scenario_count; i++)
        if (strcmp(explorer->scenarios[i].name, name) == 0) return i;
    return -1;
}

gf_status gf_explorer_create(const gf_scenario *scenario, gf_explorer **out, gf_error *error)
{
    gf_explorer *explorer = calloc(1, sizeof *explorer);
    if (!explorer) return gf_fail(error, GF_MEMORY, "no memory for the explorer");
    const gf_status status = load_list(explorer, error);
    if (status != GF_OK) {
        gf_explorer_destroy(explorer);
        return status;
    }
    explorer->scenario_index = index_of(explorer, scenario->name);
    explorer->scenario = *scenario;
    /* Options on the command line change the network: the list's own scenario is what "edited"
     * compares with. */
    if (explorer->scenario_index >= 0)
        explorer->scenario = explorer->scenarios[explorer->scenario_index];
    if (explorer->scenario_index < 0) explorer->opened = *scenario;
    explorer->spec = scenario->spec;
    if (gf_spec_same(&scenario->spec, &explorer->scenario.spec))
        explorer->spec = *gf_explorer_authored(explorer); /* a lecture begins with its first step */
    explorer->histograms = explorer->theory = true;
    explorer->timeline.has_forward = true;
    explorer->timeline.speed = 1;
    explorer->zoom = 1;
    explorer->show_current = true;
    explorer->run_wanted = explorer->replay_pending = true;
    gf_timeline_reset(&explorer->timeline, explorer->spec.depth);
    *out = explorer;
    return GF_OK;
}

void gf_explorer_destroy(gf_explorer *explorer)
{
    if (!explorer) return;
    gf_chart_lines_destroy(&explorer->lines);
    free(explorer->scenarios);
    free(explorer);
}

static bool field_same(const gf_field *field, const gf_spec *one, const gf_spec *other)
{
    switch (field->kind) {
    case GF_FIELD_INT32:
    case GF_FIELD_SEED:
        return gf_field_get_integer(field, one) == gf_field_get_integer(field, other);
    case GF_FIELD_REAL: return gf_field_get_real(field, one) == gf_field_get_real(field, other);
    default: return gf_field_get_name(field, one) == gf_field_get_name(field, other);
    }
}

static bool override_same(const gf_override *one, const gf_override *other)
{
    return one->first == other->first && one->last == other->last &&
           one->activation == other->activation && one->init == other->init;
}

bool gf_spec_same(const gf_spec *one, const gf_spec *other)
{
    for (int32_t i = 0; i < gf_field_count; i++)
        if (!field_same(&gf_fields[i], one, other)) return false;
    if (one->override_count != other->override_count) return false;
    for (int32_t i = 0; i < one->override_count; i++)
        if (!override_same(&one->overrides[i], &other->overrides[i])) return false;
    return true;
}

const gf_spec *gf_explorer_authored(const gf_explorer *explorer)
{
    const gf_step *step = gf_explorer_step(explorer);
    return step ? &step->spec : &explorer->scenario.spec;
}

bool gf_explorer_is_edited(const gf_explorer *explorer)
{
    return !gf_spec_same(&explorer->spec, gf_explorer_authored(explorer));
}

/* Scenario and step, with the network of their author. */
static void go_to(gf_explorer *explorer, int32_t index, int32_t step)
{
    if (index != explorer->scenario_index) explorer->selected_layer = 0;
    explorer->scenario = index < 0 ? explorer->opened : explorer->scenarios[index];
    explorer->scenario_index = index;
    explorer->step = step;
    explorer->spec = *gf_explorer_authored(explorer);
    explorer->show_current = true;
}

static void play_wanted(gf_explorer *explorer)
{
    explorer->run_wanted = explorer->replay_pending = true;
}

void gf_explorer_choose(gf_explorer *explorer, int32_t index)
{
    if (index < 0 || index >= explorer->scenario_count) return;
    go_to(explorer, index, 0);
    play_wanted(explorer);
}

/* Past either end the lecture goes on with the neighbour in the list; one from a file comes before
 * the first. */
void gf_explorer_walk(gf_explorer *explorer, int32_t by)
{
    const int32_t step = explorer->step + by, index = explorer->scenario_index + by;
    if (step >= 0 && step < explorer->scenario.step_count) {
        go_to(explorer, explorer->scenario_index, step);
        play_wanted(explorer);
        return;
    }
    const int32_t least = explorer->opened.spec.depth > 0 ? -1 : 0;
    if (index < least || index >= explorer->scenario_count) return;
    go_to(explorer, index, 0);
    if (by < 0 && explorer->scenario.step_count > 0)
        go_to(explorer, index, explorer->scenario.step_count - 1);
    play_wanted(explorer);
}

static void restore(gf_explorer *explorer, const gf_snapshot *snapshot)
{
    if (snapshot->scenario_index != explorer->scenario_index || snapshot->step != explorer->step)
        go_to(explorer, snapshot->scenario_index, snapshot->step);
    explorer->spec = snapshot->spec;
    gf_explorer_edited(explorer);
}

void gf_explorer_inspect(gf_explorer *explorer, int32_t layer)
{
    explorer->selected_layer = layer == explorer->selected_layer ? 0 : layer;
}

void gf_explorer_undo(gf_explorer *explorer)
{
    gf_snapshot snapshot;
    if (gf_history_undo(&explorer->history, &snapshot))
        restore(explorer, &snapshot);
    else
        gf_explorer_say(explorer, "There is nothing to undo.");
}

void gf_explorer_redo(gf_explorer *explorer)
{
    gf_snapshot snapshot;
    if (gf_history_redo(&explorer->history, &snapshot))
        restore(explorer, &snapshot);
    else
        gf_explorer_say(explorer, "There is nothing to do again.");
}

/* A drag or a number being typed is one change, noted when it is over. */
static void note_history(gf_explorer *explorer, const gf_ui *ui)
{
    const gf_snapshot now = {explorer->scenario_index, explorer->step, explorer->spec};
    if (!gf_ui_is_held(ui)) gf_history_note(&explorer->history, &now);
}

void gf_explorer_edited(gf_explorer *explorer)
{
    explorer->run_wanted = true;
    explorer->replay_pending = false;
    explorer->timeline.playing = false;
    gf_timeline_seek(&explorer->timeline, 1);
}

void gf_explorer_apply(gf_explorer *explorer, const gf_spec *spec)
{
    explorer->spec = *spec;
    explorer->run_wanted = explorer->replay_pending = true;
}

void gf_explorer_reseed(gf_explorer *explorer)
{
    explorer->spec.seed++;
    explorer->run_wanted = explorer->replay_pending = true;
}

void gf_explorer_set_forward(gf_explorer *explorer, bool on)
{
    explorer->timeline.has_forward = on;
    if (!on && explorer->timeline.moment < 0) gf_timeline_seek(&explorer->timeline, 0);
}

void gf_explorer_ask_seeds(gf_explorer *explorer)
{
    if (explorer->now.ensemble)
        explorer->requests.drop_seeds = true;
    else
        explorer->requests.seeds = true;
}

void gf_explorer_replay(gf_explorer *explorer)
{
    gf_timeline_reset(&explorer->timeline, explorer->timeline.depth);
}

void gf_explorer_toggle_play(gf_explorer *explorer)
{
    if (explorer->timeline.moment >= 1)
        gf_explorer_replay(explorer);
    else
        explorer->timeline.playing = !explorer->timeline.playing;
}

void gf_explorer_seek(gf_explorer *explorer, double moment)
{
    explorer->replay_pending = false;
    explorer->timeline.playing = false;
    gf_timeline_seek(&explorer->timeline, moment);
}

bool gf_explorer_is_moving(const gf_explorer *explorer)
{
    /* A wave that waits for its pass stands still. */
    const bool plays = explorer->timeline.playing && explorer->has_run && !explorer->replay_pending;
    return plays || explorer->run_wanted || !explorer->settled || explorer->said_seconds > 0;
}

/* ---- Questions --------------------------------------------------------------------------------
 */

bool gf_explorer_wants_run(gf_explorer *explorer, gf_spec *out)
{
    if (!explorer->run_wanted) return false;
    explorer->run_wanted = false;
    *out = explorer->spec;
    return true;
}

void gf_explorer_ask_again(gf_explorer *explorer)
{
    explorer->run_wanted = true;
}

const gf_thresholds *gf_explorer_get_thresholds(const gf_explorer *explorer)
{
    return &explorer->scenario.thresholds;
}

int32_t gf_explorer_rows(const gf_spec *spec)
{
    const int32_t most =
        spec->depth <= 48 ? 64 : 128; /* many layers are a texture, few are cells */
    return spec->width < most ? spec->width : most;
}

gf_explorer_requests gf_explorer_take_requests(gf_explorer *explorer)
{
    const gf_explorer_requests requests = explorer->requests;
    explorer->requests = (gf_explorer_requests){0};
    return requests;
}

void gf_explorer_adopt(gf_explorer *explorer, const gf_spec *spec)
{
    explorer->spec = *spec;
    explorer->run_wanted = explorer->replay_pending = false;
    explorer->selected_layer = 0;
}

const char *gf_explorer_get_save_path(const gf_explorer *explorer)
{
    return explorer->save_path;
}

const gf_scenario *gf_explorer_get_scenario(const gf_explorer *explorer)
{
    return &explorer->scenario;
}

const gf_spec *gf_explorer_get_spec(const gf_explorer *explorer)
{
    return &explorer->spec;
}

void gf_explorer_get_state(const gf_explorer *explorer, gf_explorer_state *out)
{
    *out = (gf_explorer_state){
        .scenario = explorer->scenario.name,
        .title = explorer->title,
        .scenario_index = explorer->scenario_index,
        .scenario_count = explorer->scenario_count,
        .spec = explorer->spec,
        .step = explorer->scenario.step_count > 0 ? explorer->step + 1 : 0,
        .step_count = explorer->scenario.step_count,
        .history = explorer->history.at,
        .history_count = explorer->history.count,
        .saving = explorer->saving,
        .banner = explorer->banner_away ? "" : explorer->banner,
        .banner_away = explorer->banner_away,
        .said = explorer->said,
        .edited = gf_explorer_is_edited(explorer),
        .front = gf_timeline_front(&explorer->timeline),
        .moment = explorer->timeline.moment,
        .speed = explorer->timeline.speed,
        .playing = explorer->timeline.playing,
        .hover_layer = explorer->hover_layer,
        .selected_layer = explorer->selected_layer,
        .histograms = explorer->histograms,
        .panels_hidden = explorer->panels_hidden,
        .blank = explorer->blank,
        .help = explorer->help,
        .help_page = explorer->help_page,
        .theory = explorer->theory,
        .theory_shown = explorer->theory && explorer->lines.has_theory,
        .band_shown = explorer->lines.has_band,
        .forward = explorer->timeline.has_forward,
        .is_forward = gf_timeline_is_forward(&explorer->timeline),
        .light = explorer->light,
        .measure = gf_measure_get(explorer->measure)->label,
        .span_first = explorer->span.first,
        .span_last = explorer->span.last,
        .scenarios_folded = explorer->scenarios_folded,
        .network_folded = explorer->network_folded,
        .more_open = explorer->more_open,
        .focus = explorer->focus,
        .typing = explorer->typing,
        .hint = explorer->hint,
        .zoom = explorer->zoom,
    };
}

const gf_run *gf_explorer_run(const gf_explorer *explorer)
{
    const gf_run *run = explorer->now.run;
    return run && run->spec.depth > 0 && run->layers ? run : NULL;
}

const gf_layer_record *gf_explorer_layer(const gf_explorer *explorer, int32_t layer)
{
    const gf_run *run = gf_explorer_run(explorer);
    if (!run || layer < run->first_ready || layer < 1 || layer > run->spec.depth) return NULL;
    return &run->layers[layer - 1];
}

/* ---- A frame ----------------------------------------------------------------------------------
 */

/* The wave is as long as the pass on screen, and begins again when a pass arrives that was asked to
 * be played. */
static void follow_run(gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run(explorer);
    if (!run) return;
    if (explorer->timeline.depth != run->spec.depth) explorer->span = (gf_layer_span){0};
    explorer->timeline.depth = run->spec.depth;
    if (explorer->selected_layer > run->spec.depth) explorer->selected_layer = 0;
    if (!explorer->replay_pending || !gf_spec_same(&run->spec, &explorer->spec)) return;
    explorer->replay_pending = false;
    gf_timeline_reset(&explorer->timeline, run->spec.depth);
}

static void advance(gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run(explorer);
    follow_run(explorer);
    if (run && !explorer->replay_pending && !explorer->blank)
        gf_timeline_advance(&explorer->timeline, explorer->now.seconds,
                            run->complete ? 1 : run->first_ready);
}

static void add_lines(gf_explorer *explorer, gf_scene *scene)
{
    gf_chart_lines *lines = &explorer->lines;
    if (!scene->run) return;
    gf_chart_lines_update(lines, scene->run, explorer->measure, explorer->now.ensemble);
    if (explorer->theory && lines->has_theory) scene->theory = lines->theory_line;
    if (lines->has_band) {
        scene->ensemble_low = lines->band_low;
        scene->ensemble_high = lines->band_high;
    }
    scene->theory_name = "mean-field theory";
    if (!gf_compare_is_on(explorer)) return;
    const gf_scene other = gf_compare_scene(explorer, scene);
    scene->other = other.run;
    scene->other_front = other.front;
    scene->name = "A";
}

static gf_scene scene_of(gf_explorer *explorer, const gf_theme *theme)
{
    const gf_run *run = gf_explorer_run(explorer);
    double front = gf_timeline_front(&explorer->timeline);
    if (run && front < run->first_ready) front = run->first_ready;
    gf_scene scene = {
        .run = run,
        .diagnosis = explorer->now.diagnosis,
        .thresholds = &explorer->scenario.thresholds,
        .theme = theme,
        .scale = explorer->layout.scale,
        .front = (float)front,
        .forward = (float)gf_timeline_forward(&explorer->timeline),
        .hover_layer = explorer->hover_layer ? explorer->hover_layer : explorer->selected_layer,
        .visible = explorer->span,
        .show_histograms = explorer->histograms,
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
    const bool modal = explorer->saving || explorer->help;
    gf_ui_cover_begin(ui, modal ? whole(explorer) : gf_inspector_rect(explorer), modal);
    draw_panels(explorer, ui);
    gf_stage_input(explorer, ui, &scene);
    gf_ui_cover_end(ui);
    if (!explorer->help) gf_inspector_draw(explorer, ui);
    gf_help_draw(explorer, ui);
    gf_save_dialog_draw(explorer, ui);
    gf_widget_hint(ui, whole(explorer));
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

bool gf_explorer_frame(gf_explorer *explorer, gf_ui *ui, gf_view *view, const gf_explorer_now *now)
{
    explorer->now = *now;
    explorer->working_seconds = now->working ? explorer->working_seconds + now->seconds : 0;
    const float scale = gf_layout_scale(now->width, now->height) * explorer->zoom;
    const gf_theme *theme = explorer->light ? gf_theme_projector() : gf_theme_dark();
    const gf_ui_frame frame = {now->width, now->height, scale, now->seconds, theme};
    gf_ui_begin(ui, &frame);
    const gf_input *input = gf_ui_input(ui);
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
    explorer->has_run = gf_explorer_run(explorer) != NULL;
    note_history(explorer, ui);
    explorer->now = (gf_explorer_now){0}; /* its pointers were only lent */
    const bool makeshift = gf_ui_end(ui);
    snprintf(explorer->focus, sizeof explorer->focus, "%s", gf_ui_focus_id(ui));
    return makeshift;
}
