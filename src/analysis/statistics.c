/* Sums, histograms by exponent, and the layer record made of them. */
#include "analysis/statistics.h"

#include <math.h>
#include <string.h>

#include "model/precision.h"

gf_sums gf_sums_merge(gf_sums one, gf_sums other)
{
    if (one.count == 0.0) return other;
    if (other.count == 0.0) return one;
    const double count = one.count + other.count;
    const double apart = other.mean - one.mean;
    return (gf_sums){
        .count = count,
        .mean = one.mean + apart * other.count / count,
        .m2 = one.m2 + other.m2 + apart * apart * one.count * other.count / count,
        .min = fmin(one.min, other.min),
        .max = fmax(one.max, other.max),
    };
}

gf_sums gf_sums_of(const double *values, int32_t count)
{
    gf_sums sums = {.min = INFINITY, .max = -INFINITY};
    double total = 0.0;
    for (int32_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        sums.count += 1.0;
        total += values[i];
        sums.min = fmin(sums.min, values[i]);
        sums.max = fmax(sums.max, values[i]);
    }
    if (sums.count == 0.0) return (gf_sums){0};
    sums.mean = total / sums.count;
    for (int32_t i = 0; i < count; i++) {
        const double apart = values[i] - sums.mean;
        if (isfinite(values[i])) sums.m2 += apart * apart;
    }
    return sums;
}

void gf_activation_edges(gf_activation activation, const gf_sums *a, double *low, double *high)
{
    const gf_activation_info *f = gf_activation_get(activation);
    if (isfinite(f->bound_low) && isfinite(f->bound_high)) {
        *low = f->bound_low;
        *high = f->bound_high;
        return;
    }
    const double std = a->count > 0.0 ? sqrt(a->m2 / a->count) : 0.0;
    *low = fmax(a->min, a->mean - 4.0 * std);
    *high = fmin(a->max, a->mean + 4.0 * std);
    if (!(*high > *low)) { /* constant: one bin in the middle */
        *low = a->mean - 0.5;
        *high = a->mean + 0.5;
    }
}

void gf_cell_units(int32_t row, int32_t rows, int32_t units, int32_t *first, int32_t *last)
{
    *first = (int32_t)((int64_t)row * units / rows);
    *last = (int32_t)((int64_t)(row + 1) * units / rows);
    if (*last <= *first) *last = *first + 1; /* more cells than units: a unit fills several */
}

/* Larger rms wins; NaN wins over everything. */
static bool speaks_louder(double candidate, double best)
{
    return isnan(candidate) ? !isnan(best) : candidate > best;
}

void gf_cells_make(const double *delta_square_sum, const double *activation_mean, int32_t units,
                   int32_t batch, double delta_log2, int32_t rows, gf_cell *out)
{
    int32_t before = -1;
    for (int32_t row = 0; row < rows; row++) {
        int32_t first, last;
        gf_cell_units(row, rows, units, &first, &last);
        int32_t chosen = first;
        for (int32_t unit = first + 1; unit < last; unit++)
            if (speaks_louder(delta_square_sum[unit], delta_square_sum[chosen])) chosen = unit;
        if (chosen == before) { /* a unit that fills several rows */
            out[row] = out[row - 1];
            continue;
        }
        before = chosen;
        const double mean_square = delta_square_sum[chosen] / batch;
        out[row].delta_log2 = (float)(0.5 * log2(mean_square) + delta_log2);
        out[row].activation = (float)activation_mean[chosen];
    }
}

static gf_moments moments_make(const gf_sums *sums, int64_t exponent)
{
    if (sums->count == 0.0) return (gf_moments){.mean = NAN, .std = NAN, .min = NAN, .max = NAN};
    return (gf_moments){sums->mean, sqrt(sums->m2 / sums->count), sums->min, sums->max, exponent};
}

/* The last class of finite values that is not empty; 0 too where there is none. */
static int top_class(const uint64_t classes[GF_EXPONENT_CLASSES])
{
    int top = 254;
    while (top > 0 && classes[top] == 0)
        top--;
    return top;
}

/* Class c in 1..254 holds 2^(c-127) <= |x| < 2^(c-126); class 0 the subnormals, below 2^-126. */
static void octaves_make(const uint64_t classes[GF_EXPONENT_CLASSES], uint64_t zeros,
                         int64_t exponent, gf_octaves *out)
{
    const int top = top_class(classes),
              whole = top < GF_HISTOGRAM_BINS ? top + 1 : GF_HISTOGRAM_BINS;
    out->zeros = zeros;
    out->top_octave = top - 127 + exponent;
    memset(out->bins, 0, sizeof out->bins);
    memcpy(&out->bins[GF_HISTOGRAM_BINS - whole], &classes[top + 1 - whole],
           (size_t)whole * sizeof classes[0]);
    for (int class = top - whole; class >= 0; class --)
        out->bins[0] += classes[class];
}

/* Entries of classes first..last-1. */
static uint64_t count_of(const uint64_t classes[GF_EXPONENT_CLASSES], int64_t first, int64_t last)
{
    uint64_t sum = 0;
    for (int64_t class = first; class < last; class ++)
        sum += classes[class];
    return sum;
}

/* Of all non-zero entries, those below half of the smallest subnormal, which round-to-nearest turns
 * into zero. Exact to the octave. */
static uint64_t underflow_count(const gf_layer_raw *raw, gf_precision precision)
{
    const int64_t smallest = gf_precision_range(precision).smallest - 1;
    const int64_t end = smallest + 127 - raw->delta_exponent;
    return count_of(raw->delta_classes, 0, end < 255 ? end : 255);
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0.0;
}

void gf_record_make(const gf_layer_raw *raw, gf_layer_record *out)
{
    const uint64_t values = count_of(raw->delta_classes, 0, 255);
    const double entries = (double)raw->entry_count;
    const double unscale = raw->loss_scale > 0.0 ? 1.0 / raw->loss_scale : 1.0;
    const int64_t octave = llrint(log2(unscale));
    *out = (gf_layer_record){
        .weight_grad_norm =
            gf_scaled_make(sqrt(raw->weight_grad_square_sum) * unscale, raw->weight_grad_exponent),
        .bias_grad_norm =
            gf_scaled_make(sqrt(raw->bias_grad_square_sum) * unscale, raw->delta_exponent),
        .delta_rms =
            gf_scaled_make(sqrt(raw->delta_square_sum / entries) * unscale, raw->delta_exponent),
        .delta_max = gf_scaled_make(raw->delta_max * unscale, raw->delta_exponent),
        .z = moments_make(&raw->z, raw->z_exponent),
        .a = moments_make(&raw->a, raw->a_exponent),
        .saturated_share = share(raw->saturated_count, raw->entry_count),
        .dead_share = share(raw->dead_count, raw->unit_count),
        .underflow_fp16 = share(underflow_count(raw, GF_PRECISION_FP16), values),
        .underflow_bf16 = share(underflow_count(raw, GF_PRECISION_BF16), values),
        .underflow_fp32 = share(underflow_count(raw, GF_PRECISION_FP32), values),
        .nan_count = raw->nan_count,
        .inf_count = raw->inf_count,
        .activation = {.low = raw->activation_low, .high = raw->activation_high},
    };
    memcpy(out->activation.bins, raw->activation_bins, sizeof out->activation.bins);
    octaves_make(raw->delta_classes, raw->delta_zeros, raw->delta_exponent + octave, &out->delta);
    octaves_make(raw->weight_grad_classes, raw->weight_grad_zeros,
                 raw->weight_grad_exponent + octave, &out->weight_grad);
}
