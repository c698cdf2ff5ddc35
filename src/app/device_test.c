/* The pass is as small as one can be: the engine's self-test before it is the test. Another one in
 * fp32 shows whether the device suits that. */
#include "app/device_test.h"

#include <stdio.h>
#include <string.h>

#include "app/pass.h"
#include "base/clock.h"
#include "gradflow/engine.h"

static gf_status ask(gf_engine *engine, gf_precision precision, gf_run *out, gf_error *error)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 2;
    spec.width = 8;
    spec.precision = precision;
    return gf_pass_ask(engine, &spec, 1, out, error);
}

/* A device may work and not suit every number type: then `out` says so. */
static void try_fp32(gf_engine *engine, gf_device_test *out)
{
    gf_run run = {0};
    gf_error error = {0};
    if (ask(engine, GF_PRECISION_FP32, &run, &error) != GF_OK)
        snprintf(out->notice, sizeof out->notice, "%s", error.text);
    gf_run_destroy(&run);
}

void gf_device_test_run(const char *command, const gf_device *device, gf_device_test *out)
{
    const gf_engine_desc desc = {.command = command, .device = device->id};
    const double start = gf_clock_ms();
    gf_engine *engine = NULL;
    gf_error error = {0};
    gf_run run = {0};
    gf_status status = gf_engine_create(&desc, &engine, &error);
    if (status == GF_OK) status = ask(engine, GF_PRECISION_EXACT, &run, &error);
    *out = (gf_device_test){
        .works = status == GF_OK && strcmp(run.device.id, device->id) == 0,
        .total_ms = gf_clock_ms() - start,
    };
    snprintf(out->notice, sizeof out->notice, "%s",
             status != GF_OK ? error.text : gf_engine_notice(engine));
    if (out->works && !out->notice[0]) try_fp32(engine, out);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}
