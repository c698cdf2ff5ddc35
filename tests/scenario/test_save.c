/* What is saved is read back as the same, to the last threshold and override. */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "gradflow/scenario.h"
#include "scenario/network_json.h"
#include "scenario/threshold.h"
#include "support/test.h"

static gf_scenario scenario_of(const char *members)
{
    char text[2000];
    gf_scenario scenario;
    gf_error error = {0};
    snprintf(text, sizeof text, "{\"title\": \"T\", \"label\": \"L\", %s}", members);
    if (gf_scenario_parse("x.json", text, strlen(text), &scenario, &error) != GF_OK)
        fail_msg("%s", error.text);
    return scenario;
}

static gf_scenario saved(const gf_scenario *scenario)
{
    char path[] = "/tmp/gradflow-save-XXXXXX.json";
    gf_scenario again = {0};
    gf_error error = {0};
    const int file = mkstemps(path, 5);
    assert_true(file >= 0);
    close(file);
    if (gf_scenario_save(path, scenario, &error) != GF_OK ||
        gf_scenario_load(path, &again, &error) != GF_OK)
        fail_msg("%s", error.text);
    unlink(path);
    return again;
}

static void every_threshold_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < GF_THRESHOLD_COUNT; i++) {
        char members[200];
        snprintf(members, sizeof members, "\"network\": {}, \"thresholds\": {\"%s\": 0.123}",
                 gf_threshold_table[i].name);
        const gf_scenario before = scenario_of(members), after = saved(&before);
        assert_memory_equal(&after.thresholds, &before.thresholds, sizeof after.thresholds);
    }
    assert_int_equal(GF_THRESHOLD_COUNT, sizeof(gf_thresholds) / sizeof(double));
}

static void text_and_network_come_back(void **state)
{
    (void)state;
    const gf_scenario before = scenario_of(
        "\"line\": \"One.\", \"network\": {\"depth\": 7, \"activation\": \"gelu\", \"gain\": 0.1, "
        "\"seed\": 9223372036854775807, \"layers\": [{\"first\": 2, \"last\": 3, \"init\": "
        "\"zeros\"}, {\"first\": 7, \"last\": 7, \"activation\": \"relu\"}]}");
    const gf_scenario after = saved(&before);
    assert_string_equal(after.title, "T");
    assert_string_equal(after.label, "L");
    assert_string_equal(after.line, "One.");
    assert_int_equal(after.spec.depth, 7);
    assert_true(after.spec.gain == 0.1);
    assert_true(after.spec.seed == INT64_MAX);
    assert_int_equal(after.spec.override_count, 2);
    assert_int_equal(gf_spec_init(&after.spec, 3), GF_INIT_ZEROS);
    assert_int_equal(gf_spec_activation(&after.spec, 7), GF_ACTIVATION_RELU);
}

static void steps_come_back_even_if_they_take_layers_away(void **state)
{
    (void)state;
    const gf_scenario before = scenario_of(
        "\"network\": {\"layers\": [{\"first\": 1, \"last\": 1, \"init\": \"zeros\"}]}, "
        "\"steps\": [{\"title\": \"1\", \"text\": \"one\"}, {\"title\": \"2\", \"text\": \"two\", "
        "\"network\": {\"layers\": [], \"width\": 9}}]");
    const gf_scenario after = saved(&before);
    assert_int_equal(after.step_count, 2);
    assert_int_equal(after.steps[0].spec.override_count, 1);
    assert_int_equal(after.steps[1].spec.override_count, 0);
    assert_int_equal(after.steps[1].spec.width, 9);
    assert_string_equal(after.steps[1].text, "two");
}

static void a_comparison_comes_back(void **state)
{
    (void)state;
    gf_scenario before = scenario_of(
        "\"network\": {\"depth\": 5, \"layers\": [{\"first\": 1, \"last\": 1, \"init\": "
        "\"zeros\"}]}, \"compare\": {\"label\": \"other\", \"network\": {\"layers\": [], "
        "\"gain\": 2}}");
    gf_scenario after = saved(&before);
    assert_true(after.compare.present);
    assert_string_equal(after.compare.label, "other");
    assert_int_equal(after.compare.spec.depth, 5);
    assert_int_equal(after.compare.spec.override_count, 0);
    assert_true(after.compare.spec.gain == 2.0 && after.spec.gain == 1.0);
    before = scenario_of("\"network\": {}, \"compare\": {\"network\": {\"depth\": 3}}");
    after = saved(&before);
    assert_string_equal(after.compare.label, "");
    assert_int_equal(after.compare.spec.depth, 3);
    before = scenario_of("\"network\": {}");
    assert_false(saved(&before).compare.present);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    const gf_scenario scenario = scenario_of("\"network\": {}");
    gf_error error = {0};
    assert_int_equal(gf_scenario_save("/nowhere/x.json", &scenario, &error), GF_IO);
    assert_says(error.text, "/nowhere/x.json");
}

static int countdown; /* allocations of jansson up to the one that fails; 0 and less: it has */

static void *allocate(size_t size)
{
    return --countdown == 0 ? NULL : malloc(size);
}

static const char *const rich =
    "\"line\": \"a line\", \"network\": {\"depth\": 5, \"layers\": "
    "[{\"first\": 1, \"last\": 1, \"init\": \"zeros\"}]}, "
    "\"thresholds\": {\"vanishing_ratio\": 1e-5}, "
    "\"compare\": {\"label\": \"B\", \"network\": {\"width\": 8}}, "
    "\"steps\": [{\"title\": \"1\", \"text\": \"one\", \"network\": {\"layers\": []}}]";

/* What is saved when the nth allocation fails; NULL: nothing, and it is said why. */
static char *text_without(int nth, const gf_scenario *scenario)
{
    char path[] = "/tmp/gradflow-save-XXXXXX", *text = NULL;
    size_t bytes;
    gf_error error = {0};
    close(mkstemp(path));
    countdown = nth;
    const gf_status status = gf_scenario_save(path, scenario, &error);
    if (status == GF_OK)
        assert_int_equal(gf_file_read(path, 10000, &text, &bytes, NULL), GF_OK);
    else
        assert_says(error.text, "no memory");
    unlink(path);
    return text;
}

/* Nothing is left out for want of memory: all of it is there, or an error. */
static void short_memory_is_said(void **state)
{
    (void)state;
    const gf_scenario scenario = scenario_of(rich);
    json_malloc_t usual_malloc;
    json_free_t usual_free;
    json_get_alloc_funcs(&usual_malloc, &usual_free);
    json_set_alloc_funcs(allocate, free);
    int nth = 0;
    do {
        char *text = text_without(++nth, &scenario);
        if (countdown <= 0 && text) fail_msg("without allocation %d there is: %s", nth, text);
        free(text);
    } while (countdown <= 0);
    assert_true(nth > 100);
    json_set_alloc_funcs(usual_malloc, usual_free);
}

/* More than fits into the stream's buffer, so that the writing itself is refused. */
static void a_full_disk_is_said(void **state)
{
    (void)state;
    char folder[] = "/tmp/gradflow-full-XXXXXX", path[100];
    gf_scenario scenario = scenario_of("\"network\": {}");
    gf_error error = {0};
    scenario.step_count = GF_STEPS_MAX;
    for (int i = 0; i < GF_STEPS_MAX; i++) {
        scenario.steps[i] = (gf_step){.title = "A step", .spec = scenario.spec};
        memset(scenario.steps[i].text, 'x', sizeof scenario.steps[i].text - 1);
    }
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/large.json", folder);
    struct rlimit usual, little = {.rlim_cur = 1000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    little.rlim_max = usual.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    const gf_status status = gf_scenario_save(path, &scenario, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(status, GF_IO);
    assert_says(error.text, path);
    assert_says(error.text, "File too large");
    assert_int_equal(rmdir(folder), 0); /* nothing is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_threshold_comes_back),
        cmocka_unit_test(text_and_network_come_back),
        cmocka_unit_test(steps_come_back_even_if_they_take_layers_away),
        cmocka_unit_test(a_comparison_comes_back),
        cmocka_unit_test(short_memory_is_said),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(a_full_disk_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
