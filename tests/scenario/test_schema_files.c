/* scenario.schema.json, as an editor reads it, against the parser: every scenario file is valid
 * under it, and what one of the two refuses the other refuses too. Only the words of JSON Schema
 * (draft 7) that the schema uses are known here. */
#include <jansson.h>

#include "base/asset.h"
#include "gradflow/scenario.h"
#include "support/test.h"

typedef struct schema {
    const json_t *root;
    char complaint[200];
} schema;

static bool valid(schema *self, const json_t *rules, const json_t *value, const char *name);

static bool refuse(schema *self, const char *name, const char *why)
{
    snprintf(self->complaint, sizeof self->complaint, "'%s' %s", name, why);
    return false;
}

static bool is_type(const json_t *value, const char *type)
{
    if (strcmp(type, "object") == 0) return json_is_object(value);
    if (strcmp(type, "array") == 0) return json_is_array(value);
    if (strcmp(type, "string") == 0) return json_is_string(value);
    if (strcmp(type, "integer") == 0) return json_is_integer(value);
    if (strcmp(type, "number") == 0) return json_is_number(value);
    if (strcmp(type, "boolean") == 0) return json_is_boolean(value);
    fail_msg("the schema has the type %s", type);
    return false;
}

/* "#/definitions/network" */
static const json_t *resolve(const schema *self, const char *reference)
{
    assert_int_equal(strncmp(reference, "#/definitions/", 14), 0);
    const json_t *found =
        json_object_get(json_object_get(self->root, "definitions"), reference + 14);
    if (!found) fail_msg("the schema has no %s", reference);
    return found;
}

static bool is_listed(const json_t *list, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), value)) return true;
    return false;
}

/* A bound on `size`, if the schema has it. */
static bool keeps(const json_t *rules, const char *bound, double size)
{
    const json_t *limit = json_object_get(rules, bound);
    if (!limit) return true;
    const double number = json_number_value(limit);
    if (strcmp(bound, "exclusiveMinimum") == 0) return size > number;
    return strncmp(bound, "min", 3) == 0 ? size >= number : size <= number;
}

static bool valid_object(schema *self, const json_t *rules, const json_t *value, const char *name)
{
    const json_t *properties = json_object_get(rules, "properties"),
                 *required = json_object_get(rules, "required");
    for (size_t i = 0; i < json_array_size(required); i++)
        if (!json_object_get(value, json_string_value(json_array_get(required, i))))
            return refuse(self, name, "lacks a member");
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)value, key, member)
    {
        const json_t *rule = json_object_get(properties, key);
        if (!rule && json_is_false(json_object_get(rules, "additionalProperties")))
            return refuse(self, key, "is not known");
        if (rule && !valid(self, rule, member, key)) return false;
    }
    return true;
}

static bool valid_array(schema *self, const json_t *rules, const json_t *value, const char *name)
{
    const json_t *items = json_object_get(rules, "items");
    const double size = (double)json_array_size(value);
    if (!keeps(rules, "minItems", size) || !keeps(rules, "maxItems", size))
        return refuse(self, name, "has too few or many");
    for (size_t i = 0; items && i < json_array_size(value); i++)
        if (!valid(self, items, json_array_get(value, i), name)) return false;
    return true;
}

static bool valid(schema *self, const json_t *rules, const json_t *value, const char *name)
{
    const json_t *reference = json_object_get(rules, "$ref"),
                 *type = json_object_get(rules, "type"), *list = json_object_get(rules, "enum");
    if (reference) return valid(self, resolve(self, json_string_value(reference)), value, name);
    if (type && !is_type(value, json_string_value(type)))
        return refuse(self, name, "is of the wrong type");
    if (list && !is_listed(list, value)) return refuse(self, name, "is not one of the names");
    if (json_is_number(value)) {
        const double number = json_number_value(value);
        if (!keeps(rules, "minimum", number) || !keeps(rules, "maximum", number) ||
            !keeps(rules, "exclusiveMinimum", number))
            return refuse(self, name, "is out of range");
    }
    if (json_is_string(value)) {
        const double length = (double)json_string_length(value);
        if (!keeps(rules, "minLength", length) || !keeps(rules, "maxLength", length))
            return refuse(self, name, "is too short or long");
    }
    if (json_is_object(value)) return valid_object(self, rules, value, name);
    return json_is_array(value) ? valid_array(self, rules, value, name) : true;
}

static json_t *load_schema(void)
{
    const gf_asset *asset = gf_asset_find("scenarios", "scenario.schema.json");
    assert_non_null(asset);
    json_t *root =
        json_loadb((const char *)asset->bytes, asset->size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static void every_file_is_valid(void **state)
{
    (void)state;
    json_t *root = load_schema();
    schema self = {.root = root};
    int files = 0;
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++) {
        if (strcmp(asset->folder, "scenarios") != 0 || strstr(asset->name, ".schema.json"))
            continue;
        json_t *file =
            json_loadb((const char *)asset->bytes, asset->size, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(file);
        if (!valid(&self, root, file, asset->name)) fail_msg("%s: %s", asset->name, self.complaint);
        json_decref(file);
        files++;
    }
    assert_int_equal(files, gf_scenario_count());
    json_decref(root);
}

static void schema_and_parser_agree(void **state)
{
    (void)state;
    static const struct {
        bool allowed;
        const char *text;
    } cases[] = {
        {true, "{'title':'A','label':'B','network':{}}"},
        {true, "{'title':'A','label':'B','network':{'skip':'residual','norm':'layer','layers':[{'"
               "first':2,'last':3,"
               "'activation':'mish','init':'zeros'}]},'expect':{'verdict':'healthy','log10_ratio':["
               "-1,1]}}"},
        {true, "{'title':'A','label':'B','network':{'depth':3},'steps':[{'title':'C','text':'D','"
               "network':{'depth':5},"
               "'expect':{'viable':true,'dead_share':[0,0.5]}}],'thresholds':{'dead_share':0.7}}"},
        {true, "{'title':'A','label':'B','network':{},'compare':{'label':'C','network':{'depth':5},"
               "'expect':{'verdict':'healthy'}}}"},
        {false, "{'title':'A','label':'B','network':{},'compare':{'label':'C'}}"},
        {false, "{'title':'A','label':'B','network':{},'compare':{'network':{},'title':'C'}}"},
        {false, "{'title':'A','label':'B','network':{},'compare':{'network':{'depth':0}}}"},
        {false, "{'title':'A','label':'B','network':{},'compare':[]}"},
        {false, "{'label':'B','network':{}}"},
        {false, "{'title':'','label':'B','network':{}}"},
        {false, "{'title':'A','label':'B','network':{},'note':'C'}"},
        {false, "{'title':'A','label':'B','network':{'depth':0}}"},
        {false, "{'title':'A','label':'B','network':{'depth':2.5}}"},
        {false, "{'title':'A','label':'B','network':{'activation':'swish'}}"},
        {false, "{'title':'A','label':'B','network':{'norm':'group'}}"},
        {false, "{'title':'A','label':'B','network':{'gain':'2'}}"},
        {false, "{'title':'A','label':'B','network':{'gain':2e6}}"},
        {false, "{'title':'A','label':'B','network':{'layers':[{'first':2}]}}"},
        {false,
         "{'title':'A','label':'B','network':{'layers':[{'first':1,'last':2,'norm':'batch'}]}}"},
        {false, "{'title':'A','label':'B','network':{},'expect':{'log10_ratio':[1]}}"},
        {false, "{'title':'A','label':'B','network':{},'expect':{'verdict':'dead'}}"},
        {false, "{'title':'A','label':'B','network':{},'thresholds':{'dead_share':0}}"},
        {false, "{'title':'A','label':'B','network':{},'steps':[]}"},
        {false, "{'title':'A','label':'B','network':{},'steps':[{'title':'C'}]}"},
        {false,
         "{'title':'A','label':'B','network':{},'steps':[{'title':'C','text':'D','line':'E'}]}"},
    };
    json_t *root = load_schema();
    schema self = {.root = root};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static gf_scenario scenario;
        char text[400];
        snprintf(text, sizeof text, "%s", cases[i].text);
        for (char *c = text; *c; c++)
            if (*c == '\'') *c = '"';
        json_t *value = json_loads(text, 0, NULL);
        assert_non_null(value);
        if (valid(&self, root, value, "scenario") != cases[i].allowed)
            fail_msg("the schema is wrong about %s", text);
        if ((gf_scenario_parse("case", text, strlen(text), &scenario, NULL) == GF_OK) !=
            cases[i].allowed)
            fail_msg("the parser is wrong about %s", text);
        json_decref(value);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_valid),
        cmocka_unit_test(schema_and_parser_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
