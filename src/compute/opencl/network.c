/* From a plan to descriptors, buffers and generated values on the device. Buffers, the program and
 * its kernels are kept from run to run: a moved slider costs the values, not the memory. */
#include <stdlib.h>
#include <string.h>

#include "compute/opencl/state.h"
#include "model/activation.h"
#include "model/init.h"

_Static_assert((int)GF_ACTIVATION_COUNT <= GF_KINDS,
               "kernels/network.cl has room for every activation");

static gf_kind describe_kind(gf_activation activation)
{
    const gf_activation_info *f = gf_activation_get(activation);
    gf_kind out = {.saturated_low = (float)f->saturated_low,
                   .saturated_high = (float)f->saturated_high};
    for (int side = 0; side < 2; side++) {
        const gf_far_activation far = gf_activation_far(activation, side ? 100 : -100);
        const double values[7] = {far.below_slope,
                                  far.below_value,
                                  far.above_slope,
                                  far.above_value,
                                  far.zero_value,
                                  side ? f->slope_at_minus : f->slope_below_zero,
                                  side ? f->slope_at_plus : f->slope_above_zero};
        for (int i = 0; i < 7; i++)
            out.far[side][i] = (float)values[i];
        out.far_keeps_exponent[side] = far.keeps_exponent;
    }
    return out;
}

static gf_network describe_network(const gf_opencl *self)
{
    const gf_spec *spec = &self->plan.spec;
    gf_network network = {
        .seed = spec->seed,
        .batch = (gf_uint)spec->batch,
        .panels = (gf_uint)gf_panels(self),
        /* Batch norm takes the bias away with the mean; until then it would only cost digits. A
           number type pays them. */
        .has_bias =
            gf_spec_has_bias(spec) && !(spec->norm == GF_NORM_BATCH && gf_carries_exponents(self)),
        .norm = (gf_int)spec->norm,
        .precision = (gf_int)spec->precision,
        .loss_factor = (float)(2.0 / ((double)spec->batch * gf_spec_fan_out(spec, spec->depth)) *
                               spec->loss_scale),
        .skip_scale = (float)spec->skip_scale,
    };
    for (int i = 0; i < GF_ACTIVATION_COUNT; i++)
        network.kinds[i] = describe_kind((gf_activation)i);
    return network;
}

/* Floats that a segment's buffers need, counted while its layers are placed. */
typedef struct need {
    size_t weight, bias, entries, inverse;
} need;

/* Standard deviations of a layer that norm.cl keeps. */
static size_t inverse_count(const gf_opencl *self, int32_t l)
{
    const gf_spec *spec = &self->plan.spec;
    if (spec->norm == GF_NORM_BATCH) return gf_pad((size_t)gf_spec_fan_out(spec, l));
    return spec->norm == GF_NORM_LAYER ? gf_panels(self) * GF_LANES : 0;
}

static void describe_layer(const gf_spec *spec, int32_t l, gf_layer *out)
{
    const gf_fill weight = gf_fill_weight(spec, l), bias = gf_fill_bias(spec, l);
    out->fan_in = (gf_uint)gf_spec_fan_in(spec, l);
    out->activation = (gf_int)gf_spec_activation(spec, l);
    out->has_skip = gf_spec_has_skip(spec, l);
    out->weights_uniform = weight.distribution == GF_UNIFORM;
    out->biases_uniform = bias.distribution == GF_UNIFORM;
    out->weight_scale = weight.scale;
    out->bias_scale = bias.scale;
}

static void place_layer(gf_opencl *self, int32_t l, need *used)
{
    const gf_spec *spec = &self->plan.spec;
    gf_layer *at = &self->layers[l];
    *at = (gf_layer){.fan_out = (gf_uint)gf_spec_fan_out(spec, l)};
    if (l == 0) return;
    describe_layer(spec, l, at);
    at->weight = used->weight;
    at->bias = used->bias;
    at->entries = used->entries;
    at->inverse = used->inverse;
    used->weight += gf_pad(at->fan_out) * gf_pad(at->fan_in);
    used->bias += gf_pad(at->fan_out);
    used->entries += gf_entries(self, l);
    used->inverse += inverse_count(self, l);
}

/* The driver's own check cannot be relied on, and its message has no numbers. */
static gf_status check_size(const gf_opencl *self, const char *what, size_t floats, gf_error *error)
{
    const double mib = 1024.0 * 1024.0;
    if (floats * sizeof(float) <= self->device.info.allocation_bytes) return GF_OK;
    return gf_fail(error, GF_MEMORY,
                   "%s of one layer need a buffer of %.1f MiB; %s allows %.1f MiB", what,
                   (double)(floats * sizeof(float)) / mib, self->device.info.name,
                   (double)self->device.info.allocation_bytes / mib);
}

static gf_status provide(gf_opencl *self, gf_buffer *buffer, const char *what, size_t floats,
                         gf_error *error)
{
    GF_TRY(check_size(self, what, floats, error));
    return gf_buffer_provide(&self->queue, buffer, floats * sizeof(float), error);
}

static gf_status provide_segment(gf_opencl *self, int32_t segment, gf_error *error)
{
    const int32_t first = gf_segment_first(self, segment);
    gf_cl_segment *at = &self->segments[segment];
    need used = {0};
    for (int32_t l = first; l < first + gf_segment_length(self, segment); l++)
        place_layer(self, l, &used);
    GF_TRY(provide(self, &at->weight, "the weights", used.weight, error));
    GF_TRY(provide(self, &at->bias, "the biases", used.bias, error));
    GF_TRY(provide(self, &at->z, "the pre-activations", used.entries, error));
    GF_TRY(provide(self, &at->a, "the activations", used.entries, error));
    if (used.inverse > 0)
        GF_TRY(provide(self, &at->inverse, "the standard deviations", used.inverse, error));
    return provide(self, &at->delta, "the deltas", used.entries, error);
}

static void release_segment(gf_cl_segment *segment)
{
    gf_buffer_release(&segment->weight);
    gf_buffer_release(&segment->bias);
    gf_buffer_release(&segment->z);
    gf_buffer_release(&segment->a);
    gf_buffer_release(&segment->delta);
    gf_buffer_release(&segment->inverse);
}

/* Layers whose weights, and whose activations, fit one buffer each; at least one, which is then
 * refused with its numbers. */
static int32_t layers_that_fit(const gf_opencl *self)
{
    const gf_spec *spec = &self->plan.spec;
    size_t most = 1;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const size_t out = gf_pad((size_t)gf_spec_fan_out(spec, l)),
                     in = gf_pad((size_t)gf_spec_fan_in(spec, l));
        const size_t entries = gf_entries(self, l), weights = out * in;
        if (weights > most) most = weights;
        if (entries > most) most = entries;
    }
    const uint64_t layers = self->device.info.allocation_bytes / (most * sizeof(float));
    const uint64_t wanted = (uint64_t)self->plan.layers_per_segment;
    return layers < 1 ? 1 : (int32_t)(layers < wanted ? layers : wanted);
}

/* Segments that were there keep their buffers. */
static gf_status resize_segments(gf_opencl *self, gf_error *error)
{
    self->segment_layers = layers_that_fit(self);
    const int32_t count = (self->plan.spec.depth + self->segment_layers - 1) / self->segment_layers;
    for (int32_t i = count; i < self->segment_count; i++)
        release_segment(&self->segments[i]);
    gf_cl_segment *segments = realloc(self->segments, (size_t)count * sizeof *segments);
    if (!segments) return gf_fail(error, GF_MEMORY, "no memory for %d segments", count);
    for (int32_t i = self->segment_count; i < count; i++)
        segments[i] = (gf_cl_segment){0};
    self->segments = segments;
    self->segment_count = count;
    return GF_OK;
}

/* Padding to whole tiles costs memory that a plan does not know of: what is needed here, against
 * what there is. */
static gf_status check_total(const gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    double floats = 0.0;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const size_t out = gf_pad((size_t)gf_spec_fan_out(spec, l)),
                     in = gf_pad((size_t)gf_spec_fan_in(spec, l));
        floats += (double)out * (double)(in + 1) + 3.0 * (double)gf_entries(self, l) +
                  (double)inverse_count(self, l);
    }
    const double bytes = floats * sizeof(float), gib = 1024.0 * 1024.0 * 1024.0;
    if (bytes <= (double)self->device.info.memory_bytes) return GF_OK;
    return gf_fail(error, GF_MEMORY,
                   "%d layers of %d with batch %d need %.2f GiB in whole tiles; %s has %.2f GiB",
                   spec->depth, spec->width, spec->batch, bytes / gib, self->device.info.name,
                   (double)self->device.info.memory_bytes / gib);
}

/* What skips and layer norm keep of one layer at a time, for the largest. */
static gf_status provide_passing(gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    size_t entries = 0, chunks = 0;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const size_t units = (size_t)gf_spec_fan_out(spec, l);
        if (self->layers[l].has_skip && gf_entries(self, l) > entries)
            entries = gf_entries(self, l);
        if (spec->norm == GF_NORM_LAYER && gf_norm_chunks(units) > chunks)
            chunks = gf_norm_chunks(units);
    }
    GF_TRY(provide(self, &self->up, "the gradients beside the skips", entries, error));
    GF_TRY(provide(self, &self->up_next, "the gradients beside the skips", entries, error));
    return provide(self, &self->norm_sums, "the sums of layer norm",
                   chunks * gf_panels(self) * GF_LANES * 2, error);
}

static gf_status provide_all(gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t layers = (size_t)spec->depth + 1;
    const size_t chunks =
        gf_ceil_divide(gf_pad((size_t)gf_spec_fan_out(spec, spec->depth)), GF_CHUNK_UNITS);
    gf_layer *table = realloc(self->layers, layers * sizeof *table);
    if (!table) return gf_fail(error, GF_MEMORY, "no memory for %zu layers", layers);
    self->layers = table;
    GF_TRY(check_total(self, error));
    GF_TRY(resize_segments(self, error));
    place_layer(self, 0, NULL);
    for (int32_t segment = 0; segment < self->segment_count; segment++)
        GF_TRY(provide_segment(self, segment, error));
    GF_TRY(provide_passing(self, error));
    GF_TRY(provide(self, &self->input, "the input", gf_entries(self, 0), error));
    GF_TRY(provide(self, &self->target, "the target", gf_entries(self, spec->depth), error));
    GF_TRY(provide(self, &self->loss_sums, "the loss", chunks * gf_panels(self), error));
    GF_TRY(gf_buffer_provide(&self->queue, &self->network, sizeof(gf_network), error));
    GF_TRY(gf_buffer_provide(&self->queue, &self->table, layers * sizeof(gf_layer), error));
    return gf_buffer_provide(&self->queue, &self->state, layers * sizeof(gf_state), error);
}

/* Panels x strips of a matrix; see generate.cl. */
static size_t strips_of(size_t rows, size_t block, size_t columns)
{
    const size_t strip = 64;
    return gf_ceil_divide(rows, block) * gf_ceil_divide(gf_pad(columns), strip);
}

static gf_status generate(gf_opencl *self, gf_stream stream, int32_t first, int32_t count,
                          gf_buffer *out, size_t strips, gf_error *error)
{
    const cl_uint first_layer = (cl_uint)first, which = (cl_uint)stream;
    const gf_argument arguments[] = {GF_ARG(self->network.memory), GF_ARG(self->table.memory),
                                     GF_ARG(first_layer), GF_ARG(which), GF_ARG(out->memory)};
    gf_launch launch = {.name = "generate",
                        .global = {strips, (size_t)count},
                        .local = 1,
                        .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_GENERATE, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

static gf_status generate_segment(gf_opencl *self, int32_t segment, gf_error *error)
{
    const int32_t first = gf_segment_first(self, segment);
    const int32_t count = gf_segment_length(self, segment);
    size_t weights = 0, biases = 0;
    for (int32_t l = first; l < first + count; l++) {
        const size_t out = self->layers[l].fan_out;
        const size_t weight = strips_of(out, GF_TILE_ROWS, self->layers[l].fan_in),
                     bias = strips_of(1, 1, out);
        if (weight > weights) weights = weight;
        if (bias > biases) biases = bias;
    }
    GF_TRY(generate(self, GF_STREAM_WEIGHT, first, count, &self->segments[segment].weight, weights,
                    error));
    GF_TRY(
        generate(self, GF_STREAM_BIAS, first, count, &self->segments[segment].bias, biases, error));
    for (int32_t l = first; l < first + count; l++)
        if (gf_spec_init(&self->plan.spec, l) == GF_INIT_ORTHOGONAL)
            GF_TRY(gf_cl_send_weights(self, l, error));
    return GF_OK;
}

static gf_status generate_all(gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t layers = (size_t)spec->depth + 1, batch = (size_t)spec->batch;
    const size_t input = strips_of(batch, GF_LANES, (size_t)gf_spec_fan_out(spec, 0));
    const size_t target = strips_of(batch, GF_LANES, (size_t)gf_spec_fan_out(spec, spec->depth));
    self->described = describe_network(self);
    GF_TRY(gf_queue_send(&self->queue, &self->network, &self->described, sizeof self->described,
                         error));
    GF_TRY(gf_queue_send(&self->queue, &self->table, self->layers, layers * sizeof *self->layers,
                         error));
    GF_TRY(generate(self, GF_STREAM_INPUT, 0, 1, &self->input, input, error));
    GF_TRY(generate(self, GF_STREAM_TARGET, spec->depth, 1, &self->target, target, error));
    for (int32_t segment = 0; segment < self->segment_count; segment++)
        GF_TRY(generate_segment(self, segment, error));
    return gf_queue_wait(&self->queue, error);
}

static gf_status provide_zeros(gf_opencl *self, gf_error *error)
{
    const size_t states = ((size_t)self->plan.spec.depth + 1) * sizeof(gf_state);
    const size_t counts = gf_cl_count_bytes(&self->scratch),
                 bytes = states > counts ? states : counts;
    free(self->zeros);
    self->zeros = calloc(1, bytes);
    if (!self->zeros) return gf_fail(error, GF_MEMORY, "no memory for %zu bytes of zeros", bytes);
    return GF_OK;
}

gf_status gf_cl_prepare(gf_opencl *self, const gf_plan *plan, gf_error *error)
{
    self->plan = *plan;
    self->used = gf_cl_family(self, &plan->spec);
    GF_TRY(provide_all(self, error));
    GF_TRY(gf_cl_provide_scratch(self, error));
    GF_TRY(provide_zeros(self, error));
    return generate_all(self, error);
}

void gf_cl_release_network(gf_opencl *self)
{
    for (int32_t i = 0; i < self->segment_count; i++)
        release_segment(&self->segments[i]);
    gf_buffer *const buffers[] = {&self->network, &self->table,   &self->state,
                                  &self->input,   &self->target,  &self->loss_sums,
                                  &self->up,      &self->up_next, &self->norm_sums};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        gf_buffer_release(buffers[i]);
    gf_cl_release_scratch(&self->scratch);
    free(self->segments);
    free(self->layers);
    free(self->zeros);
    self->zeros = NULL;
    self->segments = NULL;
    self->layers = NULL;
    self->segment_count = 0;
}
