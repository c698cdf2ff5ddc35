/* The engine's process answers, whatever it is told, and ends when nobody listens. */
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/process.h"
#include "engine/protocol.h"
#include "support/test.h"

#define PATIENCE_MS gf_test_patience(20000.0)
#define SLOW_RUN                                                                                   \
    "{\"type\":\"run\",\"id\":%d,\"device\":\"reference\",\"rows\":4,"                             \
    "\"network\":{\"depth\":%d,\"width\":256,\"batch\":64}}\n"

typedef struct child {
    gf_process process;
    gf_reader reader;
} child;

static child child_start(void)
{
    child made = {0};
    gf_error error = {0};
    char command[4096];
    snprintf(command, sizeof command, "'%s' engine", getenv("GRADFLOW"));
    if (gf_process_start(command, NULL, &made.process, &error) != GF_OK) fail_msg("%s", error.text);
    made.reader = (gf_reader){.fd = made.process.from, .payload_max = GF_PAYLOAD_MAX};
    return made;
}

static void child_end(child *at)
{
    gf_process_kill(&at->process);
    gf_reader_destroy(&at->reader);
}

static void tell(const child *at, const char *text)
{
    assert_int_equal(write(at->process.to, text, strlen(text)), (ssize_t)strlen(text));
}

/* The next message within `patience_ms`; type "" when the child closed its end. */
static gf_message hear(child *at, double patience_ms)
{
    const double start = gf_clock_ms();
    gf_message message = {0};
    bool found = false;
    for (;;) {
        gf_error error = {0};
        if (gf_reader_next(&at->reader, &message, &found, &error) != GF_OK)
            fail_msg("%s", error.text);
        if (found) return message;
        if (at->reader.ended) return (gf_message){.type = ""};
        const double left = start + patience_ms - gf_clock_ms();
        if (left <= 0.0) fail_msg("nothing heard for %.0f ms", patience_ms);
        struct pollfd output = {.fd = at->process.from, .events = POLLIN};
        poll(&output, 1, (int)left + 1);
        assert_int_equal(gf_reader_fill(&at->reader, NULL), GF_OK);
    }
}

/* Skip to a message of `type`, about request `id`. */
static void hear_until(child *at, const char *type, int id, double patience_ms)
{
    for (;;) {
        gf_message message = hear(at, patience_ms);
        if (!message.head) fail_msg("the engine closed before it said '%s'", type);
        const bool right =
            strcmp(message.type, type) == 0 &&
            (id == 0 || json_integer_value(json_object_get(message.head, "id")) == id);
        if (strcmp(message.type, "error") == 0 && !right)
            fail_msg("%s", json_string_value(json_object_get(message.head, "text")));
        gf_message_clear(&message);
        if (right) return;
    }
}

static void hello_comes_first_and_lists_devices(void **state)
{
    (void)state;
    child at = child_start();
    gf_message message = hear(&at, PATIENCE_MS);
    assert_string_equal(message.type, "hello");
    assert_true(json_array_size(json_object_get(message.head, "devices")) >= 1);
    gf_message_clear(&message);
    child_end(&at);
}

static void a_long_run_gives_signs_of_life(void **state)
{
    (void)state;
    child at = child_start();
    char text[400];
    hear_until(&at, "hello", 0, PATIENCE_MS);
    snprintf(text, sizeof text, SLOW_RUN, 7, 100);
    tell(&at, text);
    hear_until(&at, "plan", 7, PATIENCE_MS);
    /* 250 ms are promised; another process may hold both cores for as long again. */
    for (int i = 0; i < 8; i++) {
        gf_message message = hear(&at, 500.0);
        gf_message_clear(&message);
    }
    child_end(&at);
}

static void a_new_run_cancels_the_one_before(void **state)
{
    (void)state;
    child at = child_start();
    char text[400];
    hear_until(&at, "hello", 0, PATIENCE_MS);
    snprintf(text, sizeof text, SLOW_RUN, 1, 5000); /* minutes */
    tell(&at, text);
    hear_until(&at, "alive", 0, PATIENCE_MS);
    tell(&at, "{\"type\":\"run\",\"id\":2,\"device\":\"reference\",\"rows\":4,\"network\":{"
              "\"depth\":3,\"width\":8}}\n");
    hear_until(&at, "cancelled", 1, 2000.0);
    hear_until(&at, "done", 2, 2000.0);
    child_end(&at);
}

static void cancel_stops_a_run(void **state)
{
    (void)state;
    child at = child_start();
    char text[400];
    hear_until(&at, "hello", 0, PATIENCE_MS);
    snprintf(text, sizeof text, SLOW_RUN, 5, 5000);
    tell(&at, text);
    hear_until(&at, "alive", 0, PATIENCE_MS);
    tell(&at, "{\"type\":\"cancel\",\"id\":5}\n");
    hear_until(&at, "cancelled", 5, 2000.0);
    child_end(&at);
}

static void bad_requests_are_answered_and_survived(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "{\"type\":\"run\",\"id\":9}\n",
        "{\"type\":\"run\",\"id\":9,\"device\":\"\",\"rows\":0,\"network\":{}}\n",
        "{\"type\":\"run\",\"id\":9,\"device\":\"\",\"rows\":4,\"network\":{\"depth\":0}}\n",
        "{\"type\":\"run\",\"id\":9,\"device\":\"\",\"rows\":4,\"network\":{\"deep\":3}}\n",
        ("{\"type\":\"run\",\"id\":9,\"device\":\"\",\"rows\":4,\"network\":{\"activation\":\""
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "\xe2\x82\xac\xe2\x82\xac"
         "\"}}\n"), /* cut inside a letter by the sentence's limit */
        "{\"type\":\"run\",\"id\":9,\"device\":\"nowhere\",\"rows\":4,\"network\":{}}\n",
        "{\"type\":\"run\",\"id\":9,\"device\":\"\",\"rows\":4,\"network\":{\"depth\":1000000,"
        "\"width\":65536}}\n",
        "{\"type\":\"inspect\",\"id\":9,\"layer\":1,\"tensor\":0}\n",
        "{\"type\":\"inspect\",\"id\":9}\n",
    };
    child at = child_start();
    hear_until(&at, "hello", 0, PATIENCE_MS);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        tell(&at, requests[i]);
        hear_until(&at, "error", 9, PATIENCE_MS);
    }
    child_end(&at);
}

static void assert_ends_after(const char *text, int code)
{
    child at = child_start();
    int status = 0;
    hear_until(&at, "hello", 0, PATIENCE_MS);
    if (text)
        tell(&at, text);
    else
        close(at.process.to);
    gf_message message = hear(&at, PATIENCE_MS);
    assert_string_equal(message.type, "");
    assert_int_equal(waitpid(at.process.pid, &status, 0), at.process.pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    at.process.pid = 0;
    gf_reader_destroy(&at.reader);
}

static void nonsense_ends_the_connection_not_in_a_crash(void **state)
{
    (void)state;
    assert_ends_after("what?\n", 1);
    assert_ends_after("{\"type\":\"dance\"}\n", 1);
    assert_ends_after("{\"type\":\"run\",\"bytes\":10}\n", 1);
}

static void it_ends_when_its_input_does(void **state)
{
    (void)state;
    assert_ends_after(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_comes_first_and_lists_devices),
        cmocka_unit_test(a_long_run_gives_signs_of_life),
        cmocka_unit_test(a_new_run_cancels_the_one_before),
        cmocka_unit_test(cancel_stops_a_run),
        cmocka_unit_test(bad_requests_are_answered_and_survived),
        cmocka_unit_test(nonsense_ends_the_connection_not_in_a_crash),
        cmocka_unit_test(it_ends_when_its_input_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
