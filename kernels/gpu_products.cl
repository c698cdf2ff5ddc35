/* The three products of the GPU family: one work-group a tile, both operands through local memory, the next block of them on
 * its way in registers meanwhile. Formulas, scaling and order of sums are those of the naive kernels; what is done with the sums of
 * forward and backward is in gpu_result.cl. Where tiles would be too few, gpu_split.cl shares out their terms.
 *
 * Compiled once for each tile with its macros, which the host writes from compute/opencl/tuning.h:
 *   GF_ACROSS, GF_DOWN  work-items across samples and down units; their product is the local size, a power of two
 *   GF_FOURS, GF_UNITS  float4 of samples, and units, of one work-item
 *   GF_K_PANELS         panels of GF_TILE_ROWS that are in local memory at a time; of samples: GF_GRAD_LANES
 *   GF_GPU(name)        the name of a function for this tile
 * A tile has a whole number of row panels and of sample panels. For the weight gradient units are outputs and samples inputs. In
 * padding operands are zero: only what lies beyond it is not read. Launch: (tiles * local size, 1), the weight gradient
 * (tiles * local size, layers); tiles of samples (inputs) run fastest. */

#define GF_ITEMS        (GF_ACROSS * GF_DOWN)
#define GF_TILE_UNITS   (GF_DOWN * GF_UNITS)
#define GF_TILE_SAMPLES (GF_ACROSS * GF_FOURS * 4)
#define GF_BLOCK        (GF_K_PANELS * GF_TILE_ROWS)
/* Words from row to row of an operand that is transposed on its way, so that columns lie in different banks. */
#define GF_UNIT_STRIDE   (GF_TILE_UNITS + 4)
#define GF_INPUT_STRIDE  (GF_TILE_SAMPLES + 4)
#define GF_LOADS(floats) (((floats) / 4 + GF_ITEMS - 1) / GF_ITEMS)

/* sum[u][j]: unit `down * GF_UNITS + u`, samples from `(j * GF_ACROSS + across) * 4` on. */
typedef struct GF_GPU(gf_sums) {
    float4 at[GF_UNITS][GF_FOURS];
} GF_GPU(gf_sums);

/* Number i of the sums: a chain of choices, because indexing would move them all out of their registers. */
static float4 GF_GPU(gf_sum_at)(const GF_GPU(gf_sums) *sums, uint i)
{
    float4 picked = sums->at[0][0];
#pragma unroll
    for (uint u = 0; u < GF_UNITS; u++)
#pragma unroll
        for (uint j = 0; j < GF_FOURS; j++)
            picked = i == u * GF_FOURS + j ? sums->at[u][j] : picked;
    return picked;
}

static void GF_GPU(gf_clear)(GF_GPU(gf_sums) *sums)
{
#pragma unroll
    for (uint u = 0; u < GF_UNITS; u++)
#pragma unroll
        for (uint j = 0; j < GF_FOURS; j++)
            sums->at[u][j] = (float4)(0.0f);
}

/* One row of both operands: the outer product of its units and samples. */
static void GF_GPU(gf_multiply)(GF_GPU(gf_sums) *sums, __local const float *units, __local const float *samples)
{
    const uint across = (uint)get_local_id(0) % GF_ACROSS, down = (uint)get_local_id(0) / GF_ACROSS;
    float4 x[GF_FOURS];
#pragma unroll
    for (uint j = 0; j < GF_FOURS; j++)
        x[j] = ((__local const float4 *)samples)[j * GF_ACROSS + across];
#pragma unroll
    for (uint u = 0; u < GF_UNITS; u++) {
        const float4 w = (float4)(units[down * GF_UNITS + u]);
#pragma unroll
        for (uint j = 0; j < GF_FOURS; j++)
            sums->at[u][j] = fma(w, x[j], sums->at[u][j]);
    }
}

/* What a group reads for its tile of a forward or backward product. */
typedef struct GF_GPU(gf_operands) {
    __global const float4 *weight, *x;
    uint from, to;            /* units that the launch makes and of which `weight` has the weights */
    uint first_unit;          /* of the tile */
    uint first_panel, panels; /* of samples: of the tile, and in all */
    uint length;              /* of the sums, with padding */
    uint first, end;          /* of their terms, those that the group adds: whole panels of GF_TILE_ROWS */
    int transposed;           /* backward: the weights' inputs are the units */
    float2 scale;
} GF_GPU(gf_operands);

/* float4 number f of the block of weights at `from`, as they lie in memory. */
static float4 GF_GPU(gf_weight)(const GF_GPU(gf_operands) *of, uint from, uint f)
{
    const uint fours = GF_TILE_ROWS / 4;
    if (of->transposed) {
        const uint panel = from / GF_TILE_ROWS + f / (GF_TILE_UNITS * fours), rest = f % (GF_TILE_UNITS * fours);
        const uint unit = of->first_unit + rest / fours;
        if (unit >= of->to || panel * GF_TILE_ROWS >= of->end) return (float4)(0.0f);
        return of->weight[((ulong)panel * (of->to - of->from) + unit - of->from) * fours + rest % fours];
    }
    const uint panel = (of->first_unit - of->from) / GF_TILE_ROWS + f / (GF_BLOCK * fours), rest = f % (GF_BLOCK * fours);
    const uint k = from + rest / fours;
    if (panel * GF_TILE_ROWS >= of->to - of->from || k >= of->end) return (float4)(0.0f);
    return of->weight[((ulong)panel * of->length + k) * fours + rest % fours];
}

static void GF_GPU(gf_place_weight)(const GF_GPU(gf_operands) *of, __local float *tile, uint f, float4 value)
{
    const uint fours = GF_TILE_ROWS / 4;
    if (of->transposed) {
        const uint rest = f % (GF_TILE_UNITS * fours);
        const uint k = f / (GF_TILE_UNITS * fours) * GF_TILE_ROWS + rest % fours * 4;
        __local float *to = tile + k * GF_UNIT_STRIDE + rest / fours;
        to[0] = value.x;
        to[GF_UNIT_STRIDE] = value.y;
        to[2 * GF_UNIT_STRIDE] = value.z;
        to[3 * GF_UNIT_STRIDE] = value.w;
        return;
    }
    const uint panel = f / (GF_BLOCK * fours), rest = f % (GF_BLOCK * fours);
    vstore4(value, 0, tile + rest / fours * GF_UNIT_STRIDE + panel * GF_TILE_ROWS + rest % fours * 4);
}

static float4 GF_GPU(gf_sample)(const GF_GPU(gf_operands) *of, uint from, uint f)
{
    const uint fours = GF_LANES / 4;
    const uint panel = of->first_panel + f / (GF_BLOCK * fours), rest = f % (GF_BLOCK * fours);
    const uint k = from + rest / fours;
    if (panel >= of->panels || k >= of->end) return (float4)(0.0f);
    return of->x[((ulong)panel * of->length + k) * fours + rest % fours] * of->scale.x * of->scale.y;
}

static void GF_GPU(gf_place_sample)(__local float *tile, uint f, float4 value)
{
    const uint fours = GF_LANES / 4;
    const uint panel = f / (GF_BLOCK * fours), rest = f % (GF_BLOCK * fours);
    ((__local float4 *)tile)[rest / fours * (GF_TILE_SAMPLES / 4) + panel * fours + rest % fours] = value;
}

static void GF_GPU(gf_product)(const GF_GPU(gf_operands) *of, __local float *weights, __local float *samples,
                               GF_GPU(gf_sums) *sums)
{
    const uint item = (uint)get_local_id(0);
    const uint weight_fours = GF_TILE_UNITS * GF_BLOCK / 4, sample_fours = GF_TILE_SAMPLES * GF_BLOCK / 4;
    float4 next_weight[GF_LOADS(GF_TILE_UNITS * GF_BLOCK)], next_sample[GF_LOADS(GF_TILE_SAMPLES * GF_BLOCK)];
    GF_GPU(gf_clear)(sums);
    for (uint from = of->first; from < of->end + GF_BLOCK; from += GF_BLOCK) {
        /* The first round only fetches, and what the last one fetches is beyond the end: nothing. */
        if (from > of->first) {
#pragma unroll
            for (uint i = 0; i < GF_LOADS(GF_TILE_UNITS * GF_BLOCK); i++)
                if (item + i * GF_ITEMS < weight_fours)
                    GF_GPU(gf_place_weight)(of, weights, item + i * GF_ITEMS, next_weight[i]);
#pragma unroll
            for (uint i = 0; i < GF_LOADS(GF_TILE_SAMPLES * GF_BLOCK); i++)
                if (item + i * GF_ITEMS < sample_fours)
                    GF_GPU(gf_place_sample)(samples, item + i * GF_ITEMS, next_sample[i]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (uint i = 0; i < GF_LOADS(GF_TILE_UNITS * GF_BLOCK); i++)
            if (item + i * GF_ITEMS < weight_fours) next_weight[i] = GF_GPU(gf_weight)(of, from, item + i * GF_ITEMS);
#pragma unroll
        for (uint i = 0; i < GF_LOADS(GF_TILE_SAMPLES * GF_BLOCK); i++)
            if (item + i * GF_ITEMS < sample_fours) next_sample[i] = GF_GPU(gf_sample)(of, from, item + i * GF_ITEMS);
        if (from > of->first) {
#pragma unroll 4
            for (uint k = 0; k < GF_BLOCK; k++)
                GF_GPU(gf_multiply)(sums, weights + k * GF_UNIT_STRIDE, samples + k * GF_TILE_SAMPLES);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

/* Where number i of an item's sums is: unit, panel, lane. */
static uint4 GF_GPU(gf_place_of)(const GF_GPU(gf_operands) *of, uint i)
{
    const uint across = (uint)get_local_id(0) % GF_ACROSS, down = (uint)get_local_id(0) / GF_ACROSS;
    const uint sample = (i % GF_FOURS * GF_ACROSS + across) * 4;
    return (uint4)(of->first_unit + down * GF_UNITS + i / GF_FOURS, of->first_panel + sample / GF_LANES, sample % GF_LANES, 0u);
}

/* Is there memory for it, if only in padding? */
static int GF_GPU(gf_exists)(const GF_GPU(gf_operands) *of, uint4 at) { return at.x < of->to && at.y < of->panels; }

/* The group's tile, with all terms of its sums. */
static void GF_GPU(gf_set_tile)(GF_GPU(gf_operands) *of)
{
    const uint across = (of->panels * GF_LANES + GF_TILE_SAMPLES - 1) / GF_TILE_SAMPLES;
    const uint group = (uint)get_group_id(0);
    of->first_unit = of->from + group / across * GF_TILE_UNITS;
    of->first_panel = group % across * (GF_TILE_SAMPLES / GF_LANES);
    of->first = 0;
    of->end = of->length;
}

/* Forward, or with `transposed` weights backward; `x` is a of the layer below, or the layer's delta. */
static GF_GPU(gf_operands) GF_GPU(gf_operands_of)(__global const gf_network *net, __global const gf_layer *layers, uint layer,
                                                  int transposed, int k, __global const float *weight, __global const float *x,
                                                  uint from, uint to)
{
    GF_GPU(gf_operands) of;
    of.weight = (__global const float4 *)(weight + layers[layer].weight);
    of.x = (__global const float4 *)(x + layers[transposed ? layer : layer - 1].entries);
    of.from = from;
    of.to = to;
    of.panels = net->panels;
    of.length = gf_pad(transposed ? layers[layer].fan_out : layers[layer].fan_in);
    of.transposed = transposed;
    of.scale = gf_powers(-k);
    GF_GPU(gf_set_tile)(&of);
    return of;
}

__kernel __attribute__((reqd_work_group_size(GF_ITEMS, 1, 1))) void GF_GPU(forward)(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *bias, __global const float *a_below, __global float *z,
    __global float *a, uint from, uint to)
{
    __local float weights[GF_BLOCK * GF_UNIT_STRIDE] __attribute__((aligned(16)));
    __local float samples[GF_BLOCK * GF_TILE_SAMPLES] __attribute__((aligned(16)));
    __local uint most[2];
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    const GF_GPU(gf_operands) of = GF_GPU(gf_operands_of)(net, layers, layer, 0, k, weight, a_below, from, to);
    GF_GPU(gf_sums) sums;
    GF_GPU(gf_product)(&of, weights, samples, &sums);
    gf_forward_end end = gf_forward_end_of(net, layers, state, layer, k, bias, a_below, z, a);
#pragma unroll 1
    for (uint i = 0; i < GF_UNITS * GF_FOURS; i++) {
        const uint4 at = GF_GPU(gf_place_of)(&of, i);
        if (!GF_GPU(gf_exists)(&of, at)) continue;
        const gf_spot spot = gf_spot_at(net, layers[layer].fan_out, at.x, at.y, at.z);
        gf_forward_result(net, &end, &spot, GF_GPU(gf_sum_at)(&sums, i));
    }
    gf_forward_raise(&state[layer], &end, most);
}

__kernel __attribute__((reqd_work_group_size(GF_ITEMS, 1, 1))) void GF_GPU(backward)(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *delta, __global const float *z_below,
    __global float *delta_below, __global float *up, uint from, uint to)
{
    __local float weights[GF_BLOCK * GF_UNIT_STRIDE] __attribute__((aligned(16)));
    __local float samples[GF_BLOCK * GF_TILE_SAMPLES] __attribute__((aligned(16)));
    __local uint most[2];
    const int k = gf_backward_rescale(net, &state[layer], layers[layer].has_skip);
    const GF_GPU(gf_operands) of = GF_GPU(gf_operands_of)(net, layers, layer, 1, k, weight, delta, from, to);
    GF_GPU(gf_sums) sums;
    GF_GPU(gf_product)(&of, weights, samples, &sums);
    gf_backward_end end = gf_backward_end_of(layers, state, layer, k, z_below, delta_below, up);
#pragma unroll 1
    for (uint i = 0; i < GF_UNITS * GF_FOURS; i++) {
        const uint4 at = GF_GPU(gf_place_of)(&of, i);
        if (!GF_GPU(gf_exists)(&of, at)) continue;
        const gf_spot spot = gf_spot_at(net, layers[layer].fan_in, at.x, at.y, at.z);
        gf_backward_result(net, &end, &spot, GF_GPU(gf_sum_at)(&sums, i));
    }
    gf_backward_raise(net, &state[layer - 1], &end, most);
}

/* float4 number f of GF_GRAD_LANES samples of `units` units: four samples of one of them. Beyond `end` there are none. */
static float4 GF_GPU(gf_lanes)(__global const float4 *from, uint first, uint end, uint f)
{
    const uint fours = GF_GRAD_LANES / 4, unit = first + f / fours;
    return unit < end ? from[(ulong)unit * (GF_LANES / 4) + f % fours] : (float4)(0.0f);
}

static void GF_GPU(gf_place_lanes)(__local float *tile, uint stride, uint f, float4 value)
{
    const uint fours = GF_GRAD_LANES / 4;
    __local float *to = tile + f % fours * 4 * stride + f / fours;
    to[0] = value.x;
    to[stride] = value.y;
    to[2 * stride] = value.z;
    to[3 * stride] = value.w;
}

__kernel __attribute__((reqd_work_group_size(GF_ITEMS, 1, 1))) void GF_GPU(weight_gradient)(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint first, uint first_slot,
    __global const float *delta, __global const float *a_below, __global float *squares, __global uint *counts,
    __global float *out, int store)
{
    __local float outputs[GF_GRAD_LANES * GF_UNIT_STRIDE] __attribute__((aligned(16)));
    __local float inputs[GF_GRAD_LANES * GF_INPUT_STRIDE] __attribute__((aligned(16)));
    __local uint classes[GF_REPLICAS * GF_REPLICA_STRIDE], few[2];
    __local float parts[GF_ITEMS];
    const uint item = (uint)get_local_id(0), group = (uint)get_group_id(0);
    const uint slot = first_slot + (uint)get_global_id(1), layer = first + (uint)get_global_id(1);
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const uint input_tiles = (I + GF_TILE_SAMPLES - 1) / GF_TILE_SAMPLES;
    const uint first_input = group % input_tiles * GF_TILE_SAMPLES, first_output = group / input_tiles * GF_TILE_UNITS;
    const int a_exponent = gf_exponent_of(state[layer - 1].a_max), delta_exponent = gf_exponent_of(state[layer].delta_max);
    const float2 a_scale = gf_powers(-a_exponent), delta_scale = gf_powers(-delta_exponent);
    const int precision = net->precision, shift = a_exponent + delta_exponent;
    /* A group beyond the layer's tiles has no outputs and no samples. */
    const uint samples = first_output < O ? net->panels * GF_LANES : 0u;
    __global const float4 *delta_at = (__global const float4 *)(delta + layers[layer].entries);
    __global const float4 *a_at = (__global const float4 *)(a_below + layers[layer - 1].entries);
    gf_local_classes_clear(classes, few);

    const uint output_fours = GF_TILE_UNITS * GF_GRAD_LANES / 4, input_fours = GF_TILE_SAMPLES * GF_GRAD_LANES / 4;
    float4 next_output[GF_LOADS(GF_TILE_UNITS * GF_GRAD_LANES)], next_input[GF_LOADS(GF_TILE_SAMPLES * GF_GRAD_LANES)];
    GF_GPU(gf_sums) sums;
    GF_GPU(gf_clear)(&sums);
    for (uint from = 0; from < samples + GF_GRAD_LANES; from += GF_GRAD_LANES) {
        if (from > 0) {
#pragma unroll
            for (uint i = 0; i < GF_LOADS(GF_TILE_UNITS * GF_GRAD_LANES); i++)
                if (item + i * GF_ITEMS < output_fours)
                    GF_GPU(gf_place_lanes)(outputs, GF_UNIT_STRIDE, item + i * GF_ITEMS, next_output[i]);
#pragma unroll
            for (uint i = 0; i < GF_LOADS(GF_TILE_SAMPLES * GF_GRAD_LANES); i++)
                if (item + i * GF_ITEMS < input_fours)
                    GF_GPU(gf_place_lanes)(inputs, GF_INPUT_STRIDE, item + i * GF_ITEMS, next_input[i]);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        const uint panel = from / GF_LANES, lane = from % GF_LANES / 4;
        const uint output_end = from < samples ? gf_pad(O) : 0u, input_end = from < samples ? gf_pad(I) : 0u;
#pragma unroll
        for (uint i = 0; i < GF_LOADS(GF_TILE_UNITS * GF_GRAD_LANES); i++)
            if (item + i * GF_ITEMS < output_fours)
                next_output[i] = GF_GPU(gf_lanes)(delta_at + (ulong)panel * gf_pad(O) * (GF_LANES / 4) + lane, first_output,
                                                  output_end, item + i * GF_ITEMS);
#pragma unroll
        for (uint i = 0; i < GF_LOADS(GF_TILE_SAMPLES * GF_GRAD_LANES); i++)
            if (item + i * GF_ITEMS < input_fours)
                next_input[i] = GF_GPU(gf_lanes)(a_at + (ulong)panel * gf_pad(I) * (GF_LANES / 4) + lane, first_input,
                                                 input_end, item + i * GF_ITEMS) *
                                a_scale.x * a_scale.y;
        if (from > 0) {
#pragma unroll 4
            for (uint k = 0; k < GF_GRAD_LANES; k++)
                GF_GPU(gf_multiply)(&sums, outputs + k * GF_UNIT_STRIDE, inputs + k * GF_INPUT_STRIDE);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }

    const uint across = item % GF_ACROSS, down = item / GF_ACROSS;
    float4 total = (float4)(0.0f);
    uint zeros = 0u, nans = 0u;
#pragma unroll 1
    for (uint i = 0; i < GF_UNITS * GF_FOURS; i++) {
        const uint output = first_output + down * GF_UNITS + i / GF_FOURS;
        const uint input = first_input + (i % GF_FOURS * GF_ACROSS + across) * 4;
        const int4 mask = output < O ? (int4)(0, 1, 2, 3) < (int)I - (int)input : (int4)(0);
        const float4 scaled = GF_GPU(gf_sum_at)(&sums, i) * delta_scale.x * delta_scale.y;
        const float4 stored = gf_to_true_4(precision, shift, select((float4)(0.0f), scaled, mask));
        const float4 value = gf_from_true_4(precision, shift, stored);
        total = fma(value, value, total);
        gf_local_classes_add(classes, stored, mask, &zeros, &nans);
        if (!store) continue;
        __global float *to = out + (ulong)output * I + input;
        if (mask.x) to[0] = stored.x;
        if (mask.y) to[1] = stored.y;
        if (mask.z) to[2] = stored.z;
        if (mask.w) to[3] = stored.w;
    }
    const float square_sum = gf_group_sum(parts, gf_sum_of_4(total));
    if (item == 0) squares[slot * get_num_groups(0) + group] = square_sum;
    gf_local_classes_flush(classes, few, zeros, nans, gf_group_counts_of(counts, slot), GF_COUNT_WEIGHT,
                           GF_COUNT_WEIGHT_ZEROS);
}
