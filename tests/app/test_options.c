/* What the command line hands to a command: its own options beside the shared ones. */
#include "app/options.h"

#include <stdlib.h>
#include <string.h>

#include "support/test.h"

/* One more than are taken. */
#define OWN_COUNT 17

static gf_status parse_own(const char *flag, int values[OWN_COUNT], gf_error *error)
{
    char names[OWN_COUNT][16];
    struct poptOption own[OWN_COUNT + 1] = {{0}};
    for (int i = 0; i < OWN_COUNT; i++) {
        snprintf(names[i], sizeof names[i], "own%d", i + 1);
        own[i] = (struct poptOption){names[i], 0, POPT_ARG_INT, &values[i], 0, "a number", "N"};
    }
    const char *argv[] = {"gradflow test", flag, "7", NULL};
    gf_options options = {0};
    const gf_status status = gf_options_parse(3, argv, own, "", &options, error);
    gf_options_destroy(&options);
    return status;
}

static void a_command_has_sixteen_options_of_its_own(void **state)
{
    (void)state;
    int values[OWN_COUNT] = {0};
    gf_error error = {0};
    assert_int_equal(parse_own("--own1", values, &error), GF_OK);
    assert_int_equal(values[0], 7);
    assert_int_equal(parse_own("--own16", values, &error), GF_OK);
    assert_int_equal(values[15], 7);
    assert_int_equal(parse_own("--own17", values, &error), GF_INVALID);
    assert_int_equal(values[16], 0);
    assert_non_null(strstr(error.text, "--own17"));
}

static void a_text_is_the_last_of_those_given(void **state)
{
    (void)state;
    char *text = NULL;
    const struct poptOption own[] = {{"text", 0, POPT_ARG_STRING, &text, 0, "a text", "TEXT"},
                                     {0}};
    const char *argv[] = {"gradflow test", "--text", "one", "--text", "two", NULL};
    gf_options options = {0};
    gf_error error = {0};
    assert_int_equal(gf_options_parse(5, argv, own, "", &options, &error), GF_OK);
    assert_string_equal(text, "two");
    free(text);
    gf_options_destroy(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_has_sixteen_options_of_its_own),
        cmocka_unit_test(a_text_is_the_last_of_those_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
