/* From a plan to descriptors, buffers and generated values on the device. Buffers, the program and
 * its kernels are kept from run to run: a moved slider costs the values, not the memory. */
#include <stdlib.h>
#include <string.h>

#include "compute/opencl/gpu.h"
#include "compute/opencl/state.h"
#include "model/activation.h"
#include "model/init.h"

_Static_assert((int)GF_ACTIVATION_COUNT <= GF_KINDS,
               "kernels/network.cl has room for every activation");
_Static_assert(GF_BINS == GF_HISTOGRAM_BINS, "kernels/network.cl has the bins of records.h");

static gf_kind describe_kind(gf_activation activation)
{
    const gf_activation_info *f = gf_activation_get(activation);
    gf_kind out = {.saturated_low = (float)f->saturated_low,
                   .saturated_high = (float)f->saturated_high,
                   .bound_low = (float)f->bound_low,
                   .bound_high = (float)f->bound_high};
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

/* Of what is made again every layer has a place of the same size. */
static void place_again(gf_opencl *self, int32_t l, const need *most)
{
    gf_layer *at = &self->layers[l];
    const size_t place = (size_t)gf_plan_place(&self->plan, l);
    if (self->plan.recomputed) {
        at->entries = place * most->entries;
        at->inverse = place * most->inverse;
    }
    if (self->plan.generated) at->weight = at->bias = 0;
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

static gf_status provide_arrays(gf_opencl *self, gf_cl_segment *at, const need *used,
                                gf_error *error)
{
    GF_TRY(provide(self, &at->z, "the pre-activations", used->entries, error));
    GF_TRY(provide(self, &at->a, "the activations", used->entries, error));
    if (used->inverse > 0)
        GF_TRY(provide(self, &at->inverse, "the standard deviations", used->inverse, error));
    return provide(self, &at->delta, "the deltas", used->entries, error);
}

static gf_status provide_segment(gf_opencl *self, int32_t segment, gf_error *error)
{
    const int32_t first = gf_segment_first(self, segment);
    gf_cl_segment *at = &self->segments[segment];
    need used = {0};
    for (int32_t l = first; l < first + gf_segment_length(self, segment); l++)
        place_layer(self, l, &used);
    if (!self->plan.generated) {
        GF_TRY(provide(self, &at->weight, "the weights", used.weight, error));
        GF_TRY(provide(self, &at->bias, "the biases", used.bias, error));
    }
    return self->plan.recomputed ? GF_OK : provide_arrays(self, at, &used, error);
}

/* The largest layer's. */
static need most_of(const gf_opencl *self)
{
    need most = {0};
    for (int32_t l = 1; l <= self->plan.spec.depth; l++) {
        const size_t out = gf_pad(self->layers[l].fan_out), in = gf_pad(self->layers[l].fan_in);
        const need at = {out * in, out, gf_entries(self, l), inverse_count(self, l)};
        if (at.weight > most.weight) most.weight = at.weight;
        if (at.bias > most.bias) most.bias = at.bias;
        if (at.entries > most.entries) most.entries = at.entries;
        if (at.inverse > most.inverse) most.inverse = at.inverse;
    }
    return most;
}

static gf_status provide_checkpoints(gf_opencl *self, gf_error *error)
{
    const int32_t count = self->segment_count - 1;
    self->checkpoints = calloc((size_t)count + 1, sizeof *self->checkpoints);
    if (!self->checkpoints) return gf_fail(error, GF_MEMORY, "no memory for %d checkpoints", count);
    self->checkpoint_count = count;
    for (int32_t i = 0; i < count; i++)
        GF_TRY(provide(self, &self->checkpoints[i], "the activations",
                       gf_entries(self, gf_segment_first(self, i + 1) - 1), error));
    return GF_OK;
}

static gf_status provide_slots(gf_opencl *self, const need *most, gf_error *error)
{
    const size_t block = (size_t)self->plan.block_units;
    const size_t longer =
        most->bias > gf_pad(self->layers[1].fan_in) ? most->bias : gf_pad(self->layers[1].fan_in);
    const size_t weights =
        block > 0 && block * longer < most->weight ? block * longer : most->weight;
    const int32_t count = self->plan.weight_layers;
    self->slots = calloc((size_t)count, sizeof *self->slots);
    if (!self->slots)
        return gf_fail(error, GF_MEMORY, "no memory for the weights of %d layers", count);
    self->slot_count = count;
    for (int32_t i = 0; i < count; i++) {
        GF_TRY(provide(self, &self->slots[i].weight, "the weights", weights, error));
        GF_TRY(provide(self, &self->slots[i].bias, "the biases", most->bias, error));
    }
    return GF_OK;
}

/* Places and memory for what is made again; the layers are described. */
static gf_status provide_again(gf_opencl *self, gf_error *error)
{
    const need most = most_of(self);
    const size_t layers = (size_t)self->segment_layers;
    need working = {0, 0, layers * most.entries, layers * most.inverse};
    for (int32_t l = 1; l <= self->plan.spec.depth; l++)
        place_again(self, l, &most);
    if (self->plan.generated) GF_TRY(provide_slots(self, &most, error));
    if (!self->plan.recomputed) return GF_OK;
    GF_TRY(provide_checkpoints(self, error));
    return provide_arrays(self, &self->working, &working, error);
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
        if (!self->plan.generated && weights > most) most = weights;
        if (entries > most) most = entries;
    }
    const uint64_t layers = self->device.info.allocation_bytes / (most * sizeof(float));
    const uint64_t wanted = (uint64_t)self->plan.layers_per_segment;
    return layers < 1 ? 1 : (int32_t)(layers < wanted ? layers : wanted);
}

/* Segments that were there keep their buffers. Recomputed ones are those of the plan. */
static gf_status resize_segments(gf_opencl *self, gf_error *error)
{
    self->segment_layers =
        self->plan.recomputed ? self->plan.layers_per_segment : layers_that_fit(self);
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

/* Of the product that has most in its parts: the device's parts_bytes at most. */
static gf_status provide_parts(gf_opencl *self, gf_error *error)
{
    const size_t samples = gf_panels(self) * GF_LANES;
    size_t most = 0;
    for (int32_t l = 1; l <= self->plan.spec.depth; l++) {
        const size_t in = gf_pad(self->layers[l].fan_in), out = gf_pad(self->layers[l].fan_out);
        const size_t forward = gf_cl_part_count(self, out, in) * out,
                     backward = l > 1 ? gf_cl_part_count(self, in, out) * in : 0;
        if (forward > out && forward > most) most = forward;
        if (backward > in && backward > most) most = backward;
    }
    return provide(self, &self->parts, "the parts of the sums", most * samples, error);
}

static gf_status provide_all(gf_opencl *self, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const size_t layers = (size_t)spec->depth + 1;
    gf_layer *table = realloc(self->layers, layers * sizeof *table);
    if (!table) return gf_fail(error, GF_MEMORY, "no memory for %zu layers", layers);
    self->layers = table;
    GF_TRY(resize_segments(self, error));
    place_layer(self, 0, NULL);
    for (int32_t segment = 0; segment < self->segment_count; segment++)
        GF_TRY(provide_segment(self, segment, error));
    GF_TRY(provide_again(self, error));
    GF_TRY(provide_passing(self, error));
    GF_TRY(provide_parts(self, error));
    GF_TRY(provide(self, &self->input, "the input", gf_entries(self, 0), error));
    GF_TRY(provide(self, &self->target, "the target", gf_entries(self, spec->depth), error));
    GF_TRY(provide(self, &self->loss_sums, "the loss", gf_cl_loss_count(self), error));
    GF_TRY(gf_buffer_provide(&self->queue, &self->network, sizeof(gf_network), error));
    GF_TRY(gf_buffer_provide(&self->queue, &self->table, layers * sizeof(gf_layer), error));
    self->state_cleared = false;
    return gf_buffer_provide(&self->queue, &self->state, layers * sizeof(gf_state), error);
}

static gf_status send_descriptors(gf_opencl *self, gf_error *error)
{
    const size_t layers = (size_t)self->plan.spec.depth + 1;
    self->described = describe_network(self);
    GF_TRY(gf_queue_send(&self->queue, &self->network, &self->described, sizeof self->described,
                         error));
    return gf_queue_send(&self->queue, &self->table, self->layers, layers * sizeof *self->layers,
                         error);
}

static gf_status provide_host(gf_opencl *self, gf_error *error)
{
    const size_t states = ((size_t)self->plan.spec.depth + 1) * sizeof(gf_state);
    const size_t counts = gf_cl_count_bytes(&self->scratch),
                 bytes = states > counts ? states : counts;
    free(self->zeros);
    self->zeros = calloc(1, bytes);
    if (!self->zeros) return gf_fail(error, GF_MEMORY, "no memory for %zu bytes of zeros", bytes);
    free(self->host_loss);
    self->host_loss = calloc(gf_cl_loss_count(self), sizeof *self->host_loss);
    if (!self->host_loss)
        return gf_fail(error, GF_MEMORY, "no memory for %zu sums of the loss",
                       gf_cl_loss_count(self));
    return GF_OK;
}

gf_status gf_cl_prepare(gf_opencl *self, const gf_plan *plan, gf_error *error)
{
    /* Buffers are not kept beside a plan that counts them. */
    if (self->plan.generated || self->plan.recomputed || plan->generated || plan->recomputed)
        gf_cl_release_network(self);
    self->holds = self->descends = -1;
    self->stage = GF_CL_APART;
    self->steps_apart = false;
    self->plan = *plan;
    self->used = gf_cl_family(self, plan);
    GF_TRY(provide_all(self, error));
    GF_TRY(gf_cl_provide_scratch(self, error));
    GF_TRY(provide_host(self, error));
    GF_TRY(send_descriptors(self, error));
    return gf_cl_generate_all(self, error);
}

static void release_again(gf_opencl *self)
{
    release_segment(&self->working);
    for (int32_t i = 0; i < self->checkpoint_count; i++)
        gf_buffer_release(&self->checkpoints[i]);
    for (int32_t i = 0; i < self->slot_count; i++) {
        gf_buffer_release(&self->slots[i].weight);
        gf_buffer_release(&self->slots[i].bias);
    }
    free(self->checkpoints);
    free(self->slots);
    self->checkpoints = NULL;
    self->slots = NULL;
    self->checkpoint_count = self->slot_count = 0;
}

void gf_cl_release_network(gf_opencl *self)
{
    for (int32_t i = 0; i < self->segment_count; i++)
        release_segment(&self->segments[i]);
    release_again(self);
    gf_buffer *const buffers[] = {&self->network,    &self->table, &self->state,
                                  &self->state_next, &self->input, &self->target,
                                  &self->loss_sums,  &self->up,    &self->up_next,
                                  &self->norm_sums,  &self->parts};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        gf_buffer_release(buffers[i]);
    gf_cl_release_scratch(&self->scratch);
    free(self->segments);
    free(self->layers);
    free(self->zeros);
    free(self->host_loss);
    self->zeros = NULL;
    self->host_loss = NULL;
    self->segments = NULL;
    self->layers = NULL;
    self->segment_count = 0;
}
