/* NaN and Inf put into the arrays of the opencl backend are found and counted: a driver that
 * assumes there are none does not. */
#include "compute/opencl/state.h"
#include "outcome.h"

/* Depth 3, the first activations of layer 1 (unit 0 of the first samples) overwritten between
 * forward and loss. */
static void run_with(gf_backend *backend, const gf_device *device, const float *values,
                     size_t count, gf_layer_record records[3])
{
    gf_spec spec = gf_spec_default();
    spec.depth = 3;
    spec.width = 33;
    spec.batch = 7;
    gf_plan plan;
    gf_error error = {0};
    gf_scaled loss;
    gf_cell cells[3 * OUTCOME_ROWS];
    assert_int_equal(gf_plan_create(&spec, device, &plan, &error), GF_OK);
    gf_status status = backend->ops->prepare(backend, &plan, &error);
    gf_opencl *self = (gf_opencl *)backend;
    self->steps_apart = true; /* there is something between forward and loss */
    if (status == GF_OK) status = backend->ops->forward(backend, 1, 3, &error);
    if (status == GF_OK && count > 0)
        status = gf_queue_send(&self->queue, &self->segments[0].a, values, count * sizeof *values,
                               &error);
    if (status == GF_OK) status = backend->ops->loss(backend, &loss, &error);
    if (status == GF_OK) status = backend->ops->backward(backend, 1, 3, &error);
    if (status == GF_OK)
        status = backend->ops->records(backend, 1, 3, OUTCOME_ROWS, records, cells, &error);
    if (status != GF_OK) fail_msg("%s: %s", device->id, error.text);
}

static void check_counts(const devices *all)
{
    int checked = 0;
    for (int32_t i = 0; i < all->count; i++) {
        if (strncmp(all->device[i].id, "opencl:", 7) != 0) continue;
        gf_layer_record clean[3], dirty[3];
        run_with(all->backend[i], &all->device[i], NULL, 0, clean);
        for (int l = 0; l < 3; l++)
            assert_int_equal(clean[l].nan_count + clean[l].inf_count, 0);

        const float bad[3] = {NAN, INFINITY, -INFINITY};
        run_with(all->backend[i], &all->device[i], bad, 3, dirty);
        assert_int_equal(dirty[0].nan_count, 1); /* in a */
        assert_int_equal(dirty[0].inf_count, 2);
        assert_int_equal(dirty[1].nan_count, 33); /* a column of dW: every output reads unit 0 */
        assert_int_equal(dirty[1].inf_count, 0);
        assert_int_equal(dirty[2].nan_count + dirty[2].inf_count, 0);
        assert_true(isnan(dirty[1].weight_grad_norm.mantissa));
        assert_true(isfinite(dirty[0].a.mean) &&
                    isfinite(dirty[0].a.std)); /* of the finite entries */
        checked++;
    }
    if (checked == 0) {
        print_message("SKIPPED: there is no OpenCL device\n");
        skip();
    }
}

static void nan_and_inf_are_counted(void **state)
{
    (void)state;
    devices all = devices_open();
    check_counts(&all);
    devices_close(&all);
}

static void naive_kernels_count_them_too(void **state)
{
    setenv("GRADFLOW_KERNELS", "naive", 1);
    nan_and_inf_are_counted(state);
    unsetenv("GRADFLOW_KERNELS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nan_and_inf_are_counted),
        cmocka_unit_test(naive_kernels_count_them_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
