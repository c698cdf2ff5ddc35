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
    return live->shown.spec.depth == 0 || gf_clock_ms() - live->asked_ms > SHOW_MS;
}

static gf_status begin(gf_live *live, const gf_spec *spec, gf_error *error)
{
    const int32_t rows = gf_explorer_rows(spec);
    gf_run run;
    GF_TRY(gf_run_create(spec, rows, &run, error));
    gf_background_interrupt(&live->background);
    const gf_status status = gf_engine_run(live->engine, spec, rows, error);
    if (status != GF_OK) {
        gf_run_destroy(&run);
        return status;
    }
    if (shows_filling(live)) move_run(&live->shown, &live->filling);
    move_run(&live->filling, &run);
    live->filling.first_ready = spec->depth + 1;
    live->waiting = true;
    live->cancelled = false;
    live->asked_ms = gf_clock_ms();
    return GF_OK;
}

void gf_live_ask(gf_live *live, gf_explorer *explorer)
{
    gf_spec spec;
    gf_error error = {0};
    if (live->waiting && gf_clock_ms() - live->asked_ms < PATIENCE_MS) return;
    if (!gf_explorer_wants_run(explorer, &spec)) return;
    live->refusal[0] = 0;
    live->cancelled = false;
    if (begin(live, &spec, &error) != GF_OK)
        snprintf(live->refusal, sizeof live->refusal, "%s", error.text);
}

/* ---- Comparing --------------------------------------------------------------------------------
 */

gf_status gf_live_copy_to_other(gf_live *live, gf_error *error)
{
    gf_run copy;
    const gf_run *from = &live->shown;
    if (live->waiting || from->spec.depth == 0 || !from->complete)
        return gf_fail(error, GF_INVALID,
                       "only a network that has been computed can be compared with");
    GF_TRY(gf_run_create(&from->spec, from->rows, &copy, error));
    copy_summary(&copy, from);
    copy.first_ready = from->spec.depth + 1;
    copy_layers(&copy, from);
    copy.complete = true;
    move_run(&live->other, &copy);
    live->other_diagnosis = live->diagnosis;
    return GF_OK;
}

bool gf_live_swap(gf_live *live)
{
    if (live->waiting || live->other.spec.depth == 0 || !live->shown.complete) return false;
    const gf_run run = live->shown;
    const gf_diagnosis diagnosis = live->diagnosis;
    live->shown = live->other;
    live->diagnosis = live->other_diagnosis;
    live->other = run;
    live->other_diagnosis = diagnosis;
    gf_background_begin(&live->background, &live->shown, &live->diagnosis);
    return true;
}

void gf_live_drop_other(gf_live *live)
{
    gf_run_destroy(&live->other);
    live->other = (gf_run){0};
}

/* ---- Taking -----------------------------------------------------------------------------------
 */

void gf_live_cancel(gf_live *live)
{
    if (!live->waiting) return;
    gf_engine_cancel(live->engine);
    if (live->shown.spec.depth == 0 && has_layers(&live->filling))
        move_run(&live->shown, &live->filling);
    gf_run_destroy(&live->filling);
    live->filling = (gf_run){0};
    live->waiting = false;
    live->cancelled = true;
}

double gf_live_get_progress(const gf_live *live)
{
    const gf_run *run = &live->filling;
    if (!live->waiting || run->spec.depth == 0) return 0;
    return (double)(run->spec.depth + 1 - run->first_ready) / run->spec.depth;
}

static void finish(gf_live *live, const gf_thresholds *thresholds)
{
    live->waiting = false;
    move_run(&live->shown, &live->filling);
    gf_diagnose(&live->shown, thresholds, &live->diagnosis);
    gf_background_begin(&live->background, &live->shown, &live->diagnosis);
}

bool gf_live_take(gf_live *live, const gf_thresholds *thresholds)
{
    bool news = gf_engine_poll(live->engine);
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

const gf_run *gf_live_get_run(const gf_live *live)
{
    if (live->waiting && shows_filling(live)) return &live->filling;
    return live->shown.spec.depth > 0 ? &live->shown : NULL;
}

const gf_diagnosis *gf_live_get_diagnosis(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live);
    return run && run->complete ? &live->diagnosis : NULL;
}

const gf_remedies *gf_live_get_remedies(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live);
    return run == &live->shown && run->complete ? &live->background.remedies : NULL;
}

const gf_ensemble *gf_live_get_ensemble(const gf_live *live)
{
    const gf_run *run = gf_live_get_run(live);
    const gf_ensemble *ensemble = &live->background.ensemble;
    return run == &live->shown && run->complete && ensemble->capacity > 0 ? ensemble : NULL;
}

void gf_live_destroy(gf_live *live)
{
    gf_background_destroy(&live->background);
    gf_run_destroy(&live->filling);
    gf_run_destroy(&live->shown);
    gf_run_destroy(&live->other);
    *live = (gf_live){0};
}
