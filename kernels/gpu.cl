/* What the kernels of the GPU family share: vectors of four samples, counters in local memory. Tiles are in gpu_products.cl.
 *
 * Layouts are everybody's (network.cl): a panel of activations has 32 samples beside each other, so that eight neighbouring
 * work-items read and write 128 bytes in one piece, four samples each. Only kernels whose work-groups all take the same way have
 * barriers. Counts and maxima are integer atomics in local memory and one per work-group in global memory; sums are trees. */

/* Replicas of the local counters, and words from one to the next: neighbours mostly count the same class. */
#define GF_REPLICAS       4
#define GF_REPLICA_STRIDE 257

/* -1 for samples of the batch among the four from `lane` on. */
static int4 gf_lane_mask_4(__global const gf_network *net, uint panel, uint lane)
{
    return (int4)(0, 1, 2, 3) < (int)net->batch - (int)(panel * GF_LANES + lane);
}

static uint4 gf_finite_bits_4(float4 value)
{
    const uint4 size = as_uint4(value) & 0x7fffffffu;
    return select((uint4)(0u), size, size < 0x7f800000u);
}

static uint gf_max_of_4(uint4 v) { return max(max(v.x, v.y), max(v.z, v.w)); }
static float gf_sum_of_4(float4 v) { return (v.x + v.z) + (v.y + v.w); }
static uint gf_true_of_4(int4 mask) { return (uint)-(mask.x + mask.y + mask.z + mask.w); }

/* Component i, i known only at run time. */
static uint gf_part_of_4(uint4 v, uint i) { return i == 0u ? v.x : i == 1u ? v.y : i == 2u ? v.z : v.w; }

/* Counts the exponent classes of what `mask` names; zeros, which may be most of all, only in a register. */
static void gf_local_classes_add(volatile __local uint *classes, float4 value, int4 mask, uint *zeros, uint *nans)
{
    volatile __local uint *own = classes + get_local_id(0) % GF_REPLICAS * GF_REPLICA_STRIDE;
    const uint4 size = as_uint4(value) & 0x7fffffffu;
    *zeros += gf_true_of_4(mask & (size == 0u));
    *nans += gf_true_of_4(mask & (size > 0x7f800000u));
    const uint4 class = select((uint4)(256u), size >> 23, mask & (size != 0u));
#pragma unroll 1
    for (uint i = 0; i < 4; i++) {
        const uint at = gf_part_of_4(class, i);
        if (at < 256u) atomic_inc(&own[at]);
    }
}

/* Before the first count: no barrier yet. `few` are zeros and NaN. */
static void gf_local_classes_clear(volatile __local uint *classes, volatile __local uint *few)
{
    for (uint i = (uint)get_local_id(0); i < GF_REPLICAS * GF_REPLICA_STRIDE; i += (uint)get_local_size(0))
        classes[i] = 0u;
    if (get_local_id(0) < 2) few[get_local_id(0)] = 0u;
}

/* Everything the group counted; ends without a barrier. */
static void gf_local_classes_flush(volatile __local uint *classes, volatile __local uint *few, uint zeros, uint nans,
                                   volatile __global uint *counts, uint first, uint zeros_at)
{
    if (zeros != 0u) atomic_add(&few[0], zeros);
    if (nans != 0u) atomic_add(&few[1], nans);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint class = (uint)get_local_id(0); class < 256u; class += (uint)get_local_size(0)) {
        uint sum = 0u;
        for (uint copy = 0; copy < GF_REPLICAS; copy++)
            sum += classes[copy * GF_REPLICA_STRIDE + class];
        gf_count(counts, first + class, sum);
        if (class == 255u) gf_count(counts, GF_COUNT_INF, sum - few[1]);
    }
    if (get_local_id(0) != 0) return;
    gf_count(counts, zeros_at, few[0]);
    gf_count(counts, GF_COUNT_NAN, few[1]);
}

/* The counts of layer `slot`, copy by parity of the work-group. */
static volatile __global uint *gf_group_counts_of(__global uint *counts, uint slot)
{
    return counts + ((ulong)slot * GF_COUNT_COPIES + get_group_id(0) % GF_COUNT_COPIES) * GF_COUNTS;
}

/* The sum over the work-items, in item 0; the group's size is a power of two. */
static float gf_group_sum(__local float *sums, float own)
{
    const uint item = (uint)get_local_id(0);
    sums[item] = own;
    for (uint wide = (uint)get_local_size(0) / 2; wide > 0; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < wide) sums[item] += sums[item + wide];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    return sums[0];
}
