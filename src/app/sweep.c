/* Checking, predicting, running. */
#include "app/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "app/progress.h"
#include "compute/plan.h"
#include "gradflow/engine.h"
#include "gradflow/theory.h"

#define WAIT_MS      200 /* between two looks for Ctrl-C */
#define LONG_SECONDS 60.0
/* What a run takes beside its pass, asking and answering: measured on two cores. */
#define RUN_SECONDS 0.5e-3

const gf_sweep_cell *gf_sweep_at(const gf_sweep *sweep, int32_t x, int32_t y)
{
    return &sweep->cells[(size_t)y * (size_t)gf_sweep_axis_count(&sweep->x) + (size_t)x];
}

static int32_t cell_count(const gf_sweep *sweep)
{
    return gf_sweep_axis_count(&sweep->x) * gf_sweep_axis_count(&sweep->y);
}

static gf_status spec_at(const gf_sweep *sweep, int32_t index, gf_spec *out, gf_error *error)
{
    const int32_t columns = gf_sweep_axis_count(&sweep->x);
    gf_spec spec = sweep->options->scenario.spec;
    GF_TRY(gf_sweep_axis_set(&sweep->x, index % columns, &spec, error));
    GF_TRY(gf_sweep_axis_set(&sweep->y, index / columns, &spec, error));
    GF_TRY(gf_spec_validate(&spec, error));
    *out = spec;
    return GF_OK;
}

/* ---- Before -----------------------------------------------------------------------------------
 */

static gf_status check(const gf_sweep *sweep, gf_error *error)
{
    const int32_t count = cell_count(sweep);
    gf_spec spec;
    if (count > GF_SWEEP_CELLS_MAX)
        return gf_fail(error, GF_INVALID, "%d x %d are %d networks; allowed are up to %d",
                       gf_sweep_axis_count(&sweep->x), gf_sweep_axis_count(&sweep->y), count,
                       GF_SWEEP_CELLS_MAX);
    for (int32_t i = 0; i < count; i++)
        GF_TRY(spec_at(sweep, i, &spec, error));
    return GF_OK;
}

static gf_status wait_for_devices(gf_engine *engine, gf_error *error)
{
    while (gf_engine_get_state(engine) == GF_ENGINE_STARTING) {
        GF_TRY(gf_interrupt_check(error));
        gf_engine_wait(engine, WAIT_MS);
    }
    return GF_OK;
}

static double predict(const gf_sweep *sweep, const gf_device *device)
{
    double seconds = 0;
    for (int32_t i = 0; i < cell_count(sweep); i++) {
        gf_spec spec;
        gf_plan plan;
        if (spec_at(sweep, i, &spec, NULL) != GF_OK ||
            gf_plan_create(&spec, device, &plan, NULL) != GF_OK)
            continue;
        seconds += gf_plan_steady_seconds(&plan) + RUN_SECONDS;
    }
    return seconds;
}

static void say_prediction(const gf_sweep *sweep, const gf_engine *engine)
{
    const gf_device *devices;
    const int32_t count = gf_engine_get_devices(engine, &devices);
    if (count == 0) return;
    const double seconds = predict(sweep, &devices[0]);
    fprintf(stderr, "gradflow: %d networks, about ", cell_count(sweep));
    if (seconds < 1.0)
        fputs("a second", stderr);
    else if (seconds <= LONG_SECONDS)
        fprintf(stderr, "%.0f s", seconds);
    else
        fprintf(stderr, "%.0f minutes: that is long; Ctrl-C ends it", ceil(seconds / 60.0));
    fputc('\n', stderr);
}

/* ---- One network ------------------------------------------------------------------------------
 */

static gf_status wait_for_run(gf_engine *engine, gf_run *out, gf_error *refused, gf_error *error)
{
    for (;;) {
        GF_TRY(gf_interrupt_check(error));
        gf_engine_wait(engine, WAIT_MS);
        if (gf_engine_take_run(engine, out)) return GF_OK;
        *refused = *gf_engine_get_error(engine);
        if (refused->status != GF_OK) return GF_OK;
        if (gf_engine_get_state(engine) == GF_ENGINE_FAILED)
            return gf_fail(error, GF_DEVICE, "%s", gf_engine_notice(engine));
    }
}

static void take_run(gf_sweep *sweep, gf_sweep_cell *cell, const gf_run *run)
{
    gf_diagnosis diagnosis;
    gf_diagnose(run, &sweep->options->scenario.thresholds, &diagnosis);
    sweep->device = run->device;
    cell->verdict = diagnosis.verdict;
    cell->viable = diagnosis.viable;
    cell->log10_ratio = gf_scaled_log10(diagnosis.ratio);
    cell->log10_delta_ratio = gf_scaled_log10(diagnosis.delta_ratio);
    cell->per_layer_factor = diagnosis.per_layer_factor;
}

static double predict_chi(const gf_spec *spec)
{
    gf_theory theory = {0};
    double chi = NAN;
    if (gf_theory_predict(spec, &theory, NULL) != GF_OK) return NAN;
    if (theory.applies && theory.has_fixed_point) chi = theory.chi_star;
    gf_theory_destroy(&theory);
    return chi;
}

static gf_status run_cell(gf_sweep *sweep, gf_engine *engine, int32_t index, gf_error *error)
{
    gf_sweep_cell *cell = &sweep->cells[index];
    gf_spec spec;
    gf_run run = {0};
    gf_error refused = {0};
    GF_TRY(spec_at(sweep, index, &spec, error));
    GF_TRY(gf_engine_run(engine, &spec, 1, error));
    GF_TRY(wait_for_run(engine, &run, &refused, error));
    cell->log10_ratio = cell->log10_delta_ratio = cell->per_layer_factor = NAN;
    cell->chi = sweep->theory ? predict_chi(&spec) : NAN;
    if (refused.status == GF_OK) take_run(sweep, cell, &run);
    gf_text_print(cell->refused, sizeof cell->refused, "%s", refused.text);
    gf_run_destroy(&run);
    return GF_OK;
}

static gf_status run_cells(gf_sweep *sweep, gf_engine *engine, gf_error *error)
{
    const int32_t count = cell_count(sweep);
    gf_status status = wait_for_devices(engine, error);
    if (status == GF_OK) say_prediction(sweep, engine);
    gf_progress progress = gf_progress_begin("network", count);
    for (int32_t i = 0; status == GF_OK && i < count; i++) {
        status = run_cell(sweep, engine, i, error);
        gf_progress_show(&progress, i + 1);
    }
    gf_progress_end(&progress);
    return status;
}

gf_status gf_sweep_run(gf_sweep *sweep, gf_error *error)
{
    const gf_engine_desc desc = {.command = sweep->options->engine,
                                 .device = sweep->options->device};
    gf_engine *engine;
    GF_TRY(check(sweep, error));
    sweep->cells = calloc((size_t)cell_count(sweep), sizeof *sweep->cells);
    if (!sweep->cells)
        return gf_fail(error, GF_MEMORY, "no memory for %d networks", cell_count(sweep));
    GF_TRY(gf_engine_create(&desc, &engine, error));
    const gf_status status = run_cells(sweep, engine, error);
    if (status == GF_OK && gf_engine_notice(engine)[0])
        fprintf(stderr, "gradflow: %s\n", gf_engine_notice(engine));
    gf_engine_destroy(engine);
    return status;
}

void gf_sweep_destroy(gf_sweep *sweep)
{
    gf_sweep_axis_destroy(&sweep->x);
    gf_sweep_axis_destroy(&sweep->y);
    free(sweep->cells);
    sweep->cells = NULL;
}
