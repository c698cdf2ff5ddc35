/* Values made on the device: everything at the start, or the weights of a layer each time a product
 * asks for them. */
#include "compute/opencl/gpu.h"
#include "compute/opencl/state.h"
#include "model/init.h"

/* Columns of a strip; see generate.cl. */
#define STRIP 64

/* Work-items that make `columns` columns of so many panels of `block` rows: strips, or whole groups
 * of the GPU family. */
static size_t items_of(const gf_opencl *self, gf_kernel which, size_t panels, size_t block,
                       size_t columns)
{
    const size_t group = gf_gpu_group_items(self, which);
    if (group == 1) return panels * gf_ceil_divide(columns, STRIP);
    return gf_ceil_divide(panels * block * columns / 4, group) * group;
}

static size_t matrix_items(const gf_opencl *self, size_t rows, size_t block, size_t columns)
{
    return items_of(self, GF_KERNEL_GENERATE, gf_ceil_divide(rows, block), block, gf_pad(columns));
}

static gf_status generate(gf_opencl *self, gf_stream stream, int32_t first, int32_t count,
                          const gf_buffer *out, size_t items, gf_error *error)
{
    const cl_uint first_layer = (cl_uint)first, which = (cl_uint)stream;
    const gf_argument arguments[] = {GF_ARG(self->network.memory), GF_ARG(self->table.memory),
                                     GF_ARG(first_layer), GF_ARG(which), GF_ARG(out->memory)};
    gf_launch launch = {.name = gf_kernel_name(GF_KERNEL_GENERATE, self->used),
                        .global = {items, (size_t)count},
                        .local = gf_gpu_group_items(self, GF_KERNEL_GENERATE),
                        .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_GENERATE, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

/* Rows or columns from..to-1 of a layer's weights, at the start of `out`. */
static gf_status generate_block(gf_opencl *self, int32_t l, gf_cl_side side, cl_uint from,
                                cl_uint to, const gf_buffer *out, gf_error *error)
{
    const bool by_rows = side == GF_CL_ROWS;
    const cl_uint layer = (cl_uint)l, first_row = by_rows ? from : 0,
                  first_column = by_rows ? 0 : from,
                  end_column = by_rows ? (cl_uint)gf_pad(self->layers[l].fan_in) : to;
    const size_t rows = by_rows ? to - from : gf_pad(self->layers[l].fan_out);
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(layer),
                                     GF_ARG(first_row),
                                     GF_ARG(first_column),
                                     GF_ARG(end_column),
                                     GF_ARG(out->memory)};
    gf_launch launch = {.name = gf_kernel_name(GF_KERNEL_GENERATE_BLOCK, self->used),
                        .global = {items_of(self, GF_KERNEL_GENERATE_BLOCK, 1, GF_TILE_ROWS,
                                            end_column - first_column),
                                   rows / GF_TILE_ROWS},
                        .local = gf_gpu_group_items(self, GF_KERNEL_GENERATE_BLOCK),
                        .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_GENERATE_BLOCK, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

/* Layers first..first+count-1 into buffers that hold them at their offsets. */
static gf_status generate_layers(gf_opencl *self, int32_t first, int32_t count,
                                 const gf_buffer *weight, const gf_buffer *bias, gf_error *error)
{
    size_t weights = 0, biases = 0;
    for (int32_t l = first; l < first + count; l++) {
        const size_t out = self->layers[l].fan_out;
        const size_t layer = matrix_items(self, out, GF_TILE_ROWS, self->layers[l].fan_in),
                     row = matrix_items(self, 1, 1, out);
        if (layer > weights) weights = layer;
        if (row > biases) biases = row;
    }
    if (weight) GF_TRY(generate(self, GF_STREAM_WEIGHT, first, count, weight, weights, error));
    GF_TRY(generate(self, GF_STREAM_BIAS, first, count, bias, biases, error));
    for (int32_t l = first; weight && l < first + count; l++)
        if (gf_spec_init(&self->plan.spec, l) == GF_INIT_ORTHOGONAL)
            GF_TRY(
                gf_cl_send_weights(self, l, weight, self->layers[l].weight * sizeof(float), error));
    return GF_OK;
}

gf_status gf_cl_generate_all(gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t batch = (size_t)spec->batch;
    const size_t input = matrix_items(self, batch, GF_LANES, (size_t)gf_spec_fan_out(spec, 0));
    const size_t target =
        matrix_items(self, batch, GF_LANES, (size_t)gf_spec_fan_out(spec, spec->depth));
    GF_TRY(generate(self, GF_STREAM_INPUT, 0, 1, &self->input, input, error));
    GF_TRY(generate(self, GF_STREAM_TARGET, spec->depth, 1, &self->target, target, error));
    for (int32_t i = 0; !self->plan.generated && i < self->segment_count; i++)
        GF_TRY(generate_layers(self, gf_segment_first(self, i), gf_segment_length(self, i),
                               &self->segments[i].weight, &self->segments[i].bias, error));
    return gf_queue_wait(&self->queue, error);
}

cl_uint gf_cl_units_at_a_time(const gf_opencl *self, cl_uint units)
{
    const cl_uint block = (cl_uint)self->plan.block_units;
    return block > 0 && block < units ? block : units;
}

static gf_status fill_slot(gf_opencl *self, gf_cl_slot *slot, int32_t l, gf_cl_side side,
                           cl_uint from, cl_uint to, gf_error *error)
{
    const size_t units = side == GF_CL_ROWS ? self->layers[l].fan_out : self->layers[l].fan_in;
    const bool whole = from == 0 && to == gf_pad(units);
    if (whole && slot->layer == l) return GF_OK;
    slot->layer = 0;
    GF_TRY(generate_layers(self, l, 1, whole ? &slot->weight : NULL, &slot->bias, error));
    if (!whole) return generate_block(self, l, side, from, to, &slot->weight, error);
    slot->layer = l;
    return GF_OK;
}

gf_status gf_cl_get_weights(gf_opencl *self, int32_t l, gf_cl_side side, cl_uint from, cl_uint to,
                            gf_cl_weights *out, gf_error *error)
{
    if (self->plan.generated) {
        gf_cl_slot *slot = &self->slots[(l - 1) % self->slot_count];
        GF_TRY(fill_slot(self, slot, l, side, from, to, error));
        *out = (gf_cl_weights){&slot->weight, &slot->bias};
        return GF_OK;
    }
    const gf_cl_segment *at = &self->segments[gf_segment_of(self, l)];
    *out = (gf_cl_weights){&at->weight, &at->bias};
    return GF_OK;
}
