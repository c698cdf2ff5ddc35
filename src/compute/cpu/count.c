/* See count.h. Values go through in chunks: bins first, side by side, then the counting. */
#include "compute/cpu/count.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"

#define CHUNK 256

static uint32_t size_of(float value)
{
    return gf_bits_of(value) & 0x7fffffffu;
}

/* Zeros of a chunk; true when it also has NaN or Inf. */
GF_CLONES static bool examine(const float *values, size_t count, uint8_t *classes, uint64_t *zeros)
{
    uint32_t most = 0, none = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t size = size_of(values[i]);
        most = size > most ? size : most;
        none += size == 0u;
        classes[i] = (uint8_t)(size >> 23);
    }
    *zeros += none;
    return most >= 0x7f800000u;
}

static void count_non_finite(gf_cpu_classes *classes, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        classes->nans += size_of(values[i]) > 0x7f800000u;
        classes->infs += size_of(values[i]) == 0x7f800000u;
    }
}

void gf_cpu_classes_count(gf_cpu_classes *classes, const float *values, size_t count)
{
    uint8_t class[CHUNK];
    for (size_t first = 0; first < count; first += CHUNK) {
        const size_t part = count - first < CHUNK ? count - first : CHUNK;
        if (examine(values + first, part, class, &classes->zeros))
            count_non_finite(classes, values + first, part);
        for (size_t i = 0; i < part; i++)
            classes->table[i % 4][class[i]]++;
    }
}

void gf_cpu_classes_add(gf_cpu_classes *from, uint64_t classes[GF_EXPONENT_CLASSES],
                        uint64_t *zeros, gf_layer_raw *raw)
{
    for (int i = 0; i < GF_EXPONENT_CLASSES; i++)
        for (int t = 0; t < 4; t++)
            classes[i] += from->table[t][i];
    classes[0] -= from->zeros;
    *zeros += from->zeros;
    raw->nan_count += from->nans;
    raw->inf_count += from->infs;
    memset(from, 0, sizeof *from);
}

GF_CLONES static void bins_of(const gf_cpu_bins *bins, const float *values, size_t count,
                              int32_t *out)
{
    const double low = bins->low, per_bin = bins->per_bin, last = GF_HISTOGRAM_BINS - 1;
    for (size_t i = 0; i < count; i++) {
        double place = ((double)values[i] - low) * per_bin;
        place = place > 0.0 ? place : 0.0;
        place = place < last ? place : last;
        out[i] = values[i] == values[i] ? (int32_t)place : GF_HISTOGRAM_BINS;
    }
}

void gf_cpu_bins_count(gf_cpu_bins *bins, const float *values, size_t count)
{
    int32_t bin[CHUNK];
    for (size_t first = 0; first < count; first += CHUNK) {
        const size_t part = count - first < CHUNK ? count - first : CHUNK;
        bins_of(bins, values + first, part, bin);
        for (size_t i = 0; i < part; i++)
            bins->table[i % 4][bin[i]]++;
    }
}

GF_CLONES double gf_cpu_square_sum(const float *values, size_t count)
{
    double lanes[GF_LANES] = {0.0}, sum = 0.0;
    const size_t whole = count / GF_LANES * GF_LANES;
    for (size_t i = 0; i < whole; i += GF_LANES)
        for (size_t j = 0; j < GF_LANES; j++)
            lanes[j] += (double)values[i + j] * (double)values[i + j];
    for (size_t i = whole; i < count; i++)
        lanes[i - whole] += (double)values[i] * (double)values[i];
    for (size_t j = 0; j < GF_LANES; j++)
        sum += lanes[j];
    return sum;
}
