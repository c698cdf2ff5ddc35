/* No fsync here, unlike gf_file_write(): the file lives a tenth of a second and must not stall a
 * frame. */
#include "app/state_dump.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scenario/network_json.h"

#define PERIOD_MS 100.0

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key,
                        value); /* NULL for either is refused: the key is then missing */
}

static json_t *place_json(const gf_explorer_state *state)
{
    json_t *json = json_object();
    set(json, "scenario", json_string(state->scenario));
    set(json, "scenario_index", json_integer(state->scenario_index));
    set(json, "scenario_count", json_integer(state->scenario_count));
    set(json, "step", json_integer(state->step));
    set(json, "step_count", json_integer(state->step_count));
    set(json, "history", json_integer(state->history));
    set(json, "history_count", json_integer(state->history_count));
    set(json, "saving", json_boolean(state->saving));
    set(json, "banner", json_string(state->banner));
    set(json, "banner_away", json_boolean(state->banner_away));
    set(json, "said", json_string(state->said));
    set(json, "comparing", json_boolean(state->comparing));
    set(json, "side", json_string(state->side ? "B" : "A"));
    set(json, "title", json_string(state->title));
    set(json, "edited", json_boolean(state->edited));
    set(json, "spec", gf_network_to_json(&state->spec));
    return json;
}

static void add_playback(json_t *json, const gf_explorer_state *state)
{
    set(json, "front", json_real(state->front));
    set(json, "moment", json_real(state->moment));
    set(json, "speed", json_real(state->speed));
    set(json, "playing", json_boolean(state->playing));
    set(json, "hover_layer", json_integer(state->hover_layer));
    set(json, "selected_layer", json_integer(state->selected_layer));
}

static void add_looks(json_t *json, const gf_explorer_state *state)
{
    set(json, "histograms", json_boolean(state->histograms));
    set(json, "panels_hidden", json_boolean(state->panels_hidden));
    set(json, "blank", json_boolean(state->blank));
    set(json, "help", json_boolean(state->help));
    set(json, "bench", json_boolean(state->bench));
    set(json, "help_page", json_integer(state->help_page));
    set(json, "theory", json_boolean(state->theory));
    set(json, "theory_shown", json_boolean(state->theory_shown));
    set(json, "band_shown", json_boolean(state->band_shown));
    set(json, "forward", json_boolean(state->forward));
    set(json, "is_forward", json_boolean(state->is_forward));
    set(json, "light", json_boolean(state->light));
    set(json, "perspective", json_boolean(state->perspective));
    set(json, "yaw", json_real((double)state->angle.yaw));
    set(json, "pitch", json_real((double)state->angle.pitch));
    set(json, "measure", json_string(state->measure));
    set(json, "span_first", json_real(state->span_first));
    set(json, "span_last", json_real(state->span_last));
    set(json, "scenarios_folded", json_boolean(state->scenarios_folded));
    set(json, "network_folded", json_boolean(state->network_folded));
    set(json, "more_open", json_boolean(state->more_open));
    set(json, "zoom", json_real((double)state->zoom));
    set(json, "hint", json_string(state->hint));
    set(json, "typing", json_boolean(state->typing));
    set(json, "focus", json_string(state->focus));
    set(json, "events", json_integer((json_int_t)state->events));
    set(json, "mouse_x", json_integer((json_int_t)state->mouse_x));
    set(json, "mouse_y", json_integer((json_int_t)state->mouse_y));
}

static json_t *explorer_json(const gf_explorer_state *state)
{
    json_t *json = place_json(state);
    add_playback(json, state);
    add_looks(json, state);
    return json;
}

static json_t *run_json(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live, 0);
    const gf_diagnosis *diagnosis = gf_live_get_diagnosis(live, 0);
    if (!run) return json_null();
    return json_pack("{s:o, s:i, s:b, s:s, s:s?}", "spec", gf_network_to_json(&run->spec),
                     "first_ready", run->first_ready, "complete", run->complete, "device",
                     run->device.id, "verdict",
                     diagnosis ? gf_verdict_name(diagnosis->verdict) : NULL);
}

static json_t *other_json(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live, 1);
    const gf_diagnosis *diagnosis = gf_live_get_diagnosis(live, 1);
    if (!run) return json_object();
    return json_pack("{s:o, s:b, s:s?}", "spec", gf_network_to_json(&run->spec), "complete",
                     run->complete, "verdict",
                     diagnosis ? gf_verdict_name(diagnosis->verdict) : NULL);
}

/* How many layers have their edges, and what of the layer in the inspector was read whole. */
static json_t *inspection_json(const gf_live *live)
{
    const gf_inspection *inspection = &live->background.inspections[live->active];
    int edges = 0;
    for (int32_t i = 0; i < GF_EDGES_DEPTH_MAX; i++)
        edges += inspection->edges.values[i] != NULL;
    return json_pack("{s:i, s:i, s:b, s:b}", "edges", edges, "layer", inspection->detail.layer, "z",
                     inspection->detail.z.ready, "weight_grad",
                     inspection->detail.weight_grad.ready);
}

static json_t *engine_json(const gf_live *live)
{
    static const char *const names[] = {"starting", "idle", "working", "failed"};
    return json_pack(
        "{s:s, s:i, s:i, s:s, s:b, s:b, s:s, s:b, s:i, s:i, s:i}", "state",
        names[gf_engine_get_state(live->engine)], "pid", gf_engine_pid(live->engine), "restarts",
        gf_engine_restart_count(live->engine), "notice", gf_engine_notice(live->engine), "waiting",
        live->waiting, "cancelled", live->cancelled, "refusal", live->refusal, "background",
        gf_background_is_busy(&live->background), "remedies_tried", live->background.remedies.tried,
        "remedies", live->background.remedies.count, "seeds", live->background.ensemble.count);
}

static json_t *bench_json(const gf_bench_child *bench)
{
    const gf_bench_report *report = &bench->report;
    return json_pack("{s:b, s:b, s:i, s:i, s:i, s:s, s:s, s:i, s:i}", "running", report->running,
                     "ended", report->ended, "pid", (int)bench->process.pid, "shapes",
                     report->shape, "shape_count", report->shape_count, "doing", report->doing,
                     "failed", report->failed, "devices", report->device_count, "results",
                     report->count);
}

static json_t *window_json(const gf_window_state *window)
{
    const gf_pace *pace = &window->pace;
    return json_pack("{s:i, s:i, s:I, s:f, s:b, s:b, s:b, s:I, s:f, s:f, s:f, s:f}", "width",
                     window->width, "height", window->height, "frames", (json_int_t)window->frames,
                     "fps", window->fps, "full_screen", window->full_screen, "hidden",
                     window->hidden, "still", window->still, "gaps", (json_int_t)pace->count,
                     "gap_p50_ms", gf_pace_rank(pace, 0.50), "gap_p99_ms", gf_pace_rank(pace, 0.99),
                     "gap_worst_ms", pace->worst_ms, "work_worst_ms", window->work_worst_ms);
}

static void write_whole(const char *path, const char *text)
{
    char temporary[4096];
    const int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary) return;
    FILE *file = fopen(temporary, "w");
    if (!file) return;
    const bool written = fputs(text, file) >= 0;
    if (fclose(file) == 0 && written && rename(temporary, path) == 0) return;
    remove(temporary);
}

/* Where things can be clicked: "left top width height" in pixels. */
static json_t *controls_json(const gf_ui *ui)
{
    const gf_ui_mark *marks;
    const int32_t count = gf_ui_marks(ui, &marks);
    json_t *json = json_object();
    for (int32_t i = 0; i < count; i++) {
        const gf_rect rect = marks[i].rect;
        char text[80];
        snprintf(text, sizeof text, "%.0f %.0f %.0f %.0f", (double)rect.x, (double)rect.y,
                 (double)rect.width, (double)rect.height);
        set(json, marks[i].id, json_string(text));
    }
    return json;
}

void gf_state_dump_write(gf_state_dump *dump, const gf_state_dump_view *view)
{
    const double now = gf_clock_ms();
    if (!dump->path || (dump->written_ms > 0 && now - dump->written_ms < PERIOD_MS)) return;
    dump->written_ms = now;
    gf_explorer_state state;
    gf_explorer_get_state(view->explorer, &state);
    json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "explorer",
                             explorer_json(&state), "run", run_json(view->live), "inspection",
                             inspection_json(view->live), "other", other_json(view->live), "engine",
                             engine_json(view->live), "bench", bench_json(view->bench), "window",
                             window_json(view->window), "controls", controls_json(view->ui));
    char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
    if (text) write_whole(dump->path, text);
    free(text);
    json_decref(json);
}
