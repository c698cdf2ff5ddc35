/* Layer statistics on all cores. Work is cut into blocks that do not depend on the number of
 * threads, each block has its own result, and results are added in order of blocks: the same
 * numbers give the same bits. Counts are integers and may be added in any order. No block waits for
 * another: on a busy machine that costs ten times the work itself. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics.h"
#include "compute/cpu/count.h"
#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"

#define UNITS GF_LANES /* a block of units: one cache line of a [batch][units] array */

/* What one block leaves behind besides counts. */
typedef struct gf_cpu_unit_block {
    gf_sums z[UNITS], a[UNITS];
    double delta_squares[UNITS], bias_grad[UNITS];
} unit_block;

size_t gf_cpu_unit_block_bytes(int32_t units)
{
    return (size_t)((units + UNITS - 1) / UNITS) * sizeof(unit_block);
}

/* Columns of one array, `stride` apart; the last block of a layer may have fewer than UNITS. */
typedef struct columns {
    const float *values;
    size_t stride;
    int32_t batch, units;
} columns;

/* Row b in UNITS lanes; lanes beyond the units repeat the first. */
static inline void load(const columns *from, int32_t b, float lanes[UNITS])
{
    const float *row = from->values + (size_t)b * from->stride;
    if (from->units == UNITS) {
        memcpy(lanes, row, UNITS * sizeof *lanes);
        return;
    }
    for (int32_t u = 0; u < UNITS; u++)
        lanes[u] = row[u < from->units ? u : 0];
}

/* Sum and extremes of every lane. False where an entry is NaN or Inf. */
GF_CLONES static bool lane_sums(const columns *from, double total[UNITS], float least[UNITS],
                                float most[UNITS])
{
    float lanes[UNITS], spoiled[UNITS] = {0.0f};
    load(from, 0, least);
    load(from, 0, most);
    for (int32_t b = 0; b < from->batch; b++) {
        load(from, b, lanes);
        for (int32_t u = 0; u < UNITS; u++) {
            total[u] += (double)lanes[u];
            least[u] = lanes[u] < least[u] ? lanes[u] : least[u];
            most[u] = lanes[u] > most[u] ? lanes[u] : most[u];
            spoiled[u] += lanes[u] - lanes[u]; /* 0, or NaN for ever */
        }
    }
    for (int32_t u = 0; u < UNITS; u++)
        if (spoiled[u] != 0.0f) return false;
    return true;
}

GF_CLONES static void lane_spread(const columns *from, const double mean[UNITS],
                                  double squares[UNITS])
{
    float lanes[UNITS];
    for (int32_t b = 0; b < from->batch; b++) {
        load(from, b, lanes);
        for (int32_t u = 0; u < UNITS; u++)
            squares[u] += ((double)lanes[u] - mean[u]) * ((double)lanes[u] - mean[u]);
    }
}

/* One column with NaN or Inf in it, entry by entry. */
static gf_sums finite_sums(const columns *from, int32_t unit, gf_layer_raw *raw)
{
    gf_sums sums = {.min = INFINITY, .max = -INFINITY};
    double total = 0.0;
    for (int32_t b = 0; b < from->batch; b++) {
        const float value = from->values[(size_t)b * from->stride + (size_t)unit];
        raw->nan_count += isnan(value) != 0;
        raw->inf_count += isinf(value) != 0;
        if (!isfinite(value)) continue;
        sums.count += 1.0;
        total += (double)value;
        sums.min = fmin(sums.min, (double)value);
        sums.max = fmax(sums.max, (double)value);
    }
    if (sums.count == 0.0) return (gf_sums){0};
    sums.mean = total / sums.count;
    for (int32_t b = 0; b < from->batch; b++) {
        const double value = (double)from->values[(size_t)b * from->stride + (size_t)unit];
        if (isfinite(value)) sums.m2 += (value - sums.mean) * (value - sums.mean);
    }
    return sums;
}

/* Count, mean, m2 and extremes of the finite entries of every column, in two passes. */
static void column_sums(const columns *from, gf_layer_raw *raw, gf_sums *out)
{
    double total[UNITS] = {0.0}, squares[UNITS] = {0.0};
    float least[UNITS], most[UNITS];
    if (!lane_sums(from, total, least, most)) {
        for (int32_t u = 0; u < from->units; u++)
            out[u] = finite_sums(from, u, raw);
        return;
    }
    for (int32_t u = 0; u < UNITS; u++)
        total[u] /= from->batch;
    lane_spread(from, total, squares);
    for (int32_t u = 0; u < from->units; u++)
        out[u] = (gf_sums){from->batch, total[u], squares[u], (double)least[u], (double)most[u]};
}

GF_CLONES static void delta_sums(const columns *from, double squares[UNITS], double sums[UNITS])
{
    float lanes[UNITS];
    for (int32_t b = 0; b < from->batch; b++) {
        load(from, b, lanes);
        for (int32_t u = 0; u < UNITS; u++) {
            squares[u] += (double)lanes[u] * (double)lanes[u];
            sums[u] += (double)lanes[u];
        }
    }
}

/* Units whose |f'| stays small for the whole batch; stops when there can be none. */
static int32_t count_dead(const gf_cpu_layer *at, const columns *z)
{
    bool alive[UNITS] = {false};
    int32_t dead = z->units;
    for (int32_t b = 0; b < z->batch && dead > 0; b++) {
        float slopes[UNITS];
        gf_derivative_row(at->activation, at->z_exponent, z->values + (size_t)b * z->stride, slopes,
                          z->units);
        for (int32_t u = 0; u < z->units; u++) {
            const bool stirs = !(fabs((double)slopes[u]) < GF_DEAD_DERIVATIVE);
            dead -= stirs && !alive[u];
            alive[u] |= stirs;
        }
    }
    return dead;
}

/* Saturation bounds in the units in which a is stored; infinite where f has none. */
typedef struct bounds {
    float low, high;
} bounds;

static float nearest_inside(double bound, double towards)
{
    const float value = (float)bound;
    /* 2^-exponent may have taken the bound out of double, but 0 is not at a bound on the other side
     * of it. */
    if (value == 0.0f && signbit(bound) == signbit(towards))
        return nextafterf(0.0f, (float)towards);
    const bool outside = towards < 0.0 ? (double)value > bound : (double)value < bound;
    return outside ? nextafterf(value, (float)towards) : value;
}

static bounds bounds_make(const gf_cpu_layer *at)
{
    const gf_activation_info *f = gf_activation_get(at->activation);
    const int down = at->a_exponent > 5000 ? -5000 : (int)-at->a_exponent;
    return (bounds){nearest_inside(ldexp(f->saturated_low, down), -INFINITY),
                    nearest_inside(ldexp(f->saturated_high, down), INFINITY)};
}

/* An infinite a is saturated only where f has a bound on that side. */
GF_CLONES static uint32_t count_saturated(const columns *a, bounds limits, bool has_low,
                                          bool has_high)
{
    uint32_t counts[UNITS] = {0}, sum = 0;
    float lanes[UNITS];
    for (int32_t b = 0; b < a->batch; b++) {
        load(a, b, lanes);
        for (int32_t u = 0; u < UNITS; u++)
            counts[u] += (uint32_t)((lanes[u] <= limits.low && has_low) ||
                                    (lanes[u] >= limits.high && has_high));
    }
    for (int32_t u = 0; u < a->units; u++)
        sum += counts[u];
    return sum;
}

/* Everything about one block of units. */
static void measure_block(const gf_cpu *self, const gf_cpu_layer *at, int32_t unit,
                          gf_layer_raw *raw, gf_cpu_classes *classes, unit_block *block)
{
    const gf_activation_info *f = gf_activation_get(at->activation);
    const int32_t batch = self->plan.spec.batch,
                  units = at->fan_out - unit < UNITS ? at->fan_out - unit : UNITS;
    const size_t stride = (size_t)at->fan_out;
    const columns z = {at->z + unit, stride, batch, units},
                  a = {at->a + unit, stride, batch, units};
    const columns delta = {at->delta + unit, stride, batch, units};
    const bool has_low = isfinite(f->saturated_low), has_high = isfinite(f->saturated_high);
    memset(block, 0, sizeof *block);
    column_sums(&z, raw, block->z);
    column_sums(&a, raw, block->a);
    delta_sums(&delta, block->delta_squares, block->bias_grad);
    if (has_low || has_high)
        raw->saturated_count += count_saturated(&a, bounds_make(at), has_low, has_high);
    raw->dead_count += (uint64_t)count_dead(at, &z);
    for (int32_t b = 0; b < batch; b++)
        gf_cpu_classes_count(classes, delta.values + (size_t)b * stride, (size_t)units);
}

static void add_counts(const gf_layer_raw *part, gf_layer_raw *whole)
{
    whole->saturated_count += part->saturated_count;
    whole->dead_count += part->dead_count;
    whole->nan_count += part->nan_count;
    whole->inf_count += part->inf_count;
}

static void merge_blocks(const gf_cpu *self, const gf_cpu_layer *at, gf_layer_raw *raw)
{
    const int32_t O = at->fan_out;
    for (int32_t o = 0; o < O; o++) {
        const unit_block *block = &self->unit_blocks[o / UNITS];
        const int32_t u = o % UNITS;
        float bias_grad = (float)block->bias_grad[u];
        gf_round_row(self->plan.spec.precision, &bias_grad, 1);
        const double exact = gf_cpu_is_exact(self) ? block->bias_grad[u] : (double)bias_grad;
        raw->z = gf_sums_merge(raw->z, block->z[u]);
        raw->a = gf_sums_merge(raw->a, block->a[u]);
        raw->delta_square_sum += block->delta_squares[u];
        raw->bias_grad_square_sum += exact * exact;
        self->per_unit[o] = block->delta_squares[u];
        self->per_unit[O + o] = block->a[u].mean;
    }
}

static void unit_statistics(const gf_cpu *self, const gf_cpu_layer *at, gf_layer_raw *raw)
{
    const int team = gf_cpu_team(self, 30.0 * (double)raw->entry_count);
#pragma omp parallel num_threads(team)
    {
        gf_layer_raw counts = {0};
        gf_cpu_classes classes = {0};
#pragma omp for schedule(dynamic, 2)
        for (int32_t unit = 0; unit < at->fan_out; unit += UNITS)
            measure_block(self, at, unit, &counts, &classes, &self->unit_blocks[unit / UNITS]);
#pragma omp critical
        {
            gf_cpu_classes_add(&classes, raw->delta_classes, &raw->delta_zeros, raw);
            add_counts(&counts, raw);
        }
    }
    merge_blocks(self, at, raw);
}

static void activation_histogram(const gf_cpu *self, const gf_cpu_layer *at, gf_layer_raw *raw)
{
    const gf_activation shape = at->skip ? GF_ACTIVATION_LINEAR : at->activation;
    gf_activation_edges(shape, &raw->a, &raw->activation_low, &raw->activation_high);
    const double low = raw->activation_low,
                 per_bin = GF_HISTOGRAM_BINS / (raw->activation_high - low);
    const int team = gf_cpu_team(self, 5.0 * (double)raw->entry_count);
#pragma omp parallel num_threads(team)
    {
        gf_cpu_bins bins = {.low = low, .per_bin = per_bin};
#pragma omp for schedule(dynamic, 8)
        for (int32_t b = 0; b < self->plan.spec.batch; b++)
            gf_cpu_bins_count(&bins, at->a + (size_t)b * (size_t)at->fan_out, (size_t)at->fan_out);
#pragma omp critical
        for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
            for (int t = 0; t < 4; t++)
                raw->activation_bins[i] += bins.table[t][i];
    }
}

/* dW in blocks of rows, reduced while a block is in the cache and never stored as a whole. */
static void weight_statistics(gf_cpu *self, int32_t l, gf_layer_raw *raw)
{
    const int32_t I = self->layers[l].fan_in, O = self->layers[l].fan_out,
                  most = gf_cpu_weight_block(I);
    const int team =
        gf_cpu_team(self, (2.0 * self->plan.spec.batch + 5.0) * (double)raw->weight_count);
#pragma omp parallel num_threads(team)
    {
        gf_cpu_classes classes = {0};
        float *out = self->scratch + (size_t)omp_get_thread_num() * self->scratch_floats;
#pragma omp for schedule(dynamic, 1)
        for (int32_t row = 0; row < O; row += most) {
            const int32_t rows = O - row < most ? O - row : most;
            if (!gf_cpu_goes_on(self)) continue;
            gf_cpu_weight_rows(self, l, row, rows, out + (size_t)rows * (size_t)I, out);
            self->row_sums[row / most] = gf_cpu_square_sum(out, (size_t)rows * (size_t)I);
            gf_cpu_classes_count(&classes, out, (size_t)rows * (size_t)I);
        }
#pragma omp critical
        gf_cpu_classes_add(&classes, raw->weight_grad_classes, &raw->weight_grad_zeros, raw);
    }
    for (int32_t row = 0; row < O; row += most)
        raw->weight_grad_square_sum += self->row_sums[row / most];
}

void gf_cpu_record(gf_cpu *self, int32_t l, int32_t rows, gf_layer_record *record, gf_cell *cells)
{
    const gf_cpu_layer *at = &self->layers[l];
    const gf_spec *spec = &self->plan.spec;
    gf_layer_raw raw = {
        .loss_scale = spec->loss_scale,
        .z_exponent = at->z_exponent,
        .a_exponent = at->a_exponent,
        .delta_exponent = at->delta_exponent,
        .weight_grad_exponent = gf_cpu_weight_exponent(self, l),
        .entry_count = (uint64_t)spec->batch * (uint64_t)at->fan_out,
        .unit_count = (uint64_t)at->fan_out,
        .weight_count = (uint64_t)at->fan_in * (uint64_t)at->fan_out,
        .delta_max = (double)at->delta_max,
    };
    unit_statistics(self, at, &raw);
    activation_histogram(self, at, &raw);
    weight_statistics(self, l, &raw);
    gf_record_make(&raw, record);
    gf_cells_make(self->per_unit, self->per_unit + at->fan_out, at->fan_out, spec->batch,
                  (double)at->delta_exponent - log2(spec->loss_scale), rows, cells);
}
