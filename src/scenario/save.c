/* A scenario as a file that gf_scenario_load() reads again: strict JSON, only the fields that are
 * not as usual. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/file.h"
#include "gradflow/scenario.h"
#include "scenario/network_json.h"
#include "scenario/threshold.h"

/* jansson leaves out what it has no memory for: a file without a step is no file. */
static json_t *whole(json_t *json, bool complete)
{
    if (complete) return json;
    json_decref(json);
    return NULL;
}

/* False, and the value is gone, when there is no memory for it or was none before. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

/* The network's fields without those that are as in `base`. */
static json_t *changes(const gf_spec *spec, const gf_spec *base)
{
    json_t *all = gf_network_to_json(spec), *usual = gf_network_to_json(base), *out = json_object();
    bool complete = all && usual && out;
    const char *key;
    json_t *value;
    json_object_foreach(all, key, value)
    {
        if (!json_equal(value, json_object_get(usual, key)))
            complete &= json_object_set(out, key, value) == 0;
    }
    if (base->override_count && !spec->override_count) /* a step takes them all away */
        complete &= put(out, "layers", json_array());
    json_decref(all);
    json_decref(usual);
    return whole(out, complete);
}

static json_t *thresholds_json(gf_thresholds thresholds)
{
    gf_thresholds usual = gf_thresholds_default();
    json_t *object = json_object();
    bool complete = object != NULL;
    for (size_t i = 0; i < GF_THRESHOLD_COUNT; i++) {
        const char *name = gf_threshold_table[i].name;
        const double value = *gf_threshold_find(&thresholds, name);
        if (value != *gf_threshold_find(&usual, name))
            complete &= put(object, name, json_real(value));
    }
    return whole(object, complete);
}

/* Not as "s*", which leaves out what there is no memory for. */
static bool put_text(json_t *object, const char *key, const char *text)
{
    return !text[0] || put(object, key, json_string(text));
}

static json_t *compare_json(const gf_scenario *scenario)
{
    const gf_compare *compare = &scenario->compare;
    json_t *object = json_pack("{s:o}", "network", changes(&compare->spec, &scenario->spec));
    return whole(object, object && put_text(object, "label", compare->label));
}

static json_t *steps_json(const gf_scenario *scenario)
{
    json_t *array = json_array();
    bool complete = array != NULL;
    const gf_spec *before = &scenario->spec;
    for (int32_t i = 0; i < scenario->step_count; i++) {
        const gf_step *step = &scenario->steps[i];
        json_t *json = json_pack("{s:s, s:s, s:o}", "title", step->title, "text", step->text,
                                 "network", changes(&step->spec, before));
        complete &= json_array_append_new(array, json) == 0;
        before = &step->spec;
    }
    return whole(array, complete);
}

static json_t *scenario_json(const gf_scenario *scenario)
{
    const gf_spec usual = gf_spec_default();
    json_t *object = json_pack("{s:s, s:s}", "title", scenario->title, "label", scenario->label);
    json_t *thresholds = thresholds_json(scenario->thresholds);
    bool complete = object && thresholds && put_text(object, "line", scenario->line);
    complete &= put(object, "network", changes(&scenario->spec, &usual));
    if (json_object_size(thresholds) > 0)
        complete &= json_object_set(object, "thresholds", thresholds) == 0;
    json_decref(thresholds);
    if (scenario->compare.present) complete &= put(object, "compare", compare_json(scenario));
    if (scenario->step_count > 0) complete &= put(object, "steps", steps_json(scenario));
    return whole(object, complete);
}

/* Into the file, not into a text: what json_dumps() has no room for it may leave out as well. What
 * the disk refuses is found by whoever commits the file. */
static bool write_json(const json_t *object, FILE *stream)
{
    const size_t flags = JSON_INDENT(4) | JSON_REAL_PRECISION(17);
    return json_dumpf(object, stream, flags) == 0 || ferror(stream);
}

gf_status gf_scenario_save(const char *path, const gf_scenario *scenario, gf_error *error)
{
    gf_file_writer writer;
    json_t *object = scenario_json(scenario);
    if (!object) return gf_fail(error, GF_MEMORY, "no memory to write the scenario %s", path);
    gf_status status = gf_file_begin(path, &writer, error);
    if (status != GF_OK) {
        json_decref(object);
        return status;
    }
    const bool written = write_json(object, writer.stream);
    json_decref(object);
    if (written) return gf_file_commit(&writer, error);
    gf_file_abandon(&writer);
    return gf_fail(error, GF_MEMORY, "no memory to write the scenario %s", path);
}
