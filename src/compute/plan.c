/* Sizes first: the ways of running a network that a device has memory for, and the fastest of them.
 * Every size is a sum of products of at most 2^20 x 2^17 x 2^17 bytes, which 64 bits hold. */
#include "compute/plan.h"

#include <math.h>

#include "compute/rates.h"

/* A segment is launched, streamed and cancelled as one: short enough to answer quickly, long enough
 * to be worth it. */
#define SEGMENT_SECONDS 0.02
/* Generated weights of a part of a layer: short enough that a launch is over soon after a cancel.
 */
#define BLOCK_BYTES (UINT64_C(256) << 20)
/* Room for the statistics of layers reduced at a time, on the device and again on the host. */
#define SCRATCH_BYTES ((uint64_t)128 << 20)
/* What a backend knows of a layer beside its arrays: descriptor, state, recipe. */
#define LAYER_BYTES 512

/* Bytes of the largest layer, and of all. */
typedef struct sizes {
    uint64_t weights, entries;         /* one layer: W and b; z, a or delta */
    uint64_t all_weights, all_entries; /* sums over the layers */
    uint64_t fixed;                    /* input, target, statistics, descriptors */
    uint64_t statistics;
    uint64_t shorter_side; /* of the largest W, in bytes of one column or row */
    bool orthogonal;       /* has any layer weights that only the host can make */
} sizes;

static uint64_t round_up(int32_t count, int32_t multiple)
{
    const uint64_t to = multiple > 1 ? (uint64_t)multiple : 1;
    return ((uint64_t)count + to - 1) / to * to;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void add_layer(const gf_spec *spec, const gf_device *device, int32_t layer, sizes *to)
{
    const uint64_t in = round_up(gf_spec_fan_in(spec, layer), device->unit_multiple),
                   out = round_up(gf_spec_fan_out(spec, layer), device->unit_multiple),
                   batch = round_up(spec->batch, device->sample_multiple);
    const uint64_t weights = out * (in + 1) * sizeof(float);
    /* Two thirds of a double a unit or a sample for a normalisation's deviations are little. */
    const uint64_t entries = out * batch * sizeof(float);
    to->weights = larger(to->weights, weights);
    to->entries = larger(to->entries, entries);
    to->shorter_side = larger(to->shorter_side, larger(in, out) * sizeof(float));
    to->all_weights += weights;
    to->all_entries += entries;
    to->orthogonal |= gf_spec_init(spec, layer) == GF_INIT_ORTHOGONAL;
    if (layer == spec->depth) to->fixed += entries;          /* the target */
    if (layer == 1) to->fixed += in * batch * sizeof(float); /* the input */
}

static sizes measure(const gf_spec *spec, const gf_device *device)
{
    const uint64_t depth = (uint64_t)spec->depth;
    sizes made = {0};
    for (int32_t layer = 1; layer <= spec->depth; layer++)
        add_layer(spec, device, layer, &made);
    /* Per unit sums, groups of dW and counts of a layer, on device and host; as many layers as are
     * reduced at a time, which are 256 at most. */
    const uint64_t widest = made.entries / sizeof(float) / (uint64_t)spec->batch;
    const uint64_t layer = 40 * widest + made.weights / 3072 + 12288;
    const uint64_t scratch = larger(smaller(SCRATCH_BYTES, smaller(depth, 256) * layer), layer);
    made.statistics = scratch + depth * (sizeof(gf_layer_record) + LAYER_BYTES);
    made.fixed += made.statistics;
    if (spec->skip != GF_SKIP_NONE) made.fixed += 2 * made.entries;
    if (spec->norm != GF_NORM_NONE) made.fixed += made.entries / 4;
    return made;
}

/* Of one way to run the network. `again` counts how often a weight is generated. */
static double predict_seconds(const gf_plan *plan, const gf_device *device, const sizes *at)
{
    const gf_rates rates = gf_rates_of(device);
    const double weights = (double)at->all_weights / sizeof(float),
                 entries = (double)at->all_entries / sizeof(float),
                 batch = (double)round_up(plan->spec.batch, device->sample_multiple);
    const bool kept = plan->weight_layers > plan->layers_per_segment;
    const double passes = plan->recomputed ? 8.0 : 6.0;
    const double again = !plan->generated ? 1.0 : plan->recomputed && !kept ? 3.0 : 2.0;
    const double nanoseconds = passes * weights * batch / rates.gflops +
                               weights * (rates.weight_ns + again * rates.generate_ns) +
                               entries * rates.entry_ns + plan->spec.depth * rates.layer_us * 1e3;
    return nanoseconds * 1e-9;
}

/* Bytes of z, a and delta in segments of `layers`. */
static uint64_t recomputed_bytes(const sizes *at, int32_t depth, int32_t layers)
{
    const uint64_t segments = ((uint64_t)depth + (uint64_t)layers - 1) / (uint64_t)layers;
    return (3 * (uint64_t)layers + segments - 1) * at->entries;
}

/* The length that needs least: the square root of a third of the depth. At least 2, because delta
 * of the layer above has to be there while the first of a segment is made. */
static int32_t best_segment(const gf_plan *plan, const gf_device *device, const sizes *at)
{
    int32_t layers = (int32_t)ceil(sqrt(plan->spec.depth / 3.0));
    const uint64_t held = larger(at->entries, plan->generated ? 1 : at->weights);
    const uint64_t most = device->allocation_bytes / held;
    if ((uint64_t)layers > most) layers = (int32_t)most;
    if (layers < 2) layers = 2;
    return layers < plan->spec.depth ? layers : plan->spec.depth;
}

/* Generated weights of a segment and of the layer above it save a generation, where they fit. */
static int32_t layers_to_keep(const gf_plan *plan, uint64_t left, const sizes *at)
{
    const int32_t wanted = plan->layers_per_segment + 1;
    const bool fits = plan->recomputed && (uint64_t)wanted <= left / at->weights;
    return fits ? wanted : 1;
}

static void set_block(gf_plan *plan, const gf_device *device, const sizes *at)
{
    const uint64_t multiple = larger((uint64_t)device->unit_multiple, 1) * 4;
    if (!plan->generated || device->whole_layers) return;
    if (at->weights <=
        smaller(device->allocation_bytes, at->orthogonal ? UINT64_MAX : 2 * BLOCK_BYTES))
        return;
    const uint64_t bytes = smaller(device->allocation_bytes / 2, BLOCK_BYTES);
    plan->block_units = (int32_t)larger(bytes / at->shorter_side / multiple * multiple, multiple);
    plan->weight_bytes = (uint64_t)plan->block_units * at->shorter_side;
}

/* Fills in the sizes of a way; false where the device has not the memory. */
static bool size_plan(gf_plan *plan, const gf_device *device, const sizes *at)
{
    const int32_t depth = plan->spec.depth;
    if (plan->recomputed) plan->layers_per_segment = best_segment(plan, device, at);
    plan->activation_bytes = plan->recomputed
                                 ? recomputed_bytes(at, depth, plan->layers_per_segment)
                                 : 3 * at->all_entries;
    const uint64_t others = plan->activation_bytes + at->fixed;
    const uint64_t left = device->memory_bytes > others ? device->memory_bytes - others : 0;
    plan->weight_layers = plan->generated ? layers_to_keep(plan, left, at) : depth;
    plan->weight_bytes =
        plan->generated ? (uint64_t)plan->weight_layers * at->weights : at->all_weights;
    set_block(plan, device, at);
    plan->activation_bytes += at->fixed - at->statistics;
    plan->statistics_bytes = at->statistics;
    plan->total_bytes = plan->weight_bytes + plan->activation_bytes + plan->statistics_bytes;
    plan->predicted_seconds = predict_seconds(plan, device, at);
    return plan->total_bytes <= device->memory_bytes;
}

/* What one buffer has to hold whatever the way. */
static bool fits_buffers(const gf_plan *plan, const gf_device *device, const sizes *at)
{
    const uint64_t layers = plan->recomputed ? (uint64_t)plan->layers_per_segment : 1;
    if (at->entries > device->allocation_bytes / layers) return false;
    if (at->weights <= device->allocation_bytes) return true;
    return plan->generated && plan->block_units > 0 && !at->orthogonal;
}

static gf_status refuse(const gf_plan *least, const gf_device *device, const sizes *at,
                        gf_error *error)
{
    const double gib = 1024.0 * 1024.0 * 1024.0, mib = 1024.0 * 1024.0;
    const gf_spec *spec = &least->spec;
    if (at->entries > device->allocation_bytes)
        return gf_fail(error, GF_MEMORY,
                       "one layer of %d with batch %d needs a buffer of %.1f MiB; %s gives out "
                       "%.1f MiB at once",
                       spec->width, spec->batch, (double)at->entries / mib, device->name,
                       (double)device->allocation_bytes / mib);
    if (at->weights > device->allocation_bytes &&
        (at->orthogonal || device->only_stores || device->whole_layers))
        return gf_fail(error, GF_MEMORY,
                       "the weights of one layer of %d need a buffer of %.1f MiB%s; %s gives out "
                       "%.1f MiB at once",
                       spec->width, (double)at->weights / mib,
                       at->orthogonal ? " (orthogonal ones cannot be made in blocks)" : "",
                       device->name, (double)device->allocation_bytes / mib);
    return gf_fail(error, GF_MEMORY,
                   "%d layers of %d with batch %d need %.2f GiB (%.2f GiB of it weights)%s; %s has "
                   "%.2f GiB",
                   spec->depth, spec->width, spec->batch, (double)least->total_bytes / gib,
                   (double)least->weight_bytes / gib,
                   device->only_stores ? "" : " even when all is made again that can be",
                   device->name, (double)device->memory_bytes / gib);
}

static void set_segments(gf_plan *plan)
{
    const int32_t depth = plan->spec.depth;
    if (!plan->recomputed) {
        const double layer_seconds = plan->predicted_seconds / depth;
        double layers = layer_seconds > 0.0 ? SEGMENT_SECONDS / layer_seconds : depth;
        layers = layers < 1.0 ? 1.0 : layers > depth ? depth : layers;
        plan->layers_per_segment = (int32_t)layers;
    }
    plan->segment_count = (depth + plan->layers_per_segment - 1) / plan->layers_per_segment;
}

gf_status gf_plan_create(const gf_spec *spec, const gf_device *device, gf_plan *out,
                         gf_error *error)
{
    GF_TRY(gf_spec_validate(spec, error));
    const sizes at = measure(spec, device);
    const int ways = device->only_stores ? 1 : 4;
    gf_plan best = {0}, least = {0};
    for (int way = 0; way < ways; way++) {
        gf_plan plan = {.spec = *spec, .generated = (way & 1) != 0, .recomputed = (way & 2) != 0};
        const bool fits = size_plan(&plan, device, &at) && fits_buffers(&plan, device, &at);
        if (way == 0 || plan.total_bytes < least.total_bytes) least = plan;
        if (!fits) continue;
        if (best.spec.depth == 0 || plan.predicted_seconds < best.predicted_seconds) best = plan;
    }
    if (best.spec.depth == 0) return refuse(&least, device, &at, error);
    set_segments(&best);
    *out = best;
    return GF_OK;
}

int32_t gf_plan_segment_first(const gf_plan *plan, int32_t segment)
{
    return segment * plan->layers_per_segment + 1;
}

int32_t gf_plan_segment_layers(const gf_plan *plan, int32_t segment)
{
    const int32_t left = plan->spec.depth - segment * plan->layers_per_segment;
    return left < plan->layers_per_segment ? left : plan->layers_per_segment;
}

int32_t gf_plan_place(const gf_plan *plan, int32_t layer)
{
    return plan->layers_per_segment - 1 - (layer - 1) % plan->layers_per_segment;
}

bool gf_plan_is_checkpoint(const gf_plan *plan, int32_t layer)
{
    return plan->recomputed && layer < plan->spec.depth && layer % plan->layers_per_segment == 0;
}
