/* Rows of float32 rounded to the number types of a real run; the fast form of gf_precision_round().
 */
#ifndef GF_COMPUTE_CPU_ROUND_H
#define GF_COMPUTE_CPU_ROUND_H

#include "gradflow/spec.h"

/* Nothing for `exact` and `fp32`: the arrays are float32. */
void gf_round_row(gf_precision precision, float *values, size_t count);

#endif
