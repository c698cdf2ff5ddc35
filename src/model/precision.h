/* Rounding to the number types that networks are trained in. Nearest, ties to even, as the hardware
 * does; what is too large becomes infinite, what is too small subnormal or zero. */
#ifndef GF_MODEL_PRECISION_H
#define GF_MODEL_PRECISION_H

#include "gradflow/spec.h"

/* `value` as the type can hold it; unchanged for GF_PRECISION_EXACT. */
double gf_precision_round(gf_precision precision, double value);

/* Exponents of the smallest subnormal, the smallest normal and the first power of two that is too
 * large. fp32's for GF_PRECISION_EXACT. */
typedef struct gf_range {
    int32_t smallest, smallest_normal, too_large;
} gf_range;
gf_range gf_precision_range(gf_precision precision);
/* Does a network of this type compute with the subnormal numbers of float32? Those of fp16 are
 * normal there, and exact numbers carry their exponents. */
bool gf_precision_needs_subnormals(gf_precision precision);

#endif
