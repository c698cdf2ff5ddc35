/* A frame's time is from its begin until all of it is drawn; waiting for the monitor is left out,
 * so that a frame of 10 ms is told from one of 16. */
#include "app/doctor_frames.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/bench_frames.h"
#include "app/bench_run.h"
#include "base/clock.h"
#include "ui/explorer.h"
#include "view/view.h"
#include "view/window.h"

#define DEPTH       100 /* a lecture's deep network */
#define WIDTH       128
#define FRAME_MS    (1000.0 / 60.0)
#define BEARABLE_MS 50.0 /* below twenty frames a second a wave jumps */
#define FRAMES_MAX  100000
#define WARM_FRAMES 30 /* fonts are built, shaders compiled, buffers grown */

typedef struct probe {
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
    gf_explorer *explorer;
    gf_scenario scenario;
    gf_run run;
    gf_diagnosis diagnosis;
    double *times; /* [FRAMES_MAX] */
    int32_t count, width, height;
} probe;

/* An explorer that has just been given its run plays it from the beginning. */
static gf_status start_wave(probe *self, gf_error *error)
{
    gf_spec wanted;
    gf_explorer_destroy(self->explorer);
    self->explorer = NULL;
    GF_TRY(gf_explorer_create(&self->scenario, &self->explorer, error));
    gf_explorer_wants_run(self->explorer, &wanted);
    return GF_OK;
}

static double draw_frame(probe *self)
{
    gf_context_get_size(self->context, &self->width, &self->height);
    const gf_explorer_now now = {.width = self->width,
                                 .height = self->height,
                                 .seconds = FRAME_MS / 1000,
                                 .spread = true,
                                 .fps = 60.0,
                                 .passes = {{.run = &self->run, .diagnosis = &self->diagnosis}}};
    const double start = gf_clock_ms();
    gf_context_begin(self->context);
    gf_explorer_frame(self->explorer, self->ui, self->view, &now);
    gf_context_finish(self->context);
    const double elapsed = gf_clock_ms() - start;
    gf_context_end(self->context);
    return elapsed;
}

/* False when somebody closed the window. */
static bool go_on(const probe *self)
{
    void *window = gf_context_get_window(self->context);
    if (!window) return true;
    gf_window_wait(0);
    return !gf_window_should_close(window) && !gf_explorer_take_requests(self->explorer).quit;
}

static gf_status play(probe *self, double seconds, gf_error *error)
{
    GF_TRY(start_wave(self, error));
    for (int i = 0; i < WARM_FRAMES && go_on(self); i++)
        draw_frame(self);
    const double until = gf_clock_ms() + seconds * 1000;
    do {
        self->times[self->count++] = draw_frame(self);
        if (!gf_explorer_is_moving(self->explorer)) GF_TRY(start_wave(self, error));
    } while (gf_clock_ms() < until && self->count < FRAMES_MAX && go_on(self));
    return GF_OK;
}

static gf_status open_probe(probe *self, gf_error *error)
{
    self->times = malloc(FRAMES_MAX * sizeof *self->times);
    if (!self->times) return gf_fail(error, GF_MEMORY, "no memory for the times of frames");
    gf_spec spec = gf_spec_default();
    spec.depth = DEPTH;
    spec.width = WIDTH;
    self->scenario = (gf_scenario){.spec = spec, .thresholds = gf_thresholds_default()};
    GF_TRY(gf_bench_run_make(&spec, gf_explorer_rows(&spec), &self->run, error));
    gf_diagnose(&self->run, &self->scenario.thresholds, &self->diagnosis);
    GF_TRY(gf_view_create(&self->view, error));
    return gf_ui_create(gf_context_get_window(self->context), &self->ui, error);
}

static void close_probe(probe *self)
{
    gf_explorer_destroy(self->explorer);
    gf_ui_destroy(self->ui);
    gf_view_destroy(self->view);
    gf_run_destroy(&self->run);
    free(self->times);
}

static void judge(const gf_doctor *doctor, probe *self)
{
    static const char advice[] =
        "Close other programs, see to the driver of the graphics card, or show the window smaller: "
        "half the pixels take about half the time.";
    const gf_percentiles at = gf_percentiles_of(self->times, self->count);
    char text[200];
    snprintf(text, sizeof text,
             "%d frames of %dx%d: half within %.1f ms, 95 %% within %.1f, 99 %% within %.1f",
             self->count, self->width, self->height, at.p50, at.p95, at.p99);
    if (at.p95 <= FRAME_MS)
        gf_doctor_ok(doctor, "%s: 60 frames a second", text);
    else if (at.p95 <= BEARABLE_MS)
        gf_doctor_warn(doctor, advice, "%s: more than the 16.7 ms of 60 a second, it may jerk",
                       text);
    else
        gf_doctor_problem(doctor, advice, "%s: far more than the 16.7 ms of 60 a second", text);
}

void gf_doctor_frames(const gf_doctor *doctor, gf_context *context)
{
    probe self = {.context = context};
    gf_error error = {0};
    gf_status status = open_probe(&self, &error);
    if (status == GF_OK) status = play(&self, doctor->seconds, &error);
    if (status == GF_OK)
        judge(doctor, &self);
    else
        gf_doctor_problem(doctor, "Update the driver of the graphics card.", "%s", error.text);
    close_probe(&self);
}
