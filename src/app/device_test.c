/* The pass is as small as one can be: the engine's self-test before it is the test. */
#include "app/device_test.h"

#include <stdio.h>
#include <string.h>

#include "app/pass.h"
#include "base/clock.h"
#include "gradflow/engine.h"

void gf_device_test_run(const char *command, const gf_device *device, gf_device_test *out)
{
    const gf_engine_desc desc = {.command = command, .device = device->id};
    const double start = gf_clock_ms();
    gf_spec spec = gf_spec_default();
    gf_engine *engine = NULL;
    gf_error error = {0};
    gf_run run = {0};
    spec.depth = 2;
    spec.width = 8;
    gf_status status = gf_engine_create(&desc, &engine, &error);
    if (status == GF_OK) status = gf_pass_ask(engine, &spec, 1, &run, &error);
    *out = (gf_device_test){
        .works = status == GF_OK && strcmp(run.device.id, device->id) == 0,
        .total_ms = gf_clock_ms() - start,
    };
    snprintf(out->notice, sizeof out->notice, "%s",
             status != GF_OK ? error.text : gf_engine_notice(engine));
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}
