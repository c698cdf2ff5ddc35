/* Any bytes on the wire: cut into messages, or refused, the same however they arrive; and a message
 * that was read can be written and read again. The first byte says how many bytes arrive at a time.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/protocol.h"
#include "fuzz.h"

#define PIPE_BYTES  (1 << 20)
#define PAYLOAD_MAX 4096

typedef struct heard {
    size_t messages, payload_bytes;
    uint64_t sum; /* of all types and payloads */
    gf_status end;
} heard;

static void open_pipe(int ends[2])
{
    PROMISE(pipe(ends) == 0);
    PROMISE(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
}

static void add(heard *at, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at->sum = at->sum * 31 + (unsigned char)bytes[i];
}

static void promise_written_is_read(const gf_message *message)
{
    int ends[2];
    bool found = false;
    gf_message again;
    open_pipe(ends);
    gf_reader reader = {.fd = ends[0], .payload_max = PAYLOAD_MAX};
    PROMISE(gf_message_write(ends[1], json_incref(message->head), message->payload,
                             message->payload_bytes, NULL) == GF_OK);
    while (!found) {
        PROMISE(gf_reader_fill(&reader, NULL) == GF_OK);
        PROMISE(gf_reader_next(&reader, &again, &found, NULL) == GF_OK);
    }
    PROMISE(json_equal(again.head, message->head));
    PROMISE(again.payload_bytes == message->payload_bytes);
    if (again.payload) PROMISE(memcmp(again.payload, message->payload, again.payload_bytes) == 0);
    gf_message_clear(&again);
    gf_reader_destroy(&reader);
    close(ends[0]);
    close(ends[1]);
}

static gf_status hear_all(gf_reader *reader, heard *at, bool write_again)
{
    for (;;) {
        gf_message message;
        bool found;
        GF_TRY(gf_reader_next(reader, &message, &found, NULL));
        if (!found) return GF_OK;
        PROMISE(strcmp(message.type, json_string_value(json_object_get(message.head, "type"))) ==
                0);
        at->messages++;
        at->payload_bytes += message.payload_bytes;
        add(at, message.type, strlen(message.type));
        if (message.payload) add(at, message.payload, message.payload_bytes);
        if (write_again) promise_written_is_read(&message);
        gf_message_clear(&message);
    }
}

static heard hear_pieces(const uint8_t *data, size_t size, size_t piece)
{
    heard at = {0};
    int ends[2];
    open_pipe(ends);
    gf_reader reader = {.fd = ends[0], .payload_max = PAYLOAD_MAX};
    for (size_t sent = 0; sent < size && at.end == GF_OK;) {
        const size_t now = size - sent < piece ? size - sent : piece;
        PROMISE(write(ends[1], data + sent, now) == (ssize_t)now);
        sent += now;
        PROMISE(gf_reader_fill(&reader, NULL) == GF_OK);
        at.end = hear_all(&reader, &at, piece >= size);
    }
    gf_reader_destroy(&reader);
    close(ends[0]);
    close(ends[1]);
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 65536) return 0;
    const size_t least = size / 64 + 1; /* enough pieces to see, few enough to be quick */
    const heard whole = hear_pieces(data + 1, size - 1, size);
    const heard pieces = hear_pieces(data + 1, size - 1, least + data[0]);
    PROMISE(whole.end == pieces.end && whole.messages == pieces.messages);
    PROMISE(whole.payload_bytes == pieces.payload_bytes && whole.sum == pieces.sum);
    return 0;
}
