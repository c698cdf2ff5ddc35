/* The statistics of the GPU family: what statistics.cl computes, by groups of GF_GROUP work-items.
 *
 * A group of unit_statistics_gpu has a chunk of GF_CHUNK_UNITS units: eight neighbouring work-items are a unit, each with four samples
 * of every panel, so that the group reads a panel of its units in one piece. Sums are trees, first within units and then over them;
 * classes and bins are counted in local memory and added once a group. Nothing depends on the order of groups. A group beyond a layer's
 * units goes along and finds nothing: one that returned before a barrier would never come to an end on PoCL.
 * Launch: (chunks, of the edges 1, of the histogram pieces of GF_BIN_UNITS units; layers), each GF_GROUP work-items. */

#define GF_UNIT_ITEMS (GF_LANES / 4)

/* What a work-item found, and after the trees a unit and the chunk. Sums are of z, a, delta and delta^2, scaled; ends the least of z
 * and of -z, of a and of -a; counts the finite z, the finite a, whether some f' is not dead, and the saturated a. */
typedef struct gf_found {
    float4 sums, ends;
    uint4 counts;
} gf_found;

/* NaN and infinite z and a: few, or the network is past caring. */
typedef struct gf_odd {
    uint nans, infs;
} gf_odd;

static int4 gf_is_finite_4(float4 value) { return (as_uint4(value) & 0x7f800000u) != 0x7f800000u; }

static int4 gf_sort_out_4(float4 value, int4 mask, gf_odd *odd)
{
    const int4 good = mask & gf_is_finite_4(value);
    const uint nans = gf_true_of_4(mask & ((as_uint4(value) & 0x7fffffffu) > 0x7f800000u));
    odd->nans += nans;
    odd->infs += gf_true_of_4(mask & ~good) - nans;
    return good;
}

static float gf_least_of_4(float4 v) { return fmin(fmin(v.x, v.z), fmin(v.y, v.w)); }

/* Sum, count and ends of the values that `good` names. */
static float gf_find_4(float4 scaled, int4 good, float *least, float *least_negative)
{
    *least = fmin(*least, gf_least_of_4(select((float4)(INFINITY), scaled, good)));
    *least_negative = fmin(*least_negative, gf_least_of_4(select((float4)(INFINITY), -scaled, good)));
    return gf_sum_of_4(select((float4)(0.0f), scaled, good));
}

/* A work-item's samples of unit `unit`, those of panel p at `at + p * stride`. */
typedef struct gf_samples {
    __global const float4 *z, *a, *delta;
    ulong stride, at;
    uint panels, lane; /* none of a unit that is not there */
} gf_samples;

static gf_samples gf_samples_of(const gf_observed *layer, uint unit)
{
    const uint part = (uint)get_local_id(0) % GF_UNIT_ITEMS;
    gf_samples samples;
    samples.z = (__global const float4 *)layer->z;
    samples.a = (__global const float4 *)layer->a;
    samples.delta = (__global const float4 *)layer->delta;
    samples.stride = layer->stride * 4;
    samples.at = (ulong)unit * GF_UNIT_ITEMS + part;
    samples.panels = unit < layer->O ? layer->net->panels : 0u;
    samples.lane = part * 4;
    return samples;
}

/* The first walk. */
static gf_found gf_find(const gf_observed *layer, const gf_samples *samples, gf_odd *odd, volatile __local uint *classes, uint *zeros,
                        uint *nans)
{
    float z_sum = 0.0f, a_sum = 0.0f, sum = 0.0f, squares = 0.0f;
    float z_least = INFINITY, z_most = INFINITY, a_least = INFINITY, a_most = INFINITY;
    uint z_count = 0u, a_count = 0u, saturated = 0u, alive = 0u;
    for (uint panel = 0; panel < samples->panels; panel++) {
        const ulong place = samples->at + panel * samples->stride;
        const int4 mask = gf_lane_mask_4(layer->net, panel, samples->lane);
        const float4 z = samples->z[place], a = samples->a[place], delta = samples->delta[place];
        const int4 z_good = gf_sort_out_4(z, mask, odd), a_good = gf_sort_out_4(a, mask, odd);
        const float4 scaled = delta * layer->delta_scale.x * layer->delta_scale.y;
        z_count += gf_true_of_4(z_good);
        a_count += gf_true_of_4(a_good);
        z_sum += gf_find_4(z * layer->z_scale.x * layer->z_scale.y, z_good, &z_least, &z_most);
        a_sum += gf_find_4(a * layer->a_scale.x * layer->a_scale.y, a_good, &a_least, &a_most);
        sum += gf_sum_of_4(scaled);
        squares += gf_sum_of_4(scaled * scaled);
        saturated += gf_true_of_4(mask & ((a <= layer->low) | (a >= layer->high)));
        if (alive == 0u)
            alive = gf_true_of_4(mask & ~(fabs(gf_derive_4(layer->net, layer->activation, layer->z_exponent, z)) < GF_DEAD));
        gf_local_classes_add(classes, delta, mask, zeros, nans);
    }
    gf_found found;
    found.sums = (float4)(z_sum, a_sum, sum, squares);
    found.ends = (float4)(z_least, z_most, a_least, a_most);
    found.counts = (uint4)(z_count, a_count, alive, saturated);
    return found;
}

/* The second walk: squared distances of z and a from the means of the chunk. */
static float2 gf_find_spread(const gf_observed *layer, const gf_samples *samples, float2 means)
{
    float z_squares = 0.0f, a_squares = 0.0f;
    for (uint panel = 0; panel < samples->panels; panel++) {
        const ulong place = samples->at + panel * samples->stride;
        const int4 mask = gf_lane_mask_4(layer->net, panel, samples->lane);
        const float4 z = samples->z[place], a = samples->a[place];
        const float4 z_apart = z * layer->z_scale.x * layer->z_scale.y - means.x;
        const float4 a_apart = a * layer->a_scale.x * layer->a_scale.y - means.y;
        z_squares += gf_sum_of_4(select((float4)(0.0f), z_apart * z_apart, mask & gf_is_finite_4(z)));
        a_squares += gf_sum_of_4(select((float4)(0.0f), a_apart * a_apart, mask & gf_is_finite_4(a)));
    }
    return (float2)(z_squares, a_squares);
}

static void gf_found_add(__local gf_found *found, uint to, uint from)
{
    found[to].sums += found[from].sums;
    found[to].ends = fmin(found[to].ends, found[from].ends);
    found[to].counts += found[from].counts;
}

/* What a unit's first work-item makes of its tree: the unit's results, and what the chunk needs of it: dL/db squared instead of
 * dL/db, one for a dead unit instead of what is alive. */
static void gf_unit_finish(const gf_observed *layer, uint unit, __local gf_found *found, __global gf_unit *units)
{
    const int shift = layer->delta_exponent, precision = layer->net->precision;
    const float bias_grad = gf_from_true_1(precision, shift, gf_to_true_1(precision, shift, found->sums.z));
    found->counts.z = unit < layer->O && found->counts.z == 0u ? 1u : 0u;
    if (unit < layer->O) {
        units[unit].delta_squares = found->sums.w;
        units[unit].a_mean = found->counts.y == 0u ? 0.0f : found->sums.y / (float)found->counts.y;
    }
    found->sums.z = bias_grad * bias_grad;
}

/* Trees within units, then over the units of the chunk, which is in found[0]; ends with a barrier. */
static void gf_found_reduce(const gf_observed *layer, uint unit, __local gf_found *found, __global gf_unit *units)
{
    const uint item = (uint)get_local_id(0);
    for (uint wide = GF_UNIT_ITEMS / 2; wide > 0; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item % GF_UNIT_ITEMS < wide) gf_found_add(found, item, item + wide);
    }
    if (item % GF_UNIT_ITEMS == 0) gf_unit_finish(layer, unit, &found[item], units);
    for (uint wide = GF_GROUP / 2; wide >= GF_UNIT_ITEMS; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < wide && item % GF_UNIT_ITEMS == 0) gf_found_add(found, item, item + wide);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

static float gf_mean_of(float sum, uint count) { return count == 0u ? 0.0f : sum / (float)count; }

/* What the group counted of z and a. */
static void gf_odd_flush(volatile __local uint *odd, uint4 counts, volatile __global uint *to)
{
    gf_count(to, GF_COUNT_NAN, odd[0]);
    gf_count(to, GF_COUNT_INF, odd[1]);
    gf_count(to, GF_COUNT_DEAD, counts.z);
    gf_count(to, GF_COUNT_SATURATED, counts.w);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void unit_statistics_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint first, uint unit_stride,
    __global const float *z, __global const float *a, __global const float *delta, __global gf_chunk *chunks,
    __global gf_unit *units, __global uint *counts)
{
    __local gf_found found[GF_GROUP];
    __local float parts[GF_GROUP];
    __local uint classes[GF_REPLICAS * GF_REPLICA_STRIDE], few[2], odd_total[2];
    const uint slot = (uint)get_global_id(1), layer = first + slot, item = (uint)get_local_id(0);
    const uint unit = (uint)get_group_id(0) * GF_CHUNK_UNITS + item / GF_UNIT_ITEMS;

    gf_observed observed;
    gf_observe(net, &layers[layer], &state[layer], z, a, delta, &observed);
    const gf_samples samples = gf_samples_of(&observed, unit);
    gf_local_classes_clear(classes, few);
    if (item < 2) odd_total[item] = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);

    gf_odd odd = {0u, 0u};
    uint zeros = 0u, nans = 0u;
    found[item] = gf_find(&observed, &samples, &odd, classes, &zeros, &nans);
    if (odd.nans != 0u) atomic_add(&odd_total[0], odd.nans);
    if (odd.infs != 0u) atomic_add(&odd_total[1], odd.infs);
    gf_found_reduce(&observed, unit, found, units + (ulong)slot * unit_stride);
    const gf_found all = found[0];
    const float2 means = (float2)(gf_mean_of(all.sums.x, all.counts.x), gf_mean_of(all.sums.y, all.counts.y));
    const float2 spread = gf_find_spread(&observed, &samples, means);
    const float z_squares = gf_group_sum(parts, spread.x);
    barrier(CLK_LOCAL_MEM_FENCE); /* it has been read */
    const float a_squares = gf_group_sum(parts, spread.y);

    volatile __global uint *to = gf_group_counts_of(counts, slot);
    if (item == 0) {
        const gf_moments_of z_all = {(float)all.counts.x, means.x, z_squares, all.ends.x, -all.ends.y};
        const gf_moments_of a_all = {(float)all.counts.y, means.y, a_squares, all.ends.z, -all.ends.w};
        __global gf_chunk *out = &chunks[(ulong)slot * get_num_groups(0) + get_group_id(0)];
        gf_moments_store(z_all, out->z);
        gf_moments_store(a_all, out->a);
        out->bias_grad_squares = all.sums.z;
        out->delta_squares = all.sums.w;
        gf_odd_flush(odd_total, all.counts, to);
    }
    gf_local_classes_flush(classes, few, zeros, nans, to, GF_COUNT_DELTA, GF_COUNT_DELTA_ZEROS);
}

/* Every work-item has merged some of the chunks. */
__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void activation_edges_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint first, uint chunk_stride,
    __global gf_chunk *chunks)
{
    __local gf_moments_of parts[GF_GROUP];
    const uint slot = (uint)get_global_id(1), layer = first + slot, item = (uint)get_local_id(0);
    const uint count = (layers[layer].fan_out + GF_CHUNK_UNITS - 1) / GF_CHUNK_UNITS;
    __global gf_chunk *own = &chunks[(ulong)slot * chunk_stride];
    parts[item] = gf_chunks_merge(own, item, count, GF_GROUP);
    for (uint wide = GF_GROUP / 2; wide > 0; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < wide) parts[item] = gf_merge(parts[item], parts[item + wide]);
    }
    if (item == 0) gf_edges_store(gf_edges_of(net, &layers[layer], state[layer].a_max, parts[0]), own);
}

/* Replicas of the bins, and words from one to the next, of which the last counts what is none. */
#define GF_BIN_REPLICAS       8
#define GF_BIN_REPLICA_STRIDE (GF_BINS + 1)

static void gf_local_bins_add(volatile __local uint *bins, float4 value, int4 mask, float low, float per_unit)
{
    volatile __local uint *own = bins + get_local_id(0) % GF_BIN_REPLICAS * GF_BIN_REPLICA_STRIDE;
    const int4 good = mask & ((as_uint4(value) & 0x7fffffffu) <= 0x7f800000u);
    const float4 place = clamp((value - low) * per_unit, 0.0f, GF_BINS - 1.0f);
    const uint4 bin = select((uint4)(GF_BINS), convert_uint4(select((float4)(0.0f), place, good)), good);
#pragma unroll 1
    for (uint i = 0; i < 4; i++) {
        const uint at = gf_part_of_4(bin, i);
        if (at < GF_BINS) atomic_inc(&own[at]);
    }
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void activation_histogram_gpu(
    __global const gf_network *net, __global const gf_layer *layers, uint first, uint chunk_stride, __global const float *a,
    __global const gf_chunk *chunks, __global uint *counts)
{
    __local uint bins[GF_BIN_REPLICAS * GF_BIN_REPLICA_STRIDE];
    const uint slot = (uint)get_global_id(1), layer = first + slot, item = (uint)get_local_id(0);
    const uint O = layers[layer].fan_out, from = min((uint)get_group_id(0) * GF_BIN_UNITS, O), to = min(from + GF_BIN_UNITS, O);
    for (uint i = item; i < GF_BIN_REPLICAS * GF_BIN_REPLICA_STRIDE; i += GF_GROUP)
        bins[i] = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);

    __global const gf_chunk *own = &chunks[(ulong)slot * chunk_stride];
    const float low = own->edges[0], per_unit = gf_bins_per_unit(own->edges);
    __global const float4 *at = (__global const float4 *)(a + layers[layer].entries) + (ulong)from * GF_UNIT_ITEMS;
    for (uint panel = 0; panel < net->panels; panel++)
        for (uint i = item; i < (to - from) * GF_UNIT_ITEMS; i += GF_GROUP)
            gf_local_bins_add(bins, at[(ulong)panel * gf_pad(O) * GF_UNIT_ITEMS + i],
                              gf_lane_mask_4(net, panel, i % GF_UNIT_ITEMS * 4), low, per_unit);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item >= GF_BINS) return;
    uint sum = 0u;
    for (uint copy = 0; copy < GF_BIN_REPLICAS; copy++)
        sum += bins[copy * GF_BIN_REPLICA_STRIDE + item];
    gf_count(gf_group_counts_of(counts, slot), GF_COUNT_BINS + item, sum);
}
