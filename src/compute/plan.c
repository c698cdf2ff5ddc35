/* Sizes first: the ways of running a network that a device has memory for, and the fastest of them.
 * Every size is a sum of products of at most 2^20 x 2^17 x 2^17 bytes, which 64 bits hold. */
#include "compute/plan.h"

#include <stdio.h>
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
    /* In numbers, with the padding: all W, those of the first layer, those that are orthogonal; and
     * what the latter take to make. */
    double weight_count, first_count, orthogonal_count, orthogonal_work;
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

/* A QR decomposition of a tall m x n matrix takes 4 m n^2 - 4/3 n^3 operations, half of them to
 * form Q (Golub and Van Loan, Matrix Computations, 5.2): of the order m n^2. */
static void count_weights(const gf_spec *spec, int32_t layer, double in, double out, sizes *to)
{
    to->weight_count += in * out;
    if (layer == 1) to->first_count = in * out;
    if (gf_spec_init(spec, layer) != GF_INIT_ORTHOGONAL) return;
    to->orthogonal = true;
    to->orthogonal_count += in * out;
    to->orthogonal_work += in * out * fmin(in, out);
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
    count_weights(spec, layer, (double)in, (double)out, to);
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
    made.statistics =
        scratch + device->parts_bytes + depth * (sizeof(gf_layer_record) + LAYER_BYTES);
    made.fixed += made.statistics;
    if (spec->skip != GF_SKIP_NONE) made.fixed += 2 * made.entries;
    if (spec->norm != GF_NORM_NONE) made.fixed += made.entries / 4;
    return made;
}

/* What is made again gives back what was kept. */
static uint64_t fresh_bytes(const gf_plan *plan, const gf_device *device)
{
    const uint64_t kept = plan->generated || plan->recomputed ? 0 : device->rates.used_bytes;
    return plan->total_bytes > kept ? plan->total_bytes - kept : 0;
}

/* How much of each term a first pass has. Each of the three products of a layer is 2 operations a
 * weight and sample; the first layer needs no delta below it, and what is recomputed has its
 * forward product twice. Generated weights are made for forward, for backward, and for the forward
 * pass in between unless they are kept for backward. */
static void count_terms(const gf_plan *plan, const gf_device *device, const sizes *at,
                        double counts[GF_TERM_COUNT])
{
    const double samples = (double)round_up(plan->spec.batch, device->sample_multiple),
                 weights = at->weight_count, products = plan->recomputed ? 4.0 : 3.0;
    const bool kept = plan->weight_layers > plan->layers_per_segment;
    const double made = !plan->generated ? 1.0 : plan->recomputed && !kept ? 3.0 : 2.0;
    counts[GF_TERM_PRODUCTS] = 2.0 * samples * (products * weights - at->first_count);
    counts[GF_TERM_WEIGHTS] = weights;
    counts[GF_TERM_ENTRIES] = (double)at->all_entries / sizeof(float);
    counts[GF_TERM_LAYERS] = plan->spec.depth;
    counts[GF_TERM_PASS] = 1.0;
    counts[GF_TERM_GENERATION] = made * (weights - at->orthogonal_count);
    counts[GF_TERM_ORTHOGONAL] = made * at->orthogonal_work;
    counts[GF_TERM_TOUCH] = (double)fresh_bytes(plan, device);
}

static void predict(gf_plan *plan, const gf_device *device, const sizes *at)
{
    const gf_rates rates = gf_rates_of(device);
    double counts[GF_TERM_COUNT];
    count_terms(plan, device, at, counts);
    plan->predicted_seconds = 0.0;
    for (int term = 0; term < GF_TERM_COUNT; term++) {
        plan->seconds[term] = counts[term] * rates.ns[term] * 1e-9;
        plan->predicted_seconds += plan->seconds[term];
    }
}

double gf_plan_steady_seconds(const gf_plan *plan)
{
    return plan->predicted_seconds - plan->seconds[GF_TERM_TOUCH];
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

/* Generated weights of a segment and of the layer above it, held, save a generation. A shorter
 * segment needs fewer of them; 0: there is none short enough. */
static int32_t segment_with_weights(const gf_plan *plan, const gf_device *device, const sizes *at)
{
    for (int32_t layers = plan->layers_per_segment; layers > 1; layers--) {
        const uint64_t others = recomputed_bytes(at, plan->spec.depth, layers) + at->fixed,
                       weights = ((uint64_t)layers + 1) * at->weights;
        if (others <= device->memory_bytes && weights <= device->memory_bytes - others)
            return layers;
    }
    return 0;
}

/* Are generated weights of a layer too many to be there at once? */
static bool needs_blocks(const gf_plan *plan, const gf_device *device, const sizes *at)
{
    const uint64_t worth = at->orthogonal ? UINT64_MAX : 2 * BLOCK_BYTES;
    return plan->generated && !device->whole_layers &&
           at->weights > smaller(device->allocation_bytes, worth);
}

static void set_segment(gf_plan *plan, const gf_device *device, const sizes *at)
{
    plan->layers_per_segment = best_segment(plan, device, at);
    if (!plan->generated || needs_blocks(plan, device, at)) return;
    const int32_t layers = segment_with_weights(plan, device, at);
    if (layers == 0) return;
    plan->layers_per_segment = layers;
    plan->weight_layers = layers + 1;
}

static void set_block(gf_plan *plan, const gf_device *device, const sizes *at)
{
    const uint64_t multiple = larger((uint64_t)device->unit_multiple, 1) * 4;
    if (!needs_blocks(plan, device, at)) return;
    const uint64_t bytes = smaller(device->allocation_bytes / 2, BLOCK_BYTES);
    plan->block_units = (int32_t)larger(bytes / at->shorter_side / multiple * multiple, multiple);
    plan->weight_bytes = (uint64_t)plan->block_units * at->shorter_side;
}

/* Fills in the sizes of a way; false where the device has not the memory. */
static bool size_plan(gf_plan *plan, const gf_device *device, const sizes *at)
{
    const int32_t depth = plan->spec.depth;
    plan->weight_layers = plan->generated ? 1 : depth;
    if (plan->recomputed) set_segment(plan, device, at);
    plan->activation_bytes = plan->recomputed
                                 ? recomputed_bytes(at, depth, plan->layers_per_segment)
                                 : 3 * at->all_entries;
    plan->weight_bytes =
        plan->generated ? (uint64_t)plan->weight_layers * at->weights : at->all_weights;
    set_block(plan, device, at);
    plan->activation_bytes += at->fixed - at->statistics;
    plan->statistics_bytes = at->statistics;
    plan->total_bytes = plan->weight_bytes + plan->activation_bytes + plan->statistics_bytes;
    predict(plan, device, at);
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

typedef struct amount {
    char text[24];
} amount;

static amount amount_of(uint64_t bytes)
{
    const double mib = (double)bytes / (1024.0 * 1024.0);
    amount made;
    if (mib < 1024)
        snprintf(made.text, sizeof made.text, "%.1f MiB", mib);
    else
        snprintf(made.text, sizeof made.text, "%.2f GiB", mib / 1024);
    return made;
}

static gf_status refuse(const gf_plan *least, const gf_device *device, const sizes *at,
                        gf_error *error)
{
    const gf_spec *spec = &least->spec;
    const amount at_once = amount_of(device->allocation_bytes);
    if (at->entries > device->allocation_bytes)
        return gf_fail(
            error, GF_MEMORY,
            "one layer of %d with batch %d needs a buffer of %s; %s gives out %s at once",
            spec->width, spec->batch, amount_of(at->entries).text, device->name, at_once.text);
    if (at->weights > device->allocation_bytes &&
        (at->orthogonal || device->only_stores || device->whole_layers))
        return gf_fail(
            error, GF_MEMORY,
            "the weights of one layer of %d need a buffer of %s%s; %s gives out %s at once",
            spec->width, amount_of(at->weights).text,
            at->orthogonal ? " (orthogonal ones cannot be made in blocks)" : "", device->name,
            at_once.text);
    return gf_fail(error, GF_MEMORY,
                   "%d layers of %d with batch %d need %s (%s of it weights)%s; %s has %s",
                   spec->depth, spec->width, spec->batch, amount_of(least->total_bytes).text,
                   amount_of(least->weight_bytes).text,
                   device->only_stores ? "" : " even when all is made again that can be",
                   device->name, amount_of(device->memory_bytes).text);
}

/* Seconds of a layer in the passes and their statistics. */
static double layer_seconds(const gf_plan *plan)
{
    const double *const of = plan->seconds;
    return (of[GF_TERM_PRODUCTS] + of[GF_TERM_WEIGHTS] + of[GF_TERM_ENTRIES] + of[GF_TERM_LAYERS]) /
           plan->spec.depth;
}

/* Layers of which each core has as many: of narrow ones it takes a whole one at a time. */
static int32_t even_layers(double layers, const gf_device *device)
{
    const double units = device->compute_units > 1 ? device->compute_units : 1.0;
    return (int32_t)(layers > units ? ceil(layers / units) * units : layers);
}

static void set_segments(gf_plan *plan, const gf_device *device)
{
    const int32_t depth = plan->spec.depth;
    if (!plan->recomputed) {
        const double layers = fmin(fmax(SEGMENT_SECONDS / layer_seconds(plan), 1.0), depth);
        const int32_t even = even_layers(layers, device);
        plan->layers_per_segment = even < depth ? even : depth;
    }
    plan->segment_count = (depth + plan->layers_per_segment - 1) / plan->layers_per_segment;
}

/* Memory that is there once serves every later pass: what it costs to touch it says nothing about
 * which way is better. */
static bool is_faster(const gf_plan *plan, const gf_plan *best)
{
    return best->spec.depth == 0 || gf_plan_steady_seconds(plan) < gf_plan_steady_seconds(best);
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
        if (fits && is_faster(&plan, &best)) best = plan;
    }
    if (best.spec.depth == 0) return refuse(&least, device, &at, error);
    set_segments(&best, device);
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
