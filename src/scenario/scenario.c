/* Scenario files: found by name or path, parsed strictly, every complaint with file, line and
 * column. */
#include "gradflow/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/text.h"
#include "scenario/limit.h"
#include "scenario/locate.h"
#include "scenario/network_json.h"
#include "scenario/threshold.h"

/* What the parts of the parser share. */
typedef struct parser {
    const char *file, *text;
    size_t bytes;
    gf_place after; /* what is complained about is not before this */
    gf_error *error;
} parser;

/* "file:line:column: complaint" about `key` in the object `parent` (NULL: the outermost). */
static gf_status complain(const parser *at, const char *parent, const char *key,
                          const char *complaint)
{
    gf_place place = gf_json_locate(at->text, at->bytes, at->after, parent, key);
    if (place.line == 0 && parent)
        place = gf_json_locate(at->text, at->bytes, at->after, NULL, parent);
    if (place.line == 0) return gf_fail(at->error, GF_INVALID, "%s: %s", at->file, complaint);
    return gf_fail(at->error, GF_INVALID, "%s:%d:%d: %s", at->file, place.line, place.column,
                   complaint);
}

static gf_status complain_allowed(const parser *at, const char *parent, const char *key,
                                  const char *allowed)
{
    char text[400];
    gf_text_print(text, sizeof text, "key '%s' is not known; allowed are %s", key, allowed);
    return complain(at, parent, key, text);
}

/* Unlike jansson's macros these do not ask for NULL: members of an object are values. */
static bool is_number(const json_t *value)
{
    return json_typeof(value) == JSON_INTEGER || json_typeof(value) == JSON_REAL;
}

static gf_status read_text(const parser *at, const char *parent, const char *key,
                           const json_t *value, char *out, size_t room)
{
    char complaint[160];
    snprintf(complaint, sizeof complaint, "%s must be text of 1 to %zu bytes", key, room - 1);
    if (json_typeof(value) != JSON_STRING) return complain(at, parent, key, complaint);
    const size_t length = json_string_length(value);
    if (length == 0 || length >= room) /* the parser lets no zero byte into a string */
        return complain(at, parent, key, complaint);
    if (gf_text_has_control(json_string_value(value))) {
        snprintf(complaint, sizeof complaint, "%s must be one line, without control characters",
                 key);
        return complain(at, parent, key, complaint);
    }
    memcpy(out, json_string_value(value), length + 1);
    return GF_OK;
}

static gf_status read_number(const parser *at, const char *parent, const char *key,
                             const json_t *value, double *out)
{
    if (!is_number(value)) return complain(at, parent, key, "it must be a number");
    *out = json_number_value(value);
    return GF_OK;
}

static gf_status read_network(const parser *at, const json_t *value, gf_spec *out)
{
    const char *bad_key;
    gf_error why = {0};
    if (gf_network_from_json(value, out, &bad_key, &why) == GF_OK) return GF_OK;
    return complain(at, "network", bad_key, why.text);
}

static gf_status read_expect(const parser *at, const json_t *value, gf_expect *out);

static gf_status read_compare_member(const parser *at, const char *key, const json_t *value,
                                     gf_compare *out)
{
    if (strcmp(key, "label") == 0)
        return read_text(at, "compare", key, value, out->label, sizeof out->label);
    if (strcmp(key, "network") == 0) return read_network(at, value, &out->spec);
    if (strcmp(key, "expect") == 0) return read_expect(at, value, &out->expect);
    return complain_allowed(at, "compare", key, "network, label, expect");
}

/* After the network, whatever the order in the file. */
static gf_status read_compare(const parser *at, const json_t *value, gf_scenario *out)
{
    const char *key;
    json_t *member;
    gf_compare compare = {.present = true, .spec = out->spec};
    if (json_typeof(value) != JSON_OBJECT || !json_object_get(value, "network"))
        return complain(at, NULL, "compare", "compare must be an object with a network");
    parser inside = *at;
    inside.after = gf_json_locate(at->text, at->bytes, at->after, NULL, "compare");
    json_object_foreach((json_t *)value, key, member)
    {
        GF_TRY(read_compare_member(&inside, key, member, &compare));
    }
    out->compare = compare;
    return GF_OK;
}

static gf_status read_thresholds(const parser *at, const json_t *value, gf_scenario *out)
{
    if (json_typeof(value) != JSON_OBJECT)
        return complain(at, NULL, "thresholds", "thresholds must be an object");
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)value, key, item)
    {
        double *threshold = gf_threshold_find(&out->thresholds, key);
        if (!threshold) return complain_allowed(at, "thresholds", key, GF_THRESHOLD_NAMES);
        GF_TRY(read_number(at, "thresholds", key, item, threshold));
        if (!(*threshold > 0.0)) return complain(at, "thresholds", key, "it must be above 0");
    }
    return GF_OK;
}

static gf_status read_range(const parser *at, const char *key, const json_t *value, double *low,
                            double *high)
{
    if (json_typeof(value) != JSON_ARRAY || json_array_size(value) != 2 ||
        !is_number(json_array_get(value, 0)) || !is_number(json_array_get(value, 1)))
        return complain(at, "expect", key, "it must be [low, high]");
    *low = json_number_value(json_array_get(value, 0));
    *high = json_number_value(json_array_get(value, 1));
    if (!(*low <= *high)) return complain(at, "expect", key, "low must not be above high");
    return GF_OK;
}

static gf_status read_verdict(const parser *at, const json_t *value, gf_expect *out)
{
    for (int verdict = 0; json_typeof(value) == JSON_STRING && verdict < GF_VERDICT_COUNT;
         verdict++)
        if (strcmp(json_string_value(value), gf_verdict_name((gf_verdict)verdict)) == 0) {
            out->has_verdict = true;
            out->verdict = (gf_verdict)verdict;
            return GF_OK;
        }
    return complain(at, "expect", "verdict",
                    "verdict must be healthy, vanishing, exploding or unstable");
}

static gf_status read_expect(const parser *at, const json_t *value, gf_expect *out)
{
    if (json_typeof(value) != JSON_OBJECT)
        return complain(at, NULL, "expect", "expect must be an object");
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)value, key, item)
    {
        if (strcmp(key, "verdict") == 0) {
            GF_TRY(read_verdict(at, item, out));
        } else if (strcmp(key, "viable") == 0) {
            if (json_typeof(item) != JSON_TRUE && json_typeof(item) != JSON_FALSE)
                return complain(at, "expect", key, "it must be true or false");
            out->has_viable = true;
            out->viable = json_typeof(item) == JSON_TRUE;
        } else if (strcmp(key, "log10_ratio") == 0) {
            out->has_ratio = true;
            GF_TRY(read_range(at, key, item, &out->log10_ratio_low, &out->log10_ratio_high));
        } else if (strcmp(key, "log10_delta_ratio") == 0) {
            out->has_delta_ratio = true;
            GF_TRY(read_range(at, key, item, &out->log10_delta_low, &out->log10_delta_high));
        } else if (strcmp(key, "dead_share") == 0) {
            out->has_dead = true;
            GF_TRY(read_range(at, key, item, &out->dead_low, &out->dead_high));
        } else {
            return complain_allowed(at, "expect", key,
                                    "verdict, viable, log10_ratio, log10_delta_ratio, dead_share");
        }
    }
    return GF_OK;
}

static gf_status read_step_member(const parser *at, const char *key, const json_t *value,
                                  gf_step *out)
{
    if (strcmp(key, "title") == 0)
        return read_text(at, "steps", key, value, out->title, sizeof out->title);
    if (strcmp(key, "text") == 0)
        return read_text(at, "steps", key, value, out->text, sizeof out->text);
    if (strcmp(key, "network") == 0) return read_network(at, value, &out->spec);
    if (strcmp(key, "expect") == 0) return read_expect(at, value, &out->expect);
    return complain_allowed(at, "steps", key, "title, text, network, expect");
}

static gf_status read_step(const parser *at, const json_t *value, gf_step *out)
{
    const char *key;
    json_t *member;
    if (json_typeof(value) != JSON_OBJECT || !json_object_get(value, "title") ||
        !json_object_get(value, "text"))
        return complain(at, NULL, "steps", "a step must be an object with title and text");
    json_object_foreach((json_t *)value, key, member)
    {
        GF_TRY(read_step_member(at, key, member, out));
    }
    return GF_OK;
}

/* After the network, whatever the order in the file: a step changes what the step before it had. */
static gf_status read_steps(const parser *at, const json_t *value, gf_scenario *out)
{
    char complaint[60];
    snprintf(complaint, sizeof complaint, "steps must be a list of 1 to %d", GF_STEPS_MAX);
    if (json_typeof(value) != JSON_ARRAY || json_array_size(value) < 1 ||
        json_array_size(value) > GF_STEPS_MAX)
        return complain(at, NULL, "steps", complaint);
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)value, i, item)
    {
        out->steps[i] = (gf_step){.spec = i ? out->steps[i - 1].spec : out->spec};
        GF_TRY(read_step(at, item, &out->steps[i]));
    }
    out->step_count = (int32_t)json_array_size(value);
    return GF_OK;
}

static gf_status read_member(const parser *at, const char *key, const json_t *value,
                             gf_scenario *out)
{
    if (strcmp(key, "$schema") == 0) return GF_OK; /* for editors */
    if (strcmp(key, "title") == 0)
        return read_text(at, NULL, key, value, out->title, sizeof out->title);
    if (strcmp(key, "label") == 0)
        return read_text(at, NULL, key, value, out->label, sizeof out->label);
    if (strcmp(key, "line") == 0)
        return read_text(at, NULL, key, value, out->line, sizeof out->line);
    if (strcmp(key, "network") == 0) return read_network(at, value, &out->spec);
    if (strcmp(key, "thresholds") == 0) return read_thresholds(at, value, out);
    if (strcmp(key, "expect") == 0) return read_expect(at, value, &out->expect);
    if (strcmp(key, "steps") == 0 || strcmp(key, "compare") == 0) return GF_OK; /* read last */
    return complain_allowed(at, NULL, key,
                            "title, label, line, network, thresholds, expect, compare, steps");
}

static gf_status read_root(const parser *at, const json_t *root, gf_scenario *out)
{
    static const char *const required[] = {"title", "label", "network"};
    char complaint[80];
    if (json_typeof(root) != JSON_OBJECT)
        return gf_fail(at->error, GF_INVALID, "%s: a scenario must be an object", at->file);
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (!json_object_get(root, required[i])) {
            snprintf(complaint, sizeof complaint, "key '%s' is missing", required[i]);
            return complain(at, NULL, required[i], complaint);
        }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)root, key, value)
    {
        GF_TRY(read_member(at, key, value, out));
    }
    const json_t *compare = json_object_get(root, "compare");
    if (compare) GF_TRY(read_compare(at, compare, out));
    const json_t *steps = json_object_get(root, "steps");
    return steps ? read_steps(at, steps, out) : GF_OK;
}

/* The file's name without folder and ".json". */
static void name_from(const char *file, char name[64])
{
    const char *slash = strrchr(file, '/');
    snprintf(name, 64, "%s", slash ? slash + 1 : file);
    char *dot = strstr(name, ".json");
    if (dot) *dot = '\0';
}

gf_status gf_scenario_parse(const char *file, const char *text, size_t bytes, gf_scenario *out,
                            gf_error *error)
{
    json_error_t at;
    GF_TRY(gf_json_check_limits(file, text, bytes, error));
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &at);
    if (!root) return gf_fail(error, GF_INVALID, "%s:%d:%d: %s", file, at.line, at.column, at.text);
    gf_scenario scenario = {.spec = gf_spec_default(), .thresholds = gf_thresholds_default()};
    name_from(file, scenario.name);
    const parser self = {file, text, bytes, {0}, error};
    const gf_status status = read_root(&self, root, &scenario);
    json_decref(root);
    if (status == GF_OK) *out = scenario;
    return status;
}

static bool is_path(const char *name)
{
    const size_t length = strlen(name);
    return strchr(name, '/') || (length > 5 && strcmp(name + length - 5, ".json") == 0);
}

static bool is_scenario(const gf_asset *asset)
{
    return strcmp(asset->folder, "scenarios") == 0 && !strstr(asset->name, ".schema.json");
}

static gf_status parse_asset(const gf_asset *asset, gf_scenario *out, gf_error *error)
{
    return gf_scenario_parse(asset->name, (const char *)asset->bytes, asset->size, out, error);
}

static gf_status load_path(const char *path, gf_scenario *out, gf_error *error)
{
    char *text;
    size_t bytes;
    GF_TRY(gf_file_read(path, GF_JSON_BYTES_MAX, &text, &bytes, error));
    const gf_status status = gf_scenario_parse(path, text, bytes, out, error);
    free(text);
    return status;
}

static gf_status complain_unknown(const char *name, gf_error *error)
{
    gf_nearest near = {.wanted = name};
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++) {
        char own[sizeof((gf_scenario *)0)->name];
        if (!is_scenario(asset)) continue;
        name_from(asset->name, own);
        gf_nearest_offer(&near, own);
    }
    return gf_fail(error, GF_INVALID,
                   "scenario '%s' is not known; %s%s%s'gradflow scenarios' lists them, and a path "
                   "to a .json file is allowed",
                   name, near.name[0] ? "did you mean '" : "", near.name,
                   near.name[0] ? "'? " : "");
}

gf_status gf_scenario_load(const char *name, gf_scenario *out, gf_error *error)
{
    if (is_path(name)) return load_path(name, out, error);
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++) {
        char own[sizeof out->name];
        if (!is_scenario(asset)) continue;
        name_from(asset->name, own);
        if (strcmp(own, name) == 0) return parse_asset(asset, out, error);
    }
    return complain_unknown(name, error);
}

int32_t gf_scenario_count(void)
{
    int32_t count = 0;
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++)
        count += is_scenario(asset);
    return count;
}

gf_status gf_scenario_builtin(int32_t index, gf_scenario *out, gf_error *error)
{
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++)
        if (is_scenario(asset) && index-- == 0) return parse_asset(asset, out, error);
    return gf_fail(error, GF_INVALID, "there are only %d scenarios", gf_scenario_count());
}
