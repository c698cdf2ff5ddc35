/* Asking for an array, and its chunks into their place. */
#include "engine/tensor.h"

#include <string.h>

#include "base/clock.h"
#include "engine/client.h"

#define GONE_MS 1000

gf_status gf_tensor_hear(gf_tensor_request *request, const gf_message *message, gf_error *error)
{
    json_int_t exponent, offset, total;
    if (!request || json_unpack(message->head, "{s:I, s:I, s:I}", "exponent", &exponent, "offset",
                                &offset, "total", &total) != 0)
        return gf_fail(error, GF_PROTOCOL, "sent a tensor that was not asked for");
    const size_t count = message->payload_bytes / sizeof(float);
    if ((size_t)total != request->count || (size_t)offset != request->received ||
        count > request->count - request->received || message->payload_bytes % sizeof(float) != 0)
        return gf_fail(error, GF_PROTOCOL, "sent a tensor of the wrong size");
    if (count) memcpy(request->out + request->received, message->payload, message->payload_bytes);
    request->received += count;
    request->exponent = exponent;
    request->complete = request->received == request->count;
    return GF_OK;
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
    const gf_status asked = gf_engine_ask_tensor(engine, layer, tensor, &request, error);
    if (asked == GF_IO) { /* gone since the last poll; this one sees it and starts another */
        gf_engine_wait(engine, GONE_MS);
        return gf_fail(error, GF_DEVICE, "%s", engine->notice);
    }
    if (asked != GF_OK) return asked;
    while (!request.complete && engine->failures == failures && engine->refused.status == GF_OK)
        gf_engine_wait(engine, 50);
    gf_engine_end_tensor(engine);
    if (engine->refused.status != GF_OK)
        return gf_fail(error, engine->refused.status, "%s", engine->refused.text);
    if (!request.complete) return gf_fail(error, GF_DEVICE, "%s", engine->notice);
    *exponent = request.exponent;
    return GF_OK;
}
