/* Scenario files: what is right is read, what is wrong is refused with file, line and column. */
#include "gradflow/scenario.h"

#include "support/test.h"

#define HEAD "{\"title\": \"T\", \"label\": \"L\",\n"

static gf_status parse(const char *text, gf_scenario *out, gf_error *error)
{
    return gf_scenario_parse("a/file.json", text, strlen(text), out, error);
}

static void assert_refused(const char *text, const char *place, const char *why)
{
    gf_scenario scenario = {.title = "untouched"};
    gf_error error = {0};
    assert_int_equal(parse(text, &scenario, &error), GF_INVALID);
    assert_string_equal(scenario.title, "untouched");
    char start[64];
    snprintf(start, sizeof start, "a/file.json:%s", place);
    if (strncmp(error.text, start, strlen(start)) != 0 || !strstr(error.text, why))
        fail_msg("\"%s\" does not begin with \"%s\" or does not say \"%s\"", error.text, start,
                 why);
}

static void a_whole_scenario_is_read(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    const char *text =
        "{\"$schema\": \"scenario.schema.json\", \"title\": \"A title\", \"label\": \"Label\","
        "\"line\": \"One line.\","
        "\"network\": {\"depth\": 24, \"width\": 48, \"activation\": \"tanh\", \"init\": "
        "\"normal\","
        "\"sigma\": 0.5, \"gain\": 2, \"seed\": 7},"
        "\"thresholds\": {\"dead_share\": 0.25, \"activation_spread\": 20},"
        "\"expect\": {\"verdict\": \"exploding\", \"viable\": false, \"log10_ratio\": [1, 2.5],"
        "\"dead_share\": [0, 1]}}";
    if (parse(text, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
    assert_string_equal(scenario.name, "file");
    assert_string_equal(scenario.title, "A title");
    assert_string_equal(scenario.label, "Label");
    assert_string_equal(scenario.line, "One line.");
    assert_int_equal(scenario.spec.depth, 24);
    assert_int_equal(scenario.spec.batch, gf_spec_default().batch);
    assert_int_equal(scenario.spec.activation, GF_ACTIVATION_TANH);
    assert_int_equal(scenario.spec.init, GF_INIT_NORMAL);
    assert_true(scenario.spec.sigma == 0.5 && scenario.spec.gain == 2.0);
    assert_int_equal(scenario.spec.seed, 7);
    assert_true(scenario.thresholds.dead_share == 0.25);
    assert_true(scenario.thresholds.activation_spread == 20.0);
    assert_true(scenario.thresholds.vanishing_ratio == gf_thresholds_default().vanishing_ratio);
    assert_true(scenario.expect.has_verdict && scenario.expect.verdict == GF_EXPLODING);
    assert_true(scenario.expect.has_viable && !scenario.expect.viable);
    assert_true(scenario.expect.has_ratio && scenario.expect.log10_ratio_high == 2.5);
    assert_true(scenario.expect.has_dead && scenario.expect.dead_high == 1.0);
}

static void unknown_keys_are_refused_where_they_stand(void **state)
{
    (void)state;
    assert_refused(HEAD "\"network\": {}, \"colour\": 1}", "2:16:", "key 'colour' is not known");
    assert_refused(HEAD "\"network\": {\"depth\": 3,\n  \"deph\": 4}}",
                   "3:3:", "key 'deph' is not known");
    assert_refused(HEAD "\"network\": {},\n\"expect\": {\"verdit\": 4}}",
                   "3:12:", "key 'verdit' is not known");
    assert_refused(HEAD "\"network\": {},\n\"thresholds\": {\"x\": 4}}",
                   "3:16:", "key 'x' is not known");
}

static void the_same_word_elsewhere_does_not_mislead(void **state)
{
    (void)state;
    assert_refused("{\"title\": \"depth\", \"label\": \"x \\\" y\",\n\"network\": {\"width\": 2,\n "
                   "\"depth\": 0}}",
                   "3:2:", "depth is 0");
}

static void duplicate_keys_are_refused(void **state)
{
    (void)state;
    assert_refused(HEAD "\"network\": {\"depth\": 3,\n\"depth\": 4}}", "3:", "duplicate");
    assert_refused(HEAD "\"network\": {}, \"title\": \"again\"}", "2:", "duplicate");
}

static void wrong_types_and_values_are_refused(void **state)
{
    (void)state;
    assert_refused(HEAD "\"network\": []}", "2:1:", "must be an object");
    assert_refused(HEAD "\"network\": {\"depth\": \"3\"}}", "2:13:", "depth must be a number");
    assert_refused(HEAD "\"network\": {\"depth\": 2.5}}", "2:13:", "must be a whole number");
    assert_refused(HEAD "\"network\": {\"depth\": 1e3}}", "2:13:", "must be a whole number");
    assert_refused(HEAD "\"network\": {\"depth\": -1}}",
                   "2:13:", "depth is -1; allowed are whole numbers from 1 to 1000000");
    assert_refused(HEAD "\"network\": {\"depth\": 99999999999999999999}}", "2:", "too big integer");
    assert_refused(HEAD "\"network\": {\"gain\": 1e999}}", "2:", "overflow");
    assert_refused(HEAD "\"network\": {\"gain\": -1}}", "2:13:", "gain is -1");
    assert_refused(HEAD "\"network\": {\"seed\": -1}}", "2:13:", "seed is -1");
    assert_refused(HEAD "\"network\": {\"activation\": 3}}", "2:13:", "it must be a name");
    assert_refused(HEAD "\"network\": {\"activation\": \"swosh\"}}",
                   "2:13:", "'swosh' is not known");
    assert_refused(HEAD "\"network\": {\"init\": null}}", "2:13:", "init must be a name");
    assert_refused("{\"title\": 1, \"label\": \"L\", \"network\": {}}",
                   "1:2:", "title must be text");
    assert_refused("{\"title\": \"\", \"label\": \"L\", \"network\": {}}",
                   "1:2:", "title must be text");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"verdict\": \"good\"}}",
                   "2:26:", "verdict must be healthy");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"viable\": 1}}", "2:26:", "true or false");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"log10_ratio\": [2, 1]}}",
                   "2:26:", "low must not be above");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"dead_share\": [2]}}",
                   "2:26:", "[low, high]");
    assert_refused(HEAD "\"network\": {},\"thresholds\": {\"dead_share\": 0}}", "2:30:", "above 0");
}

static void control_characters_are_refused(void **state)
{
    (void)state;
    const char *const characters[] = {"\\n",     "\\u001b[31m", "\\u0001", "\\u007f",
                                      "\\u0080", "\\u009b1m",   "\xc2\x9f"};
    char text[200];
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        snprintf(text, sizeof text, "{\"title\": \"a%s\", \"label\": \"L\",\n\"network\": {}}",
                 characters[i]);
        assert_refused(text, "1:2:", "title must be one line, without control characters");
    }
    assert_refused(HEAD "\"network\": {},\n\"steps\": [{\"title\": \"T\", \"text\": \"a\\tb\"}]}",
                   "3:", "text must be one line");
    gf_scenario scenario;
    gf_error error = {0};
    const char *others =
        "{\"title\": \"\\u00a0~\\u00e9 \xc3\x97\", \"label\": \"L\", \"network\": {}}";
    if (parse(others, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
    assert_string_equal(scenario.title, "\xc2\xa0~\xc3\xa9 \xc3\x97");
}

static void a_comparison_changes_the_network(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    const char *text = HEAD "\"compare\": {\"label\": \"other\", \"network\": {\"depth\": 7},"
                            "\"expect\": {\"verdict\": \"healthy\"}},"
                            "\"network\": {\"depth\": 5, \"width\": 9}}";
    if (parse(text, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
    assert_true(scenario.compare.present);
    assert_int_equal(scenario.spec.depth, 5);
    assert_int_equal(scenario.compare.spec.depth, 7);
    assert_int_equal(scenario.compare.spec.width, 9);
    assert_string_equal(scenario.compare.label, "other");
    assert_true(scenario.compare.expect.has_verdict && !scenario.expect.has_verdict);
    /* The place is that in the comparison, not that of the same word before it. */
    assert_refused(HEAD "\"network\": {\"depth\": 5},\n\"compare\": {\"network\": {\"depth\": 0}}}",
                   "3:25:", "depth is 0");
    assert_refused(HEAD "\"network\": {},\n\"compare\": {\"label\": \"x\"}}",
                   "3:1:", "must be an object with a network");
    assert_refused(HEAD "\"network\": {},\n\"compare\": [1]}",
                   "3:1:", "must be an object with a network");
    assert_refused(HEAD "\"network\": {},\n\"compare\": {\"network\": {},\n\"text\": 1}}",
                   "4:1:", "key 'text' is not known");
    assert_refused(HEAD "\"network\": {},\n\"compare\": {\"network\": {},\n\"label\": 1}}",
                   "4:1:", "label must be text");
}

static void every_part_has_its_type(void **state)
{
    (void)state;
    assert_refused(HEAD "\"network\": {\"init\": 1.5}}", "2:13:", "it must be a name");
    assert_refused(HEAD "\"network\": {\"layers\": 1}}", "2:13:", "a list of at most");
    assert_refused(HEAD "\"network\": {\"layers\": [1]}}", "2:13:", "layers must be a list of {");
    assert_refused(HEAD "\"network\": {\"layers\": [{\"first\": 1, \"last\": 1, "
                        "\"activation\": \"swosh\"}]}}",
                   "2:13:", "'swosh' is not known");
    assert_refused(HEAD "\"network\": {\"layers\": [{\"first\": 1, \"last\": 1, "
                        "\"init\": \"ones\"}]}}",
                   "2:13:", "'ones' is not known");
    assert_refused(HEAD "\"network\": {\"layers\": [{\"first\": 1, \"last\": 99}]}}",
                   "2:1:", "are not in a network of 10 layers");
    assert_refused(HEAD "\"network\": {},\"thresholds\": 1}", "2:15:", "must be an object");
    assert_refused(HEAD "\"network\": {},\"thresholds\": {\"dead_share\": \"x\"}}",
                   "2:30:", "must be a number");
    assert_refused(HEAD "\"network\": {},\"expect\": 1}", "2:15:", "must be an object");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"verdict\": 1}}",
                   "2:26:", "verdict must be healthy");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"log10_ratio\": 1}}",
                   "2:26:", "[low, high]");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"log10_ratio\": [\"x\", 1]}}",
                   "2:26:", "[low, high]");
    assert_refused(HEAD "\"network\": {},\"expect\": {\"log10_delta_ratio\": [1.5, null]}}",
                   "2:26:", "[low, high]");
    assert_refused(HEAD "\"network\": {},\"steps\": 1}", "2:15:", "list of 1 to 16");
    assert_refused(HEAD "\"network\": {},\"steps\": [1]}", "2:15:", "with title and text");
    assert_refused(HEAD "\"network\": {},\"steps\": [{\"text\": \"t\"}]}",
                   "2:15:", "with title and text");
    assert_refused(HEAD "\"network\": {},\"steps\": [{\"title\": 1, \"text\": \"t\"}]}",
                   "2:26:", "title must be text");
}

static void lists_have_a_longest(void **state)
{
    (void)state;
    gf_scenario scenario;
    char text[4000] = HEAD "\"network\": {}, \"steps\": [";
    for (int i = 0; i <= GF_STEPS_MAX; i++) {
        char step[60];
        snprintf(step, sizeof step, "%s{\"title\": \"%d\", \"text\": \"t\"}", i ? "," : "", i);
        strcat(text, step);
        if (i + 1 < GF_STEPS_MAX) continue;
        const size_t length = strlen(text);
        strcat(text, "]}");
        if (i + 1 == GF_STEPS_MAX)
            assert_int_equal(parse(text, &scenario, NULL), GF_OK);
        else
            assert_refused(text, "2:16:", "list of 1 to 16");
        text[length] = '\0';
    }
    snprintf(text, sizeof text, "%s", HEAD "\"network\": {\"layers\": [");
    for (int i = 0; i <= GF_OVERRIDES_MAX; i++) {
        strcat(text, i ? ",{\"first\": 1, \"last\": 1}" : "{\"first\": 1, \"last\": 1}");
        if (i + 1 < GF_OVERRIDES_MAX) continue;
        const size_t length = strlen(text);
        strcat(text, "]}}");
        if (i + 1 == GF_OVERRIDES_MAX)
            assert_int_equal(parse(text, &scenario, NULL), GF_OK);
        else
            assert_refused(text, "2:13:", "a list of at most");
        text[length] = '\0';
    }
}

static void both_kinds_of_numbers_and_booleans_are_read(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    if (parse(HEAD "\"network\": {}, \"expect\": {\"viable\": true, \"log10_delta_ratio\": "
                   "[-1, 2.5]}}",
              &scenario, &error) != GF_OK)
        fail_msg("%s", error.text);
    assert_true(scenario.expect.viable && scenario.expect.has_delta_ratio);
    assert_true(scenario.expect.log10_delta_low == -1.0 && scenario.expect.log10_delta_high == 2.5);
}

static void steps_change_what_the_step_before_had(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    const char *text = HEAD "\"steps\": [{\"title\": \"1\", \"text\": \"one\"},"
                            "{\"title\": \"2\", \"text\": \"two\", \"network\": {\"depth\": 7},"
                            "\"expect\": {\"verdict\": \"healthy\"}},"
                            "{\"title\": \"3\", \"text\": \"three\", \"network\": {\"width\": 9}}],"
                            "\"network\": {\"depth\": 5}}";
    if (parse(text, &scenario, &error) != GF_OK) fail_msg("%s", error.text);
    assert_int_equal(scenario.step_count, 3);
    assert_int_equal(scenario.steps[0].spec.depth, 5);
    assert_int_equal(scenario.steps[1].spec.depth, 7);
    assert_int_equal(scenario.steps[2].spec.depth, 7);
    assert_int_equal(scenario.steps[2].spec.width, 9);
    assert_string_equal(scenario.steps[2].text, "three");
    assert_true(scenario.steps[1].expect.has_verdict && !scenario.steps[2].expect.has_verdict);
    assert_refused(HEAD "\"network\": {},\n\"steps\": []}", "3:1:", "list of 1 to 16");
    assert_refused(HEAD "\"network\": {},\n\"steps\": [{\"title\": \"1\"}]}",
                   "3:1:", "with title and text");
    assert_refused(
        HEAD "\"network\": {},\n\"steps\": [{\"title\": \"1\", \"text\": \"t\",\n\"nett\": 1}]}",
        "4:1:", "key 'nett' is not known");
    assert_refused(HEAD "\"network\": {},\n\"steps\": [{\"title\": \"1\", \"text\": \"t\",\n"
                        "\"network\": {\"depth\": 0}}]}",
                   "4:13:", "depth is 0");
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    assert_int_equal(parse("{\"title\": \"T\", \"label\": \"L\"}", &scenario, &error), GF_INVALID);
    assert_says(error.text, "key 'network' is missing");
    assert_int_equal(parse("[]", &scenario, &error), GF_INVALID);
    assert_says(error.text, "must be an object");
}

static void text_that_is_no_json_is_refused(void **state)
{
    (void)state;
    assert_refused("", "1:0:", "expected");
    assert_refused("{\"title\": \"T\",\n\"label\": \"L", "2:", "premature end");
    assert_refused(HEAD "\"network\": {}} x", "2:", "end of file expected");
    assert_refused(HEAD "\"network\": {\"depth\": 010}}", "2:", "");
    assert_refused("{\"title\": \"\xff\xfe\"}", "1:", "unable to decode byte");
}

static void a_very_long_text_is_refused(void **state)
{
    (void)state;
    char text[400];
    snprintf(text, sizeof text, "{\"title\": \"%0200d\", \"label\": \"L\", \"network\": {}}", 1);
    assert_refused(text, "1:2:", "title must be text of 1 to 95 bytes");
}

static void files_are_found_by_name_or_path(void **state)
{
    (void)state;
    gf_scenario scenario;
    gf_error error = {0};
    assert_int_equal(gf_scenario_load("no-such-scenario", &scenario, &error), GF_INVALID);
    assert_says(error.text, "'no-such-scenario' is not known");
    assert_int_equal(gf_scenario_load("x.js", &scenario, &error), GF_INVALID); /* a name */
    assert_int_equal(gf_scenario_load("long-name.js", &scenario, &error), GF_INVALID);
    assert_int_equal(gf_scenario_load("nowhere.json", &scenario, &error), GF_IO); /* a path */
    assert_int_equal(gf_scenario_builtin(gf_scenario_count(), &scenario, &error), GF_INVALID);
    assert_says(error.text, "there are only");
    assert_int_equal(gf_scenario_load("/nowhere/x.json", &scenario, &error), GF_IO);
    assert_says(error.text, "/nowhere/x.json");
    assert_int_equal(gf_scenario_load("/tmp/", &scenario, &error), GF_IO);
    assert_says(error.text, "folder");
}

static void every_built_in_scenario_is_right_and_loads_by_name(void **state)
{
    (void)state;
    assert_true(gf_scenario_count() >= 8);
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        gf_scenario by_index, by_name;
        gf_error error = {0};
        if (gf_scenario_builtin(i, &by_index, &error) != GF_OK) fail_msg("%s", error.text);
        if (gf_scenario_load(by_index.name, &by_name, &error) != GF_OK) fail_msg("%s", error.text);
        assert_string_equal(by_index.title, by_name.title);
        assert_true(by_index.expect.has_verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_scenario_is_read),
        cmocka_unit_test(unknown_keys_are_refused_where_they_stand),
        cmocka_unit_test(the_same_word_elsewhere_does_not_mislead),
        cmocka_unit_test(duplicate_keys_are_refused),
        cmocka_unit_test(wrong_types_and_values_are_refused),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(a_comparison_changes_the_network),
        cmocka_unit_test(every_part_has_its_type),
        cmocka_unit_test(lists_have_a_longest),
        cmocka_unit_test(both_kinds_of_numbers_and_booleans_are_read),
        cmocka_unit_test(steps_change_what_the_step_before_had),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(text_that_is_no_json_is_refused),
        cmocka_unit_test(a_very_long_text_is_refused),
        cmocka_unit_test(files_are_found_by_name_or_path),
        cmocka_unit_test(every_built_in_scenario_is_right_and_loads_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
