/* The cpu backend's memory and passes. Products are cut into slices along the longer side of the result, so that a thread finishes
 * its slice (bias, activation, maximum) while it is in its cache. How they are cut depends on sizes and the number of threads
 * only: the same numbers give the same bits. */
#include "compute/cpu/cpu.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/peak.h"
#include "model/activation.h"
#include "model/init.h"

static void read_cpu_name(char *name, size_t capacity)
{
    char line[256];
    snprintf(name, capacity, "host CPU");
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (!value) continue;
        snprintf(name, capacity, "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
        break;
    }
    if (file) fclose(file);
}

static gf_status cpu_list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    (void)error;
    *count = capacity > 0 ? 1 : 0;
    if (capacity < 1) return GF_OK;
    const uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGE_SIZE) / 10 * 8;
    gf_device device = {.id = "cpu",
                        .kind = GF_DEVICE_HOST,
                        .compute_units = omp_get_max_threads(),
                        .memory_bytes = memory,
                        .allocation_bytes = memory};
    read_cpu_name(device.name, sizeof device.name);
    gf_blas blas = gf_blas_load();
    snprintf(device.driver, sizeof device.driver, "%s", blas.name);
    gf_blas_unload(&blas);
    devices[0] = device;
    return GF_OK;
}

static gf_status cpu_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out, gf_error *error)
{
    (void)device;
    gf_cpu *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the cpu backend");
    self->base.ops = &gf_cpu_ops;
    self->pulse = pulse;
    self->threads = omp_get_max_threads();
    self->blas = gf_blas_load();
    *out = &self->base;
    return GF_OK;
}

/* Everything but the arena, which the next run may use. */
static void release(gf_cpu *self)
{
    free(self->layers);
    free(self->scratch);
    free(self->units);
    free(self->per_unit);
    self->layers = NULL;
    self->scratch = NULL;
    self->units = NULL;
    self->per_unit = NULL;
}

static void cpu_close(gf_backend *backend)
{
    gf_cpu *self = (gf_cpu *)backend;
    if (!self) return;
    release(self);
    free(self->arena);
    gf_blas_unload(&self->blas);
    free(self);
}

/* The next `count` floats of the arena, on a cache line. Without an arena it only counts. */
static float *carve(gf_cpu *self, size_t *used, size_t count)
{
    float *at = self->arena ? self->arena + *used : NULL;
    *used += (count + 15) / 16 * 16;
    return at;
}

static size_t carve_all(gf_cpu *self)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t B = (size_t)spec->batch;
    size_t used = 0;
    for (int32_t l = 0; l <= spec->depth; l++) {
        gf_cpu_layer *at = &self->layers[l];
        at->fan_out = gf_spec_fan_out(spec, l);
        const size_t entries = B * (size_t)at->fan_out;
        at->a = carve(self, &used, entries);
        if (l == 0) continue;
        at->fan_in = gf_spec_fan_in(spec, l);
        at->weight = carve(self, &used, (size_t)at->fan_out * (size_t)at->fan_in);
        at->bias = carve(self, &used, (size_t)at->fan_out);
        at->z = carve(self, &used, entries);
        at->delta = carve(self, &used, entries);
    }
    self->target = carve(self, &used, B * (size_t)gf_spec_fan_out(spec, spec->depth));
    return used;
}

/* An arena that is far too large is given back. */
static bool provide_arena(gf_cpu *self, size_t floats)
{
    if (self->arena && self->arena_floats >= floats && self->arena_floats / 4 <= floats) return true;
    free(self->arena);
    self->arena = aligned_alloc(64, floats * sizeof(float));
    self->arena_floats = self->arena ? floats : 0;
    return self->arena != NULL;
}

static bool allocate(gf_cpu *self)
{
    const gf_spec *spec = &self->plan.spec;
    release(self);
    self->layers = calloc((size_t)spec->depth + 1, sizeof *self->layers);
    if (!self->layers) return false;
    float *const arena = self->arena;
    self->arena = NULL;
    const size_t floats = carve_all(self);
    self->arena = arena;
    if (!provide_arena(self, floats)) return false;
    carve_all(self);
    size_t most = 0;
    for (int32_t l = 0; l <= spec->depth; l++)
        if ((size_t)self->layers[l].fan_out > most) most = (size_t)self->layers[l].fan_out;
    self->scratch_floats = GF_CPU_GRAD_ROWS * (most + (size_t)spec->batch);
    self->scratch = malloc((size_t)self->threads * self->scratch_floats * sizeof *self->scratch);
    self->per_unit = malloc(2 * most * sizeof *self->per_unit);
    self->units = malloc(most * sizeof *self->units);
    return self->scratch && self->units && self->per_unit;
}

int gf_cpu_team(const gf_cpu *self, double operations) { return operations < 2e6 ? 1 : self->threads; }

static void fill(const gf_cpu *self, const gf_fill *how, int32_t l, int32_t rows, int32_t columns, float *out)
{
    const gf_spec *spec = &self->plan.spec;
    const int team = gf_cpu_team(self, 50.0 * rows * columns);
#pragma omp parallel for schedule(static) num_threads(team)
    for (int32_t row = 0; row < rows; row++)
        gf_fill_row(how, spec->seed, l, row, columns, out + (size_t)row * (size_t)columns);
}

static gf_status fill_all(gf_cpu *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_fill input = gf_fill_input(), target = gf_fill_target();
    fill(self, &input, 0, spec->batch, gf_spec_fan_out(spec, 0), self->layers[0].a);
    fill(self, &target, 0, spec->batch, gf_spec_fan_out(spec, spec->depth), self->target);
    for (int32_t l = 1; l <= spec->depth; l++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        const gf_cpu_layer *at = &self->layers[l];
        const gf_fill weight = gf_fill_weight(spec, l), bias = gf_fill_bias(spec, l);
        fill(self, &weight, l, at->fan_out, at->fan_in, at->weight);
        fill(self, &bias, l, 1, at->fan_out, at->bias);
    }
    gf_cpu_layer *first = &self->layers[0];
    for (int32_t b = 0; b < spec->batch; b++)
        first->a_max = gf_largest_finite(first->a + (size_t)b * (size_t)first->fan_out, first->fan_out,
                                         first->a_max);
    return GF_OK;
}

static gf_status cpu_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    GF_TRY(gf_backend_check_plain("cpu", &plan->spec, error));
    self->plan = *plan;
    if (!allocate(self)) {
        release(self);
        return gf_fail(error, GF_MEMORY, "no memory for %d layers of %d with batch %d: %.1f MiB",
                       plan->spec.depth, plan->spec.width, plan->spec.batch,
                       (double)plan->total_bytes / (1024.0 * 1024.0));
    }
    return fill_all(self, error);
}

/* A rectangle of a [batch][units] array. */
typedef struct tile {
    int32_t batch_first, batch_last, unit_first, unit_last;
} tile;

/* Entries first..last-1 of `count` that are part `part` of `parts`, in steps of a vector. */
static void slice(int32_t count, int32_t part, int32_t parts, int32_t *first, int32_t *last)
{
    const int64_t steps = (count + 15) / 16;
    const int64_t from = steps * part / parts * 16, to = steps * (part + 1) / parts * 16;
    *first = from < count ? (int32_t)from : count;
    *last = to < count ? (int32_t)to : count;
}

static tile tile_of(int32_t batch, int32_t units, int32_t part, int32_t parts)
{
    tile made = {0, batch, 0, units};
    if (units >= batch)
        slice(units, part, parts, &made.unit_first, &made.unit_last);
    else
        slice(batch, part, parts, &made.batch_first, &made.batch_last);
    return made;
}

/* Parts a layer is cut into: more than threads, because other programs may hold one of them up; none below 64 wide, because every
 * part packs its operands again. */
static int32_t parts_of(const gf_cpu *self, int32_t units)
{
    const int32_t batch = self->plan.spec.batch, longer = units > batch ? units : batch;
    const int32_t most = (longer + 63) / 64, wanted = self->threads * 4;
    return wanted < most ? wanted : most;
}

/* z = a_below W^T 2^-k + b 2^-exponent and a = f(z) on one tile; gives back its largest |a|. */
static float forward_tile(const gf_cpu *self, int32_t l, float scale, const tile *t)
{
    const gf_cpu_layer *below = &self->layers[l - 1], *at = &self->layers[l];
    const size_t I = (size_t)at->fan_in, O = (size_t)at->fan_out;
    const int32_t units = t->unit_last - t->unit_first;
    const size_t corner = (size_t)t->batch_first * O + (size_t)t->unit_first;
    gf_blas_multiply(&self->blas, &(gf_product){.a_transpose = GF_PLAIN, .b_transpose = GF_TRANSPOSED,
        .rows = t->batch_last - t->batch_first, .columns = units, .depth = at->fan_in, .alpha = scale,
        .a = below->a + (size_t)t->batch_first * I, .a_stride = at->fan_in,
        .b = at->weight + (size_t)t->unit_first * I, .b_stride = at->fan_in,
        .c = at->z + corner, .c_stride = at->fan_out});
    const float bias_scale = ldexpf(1.0f, at->z_exponent > 1000 ? -1000 : (int)-at->z_exponent);
    const bool has_bias = gf_spec_has_bias(&self->plan.spec);
    float most = 0.0f;
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        float *z = at->z + (size_t)b * O + t->unit_first, *a = at->a + (size_t)b * O + t->unit_first;
        const float *bias = at->bias + t->unit_first;
        for (int32_t i = 0; has_bias && i < units; i++)
            z[i] += bias[i] * bias_scale;
        gf_activate_row(self->plan.spec.activation, at->z_exponent, z, a, units);
        most = gf_largest_finite(a, units, most);
    }
    return most;
}

static void forward_layer(gf_cpu *self, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_cpu_layer *below = &self->layers[l - 1];
    gf_cpu_layer *at = &self->layers[l];
    const int32_t k = gf_rescale((double)below->a_max, below->a_exponent, gf_spec_has_bias(spec));
    at->z_exponent = at->a_exponent = below->a_exponent + k;
    if (at->z_exponent != 0 && !gf_activation_far(spec->activation, at->z_exponent).keeps_exponent)
        at->a_exponent = 0;
    const float scale = ldexpf(1.0f, -k);
    const int32_t parts = parts_of(self, at->fan_out);
    const int team = gf_cpu_team(self, 2.0 * spec->batch * at->fan_in * at->fan_out);
    float most = 0.0f;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1) reduction(max : most)
    for (int32_t part = 0; part < parts; part++) {
        const tile t = tile_of(spec->batch, at->fan_out, part, parts);
        most = fmaxf(most, forward_tile(self, l, scale, &t));
    }
    at->a_max = most;
}

static gf_status cpu_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    for (int32_t l = first; l < first + count; l++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        forward_layer(self, l);
    }
    return GF_OK;
}

/* One row of the batch: its part of sum (a - t)^2, and dL/da into delta. See reference.c for the exponents. */
static double loss_row(const gf_cpu *self, int32_t b, float a_scale, float target_scale)
{
    const gf_cpu_layer *last = &self->layers[self->plan.spec.depth];
    const size_t row = (size_t)b * (size_t)last->fan_out;
    const float share = 2.0f / ((float)self->plan.spec.batch * (float)last->fan_out);
    double sum = 0.0;
    for (size_t i = row; i < row + (size_t)last->fan_out; i++) {
        const float apart = last->a[i] * a_scale - self->target[i] * target_scale;
        sum += (double)apart * (double)apart;
        last->delta[i] = apart * share;
    }
    gf_scale_by_derivative(self->plan.spec.activation, last->z_exponent, last->z + row, last->delta + row,
                           last->fan_out);
    return sum;
}

static gf_status cpu_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    const gf_spec *spec = &self->plan.spec;
    gf_cpu_layer *last = &self->layers[spec->depth];
    const int64_t exponent = last->a_exponent > 0 ? last->a_exponent : 0;
    const int64_t down = last->a_exponent - exponent;
    const float a_scale = ldexpf(1.0f, down < -1000 ? -1000 : (int)down);
    const float target_scale = ldexpf(1.0f, exponent > 1000 ? -1000 : (int)-exponent);
    double sum = 0.0;
    last->delta_max = 0.0f;
    for (int32_t b = 0; b < spec->batch; b++) {
        if (b % 256 == 0) GF_TRY(gf_pulse_beat(self->pulse, error));
        sum += loss_row(self, b, a_scale, target_scale);
        last->delta_max = gf_largest_finite(last->delta + (size_t)b * (size_t)last->fan_out, last->fan_out,
                                            last->delta_max);
    }
    last->delta_exponent = exponent;
    *out = gf_scaled_make(sum / ((double)spec->batch * last->fan_out), 2 * exponent);
    return GF_OK;
}

/* delta_below = (delta W) 2^-k f'(z_below) on one tile; gives back its largest magnitude. */
static float backward_tile(const gf_cpu *self, int32_t l, float scale, const tile *t)
{
    const gf_cpu_layer *below = &self->layers[l - 1], *at = &self->layers[l];
    const size_t I = (size_t)at->fan_in;
    const int32_t units = t->unit_last - t->unit_first;
    gf_blas_multiply(&self->blas, &(gf_product){.a_transpose = GF_PLAIN, .b_transpose = GF_PLAIN,
        .rows = t->batch_last - t->batch_first, .columns = units, .depth = at->fan_out, .alpha = scale,
        .a = at->delta + (size_t)t->batch_first * (size_t)at->fan_out, .a_stride = at->fan_out,
        .b = at->weight + t->unit_first, .b_stride = at->fan_in,
        .c = below->delta + (size_t)t->batch_first * I + (size_t)t->unit_first, .c_stride = at->fan_in});
    float most = 0.0f;
    for (int32_t b = t->batch_first; b < t->batch_last; b++) {
        const size_t row = (size_t)b * I + (size_t)t->unit_first;
        gf_scale_by_derivative(self->plan.spec.activation, below->z_exponent, below->z + row,
                               below->delta + row, units);
        most = gf_largest_finite(below->delta + row, units, most);
    }
    return most;
}

static void backward_layer(gf_cpu *self, int32_t l)
{
    const gf_cpu_layer *at = &self->layers[l];
    gf_cpu_layer *below = &self->layers[l - 1];
    const gf_spec *spec = &self->plan.spec;
    const int32_t k = gf_rescale((double)at->delta_max, at->delta_exponent, false);
    below->delta_exponent = at->delta_exponent + k;
    const float scale = ldexpf(1.0f, -k);
    const int32_t parts = parts_of(self, at->fan_in);
    const int team = gf_cpu_team(self, 2.0 * spec->batch * at->fan_in * at->fan_out);
    float most = 0.0f;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1) reduction(max : most)
    for (int32_t part = 0; part < parts; part++) {
        const tile t = tile_of(spec->batch, at->fan_in, part, parts);
        most = fmaxf(most, backward_tile(self, l, scale, &t));
    }
    below->delta_max = most;
}

static gf_status cpu_backward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    for (int32_t l = first + count - 1; l >= first; l--) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        if (l > 1) backward_layer(self, l);
    }
    return GF_OK;
}

static gf_status cpu_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                             gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    for (int32_t i = 0; i < count; i++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        gf_cpu_record(self, first + i, rows, &records[i], &cells[(size_t)i * (size_t)rows]);
    }
    return GF_OK;
}

/* The factor that keeps the products of dW near 1 where float would over- or underflow. */
static int weight_shift(const gf_cpu *self, int32_t l)
{
    const int shift = gf_exponent_of(self->layers[l].delta_max) + gf_exponent_of(self->layers[l - 1].a_max);
    return abs(shift) > 40 ? shift : 0;
}

int64_t gf_cpu_weight_exponent(const gf_cpu *self, int32_t l)
{
    return self->layers[l].delta_exponent + self->layers[l - 1].a_exponent + weight_shift(self, l);
}

void gf_cpu_weight_rows(const gf_cpu *self, int32_t l, int32_t first, int32_t rows, float *scratch, float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    const int shift = weight_shift(self, l);
    const float *delta = at->delta + first;
    int32_t stride = at->fan_out;
    if (shift != 0) { /* ldexp, not a factor: 2^-shift may lie outside of float */
        for (int32_t b = 0; b < self->plan.spec.batch; b++)
            for (int32_t r = 0; r < rows; r++)
                scratch[b * rows + r] = ldexpf(delta[(size_t)b * (size_t)stride + (size_t)r], -shift);
        delta = scratch;
        stride = rows;
    }
    gf_blas_multiply(&self->blas, &(gf_product){.a_transpose = GF_TRANSPOSED, .b_transpose = GF_PLAIN,
        .rows = rows, .columns = at->fan_in, .depth = self->plan.spec.batch, .alpha = 1.0f,
        .a = delta, .a_stride = stride, .b = self->layers[l - 1].a, .b_stride = at->fan_in,
        .c = out, .c_stride = at->fan_in});
}

static void read_weight_grad(gf_cpu *self, int32_t l, float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    for (int32_t row = 0; row < at->fan_out; row += GF_CPU_GRAD_ROWS) {
        const int32_t left = at->fan_out - row;
        gf_cpu_weight_rows(self, l, row, left < GF_CPU_GRAD_ROWS ? left : GF_CPU_GRAD_ROWS, self->scratch,
                           out + (size_t)row * (size_t)at->fan_in);
    }
}

static void read_bias_grad(const gf_cpu *self, int32_t l, float *out)
{
    const gf_cpu_layer *at = &self->layers[l];
    for (int32_t o = 0; o < at->fan_out; o++) {
        double sum = 0.0;
        for (int32_t b = 0; b < self->plan.spec.batch; b++)
            sum += (double)at->delta[(size_t)b * (size_t)at->fan_out + (size_t)o];
        out[o] = (float)sum;
    }
}

static gf_status cpu_read(gf_backend *backend, int32_t l, gf_tensor tensor, float *out, int64_t *exponent,
                          gf_error *error)
{
    (void)error;
    gf_cpu *self = (gf_cpu *)backend;
    const gf_spec *spec = &self->plan.spec;
    const gf_cpu_layer *at = &self->layers[l];
    const size_t B = (size_t)spec->batch, O = (size_t)at->fan_out, row = sizeof(float);
    *exponent = 0;
    switch (tensor) {
    case GF_TENSOR_WEIGHT: memcpy(out, at->weight, O * (size_t)at->fan_in * row); break;
    case GF_TENSOR_BIAS: memcpy(out, at->bias, O * row); break;
    case GF_TENSOR_Z: memcpy(out, at->z, B * O * row), *exponent = at->z_exponent; break;
    case GF_TENSOR_A: memcpy(out, at->a, B * O * row), *exponent = at->a_exponent; break;
    case GF_TENSOR_DELTA: memcpy(out, at->delta, B * O * row), *exponent = at->delta_exponent; break;
    case GF_TENSOR_WEIGHT_GRAD: read_weight_grad(self, l, out), *exponent = gf_cpu_weight_exponent(self, l); break;
    case GF_TENSOR_BIAS_GRAD: read_bias_grad(self, l, out), *exponent = at->delta_exponent; break;
    case GF_TENSOR_INPUT: memcpy(out, self->layers[0].a, B * (size_t)self->layers[0].fan_out * row); break;
    case GF_TENSOR_TARGET:
        memcpy(out, self->target, B * (size_t)self->layers[spec->depth].fan_out * row);
        break;
    }
    return GF_OK;
}

static gf_status cpu_peak(gf_backend *backend, double *gflops, double *gbytes, gf_error *error)
{
    return gf_host_peak(((gf_cpu *)backend)->threads, gflops, gbytes, error);
}

const gf_backend_ops gf_cpu_ops = {
    .name = "cpu",
    .list = cpu_list,
    .open = cpu_open,
    .close = cpu_close,
    .prepare = cpu_prepare,
    .forward = cpu_forward,
    .loss = cpu_loss,
    .backward = cpu_backward,
    .records = cpu_records,
    .read = cpu_read,
    .peak = cpu_peak,
};
