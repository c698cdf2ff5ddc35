/* Two passes: where the values lie, then the bins. */
#include "ui/detail.h"

#include <math.h>

#define REACH 5.0 /* standard deviations on either side that are always enough room */

typedef struct gf_spread {
    double low, high, mean, std;
    size_t finite, zeros;
} gf_spread;

static gf_spread spread_of(const float *values, size_t count)
{
    gf_spread spread = {.low = INFINITY, .high = -INFINITY};
    double m2 = 0;
    for (size_t i = 0; i < count; i++) {
        const double value = (double)values[i];
        if (!isfinite(value)) continue;
        const double away = value - spread.mean;
        spread.mean += away / (double)++spread.finite;
        m2 += away * (value - spread.mean);
        spread.low = fmin(spread.low, value);
        spread.high = fmax(spread.high, value);
        spread.zeros += values[i] == 0.0f;
    }
    if (spread.finite > 0) spread.std = sqrt(m2 / (double)spread.finite);
    return spread;
}

static void set_edges(gf_histogram *histogram, const gf_spread *spread)
{
    histogram->low = fmax(spread->low, spread->mean - REACH * spread->std);
    histogram->high = fmin(spread->high, spread->mean + REACH * spread->std);
    if (histogram->high > histogram->low) return;
    const double room = spread->mean != 0 ? 0.5 * fabs(spread->mean) : 0.5; /* all are the same */
    histogram->low = spread->mean - room;
    histogram->high = spread->mean + room;
}

static void count_bins(gf_histogram *histogram, const float *values, size_t count)
{
    const double size = (histogram->high - histogram->low) / GF_HISTOGRAM_BINS;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        const double bin = floor(((double)values[i] - histogram->low) / size);
        histogram->bins[(int)fmin(fmax(bin, 0), GF_HISTOGRAM_BINS - 1)]++;
    }
}

gf_detail_values gf_detail_of(const float *values, size_t count, int64_t exponent)
{
    gf_detail_values detail = {.ready = true, .exponent = exponent};
    const gf_spread spread = spread_of(values, count);
    if (count == 0) return detail;
    detail.zero_share = (double)spread.zeros / (double)count;
    detail.not_finite_share = 1 - (double)spread.finite / (double)count;
    if (spread.finite == 0) return detail;
    set_edges(&detail.histogram, &spread);
    count_bins(&detail.histogram, values, count);
    return detail;
}
