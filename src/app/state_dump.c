/* No fsync here, unlike gf_file_write(): the file lives a tenth of a second and must not stall a
 * frame. */
#include "app/state_dump.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define PERIOD_MS 100.0

static json_t *spec_json(const gf_spec *spec)
{
    return json_pack("{s:i, s:i, s:i, s:s, s:s, s:f, s:f, s:I}", "depth", spec->depth, "width",
                     spec->width, "batch", spec->batch, "activation",
                     gf_activation_get(spec->activation)->name, "init",
                     gf_init_get(spec->init)->name, "sigma", spec->sigma, "gain", spec->gain,
                     "seed", (json_int_t)spec->seed);
}

static json_t *explorer_json(const gf_explorer_state *state)
{
    return json_pack(
        "{s:s, s:i, s:i, s:s, s:b, s:o, s:f, s:f, s:f, s:b, s:i, s:i, s:b, s:b, s:b, s:b, s:f}",
        "scenario", state->scenario, "scenario_index", state->scenario_index, "scenario_count",
        state->scenario_count, "title", state->title, "edited", state->edited, "spec",
        spec_json(&state->spec), "front", state->front, "moment", state->moment, "speed",
        state->speed, "playing", state->playing, "hover_layer", state->hover_layer,
        "selected_layer", state->selected_layer, "histograms", state->histograms, "panels_hidden",
        state->panels_hidden, "blank", state->blank, "help", state->help, "zoom",
        (double)state->zoom);
}

static json_t *run_json(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live);
    const gf_diagnosis *diagnosis = gf_live_get_diagnosis(live);
    if (!run) return json_null();
    return json_pack("{s:o, s:i, s:b, s:s, s:s?}", "spec", spec_json(&run->spec), "first_ready",
                     run->first_ready, "complete", run->complete, "device", run->device.id,
                     "verdict", diagnosis ? gf_verdict_name(diagnosis->verdict) : NULL);
}

static json_t *engine_json(const gf_live *live)
{
    static const char *const names[] = {"starting", "idle", "working", "failed"};
    return json_pack(
        "{s:s, s:i, s:i, s:s, s:b, s:s}", "state", names[gf_engine_get_state(live->engine)], "pid",
        gf_engine_pid(live->engine), "restarts", gf_engine_restart_count(live->engine), "notice",
        gf_engine_notice(live->engine), "waiting", live->waiting, "refusal", live->refusal);
}

static json_t *window_json(const gf_window_state *window)
{
    return json_pack("{s:i, s:i, s:I, s:f, s:b}", "width", window->width, "height", window->height,
                     "frames", (json_int_t)window->frames, "fps", window->fps, "full_screen",
                     window->full_screen);
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

void gf_state_dump_write(gf_state_dump *dump, const gf_explorer *explorer, const gf_live *live,
                         const gf_window_state *window)
{
    const double now = gf_clock_ms();
    if (!dump->path || (dump->written_ms > 0 && now - dump->written_ms < PERIOD_MS)) return;
    dump->written_ms = now;
    gf_explorer_state state;
    gf_explorer_get_state(explorer, &state);
    json_t *json =
        json_pack("{s:o, s:o, s:o, s:o}", "explorer", explorer_json(&state), "run", run_json(live),
                  "engine", engine_json(live), "window", window_json(window));
    char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
    if (text) write_whole(dump->path, text);
    free(text);
    json_decref(json);
}
