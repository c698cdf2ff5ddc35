/* Row 18 of the faults: a device that takes subnormal numbers for zero, which OpenCL allows. Exact
 * numbers carry their exponents and do not depend on it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/compute.h"
#include "faults/lab.h"
#include "support/pass.h"
#include "support/test.h"

#define DEPTH 90

static fault_control *control;

/* Gradients of float32 are subnormal from layer 64 below the loss on. */
static gf_spec network(gf_precision precision)
{
    gf_spec spec = gf_spec_default();
    spec.depth = DEPTH;
    spec.width = 24;
    spec.batch = 16;
    spec.precision = precision;
    return spec;
}

static void run(const gf_spec *spec, bool flushes, gf_run *out)
{
    gf_device devices[GF_DEVICES_MAX], device;
    gf_backend *backend;
    gf_error error = {0};
    lab at = {.control = control};
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    assert_int_equal(gf_compute_find(devices, count, "opencl", &device, &error), GF_OK);
    lab_arm(&at, "clBuildProgram", flushes, LAB_FOR_EVER, FAULT_FLUSH, 0);
    if (gf_compute_open(&device, NULL, &backend, &error) != GF_OK) fail_msg("%s", error.text);
    assert_int_equal(control->injected, flushes);
    if (gf_test_pass(backend, &device, spec, 1, out, &error) != GF_OK) fail_msg("%s", error.text);
    backend->ops->close(backend);
}

static bool is_the_same(gf_precision precision)
{
    const gf_spec spec = network(precision);
    gf_run kept, flushed;
    run(&spec, false, &kept);
    run(&spec, true, &flushed);
    const bool same = memcmp(kept.layers, flushed.layers, DEPTH * sizeof *kept.layers) == 0;
    gf_run_destroy(&kept);
    gf_run_destroy(&flushed);
    return same;
}

static void exact_numbers_do_not_need_subnormal_ones(void **state)
{
    (void)state;
    assert_true(is_the_same(GF_PRECISION_EXACT));
}

/* Which shows that the device does flush them. */
static void float32_loses_them(void **state)
{
    (void)state;
    assert_false(is_the_same(GF_PRECISION_FP32));
}

int main(void)
{
    setenv("GRADFLOW_PATIENCE", "600", 1); /* the kernels are compiled once more */
    control = lab_open_control();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_numbers_do_not_need_subnormal_ones),
        cmocka_unit_test(float32_loses_them),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(getenv("GF_FAULT_CONTROL"));
    return failed;
}
