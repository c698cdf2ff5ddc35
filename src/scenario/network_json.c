/* Network fields from and to JSON values. */
#include "scenario/network_json.h"

#include <stdio.h>
#include <string.h>

#include "model/field.h"

static gf_status set_value(const gf_field *field, const json_t *value, gf_spec *spec, gf_error *error)
{
    if (json_is_integer(value))
        return gf_field_set_integer(field, spec, json_integer_value(value), error);
    if (json_is_real(value)) return gf_field_set_real(field, spec, json_real_value(value), error);
    const bool named = field->kind == GF_FIELD_ACTIVATION || field->kind == GF_FIELD_INIT;
    if (named && json_is_string(value))
        return gf_field_set_text(field, spec, json_string_value(value), error);
    return gf_fail(error, GF_INVALID, "%s must be a %s", field->name, named ? "name in quotes" : "number");
}

static gf_status unknown_key(const char *key, gf_error *error)
{
    char known[300] = "";
    for (int32_t i = 0; i < gf_field_count; i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", gf_fields[i].name);
    }
    return gf_fail(error, GF_INVALID, "key '%.60s' is not known; a network has %s", key, known);
}

gf_status gf_network_from_json(const json_t *object, gf_spec *spec, const char **bad_key, gf_error *error)
{
    *bad_key = "";
    if (!json_is_object(object)) return gf_fail(error, GF_INVALID, "a network must be an object");
    gf_spec result = *spec;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        const gf_field *field = gf_field_find(key);
        *bad_key = key;
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
        case GF_FIELD_ACTIVATION:
        case GF_FIELD_INIT: value = json_string(gf_field_get_name(field, spec)); break;
        }
        if (json_object_set_new(object, field->name, value) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
