/* Files may be large, deep and wordy, up to a point: right at each limit, wrong one past it. */
#include <stdlib.h>
#include <unistd.h>

#include "gradflow/scenario.h"
#include "scenario/limit.h"
#include "support/test.h"

#define ROOM (2 * GF_JSON_BYTES_MAX)

static void assert_allowed(const char *text, size_t bytes)
{
    gf_error error = {0};
    if (gf_json_check_limits("f", text, bytes, &error) != GF_OK) fail_msg("%s", error.text);
}

static void assert_refused(const char *text, size_t bytes, const char *sentence)
{
    gf_error error = {0};
    assert_int_equal(gf_json_check_limits("f", text, bytes, &error), GF_INVALID);
    assert_string_equal(error.text, sentence);
}

static void bytes(void **state)
{
    (void)state;
    static char text[ROOM];
    memset(text, ' ', sizeof text);
    assert_allowed(text, GF_JSON_BYTES_MAX);
    assert_refused(text, GF_JSON_BYTES_MAX + 1, "f: larger than the 262144 bytes that are allowed");
}

static void depth(void **state)
{
    (void)state;
    char text[2 * GF_JSON_DEPTH_MAX + 2];
    memset(text, '[', GF_JSON_DEPTH_MAX);
    memset(text + GF_JSON_DEPTH_MAX, ']', GF_JSON_DEPTH_MAX);
    assert_allowed(text, sizeof text - 2);
    memset(text, '{', GF_JSON_DEPTH_MAX + 1);
    assert_refused(text, sizeof text, "f:1:33: brackets are nested deeper than the 32 allowed");
    /* Beside each other they are not deep, and in a string they are no brackets. */
    memset(text, '\n', sizeof text);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, i % 4 ? "{}" : "[]", 2);
    assert_allowed(text, sizeof text);
    memset(text, '[', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    assert_allowed(text, sizeof text);
}

/* "[0,0,...]" of `count` numbers: that many values and the list itself, which is not counted. */
static size_t numbers(char *text, int count)
{
    size_t used = 0;
    text[used++] = '[';
    for (int i = 0; i < count; i++) {
        text[used++] = i ? ',' : '\n';
        text[used++] = '0';
    }
    text[used++] = ']';
    return used;
}

static void values(void **state)
{
    (void)state;
    static char text[ROOM];
    assert_allowed(text, numbers(text, GF_JSON_VALUES_MAX));
    assert_refused(text, numbers(text, GF_JSON_VALUES_MAX + 1),
                   "f:2:20000: more values than the 10000 allowed");
    /* Empty lists have no values; blanks between their brackets do not matter. */
    size_t used = 0;
    while (used < 3 * GF_JSON_VALUES_MAX) {
        memcpy(text + used, "[ ]", 3);
        used += 3;
    }
    assert_allowed(text, used);
}

static void strings(void **state)
{
    (void)state;
    static char text[ROOM];
    memset(text, 'x', sizeof text);
    text[0] = '"';
    text[GF_JSON_STRING_MAX + 1] = '"';
    assert_allowed(text, GF_JSON_STRING_MAX + 2);
    text[GF_JSON_STRING_MAX + 1] = 'x';
    assert_refused(text, GF_JSON_STRING_MAX + 2,
                   "f:1:4098: a string is longer than the 4096 bytes allowed");
    /* An escaped quote ends nothing, an escaped backslash escapes nothing. */
    memcpy(text, "\"\\\"[[\\\\\"", 8);
    memset(text + 8, ' ', 5000);
    assert_allowed(text, 5008);
}

static void a_scenario_file_as_large_as_allowed_is_read(void **state)
{
    (void)state;
    static char text[GF_JSON_BYTES_MAX + 2];
    static const char head[] = "{\"title\": \"T\", \"label\": \"L\", \"network\": {}}";
    char path[] = "/tmp/gradflow-limit-XXXXXX.json";
    gf_scenario scenario;
    gf_error error = {0};
    memset(text, ' ', sizeof text);
    memcpy(text, head, sizeof head - 1);
    const int file = mkstemps(path, 5);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, GF_JSON_BYTES_MAX), GF_JSON_BYTES_MAX);
    if (gf_scenario_load(path, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
    assert_int_equal(write(file, " ", 1), 1);
    assert_int_equal(gf_scenario_load(path, &scenario, &error), GF_INVALID);
    assert_says(error.text, "larger than the 262144 bytes");
    assert_int_equal(gf_scenario_parse("f", text, GF_JSON_BYTES_MAX + 1, &scenario, &error),
                     GF_INVALID);
    close(file);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes),
        cmocka_unit_test(depth),
        cmocka_unit_test(values),
        cmocka_unit_test(strings),
        cmocka_unit_test(a_scenario_file_as_large_as_allowed_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
