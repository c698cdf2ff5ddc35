/* norm.cl of the GPU family: norm_group.cl, four samples a vector. A work-group has a chunk of units, eight work-items each (batch norm),
 * or a panel of samples, its work-items four samples of every sixteenth unit (layer norm), of more than GF_NORM_UNITS units those of
 * one chunk of so many (wide_norm*).
 * Launch: groups of GF_GROUP, of batch norm as many as chunks, of layer norm as many as sample panels; wide_norm*: (chunks, sample
 * panels), partial sums [panel][chunk][2] rows of GF_LANES samples. */

#define GF_PART_ITEMS (GF_LANES / 4)

/* A work-item's part of its group. */
static gf_group_4 gf_group_of_4(__global const gf_network *net, __global const gf_layer *at, __local float4 *sums)
{
    const uint item = (uint)get_local_id(0), part = item % GF_PART_ITEMS, row = item / GF_PART_ITEMS;
    const uint which = (uint)get_group_id(0), O = at->fan_out;
    gf_group_4 group;
    group.sums = sums;
    group.over_lanes = net->norm == GF_NORM_BATCH;
    if (group.over_lanes) {
        const uint unit = which * GF_CHUNK_UNITS + row;
        group.first = at->entries / 4 + (ulong)unit * GF_PART_ITEMS + part;
        group.count = unit < O ? net->panels : 0u;
        group.single = gf_pad(O) * GF_PART_ITEMS;
        group.mask = (int4)(-1);
        group.share = 1.0f / (float)net->batch;
    } else {
        group.first = at->entries / 4 + ((ulong)which * gf_pad(O) + row) * GF_PART_ITEMS + part;
        group.count = row < O ? (O - row + GF_CHUNK_UNITS - 1) / GF_CHUNK_UNITS : 0u;
        group.single = GF_GROUP;
        group.mask = gf_lane_mask_4(net, which, part * 4);
        group.share = 1.0f / (float)O;
    }
    group.pair = 2 * group.single;
    return group;
}

static int4 gf_group_mask_4(__global const gf_network *net, const gf_group_4 *group, uint i)
{
    return group->over_lanes ? gf_lane_mask_4(net, i, (uint)get_local_id(0) % GF_PART_ITEMS * 4) : group->mask;
}

/* A tree over the eight work-items of a unit, or over those that have the same samples. */
static float4 gf_group_mean_4(const gf_group_4 *group, float4 total)
{
    const uint item = (uint)get_local_id(0), part = item % GF_PART_ITEMS;
    const uint place = group->over_lanes ? part : item;
    barrier(CLK_LOCAL_MEM_FENCE); /* the mean before this one has been read */
    group->sums[item] = group->over_lanes ? (float4)(gf_sum_of_4(total)) : total;
    const uint last = group->over_lanes ? 1u : GF_PART_ITEMS;
    for (uint wide = group->over_lanes ? GF_PART_ITEMS / 2 : GF_GROUP / 2; wide >= last; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (place < wide) group->sums[item] += group->sums[item + wide];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    return group->sums[group->over_lanes ? item - part : part] * group->share;
}

/* Where a work-item's standard deviations are: of batch norm one, else a vector. */
static ulong gf_inverse_place(__global const gf_layer *at, const gf_group_4 *group)
{
    const uint item = (uint)get_local_id(0), which = (uint)get_group_id(0);
    if (group->over_lanes) return at->inverse + which * GF_CHUNK_UNITS + item / GF_PART_ITEMS;
    return at->inverse / 4 + which * GF_PART_ITEMS + item % GF_PART_ITEMS;
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void normalise_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer, __global float *z,
    __global float *inverse)
{
    __local float4 sums[GF_GROUP];
    __local uint most;
    const uint item = (uint)get_local_id(0);
    if (item == 0) most = 0u; /* the means have barriers */
    const gf_group_4 group = gf_group_of_4(net, &layers[layer], sums);
    uint4 own = (uint4)(0u);
    const float4 factor = gf_normalise_group_4(net, group, gf_norm_scale(&state[layer]), z, &own);
    const ulong place = gf_inverse_place(&layers[layer], &group);
    if (group.over_lanes && item % GF_PART_ITEMS == 0 && group.count > 0u) inverse[place] = factor.x;
    if (!group.over_lanes && item < GF_PART_ITEMS) ((__global float4 *)inverse)[place] = factor;
    atomic_max(&most, gf_max_of_4(own));
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) gf_raise(&state[layer].z_max, most);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void normalise_backward_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer, __global const float *h,
    __global const float *inverse, __global float *delta)
{
    __local float4 sums[GF_GROUP];
    __local uint most;
    const uint item = (uint)get_local_id(0);
    if (item == 0) most = 0u; /* the means have barriers */
    const gf_group_4 group = gf_group_of_4(net, &layers[layer], sums);
    const ulong place = gf_inverse_place(&layers[layer], &group);
    float4 factor = (float4)(0.0f);
    if (!group.over_lanes) factor = ((__global const float4 *)inverse)[place];
    if (group.over_lanes && group.count > 0u) factor = (float4)(inverse[place]);
    uint4 own = (uint4)(0u);
    gf_denormalise_group_4(net, group, factor, h, delta, &own);
    atomic_max(&most, gf_max_of_4(own));
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) gf_raise(&state[layer].delta_max, most);
}

/* The group's chunk of a wide layer, with sums where others have means. */
static gf_group_4 gf_chunk_of_4(__global const gf_layer *at, __local float4 *sums)
{
    const uint item = (uint)get_local_id(0), row = item / GF_PART_ITEMS;
    const uint unit = (uint)get_group_id(0) * GF_NORM_UNITS + row, end = min(unit - row + GF_NORM_UNITS, at->fan_out);
    gf_group_4 group;
    group.sums = sums;
    group.over_lanes = 0;
    group.first = at->entries / 4 + ((ulong)get_group_id(1) * gf_pad(at->fan_out) + unit) * GF_PART_ITEMS + item % GF_PART_ITEMS;
    group.count = unit < end ? (end - unit + GF_CHUNK_UNITS - 1) / GF_CHUNK_UNITS : 0u;
    group.single = GF_GROUP;
    group.pair = 2 * group.single;
    group.mask = (int4)(-1);
    group.share = 1.0f;
    return group;
}

/* The work-item's samples of the partial sums of chunk `chunk`; from chunk to chunk it is twice GF_PART_ITEMS. */
static ulong gf_sums_place(uint chunk)
{
    return ((ulong)get_group_id(1) * get_num_groups(0) + chunk) * (2 * GF_PART_ITEMS) + get_local_id(0) % GF_PART_ITEMS;
}

/* Item 0 to 7 write what all items found out. */
static void gf_keep_sums(__global float4 *sums, float4 first, float4 second)
{
    if (get_local_id(0) >= GF_PART_ITEMS) return;
    sums[gf_sums_place((uint)get_group_id(0))] = first;
    sums[gf_sums_place((uint)get_group_id(0)) + GF_PART_ITEMS] = second;
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void wide_norm_sums_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint layer,
    __global const float *z, __global float *sums)
{
    __local float4 local_sums[GF_GROUP];
    const gf_group_4 group = gf_chunk_of_4(&layers[layer], local_sums);
    const uint left = layers[layer].fan_out - (uint)get_group_id(0) * GF_NORM_UNITS;
    const float2 scale = gf_norm_scale(&state[layer]);
    float4 total = (float4)(0.0f), squares = (float4)(0.0f);
    GF_EACH_VECTOR(i) total += GF_VECTOR(z, i) * scale.x * scale.y;
    const float4 mean = gf_group_mean_4(&group, total) / (float)min(left, (uint)GF_NORM_UNITS);
    GF_EACH_VECTOR(i)
    {
        const float4 apart = GF_VECTOR(z, i) * scale.x * scale.y - mean;
        squares = fma(apart, apart, squares);
    }
    gf_keep_sums((__global float4 *)sums, mean, gf_group_mean_4(&group, squares));
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void wide_norm_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *sums, __global float *z, __global float *inverse)
{
    __local uint most;
    const uint item = (uint)get_local_id(0), part = item % GF_PART_ITEMS, panel = (uint)get_group_id(1);
    if (item == 0) most = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);
    const gf_group_4 group = gf_chunk_of_4(&layers[layer], 0);
    const float2 scale = gf_norm_scale(&state[layer]);
    float4 variance;
    const float4 mean = gf_wide_mean_4((__global const float4 *)sums + gf_sums_place(0u), 2 * GF_PART_ITEMS,
                                       (uint)get_num_groups(0), layers[layer].fan_out, &variance);
    const float4 factor = gf_inverse_4(variance, scale);
    const int4 mask = gf_lane_mask_4(net, panel, part * 4);
    if (get_group_id(0) == 0 && item < GF_PART_ITEMS)
        ((__global float4 *)inverse)[layers[layer].inverse / 4 + panel * GF_PART_ITEMS + part] = factor * scale.x * scale.y;
    uint4 own = (uint4)(0u);
    GF_EACH_VECTOR(i)
    {
        const float4 value = gf_round_4(net->precision, (GF_VECTOR(z, i) * scale.x * scale.y - mean) * factor);
        const float4 h = select((float4)(0.0f), value, mask);
        GF_VECTOR(z, i) = h;
        own = max(own, gf_finite_bits_4(h));
    }
    atomic_max(&most, gf_max_of_4(own));
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) gf_raise(&state[layer].z_max, most);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void wide_norm_backward_sums_gpu(
    __global const gf_layer *layers, uint layer, __global const float *h, __global const float *delta,
    __global float *sums)
{
    __local float4 local_sums[GF_GROUP];
    const gf_group_4 group = gf_chunk_of_4(&layers[layer], local_sums);
    float4 total = (float4)(0.0f), products = (float4)(0.0f);
    GF_EACH_VECTOR(i)
    {
        const float4 d = GF_VECTOR(delta, i);
        total += d;
        products = fma(d, GF_VECTOR(h, i), products);
    }
    const float4 all = gf_group_mean_4(&group, total);
    gf_keep_sums((__global float4 *)sums, all, gf_group_mean_4(&group, products));
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void wide_norm_backward_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *h, __global const float *inverse, __global const float *sums, __global float *delta)
{
    __local uint most;
    const uint item = (uint)get_local_id(0), part = item % GF_PART_ITEMS, panel = (uint)get_group_id(1);
    if (item == 0) most = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);
    const gf_group_4 group = gf_chunk_of_4(&layers[layer], 0);
    float4 along;
    const float4 mean = gf_wide_means_4((__global const float4 *)sums + gf_sums_place(0u), 2 * GF_PART_ITEMS,
                                        (uint)get_num_groups(0), layers[layer].fan_out, &along);
    const float4 factor = ((__global const float4 *)inverse)[layers[layer].inverse / 4 + panel * GF_PART_ITEMS + part];
    const int4 mask = gf_lane_mask_4(net, panel, part * 4);
    uint4 own = (uint4)(0u);
    GF_EACH_VECTOR(i)
    {
        const float4 value = factor * (GF_VECTOR(delta, i) - mean - GF_VECTOR(h, i) * along);
        const float4 kept = select((float4)(0.0f), gf_round_4(net->precision, value), mask);
        GF_VECTOR(delta, i) = kept;
        own = max(own, gf_finite_bits_4(kept));
    }
    atomic_max(&most, gf_max_of_4(own));
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) gf_raise(&state[layer].delta_max, most);
}
