/* Row 18 of the faults: a device that takes subnormal numbers for zero, which OpenCL allows. Exact
 * numbers carry their exponents and those of fp16 are normal in float32: they do not depend on it.
 * Networks of fp32 and bf16 do, and go to the next device. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
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
    assert_true(is_the_same(GF_PRECISION_FP16));
}

/* Which shows that the device does flush them. */
static void float32_loses_them(void **state)
{
    (void)state;
    assert_false(is_the_same(GF_PRECISION_FP32));
    assert_false(is_the_same(GF_PRECISION_BF16));
}

/* An engine whose driver flushes from now on; `device` NULL: the best. */
static lab start_flushing(const char *device)
{
    lab at = {.control = control};
    lab_arm(&at, "clBuildProgram", 1, LAB_FOR_EVER, FAULT_FLUSH, 0);
    return lab_start(control, device, 0);
}

/* GF_UNSUITED, or GF_OK and the result in `out`. */
static gf_status ask(lab *at, gf_precision precision, gf_run *out)
{
    const gf_spec spec = network(precision);
    const double start_ms = gf_clock_ms();
    gf_error error = {0};
    if (gf_engine_run(at->engine, &spec, 1, &error) != GF_OK) fail_msg("%s", error.text);
    while (!gf_engine_take_run(at->engine, out)) {
        const gf_error *refused = gf_engine_get_error(at->engine);
        if (refused->status == GF_UNSUITED) return GF_UNSUITED;
        if (refused->status != GF_OK) fail_msg("%s", refused->text);
        assert_true(gf_clock_ms() - start_ms < gf_test_patience(60000.0));
        gf_engine_wait(at->engine, 10);
    }
    return GF_OK;
}

/* Is there a layer whose largest delta is below 2^-126 and not zero? */
static bool has_subnormals(const gf_run *run)
{
    bool found = false;
    for (int32_t l = 0; l < run->spec.depth; l++) {
        const gf_scaled largest = run->layers[l].delta_max;
        found = found || (largest.mantissa != 0.0 && gf_scaled_log10(largest) < log10(0x1p-126));
    }
    return found;
}

/* Subnormal numbers are there, and the device is the one expected, which the notice explains. */
static void assert_runs_on(lab *at, gf_precision precision, const char *device, const char *notice)
{
    gf_run run;
    assert_int_equal(ask(at, precision, &run), GF_OK);
    assert_string_equal(run.device.id, device);
    if (notice)
        assert_says(gf_engine_notice(at->engine), notice);
    else
        assert_string_equal(gf_engine_notice(at->engine), "");
    assert_int_equal(has_subnormals(&run), precision != GF_PRECISION_FP16);
    gf_run_destroy(&run);
}

static void other_networks_stay_on_the_device(void **state)
{
    (void)state;
    lab at = start_flushing(NULL);
    assert_runs_on(&at, GF_PRECISION_EXACT, "opencl:0", NULL);
    assert_runs_on(&at, GF_PRECISION_FP32, "cpu", "subnormal numbers for zero, which fp32 needs");
    assert_runs_on(&at, GF_PRECISION_FP16, "opencl:0", NULL);
    assert_runs_on(&at, GF_PRECISION_BF16, "cpu", "subnormal numbers for zero, which bf16 needs");
    assert_runs_on(&at, GF_PRECISION_EXACT, "opencl:0", NULL);
    assert_int_equal(gf_engine_restart_count(at.engine), 0);
    lab_end(&at);
}

/* Nobody is moved from a device that was asked for by name. */
static void a_device_asked_for_by_name_refuses(void **state)
{
    (void)state;
    gf_run run;
    lab at = start_flushing("opencl");
    assert_int_equal(ask(&at, GF_PRECISION_FP32, &run), GF_UNSUITED);
    assert_says(gf_engine_get_error(at.engine)->text, "opencl:0 takes subnormal numbers for zero");
    assert_runs_on(&at, GF_PRECISION_EXACT, "opencl:0", NULL);
    lab_end(&at);
}

static void a_device_that_keeps_them_computes_in_fp32(void **state)
{
    (void)state;
    lab at = lab_start(control, NULL, 0);
    assert_runs_on(&at, GF_PRECISION_FP32, "opencl:0", NULL);
    lab_end(&at);
}

static void devices_says_so(void **state)
{
    (void)state;
    char command[4096], said[8192];
    lab at = {.control = control};
    snprintf(command, sizeof command, "\"%s\" devices 2>&1", getenv("GRADFLOW"));
    lab_arm(&at, "clBuildProgram", 1, LAB_FOR_EVER, FAULT_FLUSH, 0);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    said[fread(said, 1, sizeof said - 1, output)] = '\0';
    assert_int_equal(pclose(output), 0);
    lab_disarm(&at);
    assert_says(said, "works, but: device opencl:0 takes subnormal numbers for zero");
}

int main(void)
{
    setenv("GRADFLOW_PATIENCE", "600", 1); /* the kernels are compiled once more */
    control = lab_open_control();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_numbers_do_not_need_subnormal_ones),
        cmocka_unit_test(float32_loses_them),
        cmocka_unit_test(other_networks_stay_on_the_device),
        cmocka_unit_test(a_device_asked_for_by_name_refuses),
        cmocka_unit_test(a_device_that_keeps_them_computes_in_fp32),
        cmocka_unit_test(devices_says_so),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(getenv("GF_FAULT_CONTROL"));
    return failed;
}
