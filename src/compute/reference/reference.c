/* The reference backend: every step written out in double, no cleverness, one core. */
#include "compute/reference/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/cpu/peak.h"
#include "compute/reference/layers.h"
#include "model/init.h"
#include "model/orthogonal.h"

static gf_status reference_list(gf_device *devices, int32_t capacity, int32_t *count,
                                gf_error *error)
{
    (void)error;
    *count = capacity > 0 ? 1 : 0;
    if (capacity < 1) return GF_OK;
    const uint64_t memory =
        (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGE_SIZE) / 10 * 8;
    devices[0] = (gf_device){
        .id = "reference",
        .name = "plain C in double, one core",
        .driver = "gradflow " GF_VERSION,
        .kind = GF_DEVICE_HOST,
        .compute_units = 1,
        .memory_bytes = memory / 2, /* doubles where plans count floats */
        .allocation_bytes = memory / 2,
        .only_stores = true,
        .rates = {.ns = {[GF_TERM_PRODUCTS] = 1.0}},
    };
    return GF_OK;
}

static void release(reference *self)
{
    for (int32_t l = 0; self->layers && l <= self->plan.spec.depth; l++) {
        layer *at = &self->layers[l];
        free(at->weight);
        free(at->bias);
        if (at->h != at->z) free(at->h);
        free(at->z);
        free(at->inverse_std);
        free(at->a);
        free(at->up);
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

static double *room(size_t count)
{
    return malloc(count * sizeof(double));
}

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

/* An orthogonal matrix, widened. */
static double *orthogonal(const gf_spec *spec, int32_t l)
{
    const size_t count = (size_t)gf_spec_fan_out(spec, l) * (size_t)gf_spec_fan_in(spec, l);
    double *matrix = room(count);
    float *values = malloc(count * sizeof *values);
    const bool made = matrix && values && gf_orthogonal_make(spec, l, values, NULL) == GF_OK;
    for (size_t i = 0; made && i < count; i++)
        matrix[i] = values[i];
    free(values);
    if (made) return matrix;
    free(matrix);
    return NULL;
}

static void round_all(const reference *self, double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = gf_reference_round(self, values[i]);
}

static bool prepare_input(reference *self)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_fill input = gf_fill_input();
    layer *at = &self->layers[0];
    at->fan_out = gf_spec_fan_out(spec, 0);
    at->a = filled(&input, spec->seed, 0, spec->batch, at->fan_out);
    if (at->a) round_all(self, at->a, (size_t)spec->batch * (size_t)at->fan_out);
    return at->a != NULL;
}

static bool prepare_parameters(reference *self, layer *at, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_fill weight = gf_fill_weight(spec, l), bias = gf_fill_bias(spec, l);
    at->weight = gf_spec_init(spec, l) == GF_INIT_ORTHOGONAL
                     ? orthogonal(spec, l)
                     : filled(&weight, spec->seed, l, at->fan_out, at->fan_in);
    at->bias = filled(&bias, spec->seed, l, 1, at->fan_out);
    if (!at->weight || !at->bias) return false;
    round_all(self, at->weight, (size_t)at->fan_out * (size_t)at->fan_in);
    round_all(self, at->bias, (size_t)at->fan_out);
    return true;
}

static bool prepare_layer(reference *self, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    layer *at = &self->layers[l];
    if (l == 0) return prepare_input(self);
    at->fan_in = gf_spec_fan_in(spec, l);
    at->fan_out = gf_spec_fan_out(spec, l);
    at->activation = gf_spec_activation(spec, l);
    at->skip = gf_spec_has_skip(spec, l);
    const size_t entries = (size_t)spec->batch * (size_t)at->fan_out;
    const bool normalised = spec->norm != GF_NORM_NONE;
    at->z = room(entries);
    at->h = normalised ? room(entries) : at->z;
    at->inverse_std =
        normalised ? room((size_t)(at->fan_out > spec->batch ? at->fan_out : spec->batch)) : NULL;
    at->a = room(entries);
    at->up = room(entries);
    at->delta = room(entries);
    return at->z && at->h && (at->inverse_std || !normalised) && at->a && at->up && at->delta &&
           prepare_parameters(self, at, l);
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
        self->target =
            filled(&target, spec->seed, 0, spec->batch, gf_spec_fan_out(spec, spec->depth));
        self->weight_grad = room(most_weights);
        self->unit = room(2 * (size_t)spec->batch);
        self->per_unit = room(2 * most_units);
        fits = self->target && self->weight_grad && self->unit && self->per_unit;
    }
    if (!fits) {
        release(self);
        return gf_fail(error, GF_MEMORY, "no memory for %d layers of %d in double", spec->depth,
                       spec->width);
    }
    return GF_OK;
}

static gf_status reference_forward(gf_backend *backend, int32_t first, int32_t count,
                                   gf_error *error)
{
    for (int32_t l = first; l < first + count; l++)
        GF_TRY(gf_reference_forward_layer((reference *)backend, l, error));
    return GF_OK;
}

static gf_status reference_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    (void)error;
    gf_reference_loss((reference *)backend, out);
    return GF_OK;
}

/* Of the layers asked for, delta is already there: this makes the delta of each layer below. */
static gf_status reference_backward(gf_backend *backend, int32_t first, int32_t count,
                                    gf_error *error)
{
    reference *self = (reference *)backend;
    for (int32_t l = first + count; l > first; l--)
        if (l <= self->plan.spec.depth) GF_TRY(gf_reference_backward_layer(self, l, error));
    return GF_OK;
}

static gf_status reference_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                                   gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    reference *self = (reference *)backend;
    for (int32_t i = 0; i < count; i++) {
        const layer *at = &self->layers[first + i];
        gf_layer_raw raw;
        GF_TRY(gf_reference_layer_raw(self, first + i, &raw, error));
        gf_record_make(&raw, &records[i]);
        gf_cells_make(self->per_unit, self->per_unit + at->fan_out, at->fan_out,
                      self->plan.spec.batch,
                      (double)at->delta_exponent - log2(self->plan.spec.loss_scale), rows,
                      &cells[(size_t)i * (size_t)rows]);
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
    case GF_TENSOR_Z: narrow(at->h, B * O, out), *exponent = at->z_exponent; break;
    case GF_TENSOR_A: narrow(at->a, B * O, out), *exponent = at->a_exponent; break;
    case GF_TENSOR_DELTA: narrow(at->delta, B * O, out), *exponent = at->delta_exponent; break;
    case GF_TENSOR_WEIGHT_GRAD:
        GF_TRY(gf_reference_weight_gradient(self, l, error));
        narrow(self->weight_grad, O * (size_t)at->fan_in, out);
        *exponent = at->delta_exponent + self->layers[l - 1].a_exponent;
        break;
    case GF_TENSOR_BIAS_GRAD:
        gf_reference_bias_gradient(self, l, self->per_unit);
        narrow(self->per_unit, O, out);
        *exponent = at->delta_exponent;
        break;
    case GF_TENSOR_INPUT:
        narrow(self->layers[0].a, B * (size_t)self->layers[0].fan_out, out);
        break;
    case GF_TENSOR_TARGET:
        narrow(self->target, B * (size_t)self->layers[spec->depth].fan_out, out);
        break;
    }
    return GF_OK;
}

static gf_status reference_peak(gf_backend *backend, double *gflops, double *gbytes,
                                gf_error *error)
{
    (void)backend;
    return gf_host_peak(1, gflops, gbytes,
                        error); /* in float32: what the core could do, not what this tries */
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
    .peak = reference_peak,
};
