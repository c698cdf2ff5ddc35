/* Numbers are whole texts: nothing before, nothing behind, no other base, no overflow. */
#include "base/number.h"

#include "support/test.h"

static void assert_integer(const char *text, int64_t expected)
{
    int64_t value = 0;
    gf_error error = {0};
    if (gf_number_integer("n", text, INT64_MIN, INT64_MAX, &value, &error) != GF_OK)
        fail_msg("%s", error.text);
    assert_int_equal(value, expected);
}

static void assert_no_integer(const char *text)
{
    int64_t value = 77;
    gf_error error = {0};
    char sentence[200];
    snprintf(sentence, sizeof sentence,
             "n is '%.60s'; allowed are whole numbers from -10 to 9223372036854775807", text);
    assert_int_equal(gf_number_integer("n", text, -10, INT64_MAX, &value, &error), GF_INVALID);
    assert_string_equal(error.text, sentence);
    assert_int_equal(value, 77);
}

static void whole_numbers(void **state)
{
    (void)state;
    assert_integer("0", 0);
    assert_integer("-1", -1);
    assert_integer("007", 7);
    assert_integer("9223372036854775807", INT64_MAX);
    assert_integer("-9223372036854775808", INT64_MIN);
}

static void what_is_no_whole_number(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "-", "--1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "-11", "9223372036854775808"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_no_integer(texts[i]);
}

static void a_whole_number_has_a_largest(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_int_equal(gf_number_integer("n", "5", 0, 5, &value, NULL), GF_OK);
    assert_int_equal(gf_number_integer("n", "6", 0, 5, &value, NULL), GF_INVALID);
}

static void assert_real(const char *text, double expected)
{
    double value = 77.0;
    gf_error error = {0};
    if (gf_number_real("x", text, -1e6, 1e6, &value, &error) != GF_OK) fail_msg("%s", error.text);
    assert_true(value == expected);
}

static void assert_no_real(const char *text)
{
    double value = 77.0;
    gf_error error = {0};
    char sentence[200];
    snprintf(sentence, sizeof sentence, "x is '%.60s'; allowed are numbers from -1e+06 to 1e+06",
             text[0] == '\n' ? "\\n1" : text); /* sentences have it written out */
    assert_int_equal(gf_number_real("x", text, -1e6, 1e6, &value, &error), GF_INVALID);
    assert_string_equal(error.text, sentence);
    assert_true(value == 77.0);
}

static void numbers(void **state)
{
    (void)state;
    assert_real("0.1", 0.1);
    assert_real("-1e6", -1e6);
    assert_real("1e+6", 1e6);
    assert_real(".5", 0.5);
    assert_real("5.", 5.0);
    assert_real("1e-400", 0.0);
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "e",   "-",     "1e",        "1-",      "1.2.3",
                                        " 1", "1,5", "nan",   "inf",       "0x10",    "1e400",
                                        "1f", "\n1", "1e999", "1000000.1", "-1000001"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_no_real(texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(what_is_no_whole_number),
        cmocka_unit_test(a_whole_number_has_a_largest),
        cmocka_unit_test(numbers),
        cmocka_unit_test(what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
