/* Layers are copied out of the engine's pass as they come: a restart may empty that, never the
 * picture. */
#include "app/live.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define PATIENCE_MS 250.0 /* how long a request may run before a newer one cancels it */
#define SHOW_MS     250.0 /* how long a complete old picture is better than a beginning new one */

/* ---- Copying ----------------------------------------------------------------------------------
 */

static void copy_layers(gf_run *to, const gf_run *from)
{
    const size_t first = (size_t)from->first_ready - 1,
                 count = (size_t)(to->first_ready - from->first_ready);
    const size_t rows = (size_t)to->rows;
    memcpy(to->layers + first, from->layers + first, count * sizeof *to->layers);
    memcpy(to->cells + first * rows, from->cells + first * rows, count * rows * sizeof *to->cells);
    to->first_ready = from->first_ready;
}

/* Everything but the layers and where they live. */
static void copy_summary(gf_run *to, const gf_run *from)
{
    const gf_run kept = *to;
    *to = *from;
    to->first_ready = kept.first_ready;
    to->complete = kept.complete;
    to->layers = kept.layers;
    to->cells = kept.cells;
}

static bool belongs(const gf_run *filling, const gf_run *run)
{
    return run->layers && run->spec.depth == filling->spec.depth && run->rows == filling->rows;
}

/* After a restart the engine's pass is behind ours for a while; the same layers come again. */
static bool copy_news(gf_run *filling, const gf_run *run)
{
    if (!belongs(filling, run)) return false;
    const bool news = run->first_ready < filling->first_ready || run->complete != filling->complete;
    copy_summary(filling, run);
    if (run->complete)
        filling->first_ready = filling->spec.depth + 1; /* the whole of it, from one device */
    if (run->first_ready < filling->first_ready) copy_layers(filling, run);
    filling->complete = run->complete;
    return news;
}

static void move_run(gf_run *to, gf_run *from)
{
    gf_run_destroy(to);
    *to = *from;
    *from = (gf_run){0};
}

/* ---- Asking -----------------------------------------------------------------------------------
 */

static bool has_layers(const gf_run *run)
{
    return run->spec.depth > 0 && run->first_ready <= run->spec.depth;
}

static bool shows_filling(const gf_live *live)
{
    if (!has_layers(&live->filling)) return false;
    return live->sides[live->side].run.spec.depth == 0 || gf_clock_ms() - live->asked_ms > SHOW_MS;
}

static gf_status begin(gf_live *live, const gf_spec *spec, int32_t side, gf_error *error)
{
    const int32_t rows = gf_explorer_rows(spec);
    gf_run run;
    GF_TRY(gf_run_create(spec, rows, &run, error));
    gf_background_interrupt(&live->background, live->engine);
    const gf_status status = gf_engine_run(live->engine, spec, rows, error);
    if (status != GF_OK) {
        gf_run_destroy(&run);
        return status;
    }
    if (shows_filling(live)) move_run(&live->sides[live->side].run, &live->filling);
    move_run(&live->filling, &run);
    live->side = side;
    live->filling.first_ready = spec->depth + 1;
    live->waiting = true;
    live->cancelled = false;
    live->asked_ms = gf_clock_ms();
    return GF_OK;
}

/* Another network is worked on: the remedies are about that one. */
static void follow_side(gf_live *live, const gf_explorer *explorer)
{
    gf_explorer_state state;
    gf_explorer_get_state(explorer, &state);
    for (int32_t i = 0; i < GF_NETWORKS; i++)
        gf_inspection_choose(&live->background.inspections[i],
                             i == state.side ? state.selected_layer : 0);
    if (live->active == state.side) return;
    live->active = state.side;
    const gf_shown *shown = &live->sides[live->active];
    if (live->waiting || !shown->run.complete) return;
    gf_background_interrupt(&live->background, live->engine);
    gf_background_begin(&live->background, &shown->run, &shown->diagnosis);
}

void gf_live_ask(gf_live *live, gf_explorer *explorer)
{
    gf_spec spec;
    gf_error error = {0};
    const int32_t side = gf_explorer_wanted_side(explorer);
    follow_side(live, explorer);
    /* A pass is replaced by a newer one of the same network, and waited for by the other. */
    if (live->waiting && gf_clock_ms() - live->asked_ms < PATIENCE_MS) return;
    if (side < 0 || (live->waiting && side != live->side)) return;
    gf_explorer_wants_run(explorer, &spec);
    live->refusal[0] = 0;
    live->cancelled = false;
    if (begin(live, &spec, side, &error) != GF_OK)
        snprintf(live->refusal, sizeof live->refusal, "%s", error.text);
}

/* ---- Comparing --------------------------------------------------------------------------------
 */

gf_status gf_live_copy_to_other(gf_live *live, gf_error *error)
{
    gf_run copy;
    const gf_run *from = &live->sides[0].run;
    if (live->waiting || from->spec.depth == 0 || !from->complete)
        return gf_fail(error, GF_INVALID,
                       "only a network that has been computed can be compared with");
    GF_TRY(gf_run_create(&from->spec, from->rows, &copy, error));
    copy_summary(&copy, from);
    copy.first_ready = from->spec.depth + 1;
    copy_layers(&copy, from);
    copy.complete = true;
    move_run(&live->sides[1].run, &copy);
    live->sides[1].diagnosis = live->sides[0].diagnosis;
    gf_inspection_begin(&live->background.inspections[1], &live->sides[1].run);
    return GF_OK;
}

bool gf_live_swap(gf_live *live)
{
    gf_shown *a = &live->sides[0], *b = &live->sides[1];
    if (live->waiting || b->run.spec.depth == 0 || !a->run.complete) return false;
    const gf_shown shown = *a;
    gf_background_interrupt(&live->background, live->engine);
    *a = *b;
    *b = shown;
    gf_inspection *inspections = live->background.inspections;
    const gf_inspection inspection = inspections[0];
    inspections[0] = inspections[1];
    inspections[1] = inspection;
    const gf_shown *active = &live->sides[live->active];
    gf_background_begin(&live->background, &active->run, &active->diagnosis);
    return true;
}

void gf_live_drop_other(gf_live *live)
{
    if (live->waiting && live->side == 1) gf_live_cancel(live);
    live->cancelled = false;
    gf_background_interrupt(&live->background, live->engine);
    gf_run_destroy(&live->sides[1].run);
    live->sides[1] = (gf_shown){0};
    gf_inspection_destroy(&live->background.inspections[1]);
}

gf_status gf_live_retry(gf_live *live, const char *device, gf_error *error)
{
    gf_background_interrupt(&live->background, live->engine);
    return gf_engine_choose_device(live->engine, device, error);
}

/* ---- Taking -----------------------------------------------------------------------------------
 */

void gf_live_cancel(gf_live *live)
{
    gf_run *shown = &live->sides[live->side].run;
    if (!live->waiting) return;
    gf_engine_cancel(live->engine);
    if (shown->spec.depth == 0 && has_layers(&live->filling)) move_run(shown, &live->filling);
    gf_run_destroy(&live->filling);
    live->filling = (gf_run){0};
    live->waiting = false;
    live->cancelled = true;
}

static double progress_of(const gf_live *live)
{
    const gf_run *run = &live->filling;
    if (!live->waiting || run->spec.depth == 0) return 0;
    return (double)(run->spec.depth + 1 - run->first_ready) / run->spec.depth;
}

static void finish(gf_live *live, const gf_thresholds *thresholds)
{
    gf_shown *shown = &live->sides[live->side];
    live->waiting = false;
    move_run(&shown->run, &live->filling);
    gf_diagnose(&shown->run, thresholds, &shown->diagnosis);
    gf_background_hold(&live->background, live->engine, &shown->run.spec);
    gf_inspection_begin(&live->background.inspections[live->side], &shown->run);
    const gf_shown *active = &live->sides[live->active];
    if (active->run.complete)
        gf_background_begin(&live->background, &active->run, &active->diagnosis);
}

bool gf_live_take(gf_live *live, const gf_thresholds *thresholds)
{
    bool news = gf_engine_poll(live->engine);
    if (!live->waiting && live->idle) return news;
    if (!live->waiting) return gf_background_advance(&live->background, live->engine) || news;
    const gf_error *refused = gf_engine_get_error(live->engine);
    if (refused && refused->status != GF_OK) {
        snprintf(live->refusal, sizeof live->refusal, "%s", refused->text);
        live->waiting = false;
        return true;
    }
    if (copy_news(&live->filling, gf_engine_get_run(live->engine))) news = true;
    if (live->filling.complete) finish(live, thresholds);
    return news;
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

const gf_run *gf_live_get_run(const gf_live *live, int32_t side)
{
    if (live->waiting && live->side == side && shows_filling(live)) return &live->filling;
    return live->sides[side].run.spec.depth > 0 ? &live->sides[side].run : NULL;
}

const gf_diagnosis *gf_live_get_diagnosis(const gf_live *live, int32_t side)
{
    const gf_run *run = gf_live_get_run(live, side);
    return run && run->complete ? &live->sides[side].diagnosis : NULL;
}

static gf_explorer_pass pass_of(const gf_live *live, int32_t side)
{
    const gf_inspection *inspection = &live->background.inspections[side];
    gf_explorer_pass pass = {gf_live_get_run(live, side), gf_live_get_diagnosis(live, side), NULL,
                             NULL};
    if (!pass.run || !gf_spec_same(&pass.run->spec, &inspection->spec)) return pass;
    pass.edges = gf_inspection_edges(inspection);
    pass.detail = gf_inspection_detail(inspection);
    return pass;
}

void gf_live_tell(const gf_live *live, gf_explorer_now *now)
{
    for (int32_t i = 0; i < GF_NETWORKS; i++)
        now->passes[i] = pass_of(live, i);
    const gf_run *shown = &live->sides[live->active].run;
    const bool settled = now->passes[live->active].run == shown && shown->complete;
    const gf_ensemble *ensemble = &live->background.ensemble;
    now->remedies = settled ? &live->background.remedies : NULL;
    now->ensemble = settled && ensemble->capacity > 0 ? ensemble : NULL;
    now->working = live->waiting;
    now->predicted_seconds = live->waiting ? live->filling.plan.predicted_seconds : 0;
    now->progress = progress_of(live);
    now->cancelled = live->cancelled;
    now->refusal = live->refusal;
}

void gf_live_destroy(gf_live *live)
{
    gf_background_destroy(&live->background);
    gf_run_destroy(&live->filling);
    for (int32_t i = 0; i < GF_NETWORKS; i++)
        gf_run_destroy(&live->sides[i].run);
    *live = (gf_live){0};
}
