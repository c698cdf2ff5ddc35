/* The fields of a network that users set, as one table: the command line, scenario files, the
 * protocol and the JSON output all walk it. To add a field: its member in gf_spec and its row in
 * field.c. */
#ifndef GF_MODEL_FIELD_H
#define GF_MODEL_FIELD_H

#include <stddef.h>

#include "gradflow/spec.h"

typedef enum gf_field_kind {
    GF_FIELD_INT32,
    GF_FIELD_SEED, /* uint64_t, 0 to 2^63 - 1 */
    GF_FIELD_REAL,
    GF_FIELD_ACTIVATION,
    GF_FIELD_INIT,
    GF_FIELD_CHOICE /* one of a few names, an enum in gf_spec */
} gf_field_kind;

typedef struct gf_field {
    const char *name; /* as in JSON; the flag is the same with '-' for '_' */
    gf_field_kind kind;
    size_t offset; /* in gf_spec */
    double least, most;
    const char *unit; /* what help shows as the argument */
    const char *help;
    const char *const *names; /* of a choice; `most` is the last index */
} gf_field;

extern const gf_field gf_fields[];
extern const int32_t gf_field_count;

const gf_field *gf_field_find(const char *name); /* NULL if there is none */

/* GF_INVALID names the field, the text and what is allowed. */
gf_status gf_field_set_text(const gf_field *field, gf_spec *spec, const char *text,
                            gf_error *error);
gf_status gf_field_set_integer(const gf_field *field, gf_spec *spec, int64_t value,
                               gf_error *error);
gf_status gf_field_set_real(const gf_field *field, gf_spec *spec, double value, gf_error *error);

/* The value, by the kind of the field: integers and seeds, reals, names. */
int64_t gf_field_get_integer(const gf_field *field, const gf_spec *spec);
double gf_field_get_real(const gf_field *field, const gf_spec *spec);
const char *gf_field_get_name(const gf_field *field, const gf_spec *spec);

#endif
