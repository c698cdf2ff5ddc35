/* From raw counts and sums to layer records. Every backend reduces its arrays to gf_layer_raw; one
 * function makes the record of it, so that "saturated", "dead" and "underflow" mean the same
 * everywhere. */
#ifndef GF_ANALYSIS_STATISTICS_H
#define GF_ANALYSIS_STATISTICS_H

#include "gradflow/records.h"

/* Exponent classes of |x| as float32 stores it: 0 zero and subnormal, 1..254 the biased exponent,
 * 255 NaN or Inf. */
#define GF_EXPONENT_CLASSES 256

/* Count, mean, sum of squared distances from the mean, extremes. Finite entries only. */
typedef struct gf_sums {
    double count, mean, m2, min, max;
} gf_sums;

/* What a pass over one layer leaves behind. Values are as stored: true = stored * 2^exponent of
 * their array. */
typedef struct gf_layer_raw {
    double loss_scale; /* in delta and both gradients; taken out of norms and octaves of the record.
                          0: 1 */
    int64_t z_exponent, a_exponent, delta_exponent, weight_grad_exponent;
    uint64_t entry_count;  /* batch * fan_out */
    uint64_t unit_count;   /* fan_out */
    uint64_t weight_count; /* fan_in * fan_out */
    gf_sums z, a;
    double delta_square_sum, delta_max;
    double weight_grad_square_sum, bias_grad_square_sum;
    uint64_t saturated_count;               /* entries of a */
    uint64_t dead_count;                    /* units */
    uint64_t nan_count, inf_count;          /* over z, a, delta, dW */
    double activation_low, activation_high; /* edges of activation_bins */
    uint64_t activation_bins[GF_HISTOGRAM_BINS];
    uint64_t delta_zeros, weight_grad_zeros;
    uint64_t delta_classes[GF_EXPONENT_CLASSES]; /* zeros not counted in class 0 */
    uint64_t weight_grad_classes[GF_EXPONENT_CLASSES];
} gf_layer_raw;

void gf_record_make(const gf_layer_raw *raw, gf_layer_record *out);

/* Edges of the activation histogram: the bounds of f where it has both, else mean +- 4 std cut to
 * min and max. */
void gf_activation_edges(gf_activation activation, const gf_sums *a, double *low, double *high);

/* Below this |f'(z)| for the whole batch a unit is dead (torchmortem's 1e-6). */
#define GF_DEAD_DERIVATIVE 1e-6

/* Merge the sums of two disjoint sets (Chan et al. 1979); an empty side is neutral. */
gf_sums gf_sums_merge(gf_sums one, gf_sums other);
/* Of `count` values, two passes. NaN and Inf are skipped. */
gf_sums gf_sums_of(const double *values, int32_t count);

/* The units [*first, *last) of a layer with `units` that cell `row` of `rows` speaks for; never
 * empty. */
void gf_cell_units(int32_t row, int32_t rows, int32_t units, int32_t *first, int32_t *last);
/* Reduce per-unit sum of delta^2 and mean of a to cells. True delta = stored * 2^delta_log2: the
 * layer's exponent, less log2 of the loss scale. */
void gf_cells_make(const double *delta_square_sum, const double *activation_mean, int32_t units,
                   int32_t batch, double delta_log2, int32_t rows, gf_cell *out);

#endif
