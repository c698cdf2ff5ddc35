/* Whole arrays from the engine, for export and inspection. */
#ifndef GF_ENGINE_TENSOR_H
#define GF_ENGINE_TENSOR_H

#include "compute/backend.h"
#include "engine/protocol.h"
#include "gradflow/engine.h"

/* What is still to come of an array; filled chunk by chunk. */
typedef struct gf_tensor_request {
    float *out;
    size_t count, received;
    int64_t exponent;
    bool complete;
} gf_tensor_request;
gf_status gf_tensor_hear(gf_tensor_request *request, const gf_message *message, gf_error *error);

/* Ask an idle engine for `tensor` of `layer` of the last finished run; returns at once. The request
 * has `out` and `count`, is filled by polls, and stays where it is until gf_engine_end_tensor(). It
 * never becomes complete when the engine refuses (gf_engine_get_error) or is restarted.
 * True = out * 2^exponent. */
gf_status gf_engine_ask_tensor(gf_engine *engine, int32_t layer, gf_tensor tensor,
                               gf_tensor_request *request, gf_error *error);
/* No more of it, complete or not; fine when nothing was asked for. */
void gf_engine_end_tensor(gf_engine *engine);

/* The same at a stroke; blocks until it is there. */
gf_status gf_engine_read_tensor(gf_engine *engine, int32_t layer, gf_tensor tensor, float *out,
                                size_t count, int64_t *exponent, gf_error *error);

#endif
