/* Forward and backward of the GPU family where one work-group a tile would leave most of the device idle: as many groups as there are
 * parts share the terms of a tile's sums, in the smaller tile, and a second kernel adds up the parts, first to last, and does what
 * follows a product. No atomics: bits do not depend on which group comes first.
 *
 * Bounds reckoned with (none was measured on a GPU): a layer of 512 x 512 with 64 samples is 22 tiles of 48 x 32, the 132
 * multiprocessors of a large GPU want 264; 8 parts of 65 terms make 176 groups, each with 6 rounds of global memory's latency instead of
 * 43. The second kernel costs a launch and parts * units * samples floats, written once and read once. With 64 terms a part at least
 * (opencl/gpu.c) that is at most samples / 32 times the bytes of the weights, and 12 KiB a multiprocessor: of that size it stays in
 * the second-level cache.
 *
 * Compiled once, behind gpu_products.cl, with the macros of the smaller tile. A part has whole row panels of terms. `parts` is
 * [part][sample panel][unit - from][GF_LANES]. */

/* The share of the group's terms: part get_group_id(1) of as many as the launch has. */
static void GF_GPU(gf_take_part)(GF_GPU(gf_operands) *of)
{
    const uint panels = of->length / GF_TILE_ROWS, part = (uint)get_group_id(1), count = (uint)get_num_groups(1);
    of->first = panels * part / count * GF_TILE_ROWS;
    of->end = panels * (part + 1) / count * GF_TILE_ROWS;
}

/* Where four results are in a part, in float4; and how many such a part has. */
static ulong gf_place_in_part(uint units, uint panel, uint unit, uint lane)
{
    return ((ulong)panel * units + unit) * (GF_LANES / 4) + lane / 4;
}
static ulong gf_part_fours(__global const gf_network *net, uint units) { return (ulong)net->panels * units * (GF_LANES / 4); }

static void GF_GPU(gf_keep_part)(__global const gf_network *net, const GF_GPU(gf_operands) *of, const GF_GPU(gf_sums) *sums,
                                 __global float4 *parts)
{
    const uint units = of->to - of->from;
    __global float4 *own = parts + get_group_id(1) * gf_part_fours(net, units);
#pragma unroll 1
    for (uint i = 0; i < GF_UNITS * GF_FOURS; i++) {
        const uint4 at = GF_GPU(gf_place_of)(of, i);
        if (!GF_GPU(gf_exists)(of, at)) continue;
        own[gf_place_in_part(units, at.y, at.x - of->from, at.z)] = GF_GPU(gf_sum_at)(sums, i);
    }
}

/* Launch: (tiles * local size, parts). */
__kernel __attribute__((reqd_work_group_size(GF_ITEMS, 1, 1))) void forward_parts_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint layer,
    __global const float *weight, __global const float *a_below, __global float *parts, uint from, uint to)
{
    __local float weights[GF_BLOCK * GF_UNIT_STRIDE] __attribute__((aligned(16)));
    __local float samples[GF_BLOCK * GF_TILE_SAMPLES] __attribute__((aligned(16)));
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    GF_GPU(gf_operands) of = GF_GPU(gf_operands_of)(net, layers, layer, 0, k, weight, a_below, from, to);
    GF_GPU(gf_take_part)(&of);
    GF_GPU(gf_sums) sums;
    GF_GPU(gf_product)(&of, weights, samples, &sums);
    GF_GPU(gf_keep_part)(net, &of, &sums, (__global float4 *)parts);
}

__kernel __attribute__((reqd_work_group_size(GF_ITEMS, 1, 1))) void backward_parts_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint layer,
    __global const float *weight, __global const float *delta, __global float *parts, uint from, uint to)
{
    __local float weights[GF_BLOCK * GF_UNIT_STRIDE] __attribute__((aligned(16)));
    __local float samples[GF_BLOCK * GF_TILE_SAMPLES] __attribute__((aligned(16)));
    const int k = gf_backward_rescale(net, &state[layer], layers[layer].has_skip);
    GF_GPU(gf_operands) of = GF_GPU(gf_operands_of)(net, layers, layer, 1, k, weight, delta, from, to);
    GF_GPU(gf_take_part)(&of);
    GF_GPU(gf_sums) sums;
    GF_GPU(gf_product)(&of, weights, samples, &sums);
    GF_GPU(gf_keep_part)(net, &of, &sums, (__global float4 *)parts);
}

/* A work-item's four results, in the order in which they lie in a part. Beyond the last one none exists. */
static gf_spot gf_summed_spot(__global const gf_network *net, uint units, uint from, uint to)
{
    const uint fours = GF_LANES / 4, wide = to - from, row = (uint)(get_global_id(0) / fours);
    gf_spot spot = gf_spot_at(net, units, from + row % wide, row / wide, (uint)(get_global_id(0) % fours) * 4);
    spot.exists = row / wide < net->panels;
    return spot;
}

static float4 gf_sum_of_parts(__global const gf_network *net, __global const float *parts, uint count, uint units)
{
    const ulong part = gf_part_fours(net, units);
    __global const float4 *at = (__global const float4 *)parts + get_global_id(0);
    float4 sum = at[0];
    for (uint i = 1; i < count; i++)
        sum += at[i * part];
    return sum;
}

/* Launch: sample panels * units * GF_LANES / 4, in whole groups of GF_GROUP. */
__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void forward_sum_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *parts, uint count, __global const float *bias, __global const float *a_below, __global float *z,
    __global float *a, uint from, uint to)
{
    __local uint most[2];
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    gf_forward_end end = gf_forward_end_of(net, layers, state, layer, k, bias, a_below, z, a);
    const gf_spot spot = gf_summed_spot(net, layers[layer].fan_out, from, to);
    if (spot.exists) gf_forward_result(net, &end, &spot, gf_sum_of_parts(net, parts, count, to - from));
    gf_forward_raise(&state[layer], &end, most);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void backward_sum_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *parts, uint count, __global const float *z_below, __global float *delta_below, __global float *up,
    uint from, uint to)
{
    __local uint most[2];
    const int k = gf_backward_rescale(net, &state[layer], layers[layer].has_skip);
    gf_backward_end end = gf_backward_end_of(layers, state, layer, k, z_below, delta_below, up);
    const gf_spot spot = gf_summed_spot(net, layers[layer].fan_in, from, to);
    if (spot.exists) gf_backward_result(net, &end, &spot, gf_sum_of_parts(net, parts, count, to - from));
    gf_backward_raise(net, &state[layer - 1], &end, most);
}
