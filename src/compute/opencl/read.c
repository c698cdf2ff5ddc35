/* Whole arrays back to the host, out of the layouts of kernels/network.cl into rows. */
#include <stdlib.h>

#include "compute/opencl/state.h"
#include "model/precision.h"

/* A matrix of which `block` rows are interleaved, from `offset` floats on. */
typedef struct packed {
    const gf_buffer *buffer;
    size_t offset, rows, columns, block;
} packed;

static gf_status read_packed(gf_opencl *self, const packed *from, float *out, gf_error *error)
{
    const size_t columns = gf_pad(from->columns);
    const size_t count = gf_ceil_divide(from->rows, from->block) * from->block * columns;
    float *bytes = malloc(count * sizeof *bytes);
    if (!bytes) return gf_fail(error, GF_MEMORY, "no memory for %zu numbers", count);
    const gf_status status = gf_queue_read(&self->queue, from->buffer, from->offset * sizeof *bytes,
                                           bytes, count * sizeof *bytes, error);
    for (size_t row = 0; status == GF_OK && row < from->rows; row++)
        for (size_t column = 0; column < from->columns; column++)
            out[row * from->columns + column] =
                bytes[(row / from->block * columns + column) * from->block + row % from->block];
    free(bytes);
    return status;
}

/* z, a, delta and their like: samples are the interleaved rows. */
static packed samples_of(const gf_opencl *self, const gf_buffer *buffer, int32_t l)
{
    const gf_layer *at = &self->layers[l];
    return (packed){buffer, at->entries, (size_t)self->plan.spec.batch, at->fan_out, GF_LANES};
}

static gf_status read_state(gf_opencl *self, int32_t l, gf_state *out, gf_error *error)
{
    return gf_queue_read(&self->queue, &self->state, (size_t)l * sizeof *out, out, sizeof *out,
                         error);
}

static gf_status read_weight_grad(gf_opencl *self, int32_t l, float *out, int64_t *exponent,
                                  gf_error *error)
{
    const size_t bytes = (size_t)self->layers[l].fan_in * self->layers[l].fan_out * sizeof *out;
    gf_state below, at;
    gf_buffer whole = {0};
    if (bytes > self->device.info.allocation_bytes)
        return gf_fail(error, GF_MEMORY,
                       "dL/dW of layer %d has %.1f MiB; %s gives out %.1f MiB at once", l,
                       (double)bytes / 1048576.0, self->device.info.name,
                       (double)self->device.info.allocation_bytes / 1048576.0);
    GF_TRY(gf_buffer_provide(&self->queue, &whole, bytes, error));
    gf_status status = gf_cl_weight_gradient(self, l, 1, &whole, error);
    if (status == GF_OK) status = gf_queue_read(&self->queue, &whole, 0, out, bytes, error);
    gf_buffer_release(&whole);
    if (status != GF_OK) return status;
    GF_TRY(read_state(self, l - 1, &below, error));
    GF_TRY(read_state(self, l, &at, error));
    *exponent = at.delta_exponent + below.a_exponent + gf_weight_grad_shift(self, &at, &below);
    return GF_OK;
}

/* Sums of delta over the batch. */
static gf_status read_bias_grad(gf_opencl *self, int32_t l, float *out, gf_error *error)
{
    const size_t B = (size_t)self->plan.spec.batch, O = self->layers[l].fan_out;
    float *delta = malloc(B * O * sizeof *delta);
    if (!delta) return gf_fail(error, GF_MEMORY, "no memory for %zu numbers", B * O);
    const packed from = samples_of(self, &gf_segment_at(self, l)->delta, l);
    const gf_status status = read_packed(self, &from, delta, error);
    for (size_t o = 0; status == GF_OK && o < O; o++) {
        double sum = 0.0;
        for (size_t b = 0; b < B; b++)
            sum += (double)delta[b * O + o];
        out[o] = (float)gf_precision_round(self->plan.spec.precision, sum);
    }
    free(delta);
    return status;
}

/* As many rows at a time as are there for a product. */
static gf_status read_weights(gf_opencl *self, int32_t l, gf_tensor tensor, float *out,
                              gf_error *error)
{
    const gf_layer *at = &self->layers[l];
    const cl_uint units = (cl_uint)gf_pad(at->fan_out), most = gf_cl_units_at_a_time(self, units);
    for (cl_uint from = 0; from < units; from += most) {
        const cl_uint to = from + most < units ? from + most : units;
        gf_cl_weights weights;
        GF_TRY(gf_cl_get_weights(self, l, GF_CL_ROWS, from, to, &weights, error));
        if (tensor == GF_TENSOR_BIAS) {
            const packed bias = {weights.bias, at->bias, 1, at->fan_out, 1};
            return read_packed(self, &bias, out, error);
        }
        const size_t rows = (to < at->fan_out ? to : at->fan_out) - from;
        const packed part = {weights.weight, at->weight, rows, at->fan_in, GF_TILE_ROWS};
        GF_TRY(read_packed(self, &part, out + (size_t)from * at->fan_in, error));
    }
    return GF_OK;
}

/* Arrays that were not kept are made again. */
static gf_status make_ready(gf_opencl *self, int32_t l, gf_tensor tensor, gf_error *error)
{
    switch (tensor) {
    case GF_TENSOR_Z:
    case GF_TENSOR_A: return gf_cl_hold(self, gf_segment_of(self, l), error);
    case GF_TENSOR_DELTA:
    case GF_TENSOR_WEIGHT_GRAD:
    case GF_TENSOR_BIAS_GRAD: return gf_cl_descend(self, gf_segment_of(self, l), error);
    default: return GF_OK;
    }
}

static packed tensor_of(gf_opencl *self, int32_t l, gf_tensor tensor)
{
    gf_cl_segment *segment = l > 0 ? gf_segment_at(self, l) : NULL;
    switch (tensor) {
    case GF_TENSOR_Z: return samples_of(self, &segment->z, l);
    case GF_TENSOR_A: return samples_of(self, &segment->a, l);
    case GF_TENSOR_DELTA: return samples_of(self, &segment->delta, l);
    case GF_TENSOR_TARGET: {
        packed target = samples_of(self, &self->target, self->plan.spec.depth);
        target.offset =
            0; /* the output layer's place is in its segment, the target has a buffer of its own */
        return target;
    }
    default: return samples_of(self, &self->input, 0);
    }
}

gf_status gf_cl_read(gf_opencl *self, int32_t l, gf_tensor tensor, float *out, int64_t *exponent,
                     gf_error *error)
{
    GF_TRY(make_ready(self, l, tensor, error));
    if (tensor == GF_TENSOR_WEIGHT_GRAD) return read_weight_grad(self, l, out, exponent, error);
    gf_state state = {0};
    if (tensor != GF_TENSOR_INPUT && tensor != GF_TENSOR_TARGET)
        GF_TRY(read_state(self, l, &state, error));
    if (tensor == GF_TENSOR_BIAS_GRAD)
        GF_TRY(read_bias_grad(self, l, out, error));
    else if (tensor == GF_TENSOR_WEIGHT || tensor == GF_TENSOR_BIAS)
        GF_TRY(read_weights(self, l, tensor, out, error));
    else {
        const packed from = tensor_of(self, l, tensor);
        GF_TRY(read_packed(self, &from, out, error));
    }
    const bool is_delta = tensor == GF_TENSOR_DELTA || tensor == GF_TENSOR_BIAS_GRAD;
    *exponent = tensor == GF_TENSOR_Z   ? state.z_exponent
                : tensor == GF_TENSOR_A ? state.a_exponent
                : is_delta              ? state.delta_exponent
                                        : 0;
    return GF_OK;
}
