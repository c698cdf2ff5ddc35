/* Network fields from and to JSON values. */
#include "scenario/network_json.h"

#include <stdio.h>
#include <string.h>

#include "model/field.h"

static gf_status set_value(const gf_field *field, const json_t *value, gf_spec *spec,
                           gf_error *error)
{
    if (json_typeof(value) == JSON_INTEGER)
        return gf_field_set_integer(field, spec, json_integer_value(value), error);
    if (json_typeof(value) == JSON_REAL)
        return gf_field_set_real(field, spec, json_real_value(value), error);
    const bool named = field->kind == GF_FIELD_ACTIVATION || field->kind == GF_FIELD_INIT ||
                       field->kind == GF_FIELD_CHOICE;
    if (named && json_typeof(value) == JSON_STRING)
        return gf_field_set_text(field, spec, json_string_value(value), error);
    return gf_fail(error, GF_INVALID, "%s must be a %s", field->name,
                   named ? "name in quotes" : "number");
}

/* One entry of "layers": {"first": 3, "last": 5, "activation": "relu", "init": "he_normal"}. */
static gf_status read_override(const json_t *value, gf_override *out, gf_error *error)
{
    const char *activation = NULL, *init = NULL;
    json_error_t why;
    gf_override result = {.activation = GF_ACTIVATION_COUNT, .init = GF_INIT_COUNT};
    if (json_unpack_ex((json_t *)value, &why, JSON_STRICT, "{s:i, s:i, s?s, s?s}", "first",
                       &result.first, "last", &result.last, "activation", &activation, "init",
                       &init) != 0)
        return gf_fail(
            error, GF_INVALID,
            "layers must be a list of {\"first\", \"last\", \"activation\", \"init\"}: %s",
            why.text);
    if (activation) GF_TRY(gf_activation_find(activation, &result.activation, error));
    if (init) GF_TRY(gf_init_find(init, &result.init, error));
    *out = result;
    return GF_OK;
}

static gf_status read_overrides(const json_t *value, gf_spec *spec, gf_error *error)
{
    if (json_typeof(value) != JSON_ARRAY || json_array_size(value) > GF_OVERRIDES_MAX)
        return gf_fail(error, GF_INVALID, "layers must be a list of at most %d entries",
                       GF_OVERRIDES_MAX);
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)value, i, item)
    {
        GF_TRY(read_override(item, &spec->overrides[i], error));
    }
    spec->override_count = (int32_t)json_array_size(value);
    return GF_OK;
}

/* A member that is not set: the network's own. Not as "s*" of json_pack, which leaves out what
 * there is no memory for. */
static bool put_name(json_t *object, const char *key, bool set, const char *name)
{
    return !set || json_object_set_new(object, key, json_string(name)) == 0;
}

static json_t *override_to_json(const gf_override *at)
{
    const bool activation = at->activation < GF_ACTIVATION_COUNT, init = at->init < GF_INIT_COUNT;
    json_t *object = json_pack("{s:i, s:i}", "first", at->first, "last", at->last);
    bool complete = put_name(object, "activation", activation,
                             activation ? gf_activation_get(at->activation)->name : NULL);
    complete &= put_name(object, "init", init, init ? gf_init_get(at->init)->name : NULL);
    if (complete) return object; /* else GF_MEMORY */
    json_decref(object);
    return NULL;
}

static json_t *overrides_to_json(const gf_spec *spec)
{
    json_t *array = json_array();
    for (int32_t i = 0; array && i < spec->override_count; i++) {
        if (json_array_append_new(array, override_to_json(&spec->overrides[i])) == 0) continue;
        json_decref(array);
        return NULL;
    }
    return array;
}

static gf_status unknown_key(const char *key, gf_error *error)
{
    char known[300] = "";
    for (int32_t i = 0; i <= gf_field_count; i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                 i < gf_field_count ? gf_fields[i].name : "layers");
    }
    return gf_fail(error, GF_INVALID, "key '%s' is not known; a network has %s", key, known);
}

gf_status gf_network_from_json(const json_t *object, gf_spec *spec, const char **bad_key,
                               gf_error *error)
{
    *bad_key = "";
    if (json_typeof(object) != JSON_OBJECT)
        return gf_fail(error, GF_INVALID, "a network must be an object");
    gf_spec result = *spec;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        const gf_field *field = gf_field_find(key);
        *bad_key = key;
        if (strcmp(key, "layers") == 0) {
            GF_TRY(read_overrides(value, &result, error));
            continue;
        }
        if (!field) return unknown_key(key, error);
        GF_TRY(set_value(field, value, &result, error));
    }
    *bad_key = "";
    GF_TRY(gf_spec_validate(&result, error));
    *spec = result;
    return GF_OK;
}

json_t *gf_network_to_json(const gf_spec *spec)
{
    json_t *object = json_object();
    for (int32_t i = 0; object && i < gf_field_count; i++) {
        const gf_field *field = &gf_fields[i];
        json_t *value = NULL;
        switch (field->kind) {
        case GF_FIELD_INT32:
        case GF_FIELD_SEED: value = json_integer(gf_field_get_integer(field, spec)); break;
        case GF_FIELD_REAL: value = json_real(gf_field_get_real(field, spec)); break;
        default: value = json_string(gf_field_get_name(field, spec)); break;
        }
        if (json_object_set_new(object, field->name, value) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    if (object && spec->override_count &&
        json_object_set_new(object, "layers", overrides_to_json(spec)) != 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}
