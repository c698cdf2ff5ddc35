/* Waiting for the engine, with a progress line when it takes long enough for a person to wonder. */
#include "app/pass.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define PROGRESS_AFTER_MS 700.0

typedef struct progress {
    double start_ms;
    bool shown;
} progress;

static void show_progress(progress *self, const gf_run *run)
{
    if (!isatty(STDERR_FILENO) || gf_clock_ms() - self->start_ms < PROGRESS_AFTER_MS ||
        run->spec.depth == 0)
        return;
    const int32_t depth = run->spec.depth, done = depth + 1 - run->first_ready;
    if (done == 0)
        fprintf(stderr, "\r%.0f MiB, about %.1f s in all: forward pass ... ",
                (double)run->plan.bytes / (1024.0 * 1024.0), run->plan.predicted_seconds);
    else
        fprintf(stderr, "\rbackward: layer %d of %d (%.0f %%)       ", run->first_ready, depth,
                100.0 * done / depth);
    self->shown = true;
}

static gf_status wait_for(gf_engine *engine, gf_run *out, gf_error *error)
{
    progress shown = {.start_ms = gf_clock_ms()};
    gf_status status = GF_OK;
    for (;;) {
        gf_engine_wait(engine, 100);
        const gf_error *refused = gf_engine_get_error(engine);
        if (gf_engine_take_run(engine, out)) break;
        if (refused->status != GF_OK) {
            status = gf_fail(error, refused->status, "%s", refused->text);
            break;
        }
        show_progress(&shown, gf_engine_get_run(engine));
    }
    if (shown.shown) fputs("\r\x1b[K", stderr);
    return status;
}

gf_status gf_pass_ask(gf_engine *engine, const gf_spec *spec, int32_t rows, gf_run *out,
                      gf_error *error)
{
    GF_TRY(gf_engine_run(engine, spec, rows, error));
    return wait_for(engine, out, error);
}

gf_status gf_pass_run(const gf_options *options, int32_t rows, gf_engine **engine, gf_run *out,
                      gf_error *error)
{
    const gf_engine_desc desc = {.command = options->engine, .device = options->device};
    gf_engine *started;
    GF_TRY(gf_engine_create(&desc, &started, error));
    const gf_status status = gf_pass_ask(started, &options->scenario.spec, rows, out, error);
    if (status != GF_OK) {
        gf_engine_destroy(started);
        return status;
    }
    *engine = started;
    return GF_OK;
}
