/* Each thing that is measured by its own measure. Nothing is left out of which a lecturer sees
 * something: what is not compared here a device may get wrong unnoticed. */
#include "compute/difference.h"

#include <math.h>
#include <stdbool.h>

/* A few entries or units of a small layer may be over an edge. */
#define SHARE_TOLERANCE 0.1

double gf_scaled_difference(gf_scaled a, gf_scaled b)
{
    if (!isfinite(a.mantissa) || !isfinite(b.mantissa))
        return isnan(a.mantissa) == isnan(b.mantissa) && isinf(a.mantissa) == isinf(b.mantissa)
                   ? 0.0
                   : INFINITY;
    if (b.mantissa == 0.0) return a.mantissa == 0.0 ? 0.0 : INFINITY;
    if (a.mantissa == 0.0) return 1.0;
    const double ratio = gf_scaled_double(gf_scaled_divide(a, b));
    return fabs(ratio - 1.0);
}

static double moments_apart(const gf_moments *a, const gf_moments *b)
{
    const gf_scaled std = gf_scaled_make(a->std, a->exponent);
    const double spread = gf_scaled_difference(std, gf_scaled_make(b->std, b->exponent));
    if (!isfinite(spread) || b->std == 0.0) return spread;
    const int shift = (int)(a->exponent - b->exponent);
    const double off = fabs(ldexp(a->mean, shift) - b->mean) + fabs(ldexp(a->min, shift) - b->min) +
                       fabs(ldexp(a->max, shift) - b->max);
    return spread + off / b->std;
}

static double bins_apart(const gf_histogram *a, const gf_histogram *b)
{
    uint64_t sums[2] = {0};
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        sums[0] += a->bins[i];
        sums[1] += b->bins[i];
    }
    if (sums[0] != sums[1]) return INFINITY; /* one may be over an edge, none may be lost */
    const double off = fabs(a->low - b->low) + fabs(a->high - b->high);
    return off == 0.0 ? 0.0 : off / (b->high - b->low);
}

/* As bins_apart(); the largest entry may be beside a power of two. */
static double octaves_apart(const gf_octaves *a, const gf_octaves *b)
{
    uint64_t sums[2] = {0};
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        sums[0] += a->bins[i];
        sums[1] += b->bins[i];
    }
    if (sums[0] + a->zeros != sums[1] + b->zeros) return INFINITY;
    const int64_t off = a->top_octave - b->top_octave;
    return sums[1] == 0 || (-1 <= off && off <= 1) ? 0.0 : INFINITY;
}

static double shares_apart(const gf_layer_record *a, const gf_layer_record *b)
{
    const double off[] = {a->saturated_share - b->saturated_share, a->dead_share - b->dead_share,
                          a->underflow_fp16 - b->underflow_fp16,
                          a->underflow_bf16 - b->underflow_bf16,
                          a->underflow_fp32 - b->underflow_fp32};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        if (!(fabs(off[i]) <= SHARE_TOLERANCE)) return INFINITY;
    return 0.0;
}

/* The first cell of a layer. In a short number type two units may have nearly the same delta, and
 * either of them speak for the cell: then only delta is compared. */
static double cells_apart(const gf_run *run, const gf_run *expected, int32_t l)
{
    const double ln2 = 0.6931471805599453;
    const gf_cell *a = &run->cells[l], *b = &expected->cells[l];
    const gf_moments *at = &run->layers[l].a, *to = &expected->layers[l].a;
    if (!isfinite(a->delta_log2) || !isfinite(b->delta_log2))
        return isnan(a->delta_log2) == isnan(b->delta_log2) &&
                       isinf(a->delta_log2) == isinf(b->delta_log2)
                   ? 0.0
                   : INFINITY;
    const double delta = ln2 * fabs((double)a->delta_log2 - (double)b->delta_log2);
    const double mean = ldexp(a->activation, (int)(at->exponent - to->exponent)) - b->activation;
    const bool unsure =
        run->spec.precision == GF_PRECISION_BF16 || run->spec.precision == GF_PRECISION_FP16;
    return unsure || mean == 0.0 ? delta : delta + fabs(mean) / to->std;
}

/* fmax() would not see a NaN. */
static double worse(double worst, double difference)
{
    return isnan(difference) ? INFINITY : fmax(worst, difference);
}

double gf_run_difference(const gf_run *run, const gf_run *expected)
{
    double worst = gf_scaled_difference(run->loss, expected->loss);
    for (int32_t l = 0; l < run->spec.depth; l++) {
        const gf_layer_record *a = &run->layers[l], *b = &expected->layers[l];
        const bool broken = a->nan_count + a->inf_count > 0,
                   should = b->nan_count + b->inf_count > 0;
        if (broken != should) return INFINITY;
        worst = worse(worst, gf_scaled_difference(a->weight_grad_norm, b->weight_grad_norm));
        worst = worse(worst, gf_scaled_difference(a->delta_rms, b->delta_rms));
        worst = worse(worst, gf_scaled_difference(a->delta_max, b->delta_max));
        /* In front of batch norm the bias gradient is zero but for rounding. */
        if (run->spec.norm != GF_NORM_BATCH)
            worst = worse(worst, gf_scaled_difference(a->bias_grad_norm, b->bias_grad_norm));
        if (should) continue; /* what is left of the others is an accident of the order */
        worst = worse(worst, moments_apart(&a->z, &b->z));
        worst = worse(worst, moments_apart(&a->a, &b->a));
        worst = worse(worst, bins_apart(&a->activation, &b->activation));
        worst = worse(worst, octaves_apart(&a->delta, &b->delta));
        worst = worse(worst, octaves_apart(&a->weight_grad, &b->weight_grad));
        worst = worse(worst, shares_apart(a, b));
        worst = worse(worst, cells_apart(run, expected, l));
    }
    return worst;
}
