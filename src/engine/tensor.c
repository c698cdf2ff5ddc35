/* Chunks of an array into their place. */
#include "engine/tensor.h"

#include <string.h>

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
