/* Messages out of bytes, whatever the bytes. */
#include "engine/protocol.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/test.h"

typedef struct wire {
    int ends[2];
    gf_reader reader;
} wire;

static wire wire_open(size_t payload_max)
{
    wire made = {0};
    assert_int_equal(pipe(made.ends), 0);
    made.reader = (gf_reader){.fd = made.ends[0], .payload_max = payload_max};
    return made;
}

static void wire_close(wire *at)
{
    gf_reader_destroy(&at->reader);
    close(at->ends[0]);
    close(at->ends[1]);
}

static void put(wire *at, const void *bytes, size_t size)
{
    assert_int_equal(write(at->ends[1], bytes, size), (ssize_t)size);
    assert_int_equal(gf_reader_fill(&at->reader, NULL), GF_OK);
}

static void assert_refused(const char *text, const char *why)
{
    wire at = wire_open(100);
    gf_message message;
    gf_error error = {0};
    bool found = true;
    put(&at, text, strlen(text));
    assert_int_equal(gf_reader_next(&at.reader, &message, &found, &error), GF_PROTOCOL);
    assert_false(found);
    assert_says(error.text, why);
    wire_close(&at);
}

static void a_message_arrives_byte_by_byte(void **state)
{
    (void)state;
    wire at = wire_open(100);
    const char text[] = "{\"type\":\"t\",\"bytes\":3}\nabc{\"type\":\"u\"}\n";
    gf_message message;
    bool found = false;
    size_t i = 0;
    for (; !found; i++) {
        put(&at, &text[i], 1);
        assert_int_equal(gf_reader_next(&at.reader, &message, &found, NULL), GF_OK);
    }
    assert_int_equal(i, strlen("{\"type\":\"t\",\"bytes\":3}\nabc"));
    assert_string_equal(message.type, "t");
    assert_int_equal(message.payload_bytes, 3);
    assert_memory_equal(message.payload, "abc", 3);
    gf_message_clear(&message);
    put(&at, &text[i], sizeof text - 1 - i);
    assert_int_equal(gf_reader_next(&at.reader, &message, &found, NULL), GF_OK);
    assert_true(found);
    assert_string_equal(message.type, "u");
    gf_message_clear(&message);
    wire_close(&at);
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    assert_refused("hello\n", "cannot be understood");
    assert_refused("\n", "cannot be understood");
    assert_refused("[1]\n", "not an object");
    assert_refused("{\"kind\":\"run\"}\n", "not an object with a \"type\"");
    assert_refused("{\"type\":1}\n", "not an object with a \"type\"");
    assert_refused("{\"type\":\"a\",\"type\":\"b\"}\n", "duplicate");
    assert_refused("{\"type\":\"a\",\"bytes\":-1}\n", "0 to 100");
    assert_refused("{\"type\":\"a\",\"bytes\":101}\n", "0 to 100");
    assert_refused("{\"type\":\"a\",\"bytes\":1.5}\n", "0 to 100");
    assert_refused("{\"type\":\"\xff\"}\n", "cannot be understood");
}

static void an_endless_line_is_refused_at_the_limit(void **state)
{
    (void)state;
    wire at = wire_open(0);
    static char block[32 * 1024];
    memset(block, ' ', sizeof block);
    gf_message message;
    gf_error error = {0};
    bool found;
    gf_status status = GF_OK;
    size_t sent = 0;
    while (status == GF_OK && sent < 2 * GF_LINE_MAX) {
        put(&at, block, sizeof block);
        sent += sizeof block;
        status = gf_reader_next(&at.reader, &message, &found, &error);
    }
    assert_int_equal(status, GF_PROTOCOL);
    assert_int_equal(sent, GF_LINE_MAX);
    assert_says(error.text, "longer than 1048576");
    wire_close(&at);
}

/* `size` bytes on the wire, a pipe's worth at a time; what the reader says when it has them all. */
static gf_status hear(wire *at, const char *bytes, size_t size, gf_message *message, bool *found,
                      gf_error *error)
{
    gf_status status = GF_OK;
    *found = false;
    for (size_t sent = 0; status == GF_OK && !*found && sent < size;) {
        const size_t now = size - sent < 32768 ? size - sent : 32768;
        put(at, bytes + sent, now);
        sent += now;
        status = gf_reader_next(&at->reader, message, found, error);
    }
    return status;
}

/* A line of `length` bytes with its end. */
static void make_line(char *text, size_t length)
{
    static const char start[] = "{\"type\":\"t\"";
    memset(text, ' ', length);
    memcpy(text, start, sizeof start - 1);
    text[length - 2] = '}';
    text[length - 1] = '\n';
}

static void a_line_may_have_a_mebibyte_and_no_byte_more(void **state)
{
    (void)state;
    static char text[GF_LINE_MAX + 1];
    wire at = wire_open(0);
    gf_message message;
    gf_error error = {0};
    bool found;
    make_line(text, GF_LINE_MAX);
    assert_int_equal(hear(&at, text, GF_LINE_MAX, &message, &found, NULL), GF_OK);
    assert_true(found);
    gf_message_clear(&message);
    make_line(text, GF_LINE_MAX + 1);
    assert_int_equal(hear(&at, text, GF_LINE_MAX + 1, &message, &found, &error), GF_PROTOCOL);
    assert_says(error.text, "longer than 1048576");
    wire_close(&at);
}

static void a_payload_may_have_256_mebibytes_and_no_byte_more(void **state)
{
    (void)state;
    wire at = wire_open(GF_PAYLOAD_MAX);
    char text[64];
    static char blank[512 * 1024];
    gf_message message;
    gf_error error = {0};
    bool found;
    const int head =
        snprintf(text, sizeof text, "{\"type\":\"t\",\"bytes\":%zu}\n", GF_PAYLOAD_MAX);
    assert_int_equal(hear(&at, text, (size_t)head, &message, &found, NULL), GF_OK);
    for (size_t sent = 0; sent < GF_PAYLOAD_MAX; sent += sizeof blank) {
        assert_false(found);
        assert_int_equal(hear(&at, blank, sizeof blank, &message, &found, NULL), GF_OK);
    }
    assert_true(found);
    assert_int_equal(message.payload_bytes, GF_PAYLOAD_MAX);
    gf_message_clear(&message);
    wire_close(&at);
    at = wire_open(GF_PAYLOAD_MAX);
    snprintf(text, sizeof text, "{\"type\":\"t\",\"bytes\":%zu}\n", GF_PAYLOAD_MAX + 1);
    assert_int_equal(hear(&at, text, strlen(text), &message, &found, &error), GF_PROTOCOL);
    assert_says(error.text, "0 to 268435456 bytes");
    wire_close(&at);
}

static void the_other_side_closing_is_no_error(void **state)
{
    (void)state;
    wire at = wire_open(0);
    close(at.ends[1]);
    at.ends[1] = -1;
    assert_int_equal(gf_reader_fill(&at.reader, NULL), GF_OK);
    assert_true(at.reader.ended);
    wire_close(&at);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    wire at = wire_open(1000);
    const double payload[2] = {0.1, NAN};
    json_t *head = json_pack("{s:s, s:f}", "type", "x", "value", 0.1);
    assert_int_equal(gf_message_write(at.ends[1], head, payload, sizeof payload, NULL), GF_OK);
    assert_int_equal(gf_reader_fill(&at.reader, NULL), GF_OK);
    gf_message message;
    bool found;
    assert_int_equal(gf_reader_next(&at.reader, &message, &found, NULL), GF_OK);
    assert_true(found);
    assert_true(json_real_value(json_object_get(message.head, "value")) == 0.1);
    assert_int_equal(message.payload_bytes, sizeof payload);
    assert_memory_equal(message.payload, payload, sizeof payload);
    gf_message_clear(&message);
    wire_close(&at);
}

/* A descriptor with nothing to read, and one that cannot be read. */
static void nothing_yet_is_no_error_and_a_bad_descriptor_is(void **state)
{
    (void)state;
    wire at = wire_open(0);
    gf_error error = {0};
    assert_int_equal(fcntl(at.ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(gf_reader_fill(&at.reader, &error), GF_OK);
    assert_int_equal(at.reader.used, 0);
    assert_false(at.reader.ended);
    at.reader.fd = -1;
    assert_int_equal(gf_reader_fill(&at.reader, &error), GF_IO);
    assert_says(error.text, "cannot be read");
    json_t *head = json_pack("{s:s}", "type", "x");
    assert_int_equal(gf_message_write(-1, head, NULL, 0, &error), GF_IO);
    assert_says(error.text, "cannot be written");
    wire_close(&at);
}

static int drained; /* a signal handler has nothing else to reach */

static void drain(int number)
{
    char bytes[4096];
    (void)number;
    for (int i = 0; drained >= 0 && i < 4; i++)
        if (read(drained, bytes, sizeof bytes) <= 0) return;
}

static void interrupt_soon(int fd)
{
    const struct sigaction action = {.sa_handler = drain}; /* no SA_RESTART */
    const struct itimerval soon = {.it_value = {.tv_usec = 20000},
                                   .it_interval = {.tv_usec = 20000}};
    drained = fd;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
}

static void a_signal_interrupts_neither_reading_nor_writing(void **state)
{
    (void)state;
    wire at = wire_open(0);
    interrupt_soon(-1);
    assert_int_equal(gf_reader_fill(&at.reader, NULL), GF_OK); /* waits for the signal */
    assert_int_equal(at.reader.used, 0);
    assert_false(at.reader.ended);
    char full[4096] = {0};
    assert_int_equal(fcntl(at.ends[1], F_SETFL, O_NONBLOCK), 0);
    while (write(at.ends[1], full, sizeof full) > 0) {
    }
    assert_int_equal(fcntl(at.ends[1], F_SETFL, 0), 0);
    interrupt_soon(at.ends[0]);
    json_t *head = json_pack("{s:s}", "type", "x");
    assert_int_equal(gf_message_write(at.ends[1], head, full, sizeof full, NULL), GF_OK);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    signal(SIGALRM, SIG_DFL);
    wire_close(&at);
}

/* Neither a message that could not be made nor one that cannot be put into text is written. */
static void no_memory_is_said(void **state)
{
    (void)state;
    gf_error error = {0};
    assert_int_equal(gf_message_write(-1, NULL, NULL, 0, &error), GF_MEMORY);
    json_t *loop = json_object(); /* jansson gives no text for an object within itself */
    json_object_set_new(loop, "a", json_object());
    json_object_set(json_object_get(loop, "a"), "b", loop);
    assert_int_equal(gf_message_write(-1, json_incref(loop), NULL, 0, &error), GF_MEMORY);
    json_object_clear(json_object_get(loop, "a"));
    json_decref(loop);
    /* A reader that believes to hold so much that the next piece has no room anywhere. */
    gf_reader reader = {.fd = -1, .room = SIZE_MAX / 2, .used = SIZE_MAX / 2};
    assert_int_equal(gf_reader_fill(&reader, &error), GF_MEMORY);
    assert_says(error.text, "no memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_arrives_byte_by_byte),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(an_endless_line_is_refused_at_the_limit),
        cmocka_unit_test(a_line_may_have_a_mebibyte_and_no_byte_more),
        cmocka_unit_test(a_payload_may_have_256_mebibytes_and_no_byte_more),
        cmocka_unit_test(the_other_side_closing_is_no_error),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(nothing_yet_is_no_error_and_a_bad_descriptor_is),
        cmocka_unit_test(a_signal_interrupts_neither_reading_nor_writing),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
