/* Any bytes from the engine to the window: records, or a restart, and whatever became a finished
 * run can be diagnosed and described. The process is played by the input: the first two bytes say
 * how much of the rest is said before the window asks for an array. */
#include <fcntl.h>
#include <unistd.h>

#include "compute/backend.h"
#include "engine/process.h"
#include "engine/protocol.h"
#include "engine/tensor.h"
#include "fuzz.h"
#include "gradflow/diagnosis.h"
#include "gradflow/engine.h"

const gf_backend_ops *const gf_backends[] = {NULL};

#define PIPE_BYTES (1 << 20)

/* The child's side of the only pipe there will be. */
static struct {
    bool started;
    int to; /* -1: closed */
} child;

gf_status gf_process_start(const char *command, const char *extra, gf_process *out, gf_error *error)
{
    (void)command, (void)extra;
    int ends[2];
    if (child.started) return gf_fail(error, GF_UNAVAILABLE, "no second child");
    PROMISE(pipe(ends) == 0 && fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
    *out = (gf_process){.pid = 1, .to = open("/dev/null", O_WRONLY | O_CLOEXEC), .from = ends[0]};
    child.to = ends[1];
    child.started = true;
    return GF_OK;
}

bool gf_process_has_ended(gf_process *process, gf_process_end *end)
{
    if (child.to >= 0) return false;
    *end = (gf_process_end){.text = "has said what it had to say"};
    gf_process_kill(process);
    return true;
}

double gf_process_cpu_ms(const gf_process *process)
{
    (void)process;
    return 0.0;
}

void gf_process_kill(gf_process *process)
{
    if (!process->pid) return;
    close(process->to);
    close(process->from);
    *process = (gf_process){0};
}

static void use(const gf_run *run)
{
    const gf_thresholds thresholds = gf_thresholds_default();
    gf_diagnosis diagnosis;
    gf_diagnose(run, &thresholds, &diagnosis);
    for (int32_t layer = 1; layer <= run->spec.depth; layer++) {
        char text[40];
        PROMISE(gf_layer_word(run, layer, &thresholds)[0]);
        gf_scaled_format(run->layers[layer - 1].weight_grad_norm, 3, text);
    }
}

static void say(const uint8_t *data, size_t size)
{
    PROMISE(write(child.to, data, size) == (ssize_t)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gf_engine *engine = NULL;
    gf_spec spec = gf_spec_default();
    float bias[3];
    int64_t exponent;
    if (size < 2 || size > PIPE_BYTES / 2) return 0;
    size_t first = (size_t)(data[0] | data[1] << 8);
    if (first > size - 2) first = size - 2;
    spec.depth = 2;
    spec.width = 3;
    child.started = false;
    PROMISE(gf_engine_create(&(gf_engine_desc){0}, &engine, NULL) == GF_OK);
    PROMISE(gf_engine_run(engine, &spec, 2, NULL) == GF_OK);
    say(data + 2, first);
    gf_engine_poll(engine);
    if (gf_engine_get_run(engine)->complete) use(gf_engine_get_run(engine));
    if (gf_engine_get_state(engine) != GF_ENGINE_FAILED) say(data + 2 + first, size - 2 - first);
    close(child.to);
    child.to = -1;
    gf_engine_read_tensor(engine, 1, GF_TENSOR_BIAS, bias, 3, &exponent, NULL);
    gf_engine_poll(engine);
    gf_engine_destroy(engine);
    return 0;
}
