/* Scenario files: their texts fit where they are shown, each promises something, and the schema
 * knows what the program knows. */
#include <jansson.h>

#include "base/asset.h"
#include "gradflow/scenario.h"
#include "model/field.h"
#include "support/test.h"

static void assert_promises(const char *name, const gf_expect *expect)
{
    const bool number = expect->has_ratio || expect->has_delta_ratio || expect->has_dead;
    if (!number && !(expect->has_verdict &&
                     expect->verdict == GF_UNSTABLE)) /* where there is no number to expect */
        fail_msg("%s promises nothing that can be measured", name);
}

/* The head line, the list and the caption have room for this much. */
static void texts_fit_and_expectations_are_there(void **state)
{
    (void)state;
    int lectures = 0;
    assert_true(gf_scenario_count() >= 20);
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        static gf_scenario scenario;
        assert_int_equal(gf_scenario_builtin(i, &scenario, NULL), GF_OK);
        assert_in_range(strlen(scenario.title), 1, 70);
        assert_in_range(strlen(scenario.label), 1, 24);
        assert_in_range(strlen(scenario.line), 1, 120);
        assert_true(scenario.expect.has_verdict && scenario.expect.has_viable);
        assert_promises(scenario.name, &scenario.expect);
        lectures += scenario.step_count > 0;
        for (int32_t j = 0; j < scenario.step_count; j++) {
            assert_in_range(strlen(scenario.steps[j].title), 1, 70);
            assert_in_range(strlen(scenario.steps[j].text), 1, 330);
            assert_promises(scenario.steps[j].title, &scenario.steps[j].expect);
        }
    }
    assert_true(lectures >= 5);
}

/* Every row of the tables that textbooks show is in a scenario or a step of one. */
static void the_tables_are_covered(void **state)
{
    (void)state;
    bool activation[GF_ACTIVATION_COUNT] = {0}, init[GF_INIT_COUNT] = {0};
    for (int32_t i = 0; i < gf_scenario_count(); i++) {
        static gf_scenario scenario;
        assert_int_equal(gf_scenario_builtin(i, &scenario, NULL), GF_OK);
        for (int32_t j = -1; j < scenario.step_count; j++) {
            const gf_spec *spec = j < 0 ? &scenario.spec : &scenario.steps[j].spec;
            activation[spec->activation] = init[spec->init] = true;
        }
    }
    for (int a = GF_ACTIVATION_SIGMOID; a <= GF_ACTIVATION_SELU; a++)
        if (!activation[a])
            fail_msg("no scenario shows %s", gf_activation_get((gf_activation)a)->name);
    static const gf_init shown[] = {
        GF_INIT_XAVIER_NORMAL, GF_INIT_HE_NORMAL,       GF_INIT_LECUN_NORMAL, GF_INIT_NORMAL,
        GF_INIT_ORTHOGONAL,    GF_INIT_PYTORCH_DEFAULT, GF_INIT_ZEROS};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!init[shown[i]]) fail_msg("no scenario shows %s", gf_init_get(shown[i])->name);
}

static json_t *member(json_t *object, const char *path)
{
    char name[64];
    while (*path) {
        const size_t length = strcspn(path, "/");
        assert_true(length < sizeof name);
        memcpy(name, path, length);
        name[length] = '\0';
        object = json_object_get(object, name);
        if (!object) fail_msg("the schema has no %s", name);
        path += length + (path[length] == '/');
    }
    return object;
}

static void assert_lists(json_t *list, int32_t index, const char *name)
{
    if (strcmp(json_string_value(json_array_get(list, (size_t)index)), name) != 0)
        fail_msg("the schema lists %s where the program has %s",
                 json_string_value(json_array_get(list, (size_t)index)), name);
}

/* scenario.schema.json is written by hand for editors; it must know what the parser knows. */
static void schema_knows_what_the_program_knows(void **state)
{
    (void)state;
    const gf_asset *asset = gf_asset_find("scenarios", "scenario.schema.json");
    assert_non_null(asset);
    json_t *schema =
        json_loadb((const char *)asset->bytes, asset->size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(schema);
    json_t *network = member(schema, "definitions/network/properties");
    assert_int_equal(json_object_size(network), gf_field_count + 1); /* and "layers" */
    for (int32_t i = 0; i < gf_field_count; i++) {
        json_t *property = member(network, gf_fields[i].name);
        json_t *names = json_object_get(property, "enum");
        for (int32_t j = 0; names && j <= (int32_t)gf_fields[i].most; j++)
            assert_lists(names, j, gf_fields[i].names[j]);
        if (!json_object_get(property, "minimum")) continue;
        assert_true(json_number_value(member(property, "minimum")) == gf_fields[i].least);
        assert_true(json_number_value(member(property, "maximum")) == gf_fields[i].most);
    }
    json_t *activations = member(schema, "definitions/activation/enum"),
           *inits = member(schema, "definitions/init/enum");
    assert_int_equal(json_array_size(activations), GF_ACTIVATION_COUNT);
    assert_int_equal(json_array_size(inits), GF_INIT_COUNT);
    for (int32_t i = 0; i < GF_ACTIVATION_COUNT; i++)
        assert_lists(activations, i, gf_activation_get((gf_activation)i)->name);
    for (int32_t i = 0; i < GF_INIT_COUNT; i++)
        assert_lists(inits, i, gf_init_get((gf_init)i)->name);
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_fit_and_expectations_are_there),
        cmocka_unit_test(the_tables_are_covered),
        cmocka_unit_test(schema_knows_what_the_program_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
