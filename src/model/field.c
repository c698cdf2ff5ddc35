/* The table of network fields, and reading and writing one through it. */
#include "model/field.h"

#include <string.h>

#include "base/number.h"

#define AT(member) offsetof(gf_spec, member)

#define COUNT(name, least, most, help)                                                             \
    {                                                                                              \
#name, GF_FIELD_INT32, AT(name), least, most, "N", help, NULL                              \
    }
#define REAL(name, help)                                                                           \
    {                                                                                              \
#name, GF_FIELD_REAL, AT(name), 0, 1e6, "X", help, NULL                                    \
    }
#define CHOICE(name, names, count, help)                                                           \
    {                                                                                              \
#name, GF_FIELD_CHOICE, AT(name), 0, (count)-1, "NAME", help, names                        \
    }

const gf_field gf_fields[] = {
    COUNT(depth, 1, GF_DEPTH_MAX, "layers"),
    COUNT(width, 1, GF_WIDTH_MAX, "neurons of a hidden layer"),
    COUNT(batch, 1, GF_BATCH_MAX, "samples"),
    COUNT(input_width, 0, GF_WIDTH_MAX, "inputs; 0: as width"),
    COUNT(output_width, 0, GF_WIDTH_MAX, "outputs; 0: as width"),
    {"activation", GF_FIELD_ACTIVATION, AT(activation), 0, 0, "NAME", "activation of every layer",
     NULL},
    {"init", GF_FIELD_INIT, AT(init), 0, 0, "NAME", "weight initialisation", NULL},
    REAL(sigma, "standard deviation of a weight, for init normal and uniform"),
    REAL(gain, "factor on every weight"),
    REAL(bias_std, "standard deviation of the biases"),
    CHOICE(skip, gf_skip_names, GF_SKIP_COUNT, "none or residual"),
    REAL(skip_scale, "factor on f(z) beside a residual skip"),
    CHOICE(norm, gf_norm_names, GF_NORM_COUNT, "none, batch or layer"),
    CHOICE(output, gf_output_names, GF_OUTPUT_COUNT, "activated or linear last layer"),
    CHOICE(precision, gf_precision_names, GF_PRECISION_COUNT, "exact, fp32, bf16 or fp16"),
    REAL(loss_scale, "factor on the loss, for precision fp16"),
    {"seed", GF_FIELD_SEED, AT(seed), 0, 9223372036854775807.0, "N", "of weights, input and target",
     NULL},
};

const int32_t gf_field_count = sizeof gf_fields / sizeof gf_fields[0];

const gf_field *gf_field_find(const char *name)
{
    for (int32_t i = 0; i < gf_field_count; i++)
        if (strcmp(gf_fields[i].name, name) == 0) return &gf_fields[i];
    return NULL;
}

static void *member(const gf_field *field, gf_spec *spec)
{
    return (char *)spec + field->offset;
}

static const void *member_of(const gf_field *field, const gf_spec *spec)
{
    return (const char *)spec + field->offset;
}

gf_status gf_field_set_integer(const gf_field *field, gf_spec *spec, int64_t value, gf_error *error)
{
    if (field->kind == GF_FIELD_REAL) return gf_field_set_real(field, spec, (double)value, error);
    if (field->kind == GF_FIELD_SEED) {
        if (value < 0)
            return gf_fail(error, GF_INVALID,
                           "%s is %lld; allowed are whole numbers from 0 to 2^63 - 1", field->name,
                           (long long)value);
        *(uint64_t *)member(field, spec) = (uint64_t)value;
        return GF_OK;
    }
    if (field->kind != GF_FIELD_INT32)
        return gf_fail(error, GF_INVALID, "%s is %lld; it must be a name", field->name,
                       (long long)value);
    if ((double)value < field->least || (double)value > field->most)
        return gf_fail(error, GF_INVALID, "%s is %lld; allowed are whole numbers from %.0f to %.0f",
                       field->name, (long long)value, field->least, field->most);
    *(int32_t *)member(field, spec) = (int32_t)value;
    return GF_OK;
}

gf_status gf_field_set_real(const gf_field *field, gf_spec *spec, double value, gf_error *error)
{
    if (field->kind != GF_FIELD_REAL)
        return gf_fail(error, GF_INVALID, "%s is %g; it must be a %s", field->name, value,
                       field->kind == GF_FIELD_INT32 || field->kind == GF_FIELD_SEED
                           ? "whole number"
                           : "name");
    if (!(value >= field->least && value <= field->most))
        return gf_fail(error, GF_INVALID, "%s is %g; allowed are numbers from %g to %g",
                       field->name, value, field->least, field->most);
    *(double *)member(field, spec) = value;
    return GF_OK;
}

static gf_status set_choice(const gf_field *field, gf_spec *spec, const char *text, gf_error *error)
{
    char known[120] = "";
    for (int i = 0; i <= (int)field->most; i++) {
        if (strcmp(field->names[i], text) == 0) {
            memcpy(member(field, spec), &i, sizeof i); /* every choice is an enum of int's size */
            return GF_OK;
        }
        strncat(known, i ? ", " : "", sizeof known - strlen(known) - 1);
        strncat(known, field->names[i], sizeof known - strlen(known) - 1);
    }
    return gf_fail(error, GF_INVALID, "%s is '%s'; allowed are %s", field->name, text, known);
}

gf_status gf_field_set_text(const gf_field *field, gf_spec *spec, const char *text, gf_error *error)
{
    int64_t integer = 0;
    double real = 0.0;
    switch (field->kind) {
    case GF_FIELD_ACTIVATION: return gf_activation_find(text, member(field, spec), error);
    case GF_FIELD_INIT: return gf_init_find(text, member(field, spec), error);
    case GF_FIELD_CHOICE: return set_choice(field, spec, text, error);
    case GF_FIELD_REAL:
        GF_TRY(gf_number_real(field->name, text, field->least, field->most, &real, error));
        return gf_field_set_real(field, spec, real, error);
    case GF_FIELD_SEED:
        GF_TRY(gf_number_integer(field->name, text, 0, INT64_MAX, &integer, error));
        return gf_field_set_integer(field, spec, integer, error);
    default: /* GF_FIELD_INT32 */
        GF_TRY(gf_number_integer(field->name, text, (int64_t)field->least, (int64_t)field->most,
                                 &integer, error));
        return gf_field_set_integer(field, spec, integer, error);
    }
}

int64_t gf_field_get_integer(const gf_field *field, const gf_spec *spec)
{
    if (field->kind == GF_FIELD_SEED) return (int64_t) * (const uint64_t *)member_of(field, spec);
    return *(const int32_t *)member_of(field, spec);
}

double gf_field_get_real(const gf_field *field, const gf_spec *spec)
{
    return *(const double *)member_of(field, spec);
}

const char *gf_field_get_name(const gf_field *field, const gf_spec *spec)
{
    if (field->kind == GF_FIELD_CHOICE) return field->names[*(const int *)member_of(field, spec)];
    if (field->kind == GF_FIELD_ACTIVATION)
        return gf_activation_get(*(const gf_activation *)member_of(field, spec))->name;
    return gf_init_get(*(const gf_init *)member_of(field, spec))->name;
}
