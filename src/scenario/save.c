/* A scenario as a file that gf_scenario_load() reads again: strict JSON, only the fields that are
 * not as usual. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "gradflow/scenario.h"
#include "scenario/network_json.h"
#include "scenario/threshold.h"

/* The network's fields without those that are as in `base`. */
static json_t *changes(const gf_spec *spec, const gf_spec *base)
{
    json_t *all = gf_network_to_json(spec), *usual = gf_network_to_json(base), *out = json_object();
    const char *key;
    json_t *value;
    json_object_foreach(all, key, value)
    {
        if (!json_equal(value, json_object_get(usual, key))) json_object_set(out, key, value);
    }
    if (base->override_count && !spec->override_count)
        json_object_set_new(out, "layers", json_array()); /* a step takes them all away */
    json_decref(all);
    json_decref(usual);
    return out;
}

static json_t *thresholds_json(gf_thresholds thresholds)
{
    gf_thresholds usual = gf_thresholds_default();
    json_t *object = json_object();
    for (size_t i = 0; i < GF_THRESHOLD_COUNT; i++) {
        const char *name = gf_threshold_table[i].name;
        const double value = *gf_threshold_find(&thresholds, name);
        if (value != *gf_threshold_find(&usual, name))
            json_object_set_new(object, name, json_real(value));
    }
    return object;
}

static json_t *compare_json(const gf_scenario *scenario)
{
    const gf_compare *compare = &scenario->compare;
    json_t *object = json_pack("{s:o}", "network", changes(&compare->spec, &scenario->spec));
    if (compare->label[0]) json_object_set_new(object, "label", json_string(compare->label));
    return object;
}

static json_t *steps_json(const gf_scenario *scenario)
{
    json_t *array = json_array();
    const gf_spec *before = &scenario->spec;
    for (int32_t i = 0; i < scenario->step_count; i++) {
        const gf_step *step = &scenario->steps[i];
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:o}", "title", step->title, "text", step->text,
                                        "network", changes(&step->spec, before)));
        before = &step->spec;
    }
    return array;
}

static void add_unless_empty(json_t *object, const char *key, json_t *value, size_t size)
{
    if (size > 0) json_object_set(object, key, value);
    json_decref(value);
}

static json_t *scenario_json(const gf_scenario *scenario)
{
    const gf_spec usual = gf_spec_default();
    json_t *object = json_pack("{s:s, s:s}", "title", scenario->title, "label", scenario->label);
    if (scenario->line[0]) json_object_set_new(object, "line", json_string(scenario->line));
    json_object_set_new(object, "network", changes(&scenario->spec, &usual));
    json_t *thresholds = thresholds_json(scenario->thresholds), *steps = steps_json(scenario);
    add_unless_empty(object, "thresholds", thresholds, json_object_size(thresholds));
    if (scenario->compare.present) json_object_set_new(object, "compare", compare_json(scenario));
    add_unless_empty(object, "steps", steps, json_array_size(steps));
    return object;
}

gf_status gf_scenario_save(const char *path, const gf_scenario *scenario, gf_error *error)
{
    json_t *object = scenario_json(scenario);
    char *text = object ? json_dumps(object, JSON_INDENT(4) | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(object);
    if (!text) return gf_fail(error, GF_MEMORY, "no memory to write the scenario %.300s", path);
    const gf_status status = gf_file_write(path, text, strlen(text), error);
    free(text);
    return status;
}
