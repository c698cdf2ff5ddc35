/* Numbers and verdicts of a sweep as text. */
#include "app/report_sweep.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "app/json_print.h"
#include "base/text.h"
#include "scenario/network_json.h"

#define NUMBERS_MAX                                                                                \
    12 /* columns up to which the table has numbers; beyond it is a map of letters */

static bool is_swept(const gf_sweep *sweep, const char *name)
{
    return (sweep->x.field && strcmp(sweep->x.field->name, name) == 0) ||
           (sweep->y.field && strcmp(sweep->y.field->name, name) == 0);
}

static void append(char *text, size_t room, const char *word)
{
    strncat(text, text[0] ? ", " : "", room - strlen(text) - 1);
    strncat(text, word, room - strlen(text) - 1);
}

void gf_sweep_describe(const gf_sweep *sweep, char *text, size_t room)
{
    const gf_spec *spec = &sweep->options->scenario.spec;
    const struct {
        const char *name;
        int32_t value;
    } sizes[] = {{"depth", spec->depth}, {"width", spec->width}, {"batch", spec->batch}};
    text[0] = '\0';
    if (!is_swept(sweep, "activation"))
        append(text, room, gf_activation_get(spec->activation)->label);
    if (!is_swept(sweep, "init")) append(text, room, gf_init_get(spec->init)->label);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char word[40];
        snprintf(word, sizeof word, "%s %d", sizes[i].name, sizes[i].value);
        if (!is_swept(sweep, sizes[i].name)) append(text, room, word);
    }
}

/* ---- Table ------------------------------------------------------------------------------------
 */

static char letter_of(const gf_sweep_cell *cell)
{
    if (cell->refused[0]) return '?';
    switch (cell->verdict) {
    case GF_VANISHING: return 'v';
    case GF_EXPLODING: return '^';
    case GF_UNSTABLE: return '#';
    default: return '.';
    }
}

static void print_cell(const gf_sweep_cell *cell, bool numbers, FILE *stream)
{
    if (!numbers)
        fprintf(stream, " %c", letter_of(cell));
    else if (isnan(cell->log10_delta_ratio))
        fprintf(stream, " %9s%c", cell->refused[0] ? "" : "nan", letter_of(cell));
    else
        fprintf(stream, " %9.2f%c", cell->log10_delta_ratio, letter_of(cell));
}

static void print_columns(const gf_sweep *sweep, bool numbers, FILE *stream)
{
    const gf_sweep_axis *x = &sweep->x;
    fprintf(stream, "%16s  ", "");
    for (int32_t i = 0; numbers && i < x->count; i++)
        fprintf(stream, "%10.10s ", x->texts[i]);
    if (!numbers)
        fprintf(stream, " %s %s to %s%s", x->field->name, x->texts[0], x->texts[x->count - 1],
                x->log ? ", each by the same factor" : "");
    fputc('\n', stream);
}

static void print_refusals(const gf_sweep *sweep, FILE *stream)
{
    const int32_t count = gf_sweep_axis_count(&sweep->x) * gf_sweep_axis_count(&sweep->y);
    const char *why = NULL;
    int32_t refused = 0;
    for (int32_t i = 0; i < count; i++)
        if (sweep->cells[i].refused[0]) {
            why = sweep->cells[i].refused;
            refused++;
        }
    if (why) fprintf(stream, "%d could not be run; the last one because %s\n", refused, why);
}

/* The largest value of y on top, as in a picture. */
void gf_sweep_table(const gf_sweep *sweep, FILE *stream)
{
    const gf_sweep_axis *x = &sweep->x, *y = &sweep->y;
    const bool numbers = x->count <= NUMBERS_MAX;
    char base[200];
    gf_sweep_describe(sweep, base, sizeof base);
    fprintf(stream, "%s, seed %llu, on %s\n", base,
            (unsigned long long)sweep->options->scenario.spec.seed, sweep->device.id);
    fprintf(stream, "%sv vanishing   . healthy   ^ exploding   # unstable   ? not run\n\n",
            numbers ? "log10 of rms delta at the first layer over the last; " : "");
    fprintf(stream, "%16s\n", y->field ? y->field->name : "");
    for (int32_t row = gf_sweep_axis_count(y) - 1; row >= 0; row--) {
        fprintf(stream, "%16.16s |", y->field ? y->texts[row] : "");
        for (int32_t column = 0; column < x->count; column++)
            print_cell(gf_sweep_at(sweep, column, row), numbers, stream);
        fputc('\n', stream);
    }
    print_columns(sweep, numbers, stream);
    if (numbers) fprintf(stream, "%16s   %s\n", "", x->field->name);
    print_refusals(sweep, stream);
}

/* ---- CSV --------------------------------------------------------------------------------------
 */

void gf_sweep_csv(const gf_sweep *sweep, FILE *stream)
{
    const gf_sweep_axis *x = &sweep->x, *y = &sweep->y;
    fprintf(stream,
            "%s,%s%slog10_ratio,log10_delta_ratio,per_layer_factor,verdict,viable%s,refused\n",
            x->field->name, y->field ? y->field->name : "", y->field ? "," : "",
            sweep->theory ? ",theory_chi" : "");
    for (int32_t row = 0; row < gf_sweep_axis_count(y); row++)
        for (int32_t column = 0; column < x->count; column++) {
            const gf_sweep_cell *cell = gf_sweep_at(sweep, column, row);
            fprintf(stream, "%s,%s%s%.17g,%.17g,%.17g,%s,%d", x->texts[column],
                    y->field ? y->texts[row] : "", y->field ? "," : "", cell->log10_ratio,
                    cell->log10_delta_ratio, cell->per_layer_factor,
                    cell->refused[0] ? "" : gf_verdict_name(cell->verdict), cell->viable);
            if (sweep->theory) fprintf(stream, ",%.17g", cell->chi);
            fputc(',', stream);
            gf_text_quote(cell->refused, stream);
            fputc('\n', stream);
        }
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static json_t *value_to_json(const gf_sweep_axis *axis, int32_t index)
{
    gf_spec spec = gf_spec_default();
    if (!axis->field || gf_sweep_axis_set(axis, index, &spec, NULL) != GF_OK) return json_null();
    switch (axis->field->kind) {
    case GF_FIELD_INT32:
    case GF_FIELD_SEED: return json_integer(gf_field_get_integer(axis->field, &spec));
    case GF_FIELD_REAL: return json_real(gf_field_get_real(axis->field, &spec));
    default: return json_string(gf_field_get_name(axis->field, &spec));
    }
}

static json_t *axis_to_json(const gf_sweep_axis *axis)
{
    json_t *values = json_array();
    for (int32_t i = 0; i < axis->count; i++)
        json_array_append_new(values, value_to_json(axis, i));
    return json_pack("{s:s?, s:s, s:o}", "field", axis->field ? axis->field->name : NULL, "spacing",
                     axis->log ? "log" : "linear", "values", values);
}

/* A number JSON cannot hold is null with its class beside it. */
static void set_number(json_t *object, const char *key, double value)
{
    char class_key[64];
    json_object_set_new(object, key, isfinite(value) ? json_real(value) : json_null());
    if (isfinite(value)) return;
    snprintf(class_key, sizeof class_key, "%s_class", key);
    json_object_set_new(object, class_key,
                        json_string(isnan(value)  ? "nan"
                                    : value < 0.0 ? "-inf"
                                                  : "inf"));
}

static json_t *cell_to_json(const gf_sweep *sweep, int32_t column, int32_t row)
{
    const gf_sweep_cell *cell = gf_sweep_at(sweep, column, row);
    json_t *object = json_object();
    json_object_set_new(object, "x", value_to_json(&sweep->x, column));
    json_object_set_new(object, "y", value_to_json(&sweep->y, row));
    if (cell->refused[0]) {
        json_object_set_new(object, "refused", json_string(cell->refused));
        return object;
    }
    set_number(object, "log10_ratio", cell->log10_ratio);
    set_number(object, "log10_delta_ratio", cell->log10_delta_ratio);
    set_number(object, "per_layer_factor", cell->per_layer_factor);
    json_object_set_new(object, "verdict", json_string(gf_verdict_name(cell->verdict)));
    json_object_set_new(object, "viable", json_boolean(cell->viable));
    if (sweep->theory) set_number(object, "theory_chi", cell->chi);
    return object;
}

gf_status gf_sweep_json(const gf_sweep *sweep, FILE *stream, gf_error *error)
{
    json_t *cells = json_array();
    for (int32_t row = 0; row < gf_sweep_axis_count(&sweep->y); row++)
        for (int32_t column = 0; column < sweep->x.count; column++)
            json_array_append_new(cells, cell_to_json(sweep, column, row));
    json_t *root =
        json_pack("{s:o, s:s, s:o, s:o, s:o}", "network",
                  gf_network_to_json(&sweep->options->scenario.spec), "device", sweep->device.id,
                  "x", axis_to_json(&sweep->x), "y", axis_to_json(&sweep->y), "cells", cells);
    const gf_status status = gf_json_print(root, 17, stream, error);
    json_decref(root);
    return status;
}
