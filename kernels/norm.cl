/* Normalisation: h = (z - mean) / sqrt(variance + 1e-5) in the place of z, over the batch for every unit or over the units for every
 * sample, and the way back: with d = dL/dh, delta = (d - mean(d) - h mean(d h)) / sqrt(...) in the place of d.
 *
 * A group is what is normalised together: a unit, or, sixteen at a time, the samples of half a panel. z is first divided by a power of
 * two where its squares would leave float. Fixed trees.
 * Launch: normalise, normalise_backward: (work-items that gf_groups_of says); for layer norm of more than GF_NORM_UNITS units the
 * wide_norm* kernels instead, the sums before what uses them: (chunks of GF_NORM_UNITS units, halves of sample panels), partial sums
 * [half][chunk][2] vectors of 16 samples. */

/* Powers of two that divide and multiply z: 1 unless z is large. */
static float2 gf_norm_scale(__global const gf_state *at) { return gf_powers(-max(gf_exponent_of(at->raw_max), 0)); }

static gf_group_16 gf_group_of(__global const gf_network *net, __global const gf_layer *at, uint which)
{
    gf_group_16 group;
    group.sums = 0;
    group.over_lanes = net->norm == GF_NORM_BATCH;
    if (group.over_lanes) {
        group.first = at->entries / 16 + (ulong)which * 2;
        group.count = 2 * net->panels;
        group.pair = 2 * gf_pad(at->fan_out);
        group.single = 1;
        group.mask = (int16)(-1);
        group.share = 1.0f / (float)net->batch;
    } else {
        group.first = at->entries / 16 + (ulong)(which / 2) * gf_pad(at->fan_out) * 2 + which % 2;
        group.count = at->fan_out;
        group.pair = 4;
        group.single = 2;
        group.mask = gf_lane_mask(net, which / 2, which % 2);
        group.share = 1.0f / (float)at->fan_out;
    }
    return group;
}

static int16 gf_group_mask_16(__global const gf_network *net, const gf_group_16 *group, uint i)
{
    return group->over_lanes ? gf_lane_mask(net, i / 2, i % 2) : group->mask;
}

static float16 gf_group_mean_16(const gf_group_16 *group, float16 total)
{
    return (group->over_lanes ? (float16)(gf_sum_of_16(total)) : total) * group->share;
}

/* Groups first..last-1 of a work-item: some units, or half a panel of samples. */
static uint2 gf_groups_of(__global const gf_network *net, __global const gf_layer *at)
{
    const uint item = (uint)get_global_id(0);
    if (net->norm != GF_NORM_BATCH) return (uint2)(item, item + 1);
    return (uint2)(item * GF_CHUNK_UNITS, min((item + 1) * GF_CHUNK_UNITS, at->fan_out));
}

__kernel void normalise(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                        __global float *z, __global float *inverse)
{
    const uint2 groups = gf_groups_of(net, &layers[layer]);
    const float2 scale = gf_norm_scale(&state[layer]);
    uint16 most = (uint16)(0u);
    for (uint which = groups.x; which < groups.y; which++) {
        const float16 factor = gf_normalise_group_16(net, gf_group_of(net, &layers[layer], which), scale, z, &most);
        if (net->norm == GF_NORM_BATCH)
            inverse[layers[layer].inverse + which] = factor.s0;
        else
            ((__global float16 *)inverse)[layers[layer].inverse / 16 + which] = factor;
    }
    gf_raise(&state[layer].z_max, gf_max_of_16(most));
}

__kernel void normalise_backward(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                                 uint layer, __global const float *h, __global const float *inverse, __global float *delta)
{
    const uint2 groups = gf_groups_of(net, &layers[layer]);
    uint16 most = (uint16)(0u);
    for (uint which = groups.x; which < groups.y; which++) {
        const float16 factor = net->norm == GF_NORM_BATCH
                                   ? (float16)(inverse[layers[layer].inverse + which])
                                   : ((__global const float16 *)inverse)[layers[layer].inverse / 16 + which];
        gf_denormalise_group_16(net, gf_group_of(net, &layers[layer], which), factor, h, delta, &most);
    }
    gf_raise(&state[layer].delta_max, gf_max_of_16(most));
}

/* The vectors of a half panel are two apart, from unit `unit` on. */
static ulong gf_half_place(__global const gf_layer *at, uint half_panel, uint unit)
{
    return at->entries / 16 + ((ulong)(half_panel / 2) * gf_pad(at->fan_out) + unit) * 2 + half_panel % 2;
}

/* Mean and sum of squared distances of one chunk. */
__kernel void wide_norm_sums(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
                              uint layer, __global const float *z, __global float16 *sums)
{
    const uint O = layers[layer].fan_out, chunk = (uint)get_global_id(0), half_panel = (uint)get_global_id(1);
    const uint count = min(O - chunk * GF_NORM_UNITS, (uint)GF_NORM_UNITS);
    const float2 scale = gf_norm_scale(&state[layer]);
    __global const float16 *at =
        (__global const float16 *)z + gf_half_place(&layers[layer], half_panel, chunk * GF_NORM_UNITS);
    float16 mean = (float16)(0.0f), squares = (float16)(0.0f);
    for (uint i = 0; i < count; i++)
        mean += at[2 * i] * scale.x * scale.y;
    mean /= (float)count;
    for (uint i = 0; i < count; i++) {
        const float16 apart = at[2 * i] * scale.x * scale.y - mean;
        squares = fma(apart, apart, squares);
    }
    __global float16 *out = sums + ((ulong)half_panel * get_global_size(0) + chunk) * 2;
    out[0] = mean;
    out[1] = squares;
}

__kernel void wide_norm(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                         __global const float16 *sums, __global float *z, __global float *inverse)
{
    const uint O = layers[layer].fan_out, chunk = (uint)get_global_id(0), half_panel = (uint)get_global_id(1);
    const float2 scale = gf_norm_scale(&state[layer]);
    __global const float16 *part = sums + (ulong)half_panel * get_global_size(0) * 2;
    float16 variance;
    const float16 mean = gf_wide_mean_16(part, 2, (uint)get_global_size(0), O, &variance);
    const float16 factor = gf_inverse_16(variance, scale);
    const int16 mask = gf_lane_mask(net, half_panel / 2, half_panel % 2);
    if (chunk == 0)
        ((__global float16 *)inverse)[layers[layer].inverse / 16 + half_panel] = factor * scale.x * scale.y;

    __global float16 *at = (__global float16 *)z + gf_half_place(&layers[layer], half_panel, chunk * GF_NORM_UNITS);
    uint16 most = (uint16)(0u);
    for (uint i = 0; i < min(O - chunk * GF_NORM_UNITS, (uint)GF_NORM_UNITS); i++) {
        const float16 value = gf_round_16(net->precision, (at[2 * i] * scale.x * scale.y - mean) * factor);
        const float16 h = select((float16)(0.0f), value, mask);
        at[2 * i] = h;
        most = max(most, gf_finite_bits_16(h));
    }
    gf_raise(&state[layer].z_max, gf_max_of_16(most));
}

/* Sums of d and of d h of one chunk. */
__kernel void wide_norm_backward_sums(__global const gf_layer *layers, uint layer, __global const float *h,
                                       __global const float *delta, __global float16 *sums)
{
    const uint O = layers[layer].fan_out, chunk = (uint)get_global_id(0), half_panel = (uint)get_global_id(1);
    const ulong place = gf_half_place(&layers[layer], half_panel, chunk * GF_NORM_UNITS);
    __global const float16 *h_at = (__global const float16 *)h + place, *d = (__global const float16 *)delta + place;
    float16 total = (float16)(0.0f), products = (float16)(0.0f);
    for (uint i = 0; i < min(O - chunk * GF_NORM_UNITS, (uint)GF_NORM_UNITS); i++) {
        total += d[2 * i];
        products = fma(d[2 * i], h_at[2 * i], products);
    }
    __global float16 *out = sums + ((ulong)half_panel * get_global_size(0) + chunk) * 2;
    out[0] = total;
    out[1] = products;
}

__kernel void wide_norm_backward(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                                  uint layer, __global const float *h, __global const float *inverse,
                                  __global const float16 *sums, __global float *delta)
{
    const uint O = layers[layer].fan_out, chunk = (uint)get_global_id(0), half_panel = (uint)get_global_id(1);
    __global const float16 *part = sums + (ulong)half_panel * get_global_size(0) * 2;
    float16 along;
    const float16 mean = gf_wide_means_16(part, 2, (uint)get_global_size(0), O, &along);
    const float16 factor = ((__global const float16 *)inverse)[layers[layer].inverse / 16 + half_panel];
    const int16 mask = gf_lane_mask(net, half_panel / 2, half_panel % 2);
    const ulong place = gf_half_place(&layers[layer], half_panel, chunk * GF_NORM_UNITS);
    __global const float16 *h_at = (__global const float16 *)h + place;
    __global float16 *d = (__global float16 *)delta + place;
    uint16 most = (uint16)(0u);
    for (uint i = 0; i < min(O - chunk * GF_NORM_UNITS, (uint)GF_NORM_UNITS); i++) {
        const float16 value = factor * (d[2 * i] - mean - h_at[2 * i] * along);
        const float16 kept = select((float16)(0.0f), gf_round_16(net->precision, value), mask);
        d[2 * i] = kept;
        most = max(most, gf_finite_bits_16(kept));
    }
    gf_raise(&state[layer].delta_max, gf_max_of_16(most));
}
