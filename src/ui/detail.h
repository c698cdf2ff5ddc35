/* A layer at full width, beyond what its record has: read from the engine for the inspector. */
#ifndef GF_UI_DETAIL_H
#define GF_UI_DETAIL_H

#include "gradflow/records.h"

/* Values at full width as a histogram; true = value * 2^exponent. */
typedef struct gf_detail_values {
    bool ready;
    int64_t exponent;
    gf_histogram histogram;
    double zero_share, not_finite_share; /* of all entries, 0..1; NaN and Inf are in no bin */
} gf_detail_values;

/* Zero: of no layer. */
typedef struct gf_layer_detail {
    int32_t layer;
    gf_detail_values z, weight_grad;
} gf_layer_detail;

/* Bins over the finite values, or over their mean +- 5 std where extremes lie further out. */
gf_detail_values gf_detail_of(const float *values, size_t count, int64_t exponent);

#endif
