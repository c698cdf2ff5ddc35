/* The handle that survives its child: killed, frozen, missing, talking nonsense. */
#include "gradflow/engine.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/tensor.h"
#include "support/test.h"

#define PATIENCE_MS gf_test_patience(30000.0)

static gf_engine *start(const char *command, const char *device, int32_t deadline_ms)
{
    char own[4096];
    snprintf(own, sizeof own, "\"%s\" engine", getenv("GRADFLOW"));
    const gf_engine_desc desc = {command ? command : own, device, deadline_ms};
    gf_engine *engine;
    gf_error error = {0};
    if (gf_engine_create(&desc, &engine, &error) != GF_OK) fail_msg("%s", error.text);
    return engine;
}

static void ask(gf_engine *engine, int32_t depth, int32_t width)
{
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = width;
    assert_int_equal(gf_engine_run(engine, &spec, 8, NULL), GF_OK);
}

/* Poll until the run is complete, refused, or the engine has failed. */
static void wait_end(gf_engine *engine)
{
    const double start_ms = gf_clock_ms();
    while (!gf_engine_get_run(engine)->complete && gf_engine_get_error(engine)->status == GF_OK &&
           gf_engine_get_state(engine) != GF_ENGINE_FAILED) {
        assert_true(gf_clock_ms() - start_ms < PATIENCE_MS);
        gf_engine_wait(engine, 20);
    }
}

static gf_run finished(gf_engine *engine)
{
    gf_run run;
    wait_end(engine);
    if (!gf_engine_take_run(engine, &run)) fail_msg("%s", gf_engine_get_error(engine)->text);
    return run;
}

static void a_run_comes_back_whole(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "reference", 0);
    ask(engine, 10, 64);
    gf_run run = finished(engine);
    assert_int_equal(run.first_ready, 1);
    assert_string_equal(run.device.id, "reference");
    /* tests/expected has the digits; here only: the right network, the right order of layers. */
    assert_close(gf_scaled_double(run.layers[0].weight_grad_norm), 1.976e-9, 1e-3);
    assert_close(gf_scaled_double(run.layers[9].weight_grad_norm), 0.1393, 1e-3);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

static void runs_asked_for_in_a_hurry_give_the_last_one(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "reference", 0);
    for (int32_t depth = 1; depth <= 50; depth++)
        ask(engine, depth, 32);
    gf_run run = finished(engine);
    assert_int_equal(run.spec.depth, 50);
    assert_int_equal(gf_engine_restart_count(engine), 0);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

/* End or freeze the child in the middle of a run; the run must still complete, with the same
 * numbers. */
static void assert_survives(int signal_number, int32_t deadline_ms, const char *notice)
{
    gf_engine *engine = start(NULL, "reference", deadline_ms);
    ask(engine, 60, 128);
    while (gf_engine_get_run(engine)->first_ready > 40)
        gf_engine_wait(engine, 5);
    assert_false(gf_engine_get_run(engine)->complete);
    assert_int_equal(kill(gf_engine_pid(engine), signal_number), 0);
    gf_run run = finished(engine);
    assert_true(gf_engine_restart_count(engine) >= 1); /* more where the machine is busy */
    assert_says(gf_engine_notice(engine), notice);
    gf_engine *calm = start(NULL, "reference", 0);
    ask(calm, 60, 128);
    gf_run same = finished(calm);
    /* The restart may have gone to another device: float32 against double. */
    assert_close(gf_scaled_log10(run.layers[0].weight_grad_norm),
                 gf_scaled_log10(same.layers[0].weight_grad_norm), 1e-4);
    gf_run_destroy(&run);
    gf_run_destroy(&same);
    gf_engine_destroy(calm);
    gf_engine_destroy(engine);
}

static void a_killed_engine_is_replaced(void **state)
{
    (void)state;
    assert_survives(SIGKILL, 0, "signal 9");
}

static void a_frozen_engine_is_replaced(void **state)
{
    (void)state;
    assert_survives(SIGSTOP, 1000, "did not answer");
}

static void asking_a_frozen_engine_never_blocks(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "reference", 1500);
    ask(engine, 2, 8);
    gf_run run = finished(engine);
    gf_run_destroy(&run);
    kill(gf_engine_pid(engine), SIGSTOP);
    for (int i = 0; i < 1000; i++) {
        const double before = gf_clock_ms();
        ask(engine, 3, 8);
        gf_engine_poll(engine);
        /* Who waits for a frozen engine waits until it is killed; a busy machine holds us up less.
         */
        assert_true(gf_clock_ms() - before < 1000.0);
    }
    run = finished(engine);
    assert_int_equal(run.spec.depth, 3);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

static void an_engine_that_always_ends_is_given_up(void **state)
{
    (void)state;
    static const char *const commands[] = {"false", "echo hello", "cat /dev/stdin",
                                           "sh -c 'kill -SEGV $$'"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        gf_engine *engine = start(commands[i], NULL, 300);
        ask(engine, 2, 8);
        wait_end(engine);
        assert_int_equal(gf_engine_get_state(engine), GF_ENGINE_FAILED);
        assert_int_not_equal(gf_engine_get_error(engine)->status, GF_OK);
        assert_says(gf_engine_notice(engine), "could not be kept running");
        gf_engine_destroy(engine);
    }
}

static void what_cannot_be_started_is_said_at_once(void **state)
{
    (void)state;
    gf_engine *engine;
    gf_error error = {0};
    const gf_engine_desc missing = {.command = "/nowhere/gradflow engine"};
    assert_int_equal(gf_engine_create(&missing, &engine, &error), GF_UNAVAILABLE);
    assert_says(error.text, "/nowhere/gradflow");
    const gf_engine_desc open_quote = {.command = "sh -c 'true"};
    assert_int_equal(gf_engine_create(&open_quote, &engine, &error), GF_INVALID);
    const gf_engine_desc empty = {.command = "  "};
    assert_int_equal(gf_engine_create(&empty, &engine, &error), GF_INVALID);
}

static void a_device_that_is_not_there_is_an_error_not_a_restart(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "abacus", 0);
    ask(engine, 2, 8);
    wait_end(engine);
    assert_int_equal(gf_engine_get_error(engine)->status, GF_DEVICE);
    assert_says(gf_engine_get_error(engine)->text, "'abacus'");
    assert_says(gf_engine_get_error(engine)->text, "reference");
    assert_int_equal(gf_engine_restart_count(engine), 0);
    gf_engine_destroy(engine);
}

static void a_network_that_does_not_fit_is_refused_with_numbers(void **state)
{
    (void)state;
    setenv("GRADFLOW_MEMORY_MIB", "64", 1);
    gf_engine *engine = start(NULL, NULL, 0);
    unsetenv("GRADFLOW_MEMORY_MIB");
    ask(engine, 100000, 2000); /* even checkpoints alone are more */
    wait_end(engine);
    assert_int_equal(gf_engine_get_error(engine)->status, GF_MEMORY);
    assert_says(gf_engine_get_error(engine)->text, " MiB");
    ask(engine, 2, 8); /* and the next one runs */
    gf_run run = finished(engine);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

static void whole_tensors_can_be_read(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "reference", 0);
    ask(engine, 3, 16);
    gf_run run = finished(engine);
    float grad[16 * 16];
    int64_t exponent;
    gf_error error = {0};
    assert_int_equal(
        gf_engine_read_tensor(engine, 2, GF_TENSOR_WEIGHT_GRAD, grad, 256, &exponent, &error),
        GF_OK);
    double squares = 0.0;
    for (int i = 0; i < 256; i++)
        squares += (double)grad[i] * grad[i];
    /* Rounding 256 values to float32. */
    assert_close(ldexp(sqrt(squares), (int)exponent),
                 gf_scaled_double(run.layers[1].weight_grad_norm), 1e-6);
    assert_int_equal(
        gf_engine_read_tensor(engine, 4, GF_TENSOR_WEIGHT, grad, 256, &exponent, &error),
        GF_INVALID);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

static void assert_not_read(gf_engine *engine, const char *why)
{
    float bias[16];
    int64_t exponent;
    gf_error error = {0};
    assert_int_equal(gf_engine_read_tensor(engine, 1, GF_TENSOR_BIAS, bias, 16, &exponent, &error),
                     GF_DEVICE);
    assert_says(error.text, why);
}

static void a_tensor_is_not_waited_for_where_none_can_come(void **state)
{
    (void)state;
    gf_engine *engine = start(NULL, "reference", 0);
    siginfo_t end;
    ask(engine, 3, 16);
    assert_not_read(engine, "the engine is not idle");
    gf_run run = finished(engine);
    const pid_t pid = (pid_t)gf_engine_pid(engine);
    kill(pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    assert_not_read(engine, "signal 9");
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
}

/* This program as an engine that computes before it says hello, or "for-ever": until nobody is
 * left who would end it. */
static int spin(const char *how_long)
{
    const double start_ms = gf_clock_ms();
    const pid_t parent = getppid();
    while (strcmp(how_long, "for-ever") == 0 || gf_clock_ms() - start_ms < atof(how_long))
        if (getppid() != parent) return 1;
    execl(getenv("GRADFLOW"), "gradflow", "engine", "--no-opencl", (char *)NULL);
    return 1;
}

static gf_engine *start_spinning(const char *how_long, int32_t deadline_ms)
{
    char own[2048], command[2100];
    const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    assert_true(length > 0);
    own[length] = '\0';
    snprintf(command, sizeof command, "\"%s\" spin %s", own, how_long);
    return start(command, NULL, deadline_ms);
}

static void wait_started(gf_engine *engine)
{
    const double start_ms = gf_clock_ms();
    while (gf_engine_get_state(engine) == GF_ENGINE_STARTING &&
           gf_engine_restart_count(engine) == 0) {
        assert_true(gf_clock_ms() - start_ms < PATIENCE_MS);
        gf_engine_wait(engine, 20);
    }
}

/* Silence may last a second at the start, or six while it computes. */
static void an_engine_that_computes_may_start_slowly(void **state)
{
    (void)state;
    gf_engine *engine = start_spinning("1500", 500);
    wait_started(engine);
    assert_string_equal(gf_engine_notice(engine), "");
    assert_int_equal(gf_engine_get_state(engine), GF_ENGINE_IDLE);
    gf_engine_destroy(engine);
}

static void an_engine_that_spins_at_its_start_is_replaced(void **state)
{
    (void)state;
    gf_engine *engine = start_spinning("for-ever", 50);
    wait_started(engine);
    assert_int_equal(gf_engine_restart_count(engine), 1);
    assert_says(gf_engine_notice(engine), "did not answer in time");
    gf_engine_destroy(engine);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "spin") == 0) return spin(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_comes_back_whole),
        cmocka_unit_test(runs_asked_for_in_a_hurry_give_the_last_one),
        cmocka_unit_test(a_killed_engine_is_replaced),
        cmocka_unit_test(a_frozen_engine_is_replaced),
        cmocka_unit_test(asking_a_frozen_engine_never_blocks),
        cmocka_unit_test(an_engine_that_always_ends_is_given_up),
        cmocka_unit_test(what_cannot_be_started_is_said_at_once),
        cmocka_unit_test(an_engine_that_computes_may_start_slowly),
        cmocka_unit_test(an_engine_that_spins_at_its_start_is_replaced),
        cmocka_unit_test(a_device_that_is_not_there_is_an_error_not_a_restart),
        cmocka_unit_test(a_network_that_does_not_fit_is_refused_with_numbers),
        cmocka_unit_test(whole_tensors_can_be_read),
        cmocka_unit_test(a_tensor_is_not_waited_for_where_none_can_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
