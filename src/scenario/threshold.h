/* The thresholds of the diagnosis by their names in scenario files. */
#ifndef GF_SCENARIO_THRESHOLD_H
#define GF_SCENARIO_THRESHOLD_H

#include <stddef.h>

#include "gradflow/diagnosis.h"

#define GF_THRESHOLD_COUNT 6
#define GF_THRESHOLD_NAMES                                                                         \
    "vanishing_ratio, exploding_ratio, dead_share, saturated_share, activation_spread, "           \
    "absolute_gradient"

typedef struct gf_threshold {
    const char *name;
    size_t offset; /* of a double in gf_thresholds */
} gf_threshold;

extern const gf_threshold gf_threshold_table[GF_THRESHOLD_COUNT];

/* NULL if there is none of that name. */
double *gf_threshold_find(gf_thresholds *thresholds, const char *name);

#endif
