/* Ranges and lists, read strictly. What a range yields is rounded to what is printed, so that any
 * one network of a sweep can be run again by what the sweep calls it. */
#include "app/sweep_axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

#define COUNT_USUAL 20

static gf_status add(gf_sweep_axis *axis, const char *text, gf_error *error)
{
    if (axis->count == GF_SWEEP_AXIS_MAX)
        return gf_fail(error, GF_INVALID, "%s has more than the %d values that are allowed",
                       axis->field->name, GF_SWEEP_AXIS_MAX);
    if (strlen(text) >= GF_HEAT_TEXT)
        return gf_fail(error, GF_INVALID, "%s is '%s'; that is too long for a value",
                       axis->field->name, text);
    gf_spec scratch = gf_spec_default();
    GF_TRY(gf_field_set_text(axis->field, &scratch, text, error));
    snprintf(axis->texts[axis->count++], GF_HEAT_TEXT, "%s", text);
    return GF_OK;
}

/* Splits `words` in place. */
static gf_status read_list(gf_sweep_axis *axis, char *words, gf_error *error)
{
    for (char *word = strsep(&words, ","); word; word = strsep(&words, ","))
        GF_TRY(add(axis, word, error));
    return GF_OK;
}

static bool is_whole(const gf_field *field)
{
    return field->kind == GF_FIELD_INT32 || field->kind == GF_FIELD_SEED;
}

static gf_status add_number(gf_sweep_axis *axis, double value, gf_error *error)
{
    char text[GF_HEAT_TEXT];
    if (is_whole(axis->field))
        snprintf(text, sizeof text, "%.0f", value);
    else
        snprintf(text, sizeof text, "%.6g", value);
    /* Whole numbers close together round to the same one. */
    if (axis->count > 0 && strcmp(axis->texts[axis->count - 1], text) == 0) return GF_OK;
    return add(axis, text, error);
}

static gf_status fill_range(gf_sweep_axis *axis, double low, double high, int64_t count,
                            gf_error *error)
{
    for (int64_t i = 0; i < count; i++) {
        const double share = (double)i / (double)(count - 1);
        const double value = axis->log ? low * pow(high / low, share) : low + (high - low) * share;
        GF_TRY(add_number(axis, i + 1 == count ? high : value, error));
    }
    return GF_OK;
}

/* "LOW:HIGH", "LOW:HIGH:COUNT", "LOW..HIGH", "LOW..HIGH:COUNT"; cuts `text` up. `between` is where
 * LOW ends. */
static gf_status read_range(gf_sweep_axis *axis, char *text, char *between, gf_error *error)
{
    const gf_field *field = axis->field;
    char *high_text = between + (axis->log ? 2 : 1);
    char *count_text = strchr(high_text, ':');
    double low = 0, high = 0;
    int64_t count = COUNT_USUAL;
    *between = '\0';
    if (count_text) *count_text++ = '\0';
    if (!is_whole(field) && field->kind != GF_FIELD_REAL)
        return gf_fail(error, GF_INVALID, "%s has names, not numbers; allowed is %s=NAME,NAME,...",
                       field->name, field->name);
    GF_TRY(gf_number_real(field->name, text, field->least, field->most, &low, error));
    GF_TRY(gf_number_real(field->name, high_text, field->least, field->most, &high, error));
    if (count_text)
        GF_TRY(gf_number_integer("the count", count_text, 2, GF_SWEEP_AXIS_MAX, &count, error));
    if (!(low < high))
        return gf_fail(error, GF_INVALID, "%s goes from %g to %g; allowed is from low to high",
                       field->name, low, high);
    if (axis->log && !(low > 0.0))
        return gf_fail(error, GF_INVALID,
                       "%s begins at %g; with .. between them the ends must be above 0",
                       field->name, low);
    return fill_range(axis, low, high, count, error);
}

static gf_status read_values(gf_sweep_axis *axis, char *text, gf_error *error)
{
    char *dots = strstr(text, ".."), *colon = strchr(text, ':');
    axis->log = dots != NULL;
    if (dots) return read_range(axis, text, dots, error);
    if (colon) return read_range(axis, text, colon, error);
    return read_list(axis, text, error);
}

/* Flags have '-' where fields have '_'; both are fine. */
static gf_status find_field(char *name, const gf_field **out, gf_error *error)
{
    for (char *c = name; *c; c++)
        if (*c == '-') *c = '_';
    const gf_field *field = gf_field_find(name);
    if (!field)
        return gf_fail(error, GF_INVALID,
                       "'%s' is no field of a network; 'gradflow sweep --help' lists them", name);
    *out = field;
    return GF_OK;
}

static gf_status parse(char *text, gf_sweep_axis *axis, gf_error *error)
{
    char *values = strchr(text, '=');
    if (!values)
        return gf_fail(error, GF_INVALID,
                       "'%s' has no '='; allowed is FIELD=LOW:HIGH:COUNT, FIELD=LOW..HIGH:COUNT "
                       "(equal factors) or FIELD=VALUE,VALUE,...",
                       text);
    *values++ = '\0';
    GF_TRY(find_field(text, &axis->field, error));
    axis->texts = calloc(GF_SWEEP_AXIS_MAX, sizeof *axis->texts);
    if (!axis->texts) return gf_fail(error, GF_MEMORY, "no memory for an axis");
    return read_values(axis, values, error);
}

gf_status gf_sweep_axis_parse(const char *flag, const char *text, gf_sweep_axis *out,
                              gf_error *error)
{
    gf_sweep_axis axis = {0};
    gf_error why = {0};
    char *copy = strdup(text);
    if (!copy) return gf_fail(error, GF_MEMORY, "no memory for an axis");
    const gf_status status = parse(copy, &axis, &why);
    free(copy);
    if (status != GF_OK) {
        gf_sweep_axis_destroy(&axis);
        return gf_fail(error, status, "%s: %s", flag, why.text);
    }
    *out = axis;
    return GF_OK;
}

void gf_sweep_axis_destroy(gf_sweep_axis *axis)
{
    free(axis->texts);
    *axis = (gf_sweep_axis){0};
}

int32_t gf_sweep_axis_count(const gf_sweep_axis *axis)
{
    return axis->field ? axis->count : 1;
}

gf_status gf_sweep_axis_set(const gf_sweep_axis *axis, int32_t index, gf_spec *spec,
                            gf_error *error)
{
    return axis->field ? gf_field_set_text(axis->field, spec, axis->texts[index], error) : GF_OK;
}
