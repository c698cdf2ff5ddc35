/* Rows 6 to 8, 10 and 11 of the faults: every OpenCL call that the program makes fails once, then
 * for ever; crashes; hangs. The result is right all the same, a sentence says what
 * happened, and nothing that OpenCL made is left behind. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/tensor.h"
#include "faults/lab.h"
#include "support/test.h"

/* Short, so that the test is; long enough for a busy machine. */
#define HANG_MS         1200
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY,
 * CL_DEVICE_NOT_AVAILABLE, CL_INVALID_COMMAND_QUEUE, something of a vendor's own. */
static const int32_t codes[] = {-4, -5, -6, -2, -36, -9999};

static fault_control *control;
static int64_t injected; /* in all, for the report */

static void assert_nothing_left(const fault_control *at, int64_t n)
{
    static const char *const names[] = {"contexts", "queues",  "programs",
                                        "kernels",  "buffers", "events"};
    for (int i = 0; i < FAULT_OBJECTS; i++)
        if (at->live[i] != 0)
            fail_msg("after call %lld failed, %lld %s are left", (long long)n,
                     (long long)at->live[i], names[i]);
}

/* The gradient of layer 2 read back, once more after a failure. */
static void read_gradient(lab *at, char device[32])
{
    float gradient[400];
    int64_t exponent;
    for (int attempt = 0; attempt < 3; attempt++) {
        gf_error error = {0};
        if (gf_engine_read_tensor(at->engine, 2, GF_TENSOR_WEIGHT_GRAD, gradient, 400, &exponent,
                                  &error) == GF_OK)
            return;
        assert_true(error.text[0] != 0);
        lab_run(at, device);
    }
    fail_msg("the gradient cannot be read");
}

/* A pass and a read on the best device with call n failing. False when all went well, because
 * there is no call n. */
static bool scenario(lab *at, int64_t n, int64_t last)
{
    char device[32];
    assert_int_equal(gf_engine_choose_device(at->engine, NULL, NULL), GF_OK);
    lab_wait_ready(at);
    const int32_t pid = gf_engine_pid(at->engine);
    lab_arm(at, NULL, n, last, FAULT_FAIL, codes[(size_t)n % COUNT_OF(codes)]);
    lab_run(at, device);
    read_gradient(at, device);
    const int64_t struck = control->injected;
    lab_disarm(at);
    const bool opencl = strncmp(device, "opencl", 6) == 0;
    if (struck && !opencl) assert_true(gf_engine_notice(at->engine)[0] != 0);
    if (!struck && !opencl)
        fail_msg("call %lld was not reached on %s: %s", (long long)n, device,
                 gf_engine_notice(at->engine));
    gf_engine_choose_device(at->engine, "cpu", NULL);
    lab_run(at, device);
    assert_string_equal(device, "cpu");
    if (gf_engine_pid(at->engine) == pid) assert_nothing_left(control, n);
    injected += struck;
    return struck > 0;
}

static void any_call_may_fail_once(void **state)
{
    (void)state;
    const int64_t step = lab_step(3);
    lab at = lab_start(control, NULL, 0);
    int64_t n = 1;
    while (scenario(&at, n, 0))
        n += n < 40 ? 1 : step;
    printf("%lld calls, %lld failures injected\n", (long long)n, (long long)injected);
    assert_true(n > 60);
    assert_true(at.longest_poll_ms < 100.0);
    lab_end(&at);
}

static void any_call_may_fail_for_good(void **state)
{
    (void)state;
    const int64_t step = lab_step(23);
    lab at = lab_start(control, NULL, 0);
    for (int64_t n = 1; scenario(&at, n, LAB_FOR_EVER); n += step)
        ;
    lab_end(&at);
}

/* Before the engine has said hello: it has no device to fall back to yet. */
static void drivers_may_fail_while_they_are_asked_for_devices(void **state)
{
    (void)state;
    for (int64_t n = 1;; n++) {
        char device[32];
        lab at = {.control = control};
        lab_arm(&at, NULL, n, 0, FAULT_FAIL, codes[(size_t)n % COUNT_OF(codes)]);
        at = lab_start(control, NULL, 0);
        lab_wait_ready(&at);
        const bool struck = control->injected > 0;
        lab_disarm(&at);
        lab_run(&at, device);
        lab_end(&at);
        if (!struck) break;
        injected++;
    }
}

static const char *const blocking_calls[] = {
    "clCreateContext",        "clCreateCommandQueue",
    "clBuildProgram",         "clCreateKernel",
    "clCreateBuffer",         "clSetKernelArg",
    "clEnqueueNDRangeKernel", "clEnqueueWriteBuffer",
    "clEnqueueReadBuffer",    "clFlush",
    "clGetEventInfo",         "clEnqueueMarkerWithWaitList"};

/* For ever: whoever calls it again does not come back either. Every `step`th of the calls. */
static void every_call_may(fault_action action, size_t step, const char *notice)
{
    for (size_t i = 0; i < COUNT_OF(blocking_calls); i += step) {
        char device[32];
        lab at = lab_start(control, NULL, HANG_MS);
        lab_wait_ready(&at);
        lab_arm(&at, blocking_calls[i], 1, LAB_FOR_EVER, action, 0);
        lab_run(&at, device);
        assert_string_equal(device, "cpu");
        assert_says(gf_engine_notice(at.engine), notice);
        assert_true(control->injected > 0);
        assert_true(at.longest_poll_ms < 100.0);
        injected += control->injected;
        lab_end(&at);
    }
}

static void any_call_may_crash(void **state)
{
    (void)state;
    every_call_may(FAULT_CRASH, 1, "crashed with signal 11");
}

static void any_call_may_hang(void **state)
{
    (void)state;
    every_call_may(FAULT_HANG, (size_t)lab_step(2), "did not answer in time");
}

/* clFinish comes when a device is left. */
static void leaving_a_device_may_hang(void **state)
{
    (void)state;
    char device[32];
    lab at = lab_start(control, NULL, HANG_MS);
    lab_run(&at, device);
    lab_arm(&at, "clFinish", 1, LAB_FOR_EVER, FAULT_HANG, 0);
    gf_engine_choose_device(at.engine, "cpu", NULL);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    assert_true(control->injected > 0);
    lab_end(&at);
}

/* Asking for devices: there is no second try, OpenCL is left alone. */
static void discovery_may(fault_action action, const char *call)
{
    char device[32];
    lab at = {.control = control};
    lab_arm(&at, call, 1, LAB_FOR_EVER, action, 0);
    at = lab_start(control, NULL, HANG_MS);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    assert_says(gf_engine_notice(at.engine), "the processor without OpenCL");
    assert_int_equal(gf_engine_restart_count(at.engine), 1);
    lab_end(&at);
}

static void discovery_may_crash_or_hang(void **state)
{
    (void)state;
    discovery_may(FAULT_CRASH, "clGetPlatformIDs");
    discovery_may(FAULT_HANG, "clGetPlatformIDs");
    discovery_may(FAULT_CRASH, "clGetDeviceIDs");
    discovery_may(FAULT_HANG, "clGetDeviceInfo");
}

static void work_may_end_with_an_error(void **state)
{
    (void)state;
    /* Every wait has a marker and looks at it at least once; how often depends on the hour. */
    char device[32];
    lab at = lab_start(control, NULL, 0);
    lab_wait_ready(&at);
    lab_arm(&at, "clEnqueueMarkerWithWaitList", 0, 0, FAULT_FAIL, 0);
    lab_run(&at, device);
    const int64_t waits = control->calls;
    lab_end(&at);
    assert_true(waits >= 1);
    for (int64_t n = 1; n <= waits; n++) {
        at = lab_start(control, NULL, 0);
        lab_wait_ready(&at);
        lab_arm(&at, "clGetEventInfo", n, 0, FAULT_STATUS, -14);
        lab_run(&at, device);
        assert_int_equal(control->injected, 1);
        assert_says(gf_engine_notice(at.engine),
                    gf_engine_restart_count(at.engine) ? "" : "running the kernels");
        lab_end(&at);
    }
}

static void a_build_log_may_have_a_megabyte(void **state)
{
    (void)state;
    char device[32];
    lab at = lab_start(control, NULL, 0);
    lab_wait_ready(&at);
    lab_arm(&at, "clBuildProgram", 1, LAB_FOR_EVER, FAULT_LONG_LOG, -11);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    assert_says(gf_engine_notice(at.engine), "the kernels do not compile");
    assert_true(strchr(gf_engine_notice(at.engine), '\n') == NULL);
    lab_end(&at);
}

/* The ladder goes up again when somebody chooses, and a network that is too large for a device
 * does not cost it the next one. */
static void a_device_can_be_chosen_again(void **state)
{
    (void)state;
    char device[32];
    lab at = lab_start(control, NULL, 0);
    lab_wait_ready(&at);
    lab_arm(&at, "clCreateBuffer", 1, 0, FAULT_FAIL, -4);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    lab_disarm(&at);
    lab_run(&at, device);
    assert_string_equal(device, "opencl:0"); /* was out of memory, for that network */
    assert_string_equal(gf_engine_notice(at.engine), "");
    lab_arm(&at, "clFlush", 1, 0, FAULT_FAIL, -9999);
    lab_run(&at, device);
    assert_string_equal(device, "cpu");
    lab_disarm(&at);
    lab_run(&at, device);
    assert_string_equal(device, "cpu"); /* has failed: stays down */
    assert_true(gf_engine_notice(at.engine)[0] != 0);
    gf_engine_choose_device(at.engine, "opencl", NULL);
    lab_run(&at, device);
    assert_string_equal(device, "opencl:0");
    assert_string_equal(gf_engine_notice(at.engine), "");
    lab_end(&at);
}

/* A network with buffers of more than 4 MiB, for which large pages are asked. */
static gf_scaled first_gradient(lab *at)
{
    gf_spec spec = gf_spec_default();
    gf_error error = {0};
    gf_run run;
    spec.depth = 2;
    spec.width = 1400;
    spec.batch = 4;
    const double start_ms = gf_clock_ms();
    if (gf_engine_run(at->engine, &spec, 1, &error) != GF_OK) fail_msg("%s", error.text);
    while (!gf_engine_take_run(at->engine, &run)) {
        if (gf_engine_get_error(at->engine)->status != GF_OK)
            fail_msg("%s", gf_engine_get_error(at->engine)->text);
        assert_true(gf_clock_ms() - start_ms < gf_test_patience(60000.0));
        gf_engine_wait(at->engine, 10);
    }
    const gf_scaled norm = run.layers[0].weight_grad_norm;
    assert_string_equal(run.device.id, "opencl:0");
    gf_run_destroy(&run);
    return norm;
}

static void large_pages_may_be_refused(void **state)
{
    (void)state;
    static const char *const optional[] = {"clEnqueueMapBuffer", "clEnqueueUnmapMemObject"};
    lab at = lab_start(control, NULL, 0);
    const gf_scaled undisturbed = first_gradient(&at);
    lab_end(&at);
    for (size_t i = 0; i < COUNT_OF(optional); i++) {
        at = lab_start(control, NULL, 0);
        lab_wait_ready(&at);
        lab_arm(&at, optional[i], 1, LAB_FOR_EVER, FAULT_FAIL, -12);
        const gf_scaled norm = first_gradient(&at);
        assert_memory_equal(&norm, &undisturbed, sizeof norm);
        assert_string_equal(gf_engine_notice(at.engine), "");
        assert_int_equal(gf_engine_restart_count(at.engine), 0);
        assert_true(control->injected > 0);
        injected += control->injected;
        lab_end(&at);
    }
}

int main(void)
{
    setenv("GRADFLOW_SELF_TEST", "off", 1);
    control = lab_open_control();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_call_may_fail_once),
        cmocka_unit_test(any_call_may_fail_for_good),
        cmocka_unit_test(drivers_may_fail_while_they_are_asked_for_devices),
        cmocka_unit_test(any_call_may_crash),
        cmocka_unit_test(any_call_may_hang),
        cmocka_unit_test(leaving_a_device_may_hang),
        cmocka_unit_test(discovery_may_crash_or_hang),
        cmocka_unit_test(work_may_end_with_an_error),
        cmocka_unit_test(a_build_log_may_have_a_megabyte),
        cmocka_unit_test(a_device_can_be_chosen_again),
        cmocka_unit_test(large_pages_may_be_refused),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("%lld faults injected\n", (long long)injected);
    unlink(getenv("GF_FAULT_CONTROL"));
    return failed;
}
