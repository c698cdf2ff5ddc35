/* Messages from bytes and back. */
#include "engine/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_CHUNK ((size_t)256 * 1024)

void gf_message_clear(gf_message *message)
{
    json_decref(message->head);
    *message = (gf_message){0};
}

void gf_reader_destroy(gf_reader *reader)
{
    free(reader->buffer);
    *reader = (gf_reader){.fd = -1};
}

static void drop_taken(gf_reader *reader)
{
    if (reader->taken == 0) return;
    reader->used -= reader->taken;
    memmove(reader->buffer, reader->buffer + reader->taken, reader->used);
    reader->taken = 0;
}

static gf_status make_room(gf_reader *reader, gf_error *error)
{
    if (reader->room - reader->used >= READ_CHUNK) return GF_OK;
    const size_t room = reader->room ? reader->room * 2 : 2 * READ_CHUNK;
    char *larger = realloc(reader->buffer, room);
    if (!larger) return gf_fail(error, GF_MEMORY, "no memory for a message of %zu bytes", room);
    reader->buffer = larger;
    reader->room = room;
    return GF_OK;
}

gf_status gf_reader_fill(gf_reader *reader, gf_error *error)
{
    drop_taken(reader);
    GF_TRY(make_room(reader, error));
    const ssize_t got = read(reader->fd, reader->buffer + reader->used, READ_CHUNK);
    if (got > 0)
        reader->used += (size_t)got;
    else if (got == 0)
        reader->ended = true;
    else if (errno != EAGAIN && errno != EINTR)
        return gf_fail(error, GF_IO, "the connection cannot be read: %s", strerror(errno));
    return GF_OK;
}

static gf_status payload_size(const json_t *head, size_t most, size_t *out, gf_error *error)
{
    const json_t *bytes = json_object_get(head, "bytes");
    *out = 0;
    if (!bytes) return GF_OK;
    if (json_typeof(bytes) != JSON_INTEGER || json_integer_value(bytes) < 0 ||
        (uint64_t)json_integer_value(bytes) > most)
        return gf_fail(error, GF_PROTOCOL,
                       "a message announces a payload that is not 0 to %zu bytes", most);
    *out = (size_t)json_integer_value(bytes);
    return GF_OK;
}

/* The head in the `length` bytes of a line. */
static gf_status parse_head(const char *line, size_t length, json_t **out, gf_error *error)
{
    json_error_t at;
    json_t *head = json_loadb(line, length, JSON_REJECT_DUPLICATES, &at);
    if (head && json_is_string(json_object_get(head, "type"))) {
        *out = head;
        return GF_OK;
    }
    const char *why = head ? "it is not an object with a \"type\"" : at.text;
    const gf_status status = gf_fail(error, GF_PROTOCOL, "a message cannot be understood: %s", why);
    json_decref(head);
    return status;
}

gf_status gf_reader_next(gf_reader *reader, gf_message *out, bool *found, gf_error *error)
{
    *found = false;
    drop_taken(reader);
    if (reader->used == 0) return GF_OK;
    const size_t look = reader->used < GF_LINE_MAX ? reader->used : GF_LINE_MAX;
    const char *newline = memchr(reader->buffer, '\n', look);
    if (!newline && reader->used >= GF_LINE_MAX)
        return gf_fail(error, GF_PROTOCOL, "a message line is longer than %zu bytes", GF_LINE_MAX);
    if (!newline) return GF_OK;
    const size_t line = (size_t)(newline - reader->buffer);
    gf_message message = {0};
    GF_TRY(parse_head(reader->buffer, line, &message.head, error));
    const gf_status status =
        payload_size(message.head, reader->payload_max, &message.payload_bytes, error);
    if (status != GF_OK || reader->used < line + 1 + message.payload_bytes) {
        json_decref(message.head);
        return status;
    }
    message.type = json_string_value(json_object_get(message.head, "type"));
    if (message.payload_bytes) message.payload = reader->buffer + line + 1;
    reader->taken = line + 1 + message.payload_bytes;
    *out = message;
    *found = true;
    return GF_OK;
}

static gf_status write_all(int fd, const char *bytes, size_t size, gf_error *error)
{
    while (size > 0) {
        const ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0)
            return gf_fail(error, GF_IO, "the connection cannot be written: %s", strerror(errno));
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return GF_OK;
}

gf_status gf_message_write(int fd, json_t *head, const void *payload, size_t bytes, gf_error *error)
{
    if (payload) json_object_set_new(head, "bytes", json_integer((json_int_t)bytes));
    char *line = head ? json_dumps(head, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(head);
    if (!line) return gf_fail(error, GF_MEMORY, "no memory for a message");
    const size_t length = strlen(line);
    line[length] = '\n'; /* in place of the final zero: one write for the line */
    gf_status status = write_all(fd, line, length + 1, error);
    free(line);
    if (status == GF_OK && payload) status = write_all(fd, payload, bytes, error);
    return status;
}
