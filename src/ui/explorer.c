/* The explorer's life, and its verbs: what a key, a panel or the program may do to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/field.h"
#include "ui/explorer_state.h"
#include "view/camera.h"

#define USUAL_YAW   (-0.42f) /* of the camera: the output, where gradients begin, is nearer */
#define USUAL_PITCH 0.26f

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

/* Every network on screen. */
static void play_wanted(gf_explorer *explorer)
{
    explorer->run_wanted[0] = explorer->replay_pending = true;
    explorer->run_wanted[1] = explorer->asked_by_author;
}

static void end_comparing(gf_explorer *explorer)
{
    if (!explorer->comparing) return;
    explorer->comparing = explorer->asked_by_author = explorer->run_wanted[1] = false;
    explorer->requests.drop_other = true;
}

/* The second network of the scenario; a comparison of the user's own goes on without one. */
static void compare_as_authored(gf_explorer *explorer)
{
    if (!explorer->scenario.compare.present && explorer->asked_by_author) end_comparing(explorer);
    if (!explorer->scenario.compare.present) return;
    explorer->comparing = explorer->asked_by_author = true;
    explorer->beside = explorer->scenario.compare.spec;
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
    if (gf_spec_same(&scenario->spec, &explorer->scenario.spec)) compare_as_authored(explorer);
    play_wanted(explorer);
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
    if (!gf_spec_same(gf_explorer_get_side(explorer, 0), gf_explorer_authored(explorer)))
        return true;
    const gf_spec *b = gf_explorer_get_side(explorer, 1);
    return explorer->asked_by_author && b && !gf_spec_same(b, &explorer->scenario.compare.spec);
}

/* Scenario and step, with the network of their author. */
static void go_to(gf_explorer *explorer, int32_t index, int32_t step)
{
    if (index != explorer->scenario_index) explorer->selected_layer = 0;
    gf_explorer_take_side(explorer, 0);
    explorer->scenario = index < 0 ? explorer->opened : explorer->scenarios[index];
    explorer->scenario_index = index;
    explorer->step = step;
    explorer->spec = *gf_explorer_authored(explorer);
    explorer->show_current = true;
    compare_as_authored(explorer);
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

static void show_all(gf_explorer *explorer)
{
    explorer->replay_pending = false;
    explorer->timeline.playing = false;
    gf_timeline_seek(&explorer->timeline, 1);
}

static void restore_side(gf_explorer *explorer, int32_t side, const gf_spec *spec)
{
    gf_spec *place = side == explorer->side ? &explorer->spec : &explorer->beside;
    const gf_run *run = gf_explorer_run_of(explorer, side);
    const bool changed = !gf_spec_same(place, spec); /* what was refused is taken back */
    *place = *spec;
    explorer->run_wanted[side] = changed || !run || !gf_spec_same(&run->spec, spec);
}

static void restore(gf_explorer *explorer, const gf_snapshot *snapshot)
{
    if (snapshot->scenario_index != explorer->scenario_index || snapshot->step != explorer->step)
        go_to(explorer, snapshot->scenario_index, snapshot->step);
    if (!snapshot->comparing) end_comparing(explorer);
    explorer->comparing = snapshot->comparing;
    gf_explorer_take_side(explorer, 0);
    restore_side(explorer, 0, &snapshot->specs[0]);
    if (snapshot->comparing) restore_side(explorer, 1, &snapshot->specs[1]);
    show_all(explorer);
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

void gf_explorer_edited(gf_explorer *explorer)
{
    explorer->run_wanted[explorer->side] = true;
    show_all(explorer);
}

void gf_explorer_compute(gf_explorer *explorer)
{
    explorer->run_wanted[explorer->side] = true;
}

void gf_explorer_take_side(gf_explorer *explorer, int32_t side)
{
    if (side == explorer->side || (side == 1 && !explorer->comparing)) return;
    const gf_spec spec = explorer->spec;
    explorer->spec = explorer->beside;
    explorer->beside = spec;
    explorer->side = side;
    explorer->selected_layer = 0;
}

/* Whichever side is worked on goes on being worked on. */
void gf_explorer_swapped(gf_explorer *explorer)
{
    const gf_spec spec = explorer->spec;
    explorer->spec = explorer->beside;
    explorer->beside = spec;
    explorer->replay_pending = false;
    explorer->selected_layer = 0;
}

void gf_explorer_copied(gf_explorer *explorer)
{
    const gf_spec a = *gf_explorer_get_side(explorer, 0);
    explorer->comparing = true;
    if (explorer->side == 0)
        explorer->beside = a;
    else
        explorer->spec = a;
}

void gf_explorer_retried(gf_explorer *explorer)
{
    explorer->run_wanted[0] = true;
    explorer->run_wanted[1] = explorer->comparing;
}

void gf_explorer_apply(gf_explorer *explorer, const gf_spec *spec)
{
    explorer->spec = *spec;
    explorer->run_wanted[explorer->side] = explorer->replay_pending = true;
}

void gf_explorer_reseed(gf_explorer *explorer)
{
    explorer->spec.seed++;
    explorer->run_wanted[explorer->side] = explorer->replay_pending = true;
}

void gf_explorer_set_forward(gf_explorer *explorer, bool on)
{
    explorer->timeline.has_forward = on;
    if (!on && explorer->timeline.moment < 0) gf_timeline_seek(&explorer->timeline, 0);
}

void gf_explorer_set_perspective(gf_explorer *explorer, bool on)
{
    explorer->perspective = on;
    explorer->angle = (gf_angle){USUAL_YAW, USUAL_PITCH};
}

void gf_explorer_turn(gf_explorer *explorer, float yaw, float pitch)
{
    const gf_angle angle = explorer->angle;
    explorer->angle = gf_angle_clamp((gf_angle){angle.yaw + yaw, angle.pitch + pitch});
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

void gf_explorer_set_looks(gf_explorer *explorer, bool light, bool perspective)
{
    explorer->light = light;
    gf_explorer_set_perspective(explorer, perspective);
}

void gf_explorer_set_span(gf_explorer *explorer, gf_layer_span span)
{
    explorer->span = span;
}

bool gf_explorer_is_moving(const gf_explorer *explorer)
{
    /* A wave that waits for its pass stands still. */
    const bool plays = explorer->timeline.playing && explorer->has_run &&
                       !explorer->replay_pending && !explorer->blank && !explorer->bench;
    return plays || gf_explorer_wanted_side(explorer) >= 0 || !explorer->settled ||
           explorer->said_seconds > 0 || explorer->answered != explorer->events ||
           explorer->more_keys;
}
