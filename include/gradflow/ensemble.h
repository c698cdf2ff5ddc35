/* Many seeds of one network: is what we saw luck? Median and 5 to 95 % band of every layer. */
#ifndef GRADFLOW_ENSEMBLE_H
#define GRADFLOW_ENSEMBLE_H

#include "gradflow/records.h"

#define GF_SEEDS_MAX 1000

typedef enum gf_quantity { GF_WEIGHT_GRAD, GF_DELTA, GF_QUANTITY_COUNT } gf_quantity;

/* log10 of the quantity, by linear interpolation between the ordered finite runs. -INFINITY is a
 * true zero; runs with NaN count as the largest. */
typedef struct gf_band {
    double low, median, high; /* 5 %, 50 %, 95 % */
} gf_band;

/* Zero is an empty ensemble. */
typedef struct gf_ensemble {
    int32_t depth, count, capacity;
    double *log10_values; /* [quantity][depth][capacity], owned */
} gf_ensemble;

/* Room for `capacity` runs of `depth` layers. GF_MEMORY names the size. */
gf_status gf_ensemble_create(int32_t depth, int32_t capacity, gf_ensemble *out, gf_error *error);
void gf_ensemble_destroy(gf_ensemble *ensemble);
/* Adds a complete run of the same depth; beyond the capacity it is an assert. */
void gf_ensemble_add(gf_ensemble *ensemble, const gf_run *run);
/* Of layer 1..depth; the ensemble must hold at least one run. */
gf_band gf_ensemble_band(const gf_ensemble *ensemble, gf_quantity quantity, int32_t layer);

#endif
