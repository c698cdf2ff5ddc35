/* The window side: a request at a time, the pass being filled, and what to do when the child dies
 * or goes silent.
 *
 * The order of devices is the ladder: each failure of a device (crash, silence, a device error)
 * goes one rung down and asks for the same pass again. After three failures no driver is asked any
 * more: only the C backends are left. */
#include "gradflow/engine.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "engine/plausible.h"
#include "engine/process.h"
#include "engine/protocol.h"
#include "engine/tensor.h"
#include "scenario/network_json.h"

#define DEADLINE_MS      5000
#define FAILURES_TO_C    3
#define FAILURES_TO_STOP 6

struct gf_engine {
    char *command, *wanted_device; /* from the desc; NULL as there */
    int32_t deadline_ms;
    gf_process process;
    gf_reader reader;
    gf_engine_state state;
    double heard_ms; /* when the child last said something, or was asked */

    gf_device devices[GF_DEVICES_MAX];
    int32_t device_count;
    char device[32];  /* asked for by the run under way; "" is the best */
    int32_t failures; /* of devices and of the child, in all */
    bool without_opencl;

    int64_t id; /* of the run under way */
    bool asked; /* there is a run under way or waiting for hello */
    gf_run run; /* being filled or finished */
    gf_error refused;
    char notice[256];

    gf_tensor_request *tensor; /* being read, else NULL */
};

static gf_status send_run(gf_engine *engine, gf_error *error)
{
    /* Asking again must not put off the deadline of a silent child. */
    if (engine->state != GF_ENGINE_WORKING) engine->heard_ms = gf_clock_ms();
    engine->state = GF_ENGINE_WORKING;
    json_t *head = json_pack("{s:s, s:I, s:s, s:i, s:o}", "type", "run", "id",
                             (json_int_t)++engine->id, "device", engine->device, "rows",
                             engine->run.rows, "network", gf_network_to_json(&engine->run.spec));
    return gf_message_write(engine->process.to, head, NULL, 0, error);
}

static gf_status start_child(gf_engine *engine, gf_error *error)
{
    GF_TRY(gf_process_start(engine->command, engine->without_opencl ? "--no-opencl" : NULL,
                            &engine->process, error));
    gf_reader_destroy(&engine->reader);
    engine->reader = (gf_reader){.fd = engine->process.from, .payload_max = GF_PAYLOAD_MAX};
    engine->state = GF_ENGINE_STARTING;
    engine->heard_ms = gf_clock_ms();
    return GF_OK;
}

gf_status gf_engine_create(const gf_engine_desc *desc, gf_engine **out, gf_error *error)
{
    gf_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return gf_fail(error, GF_MEMORY, "no memory for the engine");
    signal(SIGPIPE, SIG_IGN); /* a dead child shows as a failed write */
    engine->command = desc->command ? strdup(desc->command) : NULL;
    engine->wanted_device = desc->device ? strdup(desc->device) : NULL;
    engine->deadline_ms = desc->deadline_ms ? desc->deadline_ms : DEADLINE_MS;
    if (engine->wanted_device)
        snprintf(engine->device, sizeof engine->device, "%s", engine->wanted_device);
    const gf_status status = start_child(engine, error);
    if (status != GF_OK) {
        gf_engine_destroy(engine);
        return status;
    }
    *out = engine;
    return GF_OK;
}

void gf_engine_destroy(gf_engine *engine)
{
    if (!engine) return;
    gf_process_kill(&engine->process);
    gf_reader_destroy(&engine->reader);
    gf_run_destroy(&engine->run);
    free(engine->command);
    free(engine->wanted_device);
    free(engine);
}

/* The rung below the device that just failed; "" when it is not known which that was. */
static void step_down(gf_engine *engine)
{
    const char *failed = engine->run.device.id[0] ? engine->run.device.id : engine->device;
    int32_t at = 0;
    while (at < engine->device_count && strcmp(engine->devices[at].id, failed) != 0)
        at++;
    if (at == engine->device_count) at = 0; /* automatic: the best was tried */
    if (at + 1 < engine->device_count && strcmp(engine->devices[at + 1].id, "reference") != 0)
        snprintf(engine->device, sizeof engine->device, "%s", engine->devices[at + 1].id);
    if (engine->device_count == 0 || engine->failures >= FAILURES_TO_C) {
        engine->without_opencl = true;
        snprintf(engine->device, sizeof engine->device, "cpu");
    }
}

static void forget_progress(gf_engine *engine)
{
    engine->run.first_ready = engine->run.spec.depth + 1;
    engine->run.complete = false;
    engine->run.device = (gf_device){0};
}

static const char *device_title(const gf_engine *engine)
{
    return strcmp(engine->device, "cpu") == 0 ? "the processor without OpenCL" : engine->device;
}

static void give_up(gf_engine *engine, const gf_error *why)
{
    engine->state = GF_ENGINE_FAILED;
    snprintf(engine->notice, sizeof engine->notice, "The engine could not be kept running: %.200s",
             why->text);
    engine->refused = *why;
}

/* The child is gone, silent or mad: start another one on the next device and ask again. */
static void restart(gf_engine *engine, const char *why)
{
    gf_error error = {0};
    gf_process_kill(&engine->process);
    engine->failures++;
    step_down(engine);
    if (engine->asked) forget_progress(engine);
    snprintf(engine->notice, sizeof engine->notice, "The engine %.120s; it was restarted on %s.",
             why, device_title(engine));
    snprintf(engine->run.fell_back, sizeof engine->run.fell_back, "the engine %.200s", why);
    if (engine->failures >= FAILURES_TO_STOP) gf_fail(&error, GF_DEVICE, "it %.200s", why);
    if (engine->failures >= FAILURES_TO_STOP || start_child(engine, &error) != GF_OK)
        give_up(engine, &error);
}

gf_status gf_engine_run(gf_engine *engine, const gf_spec *spec, int32_t rows, gf_error *error)
{
    gf_run run;
    GF_TRY(gf_run_create(spec, rows, &run, error));
    memcpy(run.fell_back, engine->run.fell_back, sizeof run.fell_back);
    gf_run_destroy(&engine->run);
    engine->run = run;
    engine->refused = (gf_error){0};
    engine->asked = true;
    if (engine->state == GF_ENGINE_IDLE || engine->state == GF_ENGINE_WORKING) {
        gf_error broken = {0};
        if (send_run(engine, &broken) != GF_OK) restart(engine, broken.text);
    }
    return GF_OK;
}

void gf_engine_cancel(gf_engine *engine)
{
    if (engine->state != GF_ENGINE_WORKING) return;
    json_t *head = json_pack("{s:s, s:I}", "type", "cancel", "id", (json_int_t)engine->id);
    gf_message_write(engine->process.to, head, NULL, 0,
                     NULL); /* a dead child is noticed by the next poll */
    engine->asked = false;
}

static gf_device_kind kind_from(const char *name)
{
    for (int kind = GF_DEVICE_GPU; kind < GF_DEVICE_HOST; kind++)
        if (strcmp(gf_device_kind_name((gf_device_kind)kind), name) == 0)
            return (gf_device_kind)kind;
    return GF_DEVICE_HOST;
}

static bool device_from_json(const json_t *value, gf_device *out)
{
    const char *id, *name, *driver, *kind, *kernels;
    json_int_t memory, allocation;
    gf_device device = {0};
    if (json_unpack((json_t *)value, "{s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:I}", "id", &id, "name",
                    &name, "kernels", &kernels, "driver", &driver, "kind", &kind, "compute_units",
                    &device.compute_units, "memory_bytes", &memory, "allocation_bytes",
                    &allocation) != 0)
        return false;
    snprintf(device.id, sizeof device.id, "%s", id);
    snprintf(device.name, sizeof device.name, "%s", name);
    snprintf(device.driver, sizeof device.driver, "%s", driver);
    snprintf(device.kernels, sizeof device.kernels, "%s", kernels);
    device.kind = kind_from(kind);
    device.memory_bytes = (uint64_t)memory;
    device.allocation_bytes = (uint64_t)allocation;
    *out = device;
    return true;
}

static gf_status hear_hello(gf_engine *engine, const gf_message *message, gf_error *error)
{
    int protocol;
    json_int_t record_bytes;
    json_t *devices, *device;
    size_t index;
    if (json_unpack(message->head, "{s:i, s:I, s:o}", "protocol", &protocol, "record_bytes",
                    &record_bytes, "devices", &devices) != 0 ||
        protocol != GF_PROTOCOL_VERSION || record_bytes != (json_int_t)sizeof(gf_layer_record))
        return gf_fail(error, GF_PROTOCOL, "speaks another version of the protocol");
    engine->device_count = 0;
    json_array_foreach(devices, index, device)
    {
        if (index == GF_DEVICES_MAX ||
            !device_from_json(device, &engine->devices[engine->device_count]))
            return gf_fail(error, GF_PROTOCOL, "described a device that cannot be understood");
        engine->device_count++;
    }
    engine->state = GF_ENGINE_IDLE;
    return engine->asked ? send_run(engine, error) : GF_OK;
}

static gf_status hear_plan(gf_engine *engine, const gf_message *message, gf_error *error)
{
    const char *id, *kernels;
    json_int_t bytes;
    int generated, recomputed;
    gf_plan_summary plan;
    if (json_unpack(message->head, "{s:s, s:i, s:i, s:I, s:F, s:s, s:b, s:b}", "device", &id,
                    "segments", &plan.segment_count, "layers_per_segment", &plan.layers_per_segment,
                    "plan_bytes", &bytes, "predicted_seconds", &plan.predicted_seconds, "kernels",
                    &kernels, "generated", &generated, "recomputed", &recomputed) != 0)
        return gf_fail(error, GF_PROTOCOL, "sent a plan that cannot be understood");
    plan.bytes = (uint64_t)bytes;
    plan.generated = generated != 0;
    plan.recomputed = recomputed != 0;
    snprintf(plan.kernels, sizeof plan.kernels, "%s", kernels);
    engine->run.plan = plan;
    for (int32_t i = 0; i < engine->device_count; i++)
        if (strcmp(engine->devices[i].id, id) == 0) engine->run.device = engine->devices[i];
    return GF_OK;
}

static gf_status hear_layers(gf_engine *engine, const gf_message *message, gf_error *error)
{
    gf_run *run = &engine->run;
    int first, count;
    if (json_unpack(message->head, "{s:i, s:i}", "first", &first, "count", &count) != 0 ||
        count < 1 || first < 1 || first > run->spec.depth || count != run->first_ready - first)
        return gf_fail(error, GF_PROTOCOL, "sent layers that were not expected");
    const size_t records = (size_t)count * sizeof *run->layers;
    const size_t cells = (size_t)count * (size_t)run->rows * sizeof *run->cells;
    if (message->payload_bytes != records + cells)
        return gf_fail(error, GF_PROTOCOL, "sent %zu bytes for %d layers", message->payload_bytes,
                       count);
    memcpy(&run->layers[first - 1], message->payload, records);
    for (int layer = first; layer < first + count; layer++)
        if (!gf_record_is_plausible(&run->layers[layer - 1]))
            return gf_fail(error, GF_PROTOCOL, "sent a record of layer %d that cannot be", layer);
    memcpy(&run->cells[(size_t)(first - 1) * (size_t)run->rows], message->payload + records, cells);
    run->first_ready = first;
    return GF_OK;
}

static gf_status hear_done(gf_engine *engine, const gf_message *message, gf_error *error)
{
    gf_done done;
    if (message->payload_bytes != sizeof done || engine->run.first_ready != 1)
        return gf_fail(error, GF_PROTOCOL, "ended a run that is not complete");
    memcpy(&done, message->payload, sizeof done);
    if (!gf_scaled_is_plausible(done.loss))
        return gf_fail(error, GF_PROTOCOL, "sent a loss that cannot be");
    engine->run.loss = done.loss;
    engine->run.times = done.times;
    engine->run.complete = true;
    engine->asked = false;
    engine->state = GF_ENGINE_IDLE;
    return GF_OK;
}

/* May another device be tried for what this one could not do? Only if the user did not name one. */
static bool try_next_device(gf_engine *engine, const char *why)
{
    char before[sizeof engine->device];
    memcpy(before, engine->device, sizeof before);
    if (engine->wanted_device || engine->failures >= FAILURES_TO_STOP) return false;
    engine->failures++;
    step_down(engine);
    if (strcmp(before, engine->device) == 0) return false;
    forget_progress(engine);
    snprintf(engine->run.fell_back, sizeof engine->run.fell_back, "%.250s", why);
    snprintf(engine->notice, sizeof engine->notice, "%.180s; using %s instead.", why,
             device_title(engine));
    return true;
}

static gf_status hear_error(gf_engine *engine, const gf_message *message, gf_error *error)
{
    const char *code, *text;
    if (json_unpack(message->head, "{s:s, s:s}", "code", &code, "text", &text) != 0)
        return gf_fail(error, GF_PROTOCOL, "sent an error that cannot be understood");
    gf_status status = GF_DEVICE;
    for (int i = GF_INVALID; i <= GF_UNAVAILABLE; i++)
        if (strcmp(gf_status_name((gf_status)i), code) == 0) status = (gf_status)i;
    if (!engine->tensor && (status == GF_DEVICE || status == GF_MEMORY) &&
        try_next_device(engine, text))
        return send_run(engine, error);
    gf_fail(&engine->refused, status, "%s", text);
    engine->asked = false;
    engine->state = GF_ENGINE_IDLE;
    return GF_OK;
}

static gf_status hear(gf_engine *engine, const gf_message *message, gf_error *error)
{
    if (strcmp(message->type, "hello") == 0) return hear_hello(engine, message, error);
    if (strcmp(message->type, "alive") == 0) return GF_OK;
    const json_t *id = json_object_get(message->head, "id");
    if (!json_is_integer(id))
        return gf_fail(error, GF_PROTOCOL, "sent '%.40s' without an id", message->type);
    if (json_integer_value(id) != engine->id) return GF_OK; /* of a run that is no longer wanted */
    if (strcmp(message->type, "plan") == 0) return hear_plan(engine, message, error);
    if (strcmp(message->type, "layers") == 0) return hear_layers(engine, message, error);
    if (strcmp(message->type, "done") == 0) return hear_done(engine, message, error);
    if (strcmp(message->type, "error") == 0) return hear_error(engine, message, error);
    if (strcmp(message->type, "tensor") == 0) return gf_tensor_hear(engine->tensor, message, error);
    if (strcmp(message->type, "cancelled") == 0) {
        engine->state = GF_ENGINE_IDLE;
        return GF_OK;
    }
    return gf_fail(error, GF_PROTOCOL, "sent '%.40s', which is not known", message->type);
}

/* Everything that can be read now. *heard: anything at all. */
static gf_status read_messages(gf_engine *engine, bool *heard, gf_error *error)
{
    struct pollfd output = {.fd = engine->process.from, .events = POLLIN};
    while (!engine->reader.ended && poll(&output, 1, 0) > 0) {
        GF_TRY(gf_reader_fill(&engine->reader, error));
        for (;;) {
            gf_message message;
            bool found;
            GF_TRY(gf_reader_next(&engine->reader, &message, &found, error));
            if (!found) break;
            *heard = true;
            engine->heard_ms = gf_clock_ms();
            const gf_status status = hear(engine, &message, error);
            gf_message_clear(&message);
            if (status != GF_OK) return status;
        }
    }
    return GF_OK;
}

bool gf_engine_poll(gf_engine *engine)
{
    gf_error error = {0};
    char how[80];
    bool changed = false;
    if (engine->state == GF_ENGINE_FAILED) return false;
    if (read_messages(engine, &changed, &error) != GF_OK) {
        restart(engine, error.text);
        return true;
    }
    if (engine->reader.ended || gf_process_has_ended(&engine->process, how)) {
        if (engine->process
                .pid) { /* it closed its output first: give it a moment to end by itself */
            struct timespec moment = {.tv_nsec = 2000000};
            nanosleep(&moment, NULL);
            if (!gf_process_has_ended(&engine->process, how))
                snprintf(how, sizeof how, "closed the connection");
        }
        restart(engine, how);
        return true;
    }
    const bool silent = gf_clock_ms() - engine->heard_ms > engine->deadline_ms;
    if (silent && engine->state != GF_ENGINE_IDLE) {
        restart(engine, "did not answer in time");
        return true;
    }
    return changed;
}

bool gf_engine_wait(gf_engine *engine, int32_t timeout_ms)
{
    struct pollfd output = {.fd = engine->process.from, .events = POLLIN};
    if (engine->process.pid) poll(&output, 1, timeout_ms);
    return gf_engine_poll(engine);
}

gf_engine_state gf_engine_get_state(const gf_engine *engine)
{
    return engine->state;
}
const gf_run *gf_engine_get_run(const gf_engine *engine)
{
    return &engine->run;
}
const gf_error *gf_engine_get_error(const gf_engine *engine)
{
    return &engine->refused;
}
const char *gf_engine_notice(const gf_engine *engine)
{
    return engine->notice;
}
int32_t gf_engine_restart_count(const gf_engine *engine)
{
    return engine->failures;
}
int32_t gf_engine_pid(const gf_engine *engine)
{
    return (int32_t)engine->process.pid;
}

bool gf_engine_take_run(gf_engine *engine, gf_run *out)
{
    if (!engine->run.complete) return false;
    *out = engine->run;
    engine->run = (gf_run){0};
    memcpy(engine->run.fell_back, out->fell_back, sizeof out->fell_back);
    return true;
}

int32_t gf_engine_get_devices(const gf_engine *engine, const gf_device **out)
{
    *out = engine->devices;
    return engine->device_count;
}

gf_status gf_engine_ask_tensor(gf_engine *engine, int32_t layer, gf_tensor tensor,
                               gf_tensor_request *request, gf_error *error)
{
    if (engine->state != GF_ENGINE_IDLE) return gf_fail(error, GF_DEVICE, "the engine is not idle");
    json_t *head = json_pack("{s:s, s:I, s:i, s:i}", "type", "inspect", "id",
                             (json_int_t)++engine->id, "layer", layer, "tensor", (int)tensor);
    GF_TRY(gf_message_write(engine->process.to, head, NULL, 0, error));
    engine->tensor = request;
    engine->state = GF_ENGINE_WORKING;
    engine->heard_ms = gf_clock_ms();
    engine->refused = (gf_error){0};
    return GF_OK;
}

void gf_engine_end_tensor(gf_engine *engine)
{
    if (!engine->tensor) return;
    if (!engine->tensor->complete) engine->id++; /* what still comes is nobody's */
    engine->tensor = NULL;
    if (engine->state == GF_ENGINE_WORKING) engine->state = GF_ENGINE_IDLE;
}

gf_status gf_engine_read_tensor(gf_engine *engine, int32_t layer, gf_tensor tensor, float *out,
                                size_t count, int64_t *exponent, gf_error *error)
{
    gf_tensor_request request = {.out = out, .count = count};
    const int32_t failures = engine->failures;
    GF_TRY(gf_engine_ask_tensor(engine, layer, tensor, &request, error));
    while (!request.complete && engine->failures == failures && engine->refused.status == GF_OK)
        gf_engine_wait(engine, 50);
    gf_engine_end_tensor(engine);
    if (engine->refused.status != GF_OK)
        return gf_fail(error, engine->refused.status, "%s", engine->refused.text);
    if (!request.complete) return gf_fail(error, GF_DEVICE, "%s", engine->notice);
    *exponent = request.exponent;
    return GF_OK;
}
