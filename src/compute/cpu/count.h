/* Counts over rows of float32: by binary exponent, and by bins of a range. Integers, so that order
 * does not matter. */
#ifndef GF_COMPUTE_CPU_COUNT_H
#define GF_COMPUTE_CPU_COUNT_H

#include <stddef.h>

#include "analysis/statistics.h"
#include "compute/cpu/clones.h"

/* Four tables side by side: neighbours are often alike, and would wait for one another's count. */
typedef struct gf_cpu_classes {
    uint32_t table[4][GF_EXPONENT_CLASSES];
    uint64_t zeros, nans, infs;
} gf_cpu_classes;

/* At most 2^34 values before gf_cpu_classes_add(). */
void gf_cpu_classes_count(gf_cpu_classes *classes, const float *values, size_t count);
/* Adds to and empties `from`. */
void gf_cpu_classes_add(gf_cpu_classes *from, uint64_t classes[GF_EXPONENT_CLASSES],
                        uint64_t *zeros, gf_layer_raw *raw);

/* Bins of [low, low + GF_HISTOGRAM_BINS / per_bin); the rest in the end bins, NaN in none. */
typedef struct gf_cpu_bins {
    double low, per_bin;
    uint32_t table[4][GF_HISTOGRAM_BINS + 1]; /* the last one for NaN */
} gf_cpu_bins;

void gf_cpu_bins_count(gf_cpu_bins *bins, const float *values, size_t count);

/* Sum of squares in double, in a fixed order. */
double gf_cpu_square_sum(const float *values, size_t count);

#endif
