/* What another process says is looked at before it is used as records of a pass. */
#ifndef GF_ENGINE_PLAUSIBLE_H
#define GF_ENGINE_PLAUSIBLE_H

#include <stdbool.h>

#include "gradflow/records.h"

/* Exponents that a network of GF_DEPTH_MAX layers can reach, with room: sums over its layers do not
 * overflow. */
bool gf_scaled_is_plausible(gf_scaled value);
bool gf_record_is_plausible(const gf_layer_record *record);

#endif
