#include "support/pass.h"

#include "support/test.h"

#define ROWS 16

static gf_status keep_layers(void *user, int32_t first, int32_t count,
                             const gf_layer_record *records, const gf_cell *cells, gf_error *error)
{
    (void)error;
    gf_run *run = user;
    memcpy(&run->layers[first - 1], records, (size_t)count * sizeof *records);
    memcpy(&run->cells[(size_t)(first - 1) * ROWS], cells, (size_t)count * ROWS * sizeof *cells);
    return GF_OK;
}

gf_status gf_test_pass(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                       int32_t layers_per_segment, gf_run *out, gf_error *error)
{
    gf_plan plan;
    GF_TRY(gf_plan_create(spec, device, &plan, error));
    if (layers_per_segment > 0) {
        plan.layers_per_segment =
            layers_per_segment < spec->depth ? layers_per_segment : spec->depth;
        plan.segment_count = (spec->depth + plan.layers_per_segment - 1) / plan.layers_per_segment;
    }
    gf_run run;
    GF_TRY(gf_run_create(spec, ROWS, &run, error));
    const gf_sink sink = {.layers = keep_layers, .user = &run};
    const gf_status status =
        gf_compute_run(backend, &plan, ROWS, NULL, &sink, &run.loss, &run.times, error);
    if (status != GF_OK) {
        gf_run_destroy(&run);
        return status;
    }
    run.device = *device;
    run.first_ready = 1;
    run.complete = true;
    *out = run;
    return GF_OK;
}

void gf_test_each_device(void (*check)(gf_backend *backend, const gf_device *device))
{
    gf_device devices[GF_TEST_DEVICES_MAX];
    const int32_t count = gf_compute_list(devices, GF_TEST_DEVICES_MAX, false);
    assert_true(count >= 1);
    for (int32_t i = 0; i < count; i++) {
        gf_backend *backend;
        gf_error error = {0};
        print_message("device %s: %s\n", devices[i].id, devices[i].name);
        if (gf_compute_open(&devices[i], NULL, &backend, &error) != GF_OK)
            fail_msg("%s does not open: %s", devices[i].id, error.text);
        check(backend, &devices[i]);
        backend->ops->close(backend);
    }
}
