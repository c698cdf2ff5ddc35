/* The reference backend: every step written out in double, no cleverness, one core. */
#include "compute/reference/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/statistics.h"
#include "model/activation.h"
#include "model/init.h"

/* Arrays of one layer; sizes as in gf_tensor. True values are stored * 2^exponent. */
typedef struct layer {
    int32_t fan_in, fan_out;
    double *weight, *bias;  /* [out][in], [out] */
    double *z, *a, *delta;  /* [batch][out] */
    int64_t z_exponent, a_exponent, delta_exponent;
} layer;

typedef struct reference {
    gf_backend base;
    const gf_pulse *pulse;
    gf_plan plan;
    layer *layers;       /* [depth + 1]; layer 0 has only `a`, the input */
    double *target;      /* [batch][out of the last layer] */
    double *weight_grad; /* [out][in] of one layer, the largest */
    double *unit;        /* [batch] of one unit */
    double *per_unit;    /* [2][units]: delta^2 sums, mean of a */
} reference;

static gf_status reference_list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    (void)error;
    *count = capacity > 0 ? 1 : 0;
    if (capacity < 1) return GF_OK;
    const uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGE_SIZE) / 10 * 8;
    devices[0] = (gf_device){
        .id = "reference",
        .name = "plain C in double, one core",
        .driver = "gradflow " GF_VERSION,
        .kind = GF_DEVICE_HOST,
        .compute_units = 1,
        .memory_bytes = memory / 2, /* doubles where plans count floats */
        .allocation_bytes = memory / 2,
        .assumed_gflops = 1.0,
    };
    return GF_OK;
}

static void release(reference *self)
{
    for (int32_t l = 0; self->layers && l <= self->plan.spec.depth; l++) {
        layer *at = &self->layers[l];
        free(at->weight);
        free(at->bias);
        free(at->z);
        free(at->a);
        free(at->delta);
    }
    free(self->layers);
    free(self->target);
    free(self->weight_grad);
    free(self->unit);
    free(self->per_unit);
    self->layers = NULL;
    self->target = self->weight_grad = self->unit = self->per_unit = NULL;
}

static gf_status reference_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                                gf_error *error)
{
    (void)device;
    reference *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the reference backend");
    self->base.ops = &gf_reference_ops;
    self->pulse = pulse;
    *out = &self->base;
    return GF_OK;
}

static void reference_close(gf_backend *backend)
{
    if (!backend) return;
    release((reference *)backend);
    free(backend);
}

static double *room(size_t count) { return malloc(count * sizeof(double)); }

/* A matrix of the model/init.h kind, widened to double. NULL if memory is out. */
static double *filled(const gf_fill *fill, uint64_t seed, int32_t l, int32_t rows, int32_t columns)
{
    double *matrix = room((size_t)rows * (size_t)columns);
    float *row_values = malloc((size_t)columns * sizeof *row_values);
    for (int32_t row = 0; matrix && row_values && row < rows; row++) {
        gf_fill_row(fill, seed, l, row, columns, row_values);
        for (int32_t i = 0; i < columns; i++)
            matrix[(size_t)row * (size_t)columns + (size_t)i] = row_values[i];
    }
    if (!row_values) {
        free(matrix);
        matrix = NULL;
    }
    free(row_values);
    return matrix;
}

static bool prepare_layer(reference *self, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    layer *at = &self->layers[l];
    at->fan_out = gf_spec_fan_out(spec, l);
    const size_t entries = (size_t)spec->batch * (size_t)at->fan_out;
    if (l == 0) {
        const gf_fill input = gf_fill_input();
        at->a = filled(&input, spec->seed, 0, spec->batch, at->fan_out);
        return at->a != NULL;
    }
    at->fan_in = gf_spec_fan_in(spec, l);
    const gf_fill weight = gf_fill_weight(spec, l), bias = gf_fill_bias(spec, l);
    at->weight = filled(&weight, spec->seed, l, at->fan_out, at->fan_in);
    at->bias = filled(&bias, spec->seed, l, 1, at->fan_out);
    at->z = room(entries);
    at->a = room(entries);
    at->delta = room(entries);
    return at->weight && at->bias && at->z && at->a && at->delta;
}

static gf_status reference_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    reference *self = (reference *)backend;
    release(self);
    self->plan = *plan;
    const gf_spec *spec = &self->plan.spec;
    size_t most_weights = 0, most_units = 0;
    self->layers = calloc((size_t)spec->depth + 1, sizeof *self->layers);
    bool fits = self->layers != NULL;
    for (int32_t l = 0; fits && l <= spec->depth; l++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        fits = prepare_layer(self, l);
        const size_t units = (size_t)self->layers[l].fan_out;
        const size_t weights = units * (size_t)self->layers[l].fan_in;
        if (weights > most_weights) most_weights = weights;
        if (units > most_units) most_units = units;
    }
    if (fits) {
        const gf_fill target = gf_fill_target();
        self->target = filled(&target, spec->seed, 0, spec->batch, gf_spec_fan_out(spec, spec->depth));
        self->weight_grad = room(most_weights);
        self->unit = room(2 * (size_t)spec->batch);
        self->per_unit = room(2 * most_units);
        fits = self->target && self->weight_grad && self->unit && self->per_unit;
    }
    if (!fits) {
        release(self);
        return gf_fail(error, GF_MEMORY, "no memory for %d layers of %d in double", spec->depth, spec->width);
    }
    return GF_OK;
}

static double largest_finite(const double *values, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]) && fabs(values[i]) > most) most = fabs(values[i]);
    return most;
}

static void activate(gf_activation activation, layer *at, size_t entries)
{
    at->a_exponent = at->z_exponent;
    if (at->z_exponent == 0) {
        for (size_t i = 0; i < entries; i++)
            at->a[i] = gf_activation_value(activation, at->z[i]);
        return;
    }
    const gf_far_activation far = gf_activation_far(activation, at->z_exponent);
    if (!far.keeps_exponent) at->a_exponent = 0;
    for (size_t i = 0; i < entries; i++) {
        const double z = at->z[i];
        at->a[i] = z > 0.0   ? far.above_slope * z + far.above_value
                   : z < 0.0 ? far.below_slope * z + far.below_value
                   : z == 0.0 ? far.zero_value
                              : z;
    }
}

static double derivative(gf_activation activation, double z, int64_t exponent)
{
    if (exponent == 0) return gf_activation_derivative(activation, z);
    if (exponent < 0) {
        const gf_activation_info *f = gf_activation_get(activation);
        return z > 0.0 ? f->slope_above_zero : f->slope_below_zero;
    }
    const gf_far_activation far = gf_activation_far(activation, exponent);
    return z > 0.0 ? far.above_slope : z <= 0.0 ? far.below_slope : z;
}

/* z = a_prev W^T 2^-k + b 2^-exponent. */
static gf_status forward_layer(reference *self, int32_t l, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const layer *below = &self->layers[l - 1];
    layer *at = &self->layers[l];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)spec->batch;
    const int32_t k = gf_rescale(largest_finite(below->a, B * I), below->a_exponent, gf_spec_has_bias(spec));
    at->z_exponent = below->a_exponent + k;
    const double scale = ldexp(1.0, -k);
    for (size_t b = 0; b < B; b++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        for (size_t o = 0; o < O; o++) {
            double sum = 0.0;
            for (size_t i = 0; i < I; i++)
                sum += below->a[b * I + i] * at->weight[o * I + i];
            at->z[b * O + o] = sum * scale + ldexp(at->bias[o], (int)-at->z_exponent);
        }
    }
    activate(spec->activation, at, B * O);
    return GF_OK;
}

static gf_status reference_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    for (int32_t l = first; l < first + count; l++)
        GF_TRY(forward_layer((reference *)backend, l, error));
    return GF_OK;
}

/* L = mean((a - t)^2), dL/da = 2 (a - t) / (batch * out). Under a positive exponent e the difference is kept as
 * a - t 2^-e; under a negative one a is brought back to its true size, where it vanishes beside t. */
static gf_status reference_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    (void)error;
    reference *self = (reference *)backend;
    const gf_spec *spec = &self->plan.spec;
    layer *last = &self->layers[spec->depth];
    const size_t entries = (size_t)spec->batch * (size_t)last->fan_out;
    const int64_t exponent = last->a_exponent > 0 ? last->a_exponent : 0;
    const double a_scale = ldexp(1.0, (int)(last->a_exponent - exponent));
    const double target_scale = ldexp(1.0, (int)-exponent);
    double sum = 0.0;
    for (size_t i = 0; i < entries; i++) {
        const double apart = last->a[i] * a_scale - self->target[i] * target_scale;
        sum += apart * apart;
        last->delta[i] = 2.0 * apart / (double)entries *
                         derivative(spec->activation, last->z[i], last->z_exponent);
    }
    last->delta_exponent = exponent;
    *out = gf_scaled_make(sum / (double)entries, 2 * exponent);
    return GF_OK;
}

/* delta_below = (delta W) 2^-k f'(z_below). */
static gf_status backward_layer(reference *self, int32_t l, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const layer *at = &self->layers[l];
    layer *below = &self->layers[l - 1];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)spec->batch;
    const int32_t k = gf_rescale(largest_finite(at->delta, B * O), at->delta_exponent, false);
    below->delta_exponent = at->delta_exponent + k;
    const double scale = ldexp(1.0, -k);
    for (size_t b = 0; b < B; b++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        double *row = &below->delta[b * I];
        memset(row, 0, I * sizeof *row);
        for (size_t o = 0; o < O; o++)
            for (size_t i = 0; i < I; i++)
                row[i] += at->delta[b * O + o] * at->weight[o * I + i];
        for (size_t i = 0; i < I; i++)
            row[i] *= scale * derivative(spec->activation, below->z[b * I + i], below->z_exponent);
    }
    return GF_OK;
}

/* Of the layers asked for, delta is already there: this makes the delta of each layer below. */
static gf_status reference_backward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    for (int32_t l = first + count - 1; l >= first; l--)
        if (l > 1) GF_TRY(backward_layer((reference *)backend, l, error));
    return GF_OK;
}

/* dW = delta^T a_below into self->weight_grad. */
static gf_status weight_gradient(reference *self, int32_t l, gf_error *error)
{
    const layer *at = &self->layers[l], *below = &self->layers[l - 1];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out, B = (size_t)self->plan.spec.batch;
    for (size_t o = 0; o < O; o++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        double *row = &self->weight_grad[o * I];
        memset(row, 0, I * sizeof *row);
        for (size_t b = 0; b < B; b++)
            for (size_t i = 0; i < I; i++)
                row[i] += at->delta[b * O + o] * below->a[b * I + i];
    }
    return GF_OK;
}

/* Count a value by its exponent class; classes beyond float's range go to the nearest. */
static void classify(double value, uint64_t *zeros, uint64_t classes[GF_EXPONENT_CLASSES], uint64_t *nans,
                     uint64_t *infs)
{
    if (isnan(value)) ++*nans, ++classes[255];
    else if (isinf(value)) ++*infs, ++classes[255];
    else if (value == 0.0) ++*zeros;
    else {
        const int class = ilogb(value) + 127;
        ++classes[class < 0 ? 0 : class > 254 ? 254 : class];
    }
}

static void count_non_finite(double value, gf_layer_raw *raw)
{
    raw->nan_count += isnan(value) != 0;
    raw->inf_count += isinf(value) != 0;
}

/* Where f has no bound nothing is saturated, not even what no double can hold. */
static bool is_saturated(const gf_activation_info *f, double a, int64_t exponent)
{
    const double value = ldexp(a, (int)exponent);
    return (value <= f->saturated_low && isfinite(f->saturated_low)) ||
           (value >= f->saturated_high && isfinite(f->saturated_high));
}

/* One unit over the batch: moments, counts, and its share of the layer's sums. */
static void unit_statistics(reference *self, const layer *at, int32_t unit, gf_layer_raw *raw)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_activation_info *f = gf_activation_get(spec->activation);
    const size_t O = (size_t)at->fan_out, B = (size_t)spec->batch;
    double *z = self->unit, *a = self->unit + B, squares = 0.0, bias_grad = 0.0;
    bool dead = true;
    for (size_t b = 0; b < B; b++) {
        const size_t entry = b * O + (size_t)unit;
        z[b] = at->z[entry];
        a[b] = at->a[entry];
        count_non_finite(z[b], raw);
        count_non_finite(a[b], raw);
        raw->saturated_count += is_saturated(f, a[b], at->a_exponent);
        if (!(fabs(derivative(spec->activation, z[b], at->z_exponent)) < GF_DEAD_DERIVATIVE)) dead = false;
        const double delta = at->delta[entry];
        classify(delta, &raw->delta_zeros, raw->delta_classes, &raw->nan_count, &raw->inf_count);
        squares += delta * delta;
        bias_grad += delta;
    }
    const gf_sums a_sums = gf_sums_of(a, spec->batch);
    raw->z = gf_sums_merge(raw->z, gf_sums_of(z, spec->batch));
    raw->a = gf_sums_merge(raw->a, a_sums);
    raw->dead_count += dead;
    raw->delta_square_sum += squares;
    raw->bias_grad_square_sum += bias_grad * bias_grad;
    self->per_unit[unit] = squares;
    self->per_unit[O + (size_t)unit] = a_sums.mean;
}

static void activation_histogram(const gf_spec *spec, const layer *at, gf_layer_raw *raw)
{
    gf_activation_edges(spec->activation, &raw->a, &raw->activation_low, &raw->activation_high);
    const double per_bin = GF_HISTOGRAM_BINS / (raw->activation_high - raw->activation_low);
    for (uint64_t i = 0; i < raw->entry_count; i++) {
        if (isnan(at->a[i])) continue;
        const double place = (at->a[i] - raw->activation_low) * per_bin;
        const int bin = place >= GF_HISTOGRAM_BINS - 1 ? GF_HISTOGRAM_BINS - 1 : place > 0 ? (int)place : 0;
        raw->activation_bins[bin]++;
    }
}

static gf_status layer_raw(reference *self, int32_t l, gf_layer_raw *raw, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const layer *at = &self->layers[l];
    *raw = (gf_layer_raw){
        .z_exponent = at->z_exponent,
        .a_exponent = at->a_exponent,
        .delta_exponent = at->delta_exponent,
        .weight_grad_exponent = at->delta_exponent + self->layers[l - 1].a_exponent,
        .entry_count = (uint64_t)spec->batch * (uint64_t)at->fan_out,
        .unit_count = (uint64_t)at->fan_out,
        .weight_count = (uint64_t)at->fan_in * (uint64_t)at->fan_out,
    };
    for (int32_t unit = 0; unit < at->fan_out; unit++)
        unit_statistics(self, at, unit, raw);
    raw->delta_max = largest_finite(at->delta, raw->entry_count);
    activation_histogram(spec, at, raw);
    GF_TRY(weight_gradient(self, l, error));
    for (uint64_t i = 0; i < raw->weight_count; i++) {
        const double value = self->weight_grad[i];
        raw->weight_grad_square_sum += value * value;
        classify(value, &raw->weight_grad_zeros, raw->weight_grad_classes, &raw->nan_count, &raw->inf_count);
    }
    return GF_OK;
}

static gf_status reference_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                                   gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    reference *self = (reference *)backend;
    for (int32_t i = 0; i < count; i++) {
        const layer *at = &self->layers[first + i];
        gf_layer_raw raw;
        GF_TRY(layer_raw(self, first + i, &raw, error));
        gf_record_make(&raw, &records[i]);
        gf_cells_make(self->per_unit, self->per_unit + at->fan_out, at->fan_out, self->plan.spec.batch,
                      at->delta_exponent, rows, &cells[(size_t)i * (size_t)rows]);
    }
    return GF_OK;
}

static void narrow(const double *from, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)from[i];
}

static gf_status reference_read(gf_backend *backend, int32_t l, gf_tensor tensor, float *out,
                                int64_t *exponent, gf_error *error)
{
    reference *self = (reference *)backend;
    const gf_spec *spec = &self->plan.spec;
    const layer *at = &self->layers[l];
    const size_t B = (size_t)spec->batch, O = (size_t)at->fan_out;
    *exponent = 0;
    switch (tensor) {
    case GF_TENSOR_WEIGHT: narrow(at->weight, O * (size_t)at->fan_in, out); break;
    case GF_TENSOR_BIAS: narrow(at->bias, O, out); break;
    case GF_TENSOR_Z: narrow(at->z, B * O, out), *exponent = at->z_exponent; break;
    case GF_TENSOR_A: narrow(at->a, B * O, out), *exponent = at->a_exponent; break;
    case GF_TENSOR_DELTA: narrow(at->delta, B * O, out), *exponent = at->delta_exponent; break;
    case GF_TENSOR_WEIGHT_GRAD:
        GF_TRY(weight_gradient(self, l, error));
        narrow(self->weight_grad, O * (size_t)at->fan_in, out);
        *exponent = at->delta_exponent + self->layers[l - 1].a_exponent;
        break;
    case GF_TENSOR_BIAS_GRAD:
        for (size_t o = 0; o < O; o++) {
            double sum = 0.0;
            for (size_t b = 0; b < B; b++)
                sum += at->delta[b * O + o];
            out[o] = (float)sum;
        }
        *exponent = at->delta_exponent;
        break;
    case GF_TENSOR_INPUT: narrow(self->layers[0].a, B * (size_t)self->layers[0].fan_out, out); break;
    case GF_TENSOR_TARGET: narrow(self->target, B * (size_t)self->layers[spec->depth].fan_out, out); break;
    }
    return GF_OK;
}

const gf_backend_ops gf_reference_ops = {
    .name = "reference",
    .list = reference_list,
    .open = reference_open,
    .close = reference_close,
    .prepare = reference_prepare,
    .forward = reference_forward,
    .loss = reference_loss,
    .backward = reference_backward,
    .records = reference_records,
    .read = reference_read,
};
