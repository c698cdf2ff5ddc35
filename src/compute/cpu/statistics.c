/* Layer statistics on all cores. Work is cut into blocks that do not depend on the number of threads, each block has its
 * own result, and results are added in order of blocks: the same numbers give the same bits. Counts are integers and
 * may be added in any order. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics.h"
#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"

#define UNITS 16 /* a block of units: one cache line of a [batch][units] array */

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Exponent class of a float, see GF_EXPONENT_CLASSES. */
static void classify(float value, uint64_t *zeros, uint64_t classes[GF_EXPONENT_CLASSES], gf_layer_raw *raw)
{
    const uint32_t size = bits_of(value) & 0x7fffffffu;
    if (size == 0u) {
        ++*zeros;
        return;
    }
    ++classes[size >> 23];
    if (size < 0x7f800000u) return;
    if (size > 0x7f800000u)
        raw->nan_count++;
    else
        raw->inf_count++;
}

static void count_non_finite(float value, gf_layer_raw *raw)
{
    if (isfinite(value)) return;
    if (isnan(value))
        raw->nan_count++;
    else
        raw->inf_count++;
}

/* Columns of one array: count, mean, m2 and extremes of the finite entries, two passes. */
static void column_sums(const float *values, int32_t batch, int32_t stride, int32_t units, gf_sums out[UNITS])
{
    double total[UNITS] = {0.0};
    for (int32_t u = 0; u < units; u++)
        out[u] = (gf_sums){.min = INFINITY, .max = -INFINITY};
    for (int32_t b = 0; b < batch; b++)
        for (int32_t u = 0; u < units; u++) {
            const float value = values[(size_t)b * (size_t)stride + (size_t)u];
            if (!isfinite(value)) continue;
            out[u].count += 1.0;
            total[u] += (double)value;
            out[u].min = (double)value < out[u].min ? (double)value : out[u].min;
            out[u].max = (double)value > out[u].max ? (double)value : out[u].max;
        }
    for (int32_t u = 0; u < units; u++)
        out[u].mean = out[u].count > 0.0 ? total[u] / out[u].count : 0.0;
    for (int32_t b = 0; b < batch; b++)
        for (int32_t u = 0; u < units; u++) {
            const float value = values[(size_t)b * (size_t)stride + (size_t)u];
            const double apart = (double)value - out[u].mean;
            if (isfinite(value)) out[u].m2 += apart * apart;
        }
    for (int32_t u = 0; u < units; u++)
        if (out[u].count == 0.0) out[u] = (gf_sums){0};
}

/* Saturation bounds in the units in which a is stored. */
typedef struct bounds {
    double low, high;
} bounds;

static bounds bounds_make(const gf_cpu *self, const gf_cpu_layer *at)
{
    const gf_activation_info *f = gf_activation_get(self->plan.spec.activation);
    const int down = at->a_exponent > 5000 ? -5000 : (int)-at->a_exponent;
    return (bounds){ldexp(f->saturated_low, down), ldexp(f->saturated_high, down)};
}

static bool is_saturated(double a, const bounds *limits)
{
    return (a <= limits->low && isfinite(limits->low)) || (a >= limits->high && isfinite(limits->high));
}

/* Counts of a block, and its sums of delta. */
static void count_block(const gf_cpu *self, const gf_cpu_layer *at, int32_t unit, int32_t units, gf_layer_raw *raw,
                        gf_cpu_unit *block)
{
    const gf_spec *spec = &self->plan.spec;
    const bounds limits = bounds_make(self, at);
    bool alive[UNITS] = {false};
    for (int32_t b = 0; b < spec->batch; b++) {
        const size_t entry = (size_t)b * (size_t)at->fan_out + (size_t)unit;
        float slopes[UNITS];
        gf_derivative_row(spec->activation, at->z_exponent, at->z + entry, slopes, units);
        for (int32_t u = 0; u < units; u++) {
            const float delta = at->delta[entry + (size_t)u], a = at->a[entry + (size_t)u];
            count_non_finite(at->z[entry + (size_t)u], raw);
            count_non_finite(a, raw);
            classify(delta, &raw->delta_zeros, raw->delta_classes, raw);
            raw->saturated_count += is_saturated((double)a, &limits);
            alive[u] |= !(fabs((double)slopes[u]) < GF_DEAD_DERIVATIVE);
            block[u].delta_squares += (double)delta * (double)delta;
            block[u].bias_grad += (double)delta;
        }
    }
    for (int32_t u = 0; u < units; u++)
        raw->dead_count += !alive[u];
}

static void add_counts(const gf_layer_raw *part, gf_layer_raw *whole)
{
    whole->saturated_count += part->saturated_count;
    whole->dead_count += part->dead_count;
    whole->nan_count += part->nan_count;
    whole->inf_count += part->inf_count;
    whole->delta_zeros += part->delta_zeros;
    whole->weight_grad_zeros += part->weight_grad_zeros;
    for (int32_t i = 0; i < GF_HISTOGRAM_BINS; i++)
        whole->activation_bins[i] += part->activation_bins[i];
    for (int32_t i = 0; i < GF_EXPONENT_CLASSES; i++) {
        whole->delta_classes[i] += part->delta_classes[i];
        whole->weight_grad_classes[i] += part->weight_grad_classes[i];
    }
}

/* One block of units into self->units. */
static void reduce_block(gf_cpu *self, const gf_cpu_layer *at, int32_t unit, gf_layer_raw *counts)
{
    const int32_t batch = self->plan.spec.batch, O = at->fan_out;
    const int32_t units = O - unit < UNITS ? O - unit : UNITS;
    gf_sums z[UNITS], a[UNITS];
    column_sums(at->z + unit, batch, O, units, z);
    column_sums(at->a + unit, batch, O, units, a);
    for (int32_t u = 0; u < units; u++)
        self->units[unit + u] = (gf_cpu_unit){.z = z[u], .a = a[u]};
    count_block(self, at, unit, units, counts, &self->units[unit]);
}

static void unit_statistics(gf_cpu *self, const gf_cpu_layer *at, gf_layer_raw *raw)
{
    const int32_t O = at->fan_out;
    const int team = gf_cpu_team(self, 100.0 * (double)raw->entry_count);
#pragma omp parallel num_threads(team)
    {
        gf_layer_raw counts = {0};
#pragma omp for schedule(dynamic, 1)
        for (int32_t unit = 0; unit < O; unit += UNITS)
            reduce_block(self, at, unit, &counts);
#pragma omp critical
        add_counts(&counts, raw);
    }
    for (int32_t u = 0; u < O; u++) {
        const gf_cpu_unit *unit = &self->units[u];
        raw->z = gf_sums_merge(raw->z, unit->z);
        raw->a = gf_sums_merge(raw->a, unit->a);
        raw->delta_square_sum += unit->delta_squares;
        raw->bias_grad_square_sum += unit->bias_grad * unit->bias_grad;
        self->per_unit[u] = unit->delta_squares;
        self->per_unit[O + u] = unit->a.mean;
    }
}

static void activation_histogram(const gf_cpu *self, const gf_cpu_layer *at, gf_layer_raw *raw)
{
    gf_activation_edges(self->plan.spec.activation, &raw->a, &raw->activation_low, &raw->activation_high);
    const double low = raw->activation_low, per_bin = GF_HISTOGRAM_BINS / (raw->activation_high - low);
    const int team = gf_cpu_team(self, 20.0 * (double)raw->entry_count);
#pragma omp parallel num_threads(team)
    {
        gf_layer_raw counts = {0};
#pragma omp for schedule(static)
        for (uint64_t i = 0; i < raw->entry_count; i++) {
            if (isnan(at->a[i])) continue;
            const double place = ((double)at->a[i] - low) * per_bin;
            const int last = GF_HISTOGRAM_BINS - 1;
            counts.activation_bins[place >= last ? last : place > 0.0 ? (int)place : 0]++;
        }
#pragma omp critical
        add_counts(&counts, raw);
    }
}

static double reduce_values(const float *values, size_t count, gf_layer_raw *counts)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        squares += (double)values[i] * (double)values[i];
        classify(values[i], &counts->weight_grad_zeros, counts->weight_grad_classes, counts);
    }
    return squares;
}

/* dW in blocks of rows, reduced while a block is in the cache and never stored as a whole. */
static void weight_statistics(gf_cpu *self, int32_t l, gf_layer_raw *raw)
{
    const int32_t I = self->layers[l].fan_in, O = self->layers[l].fan_out;
    const int32_t blocks = (O + GF_CPU_GRAD_ROWS - 1) / GF_CPU_GRAD_ROWS;
    double *squares = self->per_unit; /* of a block; the cells have been made of the units by now */
    const int team = gf_cpu_team(self, (2.0 * self->plan.spec.batch + 20.0) * (double)raw->weight_count);
#pragma omp parallel num_threads(team)
    {
        gf_layer_raw counts = {0};
        float *out = self->scratch + (size_t)omp_get_thread_num() * self->scratch_floats;
#pragma omp for schedule(dynamic, 1)
        for (int32_t block = 0; block < blocks; block++) {
            const int32_t row = block * GF_CPU_GRAD_ROWS;
            const int32_t rows = O - row < GF_CPU_GRAD_ROWS ? O - row : GF_CPU_GRAD_ROWS;
            const size_t entries = (size_t)rows * (size_t)I;
            gf_cpu_weight_rows(self, l, row, rows, out + entries, out);
            squares[block] = reduce_values(out, entries, &counts);
        }
#pragma omp critical
        add_counts(&counts, raw);
    }
    for (int32_t block = 0; block < blocks; block++)
        raw->weight_grad_square_sum += squares[block];
}

void gf_cpu_record(gf_cpu *self, int32_t l, int32_t rows, gf_layer_record *record, gf_cell *cells)
{
    const gf_cpu_layer *at = &self->layers[l];
    gf_layer_raw raw = {
        .z_exponent = at->z_exponent,
        .a_exponent = at->a_exponent,
        .delta_exponent = at->delta_exponent,
        .weight_grad_exponent = gf_cpu_weight_exponent(self, l),
        .entry_count = (uint64_t)self->plan.spec.batch * (uint64_t)at->fan_out,
        .unit_count = (uint64_t)at->fan_out,
        .weight_count = (uint64_t)at->fan_in * (uint64_t)at->fan_out,
        .delta_max = (double)at->delta_max,
    };
    unit_statistics(self, at, &raw);
    gf_cells_make(self->per_unit, self->per_unit + at->fan_out, at->fan_out, self->plan.spec.batch,
                  (double)at->delta_exponent, rows, cells);
    activation_histogram(self, at, &raw);
    weight_statistics(self, l, &raw);
    gf_record_make(&raw, record);
}
