/* One axis of a sweep: a field of the network and the values it takes. */
#ifndef GF_APP_SWEEP_AXIS_H
#define GF_APP_SWEEP_AXIS_H

#include "model/field.h"
#include "ui/heat_map.h"

#define GF_SWEEP_AXIS_MAX 1000

/* Zero is no axis: one value, which changes nothing. */
typedef struct gf_sweep_axis {
    const gf_field *field; /* NULL: no axis */
    bool log;              /* the values were spaced by factors */
    int32_t count;
    char (*texts)[GF_HEAT_TEXT]; /* [count], each as gf_field_set_text() takes it; owned */
} gf_sweep_axis;

/* "gain=0.5:3:26" are 26 values in equal steps, "depth=2..1000:20" 20 in equal factors,
 * "activation=tanh,relu" a list. GF_INVALID names the flag, what is wrong and what is allowed. */
gf_status gf_sweep_axis_parse(const char *flag, const char *text, gf_sweep_axis *out,
                              gf_error *error);
void gf_sweep_axis_destroy(gf_sweep_axis *axis);

/* Values on the axis, 1 for no axis. */
int32_t gf_sweep_axis_count(const gf_sweep_axis *axis);
/* Set value `index` in `spec`. */
gf_status gf_sweep_axis_set(const gf_sweep_axis *axis, int32_t index, gf_spec *spec,
                            gf_error *error);

#endif
