/* The small network, its known answer, and patience. */
#include "faults/lab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/test.h"

#define PATIENCE_MS gf_test_patience(60000.0)
/* log10 ||dL/dW|| of the first and the last layer, from the reference, which analysis_gradients
 * holds to PyTorch; float32 in a network this small deviates by far less than the tolerance. */
#define FIRST     -0.85272400761295042
#define LAST      -0.78685138980780234
#define TOLERANCE 1e-4

static gf_spec small_network(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 3;
    spec.width = 20;
    spec.batch = 9;
    spec.activation = GF_ACTIVATION_TANH;
    return spec;
}

fault_control *lab_open_control(void)
{
    static char path[] = "/tmp/gradflow-faults-XXXXXX";
    char layer[1024];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, sizeof(fault_control)), 0);
    fault_control *control =
        mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    assert_true(control != MAP_FAILED);
    close(file);
    snprintf(layer, sizeof layer, "%s/libfault_layer.so", getenv("GF_FAULTS_DIR"));
    assert_int_equal(access(layer, R_OK), 0);
    setenv("OPENCL_LAYERS", layer, 1);
    setenv("GF_FAULT_CONTROL", path, 1);
    lab at = lab_start(control, NULL, 0);
    const gf_device *devices;
    lab_wait_ready(&at);
    const bool there =
        gf_engine_get_devices(at.engine, &devices) > 0 && strstr(devices[0].driver, "PoCL");
    assert_true(!there || control->calls > 0); /* else the layer is not in between */
    lab_end(&at);
    if (there) return control;
    unlink(path);
    printf("SKIPPED: PoCL is not installed\n");
    exit(77);
}

lab lab_start(fault_control *control, const char *device, int32_t deadline_ms)
{
    char command[4096];
    lab at = {.control = control};
    gf_error error = {0};
    snprintf(command, sizeof command, "\"%s\" engine", getenv("GRADFLOW"));
    const gf_engine_desc desc = {command, device, deadline_ms};
    if (gf_engine_create(&desc, &at.engine, &error) != GF_OK) fail_msg("%s", error.text);
    return at;
}

void lab_end(lab *at)
{
    gf_engine_destroy(at->engine);
    lab_disarm(at);
}

static void poll_once(lab *at)
{
    gf_engine_wait(at->engine, 2);
    const double before = gf_clock_ms();
    gf_engine_poll(at->engine);
    const double took = gf_clock_ms() - before;
    if (took > at->longest_poll_ms) at->longest_poll_ms = took;
}

void lab_wait_ready(lab *at)
{
    const double start_ms = gf_clock_ms();
    while (gf_engine_get_state(at->engine) == GF_ENGINE_STARTING) {
        assert_true(gf_clock_ms() - start_ms < PATIENCE_MS);
        poll_once(at);
    }
}

void lab_ask(lab *at)
{
    const gf_spec spec = small_network();
    gf_error error = {0};
    if (gf_engine_run(at->engine, &spec, 4, &error) != GF_OK) fail_msg("%s", error.text);
}

static void assert_right(const gf_run *run)
{
    const gf_layer_record *layers = run->layers;
    assert_int_equal(run->first_ready, 1);
    assert_close(gf_scaled_log10(layers[0].weight_grad_norm), FIRST, TOLERANCE);
    assert_close(gf_scaled_log10(layers[run->spec.depth - 1].weight_grad_norm), LAST, TOLERANCE);
}

void lab_finish(lab *at, char device[32])
{
    const double start_ms = gf_clock_ms();
    gf_run run;
    while (!gf_engine_take_run(at->engine, &run)) {
        if (gf_engine_get_error(at->engine)->status != GF_OK)
            fail_msg("refused: %s", gf_engine_get_error(at->engine)->text);
        if (gf_clock_ms() - start_ms > PATIENCE_MS)
            fail_msg("no result; the engine says '%s'", gf_engine_notice(at->engine));
        poll_once(at);
    }
    assert_right(&run);
    snprintf(device, 32, "%s", run.device.id);
    gf_run_destroy(&run);
}

void lab_run(lab *at, char device[32])
{
    lab_ask(at);
    lab_finish(at, device);
}

void lab_arm(lab *at, const char *call, int64_t nth, int64_t last, fault_action action,
             int32_t code)
{
    *at->control = (fault_control){
        .nth = nth, .last = last, .action = (int32_t)action, .code = code, .bit = 30};
    snprintf(at->control->call, sizeof at->control->call, "%s", call ? call : "");
}

void lab_disarm(lab *at)
{
    if (at->control) at->control->nth = 0;
}

int64_t lab_step(int64_t usual)
{
    const char *wish = getenv("GF_FAULTS");
    return wish && strcmp(wish, "all") == 0 ? 1 : usual;
}
