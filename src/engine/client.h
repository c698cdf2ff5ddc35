/* What the files of the client share: the handle behind gradflow/engine.h. */
#ifndef GF_ENGINE_CLIENT_H
#define GF_ENGINE_CLIENT_H

#include "engine/ladder.h"
#include "engine/process.h"
#include "engine/protocol.h"
#include "engine/tensor.h"
#include "gradflow/engine.h"

struct gf_engine {
    char *command; /* from the desc; NULL as there */
    int32_t deadline_ms;
    gf_process process;
    gf_reader reader;
    gf_engine_state state;
    double heard_ms; /* when the child last said something, or was asked */
    double busy_ms;  /* when it was last seen to compute before it said anything */
    double spent_ms; /* time of processors that it had used by then */
    bool slow;       /* it said that the next word may take long */

    gf_ladder ladder;
    int32_t failures; /* of devices and of the child, in all */
    int32_t in_a_row; /* of them since a run was completed */
    bool replaced;    /* the child is not the first since a device was chosen */

    int64_t id;   /* of the run under way */
    bool asked;   /* there is a run under way or waiting for hello */
    bool planned; /* its plan has come, or its kernels ran: the device could be opened */
    gf_run run;   /* being filled or finished */
    gf_error refused;
    char notice[256];

    gf_tensor_request *tensor; /* being read, else NULL */
};

/* client.c */
gf_status gf_client_send_run(gf_engine *engine, gf_error *error);
/* Of the run under way nothing is left; it is about to be asked for again. */
void gf_client_forget_progress(gf_engine *engine);

/* hear.c: take in one message. GF_PROTOCOL: it made no sense; GF_UNAVAILABLE: there is no point in
 * asking this child again; GF_DEVICE: it has lost its device and is about to end. The sentence goes
 * on after "The engine ". */
gf_status gf_client_hear(gf_engine *engine, const gf_message *message, gf_error *error);

#endif
