/* The wire between window and engine. A message is one line of JSON of at most 1 MiB, with
 * `"bytes": N` followed by N raw little-endian bytes. Anything else ends the connection with an
 * error.
 *
 * To the engine:   run     id, device (may be ""), rows, network
 *                  cancel  id
 *                  inspect id, layer, tensor: one array of the last finished run at full size
 * From the engine: hello   protocol, version, record_bytes, devices: once, at the start
 *                  plan    id, device, segments, layers_per_segment, plan_bytes, predicted_seconds,
 *                          kernels, generated, recomputed
 *                  layers  id, first, count; payload: gf_layer_record[count], gf_cell[count][rows]
 *                  done    id; payload: gf_done
 *                  tensor  id, exponent, offset, total (floats); payload: floats
 *                  error   id, code, text;  cancelled id;  alive: a sign of life while working */
#ifndef GF_ENGINE_PROTOCOL_H
#define GF_ENGINE_PROTOCOL_H

#include <jansson.h>

#include "gradflow/records.h"

#define GF_PROTOCOL_VERSION 1
#define GF_LINE_MAX         ((size_t)1024 * 1024)
#define GF_PAYLOAD_MAX      ((size_t)256 * 1024 * 1024)
#define GF_ALIVE_MS         200.0

/* The payload of `done`: doubles, which JSON could not carry when they are NaN. */
typedef struct gf_done {
    gf_scaled loss;
    gf_times times;
} gf_done;

typedef struct gf_message {
    json_t *head; /* an object with a string "type"; owned */
    const char *type;
    const char *payload; /* inside the reader, valid until its next call; NULL without "bytes" */
    size_t payload_bytes;
} gf_message;
void gf_message_clear(gf_message *message);

/* Collects bytes from a file descriptor and cuts them into messages. */
typedef struct gf_reader {
    int fd;
    size_t payload_max; /* larger ones are refused */
    char *buffer;
    size_t used, room;
    size_t taken; /* bytes of the message handed out last, dropped at the next call */
    bool ended;   /* the other side closed */
} gf_reader;

/* Take what the descriptor has (it must be non-blocking, or polled first). GF_PROTOCOL, GF_IO,
 * GF_MEMORY. */
gf_status gf_reader_fill(gf_reader *reader, gf_error *error);
/* The next whole message, *found false if there is none yet. GF_PROTOCOL says what is wrong with
 * it. */
gf_status gf_reader_next(gf_reader *reader, gf_message *out, bool *found, gf_error *error);
void gf_reader_destroy(gf_reader *reader);

/* Write one message, all of it. Takes over `head` (may be NULL: out of memory). With payload,
 * "bytes" is added. */
gf_status gf_message_write(int fd, json_t *head, const void *payload, size_t bytes,
                           gf_error *error);

#endif
