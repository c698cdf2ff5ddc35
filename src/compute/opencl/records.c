/* From what the statistics leave on the device to records: one round trip for many layers, sums
 * added in double in a fixed order. Nothing is allocated here. */
#include <math.h>

#include "analysis/statistics.h"
#include "compute/opencl/state.h"

/* Moments of which each number is to be multiplied by `unit`. */
static gf_sums sums_of(const float part[5], double unit)
{
    if (part[0] == 0.0f) return (gf_sums){0};
    return (gf_sums){
        .count = (double)part[0],
        .mean = (double)part[1] * unit,
        .m2 = (double)part[2] * unit * unit,
        .min = (double)part[3] * unit,
        .max = (double)part[4] * unit,
    };
}

/* 2^exponent of a float's maximum: exact, and so is its square. */
static double unit_of(gf_uint most)
{
    return ldexp(1.0, gf_exponent_of(most));
}

static void add_moments(const gf_chunk *chunk, size_t count, const gf_state *state,
                        gf_layer_raw *raw)
{
    const double z = unit_of(state->z_max), a = unit_of(state->a_max);
    const double delta = unit_of(state->delta_max);
    for (size_t i = 0; i < count; i++) {
        raw->z = gf_sums_merge(raw->z, sums_of(chunk[i].z, z));
        raw->a = gf_sums_merge(raw->a, sums_of(chunk[i].a, a));
        raw->delta_square_sum += (double)chunk[i].delta_squares * delta * delta;
        raw->bias_grad_square_sum += (double)chunk[i].bias_grad_squares * delta * delta;
    }
    raw->activation_low = (double)chunk->edges[0];
    raw->activation_high = (double)chunk->edges[1];
}

static double weight_grad_squares(const gf_opencl *self, int32_t l, int32_t slot)
{
    const gf_cl_scratch *from = &self->scratch;
    const size_t groups = gf_cl_group_count(self, self->layers[l].fan_in, self->layers[l].fan_out);
    double squares = 0.0;
    for (size_t i = 0; i < groups; i++)
        squares += (double)from->host_squares[(size_t)slot * from->group_count + i];
    /* Sums are of squares near 1; what else is stored may not be. */
    const gf_state *state = &from->host_states[slot + 1], *below = &from->host_states[slot];
    const int near_one = gf_exponent_of(state->delta_max) + gf_exponent_of(below->a_max);
    return ldexp(squares, 2 * (near_one - gf_weight_grad_shift(self, state, below)));
}

/* Everything of slot `slot` but the counts. */
static void begin_raw(const gf_opencl *self, int32_t l, int32_t slot, gf_layer_raw *raw)
{
    const gf_cl_scratch *from = &self->scratch;
    const gf_state *state = &from->host_states[slot + 1], *below = &from->host_states[slot];
    const size_t O = self->layers[l].fan_out, I = self->layers[l].fan_in;
    raw->loss_scale = self->plan.spec.loss_scale;
    raw->z_exponent = gf_bounded(state->z_exponent);
    raw->a_exponent = gf_bounded(state->a_exponent);
    raw->delta_exponent = gf_bounded(state->delta_exponent);
    raw->weight_grad_exponent = raw->delta_exponent + gf_bounded(below->a_exponent) +
                                gf_weight_grad_shift(self, state, below);
    raw->entry_count = (uint64_t)self->plan.spec.batch * O;
    raw->unit_count = O;
    raw->weight_count = I * O;
    raw->z = raw->a = (gf_sums){0};
    raw->delta_square_sum = raw->bias_grad_square_sum = 0.0;
    raw->delta_max = (double)gf_float_of(state->delta_max);
    add_moments(from->host_chunks + (size_t)slot * from->chunk_count,
                gf_ceil_divide(O, GF_CHUNK_UNITS), state, raw);
    raw->weight_grad_square_sum = weight_grad_squares(self, l, slot);
}

/* `count` counts from `which` on, over all copies. */
static void sum_copies(const gf_uint *counts, int which, int count, uint64_t *out)
{
    _Static_assert(GF_COUNT_COPIES == 2, "two copies are added here");
    const gf_uint *one = counts + which, *other = counts + GF_COUNTS + which;
    for (int i = 0; i < count; i++)
        out[i] = (uint64_t)one[i] + other[i];
}

static uint64_t count_of(const gf_uint *counts, int which)
{
    uint64_t sum;
    sum_copies(counts, which, 1, &sum);
    return sum;
}

static void add_counts(const gf_cl_scratch *from, int32_t slot, gf_layer_raw *raw)
{
    const gf_uint *counts = from->host_counts + (size_t)slot * GF_COUNT_COPIES * GF_COUNTS;
    sum_copies(counts, GF_COUNT_DELTA, GF_EXPONENT_CLASSES, raw->delta_classes);
    sum_copies(counts, GF_COUNT_WEIGHT, GF_EXPONENT_CLASSES, raw->weight_grad_classes);
    sum_copies(counts, GF_COUNT_BINS, GF_HISTOGRAM_BINS, raw->activation_bins);
    raw->delta_zeros = count_of(counts, GF_COUNT_DELTA_ZEROS);
    raw->weight_grad_zeros = count_of(counts, GF_COUNT_WEIGHT_ZEROS);
    raw->nan_count = count_of(counts, GF_COUNT_NAN);
    raw->inf_count = count_of(counts, GF_COUNT_INF);
    raw->saturated_count = count_of(counts, GF_COUNT_SATURATED);
    raw->dead_count = count_of(counts, GF_COUNT_DEAD);
}

static void make_cells(gf_opencl *self, int32_t l, int32_t slot, int32_t rows, gf_cell *cells)
{
    gf_cl_scratch *from = &self->scratch;
    const gf_state *state = &from->host_states[slot + 1];
    const size_t O = self->layers[l].fan_out;
    const double a = unit_of(state->a_max);
    const gf_unit *unit = from->host_units + (size_t)slot * from->unit_count;
    for (size_t i = 0; i < O; i++) {
        from->host_per_unit[i] = (double)unit[i].delta_squares;
        from->host_per_unit[O + i] = (double)unit[i].a_mean * a;
    }
    gf_cells_make(from->host_per_unit, from->host_per_unit + O, (int32_t)O, self->plan.spec.batch,
                  (double)(gf_bounded(state->delta_exponent) + gf_exponent_of(state->delta_max)) -
                      log2(self->plan.spec.loss_scale),
                  rows, cells);
}

gf_status gf_cl_collect(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    const size_t layers = (size_t)count;
    GF_TRY(gf_queue_fetch(&self->queue, &to->chunks, 0, to->host_chunks,
                          layers * to->chunk_count * sizeof(gf_chunk), error));
    GF_TRY(gf_queue_fetch(&self->queue, &to->units, 0, to->host_units,
                          layers * to->unit_count * sizeof(gf_unit), error));
    GF_TRY(gf_queue_fetch(&self->queue, &to->squares, 0, to->host_squares,
                          layers * to->group_count * sizeof(float), error));
    GF_TRY(gf_queue_fetch(&self->queue, &to->counts, 0, to->host_counts,
                          layers * GF_COUNT_COPIES * GF_COUNTS * sizeof(gf_uint), error));
    return gf_queue_fetch(&self->queue, &self->state, (size_t)(first - 1) * sizeof(gf_state),
                          to->host_states, (layers + 1) * sizeof(gf_state), error);
}

/* Of layers from `first` on, whose statistics are in slots from `slot` on. */
static void make_records(gf_opencl *self, int32_t first, int32_t slot, int32_t count, int32_t rows,
                         gf_layer_record *records, gf_cell *cells)
{
    gf_layer_raw raw;
    for (int32_t i = 0; i < count; i++) {
        begin_raw(self, first + i, slot + i, &raw);
        add_counts(&self->scratch, slot + i, &raw);
        gf_record_make(&raw, &records[i]);
        make_cells(self, first + i, slot + i, rows, &cells[(size_t)i * (size_t)rows]);
    }
}

/* Layers from `first` on that are in one segment and fit the scratch. */
static int32_t batch_of(const gf_opencl *self, int32_t first, int32_t count)
{
    const int32_t segment = gf_segment_of(self, first);
    const int32_t end = gf_segment_first(self, segment) + gf_segment_length(self, segment);
    const int32_t most = self->scratch.layers;
    if (count > end - first) count = end - first;
    return count < most ? count : most;
}

gf_status gf_cl_records(gf_opencl *self, int32_t first, int32_t count, int32_t rows,
                        gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    if (self->stage == GF_CL_DONE) {
        make_records(self, first, first - 1, count, rows, records, cells);
        return GF_OK;
    }
    int32_t batch = batch_of(self, first, count);
    GF_TRY(gf_cl_observe(self, first, batch, error));
    for (int32_t done = 0; done < count;) {
        const int32_t at = first + done, left = count - done - batch;
        const int32_t next = left > 0 ? batch_of(self, at + batch, left) : 0;
        GF_TRY(gf_cl_collect(self, at, batch, error));
        GF_TRY(gf_queue_wait(&self->queue, error));
        /* The device goes on while the host makes records of what it has. */
        if (next > 0) {
            GF_TRY(gf_cl_observe(self, at + batch, next, error));
            GF_TRY(gf_queue_start(&self->queue, error));
        }
        make_records(self, at, 0, batch, rows, records + done, cells + (size_t)done * (size_t)rows);
        done += batch;
        batch = next;
    }
    return GF_OK;
}
