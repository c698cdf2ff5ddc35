/* What the child says, message by message: devices, a plan, layers, the end of a pass, errors.
 * Nothing of it is believed: what does not fit the request ends the child. */
#include "engine/client.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "engine/plausible.h"

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

static gf_status hear_devices(gf_engine *engine, const json_t *devices, gf_error *error)
{
    size_t index;
    const json_t *device;
    engine->ladder.count = 0;
    json_array_foreach(devices, index, device)
    {
        if (index == GF_DEVICES_MAX ||
            !device_from_json(device, &engine->ladder.devices[engine->ladder.count]))
            return gf_fail(error, GF_PROTOCOL, "described a device that cannot be understood");
        engine->ladder.count++;
    }
    return GF_OK;
}

/* Records travel as they lie in memory: another size is another version. */
static gf_status hear_hello(gf_engine *engine, const gf_message *message, gf_error *error)
{
    int protocol;
    json_int_t record_bytes;
    json_t *devices;
    if (engine->state != GF_ENGINE_STARTING)
        return gf_fail(error, GF_PROTOCOL, "introduced itself twice");
    if (json_unpack(message->head, "{s:i, s:I, s:o}", "protocol", &protocol, "record_bytes",
                    &record_bytes, "devices", &devices) != 0)
        return gf_fail(error, GF_PROTOCOL, "introduced itself in a way that cannot be understood");
    if (protocol != GF_PROTOCOL_VERSION || record_bytes != (json_int_t)sizeof(gf_layer_record))
        return gf_fail(error, GF_UNAVAILABLE,
                       "speaks version %d of the protocol with records of %lld bytes; here it is "
                       "version %d with %zu",
                       protocol, (long long)record_bytes, GF_PROTOCOL_VERSION,
                       sizeof(gf_layer_record));
    GF_TRY(hear_devices(engine, devices, error));
    engine->state = GF_ENGINE_IDLE;
    return engine->asked ? gf_client_send_run(engine, error) : GF_OK;
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
    engine->planned = true;
    for (int32_t i = 0; i < engine->ladder.count; i++)
        if (strcmp(engine->ladder.devices[i].id, id) == 0)
            engine->run.device = engine->ladder.devices[i];
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
    engine->in_a_row = 0;
    engine->state = GF_ENGINE_IDLE;
    return GF_OK;
}

/* A device named by the user is not replaced by another one: the answer is then the error. */
static bool try_next_device(gf_engine *engine, gf_status status, const char *why)
{
    const char *at = engine->run.device.id;
    gf_ladder *ladder = &engine->ladder;
    if (ladder->wanted[0]) return false;
    if (status != GF_DEVICE && status != GF_MEMORY && status != GF_UNSUITED) return false;
    if (status == GF_MEMORY && engine->tensor) return false; /* the array, not the network */
    const bool lasting = status == GF_DEVICE;
    if (lasting) engine->failures++;
    if (!(lasting ? gf_ladder_step_down : gf_ladder_step_aside)(ladder, at)) return false;
    gf_text_print(engine->run.fell_back, sizeof engine->run.fell_back, "%s", why);
    gf_text_print(engine->notice, sizeof engine->notice, "%s; using %s instead.", why,
                  gf_ladder_title(ladder));
    return true;
}

static gf_status status_from(const char *code)
{
    for (int i = GF_INVALID; i <= GF_UNAVAILABLE; i++)
        if (strcmp(gf_status_name((gf_status)i), code) == 0) return (gf_status)i;
    return GF_DEVICE;
}

static gf_status hear_error(gf_engine *engine, const gf_message *message, gf_error *error)
{
    const char *code, *text;
    int lost = 0;
    if (json_unpack(message->head, "{s:s, s:s, s?b}", "code", &code, "text", &text, "lost",
                    &lost) != 0)
        return gf_fail(error, GF_PROTOCOL, "sent an error that cannot be understood");
    if (lost) { /* by its kernels, which another cache would not change */
        engine->planned = true;
        return gf_fail(error, GF_DEVICE, "lost its device (%s)", text);
    }
    const gf_status status = status_from(code);
    const bool opening = engine->asked && !engine->planned;
    if (status == GF_DEVICE && opening && gf_ladder_may_try_own_cache(&engine->ladder, ""))
        return gf_fail(error, GF_DEVICE, "could not use its device (%s)", text);
    if (try_next_device(engine, status, text) && engine->asked) {
        gf_client_forget_progress(engine);
        return gf_client_send_run(engine, error);
    }
    gf_fail(&engine->refused, status, "%s", text);
    engine->asked = false;
    engine->state = GF_ENGINE_IDLE;
    return GF_OK;
}

static gf_status hear_alive(gf_engine *engine, const gf_message *message)
{
    engine->slow = json_is_true(json_object_get(message->head, "slow"));
    return GF_OK;
}

gf_status gf_client_hear(gf_engine *engine, const gf_message *message, gf_error *error)
{
    engine->slow = false;
    if (strcmp(message->type, "hello") == 0) return hear_hello(engine, message, error);
    if (strcmp(message->type, "alive") == 0) return hear_alive(engine, message);
    const json_t *id = json_object_get(message->head, "id");
    if (!json_is_integer(id))
        return gf_fail(error, GF_PROTOCOL, "sent '%s' without an id", message->type);
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
    return gf_fail(error, GF_PROTOCOL, "sent '%s', which is not known", message->type);
}
