/* activate (forward.cl) and loss (loss.cl) of the GPU family: a group has a chunk of GF_CHUNK_UNITS units, padding included, and a
 * sample panel; every work-item has four samples of a unit. Launch: (chunks, sample panels), each GF_GROUP work-items. */

/* Four entries: samples `lane` to `lane + 3` of a panel, of one unit. A work-item's are gf_spot_of(). */
typedef struct gf_spot {
    uint unit, panel;
    ulong place; /* in float4, from the layer's first entry */
    int exists;  /* if only in padding */
    int4 mask;   /* samples of the batch; 0 for a unit in padding */
} gf_spot;

static gf_spot gf_spot_at(__global const gf_network *net, uint O, uint unit, uint panel, uint lane)
{
    gf_spot spot;
    spot.unit = unit;
    spot.panel = panel;
    spot.place = ((ulong)panel * gf_pad(O) + unit) * (GF_LANES / 4) + lane / 4;
    spot.exists = unit < gf_pad(O);
    spot.mask = unit < O ? gf_lane_mask_4(net, panel, lane) : (int4)(0);
    return spot;
}

static gf_spot gf_spot_of(__global const gf_network *net, uint O)
{
    const uint item = (uint)get_local_id(0), part = item % (GF_LANES / 4);
    return gf_spot_at(net, O, (uint)get_group_id(0) * GF_CHUNK_UNITS + item / (GF_LANES / 4), (uint)get_global_id(1), part * 4);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void activate_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *a_below, __global const float *z, __global float *a)
{
    __local uint most;
    const uint item = (uint)get_local_id(0);
    if (item == 0) most = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);
    const gf_spot spot = gf_spot_of(net, layers[layer].fan_out);
    const gf_join join = gf_join_of(net, &layers[layer], state[layer].z_exponent, state[layer - 1].a_exponent);
    if (spot.exists) {
        const ulong entry = layers[layer].entries / 4 + spot.place;
        __global const float4 *below = (__global const float4 *)(a_below + layers[layer - 1].entries);
        const float4 beside = join.has_skip ? below[spot.place] : (float4)(0.0f);
        const float4 raw = gf_output_4(net, layers[layer].activation, &join, ((__global const float4 *)z)[entry], beside);
        const float4 value = select((float4)(0.0f), raw, spot.mask);
        ((__global float4 *)a)[entry] = value;
        atomic_max(&most, gf_max_of_4(gf_finite_bits_4(value)));
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item == 0) gf_raise(&state[layer].a_max, most);
}

/* Sums over the work-items of each half of the panel, in parts[0] and parts[4]. */
static void gf_half_sums(__local float *parts, float own)
{
    const uint item = (uint)get_local_id(0), across = GF_LANES / 4;
    parts[item] = own;
    for (uint wide = GF_GROUP / 2; wide >= across; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < wide) parts[item] += parts[item + wide];
    }
    for (uint wide = across / 4; wide > 0; wide /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < across && item % (across / 2) < wide) parts[item] += parts[item + wide];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void loss_gpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer, __global const float *z,
    __global const float *a, __global const float *target, __global float *delta, __global float *up, __global float *sums)
{
    __local float parts[GF_GROUP];
    __local uint most[2];
    const uint item = (uint)get_local_id(0), chunk = (uint)get_group_id(0);
    const gf_spot spot = gf_spot_of(net, layers[layer].fan_out);
    const long exponent = state[layer].a_max == 0u ? 0 : max(state[layer].a_exponent, (long)0); /* as loss.cl says */
    const float a_scale = gf_power(state[layer].a_exponent - exponent), target_scale = gf_power_beside(exponent);
    const int shift = gf_exponent_of(max(state[layer].a_max, as_uint(8.0f))), keeps_up = layers[layer].has_skip;
    const float2 down = gf_powers(-shift);
    if (item < 2) most[item] = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);
    float4 small = (float4)(0.0f);
    if (spot.exists) {
        const ulong entry = layers[layer].entries / 4 + spot.place;
        const float4 apart = ((__global const float4 *)a)[entry] * a_scale -
                             ((__global const float4 *)target)[spot.place] * target_scale;
        const float4 above = select((float4)(0.0f), gf_round_4(net->precision, apart * net->loss_factor), spot.mask);
        const float4 raw = gf_delta_4(net, &layers[layer], state[layer].z_exponent, above, ((__global const float4 *)z)[entry]);
        const float4 value = select((float4)(0.0f), raw, spot.mask);
        ((__global float4 *)delta)[entry] = value;
        if (keeps_up) ((__global float4 *)up)[spot.place] = above;
        small = select((float4)(0.0f), apart * down.x * down.y, spot.mask);
        atomic_max(&most[0], gf_max_of_4(gf_finite_bits_4(value)));
        atomic_max(&most[1], gf_max_of_4(gf_finite_bits_4(above)));
    }
    gf_half_sums(parts, gf_sum_of_4(small * small));
    if (item < 2) sums[(2 * spot.panel + item) * get_num_groups(0) + chunk] = parts[item * (GF_LANES / 8)];
    if (item != 0) return;
    if (net->norm == GF_NORM_NONE) gf_raise(&state[layer].delta_max, most[0]);
    if (keeps_up) gf_raise(&state[layer].up_max, most[1]);
    if (spot.panel != 0u || chunk != 0u) return;
    state[layer].delta_exponent = exponent;
    state[layer].loss_shift = shift;
}
