/* Normalisation: h = (z - mean) / sqrt(variance + 1e-5) in the place of z, over the batch for every unit or over the units for every
 * sample, and the way back: with d = dL/dh, delta = (d - mean(d) - h mean(d h)) / sqrt(...) in the place of d.
 *
 * A group is what is normalised together: a unit, or, sixteen at a time, the samples of half a panel. z is first divided by a power of
 * two where its squares would leave float. Fixed trees.
 * Launch: normalise, normalise_backward: (work-items that gf_groups_of says); for layer norm of more than GF_NORM_UNITS units the
 * wide_norm* kernels instead, the sums before what uses them: (chunks of GF_NORM_UNITS units, halves of sample panels), partial sums
 * [half][chunk][2] vectors of 16 samples. */

#define GF_NORM_EPSILON 1e-5f
/* Variance of h below which mean(d h) h is nothing beside d, and 1 / variance may be infinite. */
#define GF_NORM_NOTHING 1e-24f

/* Powers of two that divide and multiply z: 1 unless z is large. */
static float2 gf_norm_scale(__global const gf_state *at) { return gf_powers(-max(gf_exponent_of(at->raw_max), 0)); }

/* 1 / sqrt(variance + epsilon) of scaled z, in units of 1 / scaled z. */
static float16 gf_inverse_16(float16 variance, float2 scale)
{
    const float small = scale.x * scale.y;
    return (float16)(1.0f) / sqrt(variance + GF_NORM_EPSILON * small * small);
}

/* Where the vectors of one group are, and what a sum over them is: of batch norm over the lanes as well. */
typedef struct gf_group {
    ulong first;         /* vector */
    uint count, pair, single; /* vector i is at first + i / 2 * pair + i % 2 * single */
    int over_lanes;
    int16 mask; /* of layer norm; of batch norm every vector has its own */
    float share; /* 1 / values */
} gf_group;

static gf_group gf_group_of(__global const gf_network *net, __global const gf_layer *at, uint which)
{
    gf_group group;
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

#define GF_EACH_VECTOR(i) for (uint i = 0; i < group.count; i++)
#define GF_VECTOR(array, i)                                                                                            \
    ((__global float16 *)(array))[group.first + (ulong)((i) / 2) * group.pair + (i) % 2 * group.single]

static int16 gf_group_mask(__global const gf_network *net, const gf_group *group, uint i)
{
    return group->over_lanes ? gf_lane_mask(net, i / 2, i % 2) : group->mask;
}

static float16 gf_group_mean(const gf_group *group, float16 total)
{
    return (group->over_lanes ? (float16)(gf_sum_of_16(total)) : total) * group->share;
}

/* Gives back 1 / sqrt(variance + epsilon) of z; *most gains the largest |h|. */
static float16 gf_normalise_group(__global const gf_network *net, const gf_group group, float2 scale, __global float *z, uint16 *most)
{
    float16 total = (float16)(0.0f), rest = (float16)(0.0f), squares = (float16)(0.0f);
    GF_EACH_VECTOR(i) total += GF_VECTOR(z, i) * scale.x * scale.y; /* padding is zero */
    const float16 mean = gf_group_mean(&group, total);
    GF_EACH_VECTOR(i)
    {
        const float16 apart = GF_VECTOR(z, i) * scale.x * scale.y - mean;
        const float16 inside = select((float16)(0.0f), apart, gf_group_mask(net, &group, i));
        rest += inside;
        squares = fma(inside, inside, squares);
    }
    /* What rounding left of the mean, where it is large beside the spread. */
    const float16 left = gf_group_mean(&group, rest);
    const float16 factor = gf_inverse_16(fma(-left, left, gf_group_mean(&group, squares)), scale);
    GF_EACH_VECTOR(i)
    {
        const float16 apart = GF_VECTOR(z, i) * scale.x * scale.y - mean - left;
        const float16 h =
            select((float16)(0.0f), gf_round_16(net->precision, apart * factor), gf_group_mask(net, &group, i));
        GF_VECTOR(z, i) = h;
        *most = max(*most, gf_finite_bits_16(h));
    }
    return factor * scale.x * scale.y;
}

/* d = mean + along h' + rest, with h' = h - mean(h) and rest orthogonal to both: then delta is rest and what is left of the second,
 * along (1 - variance(h)) h'. Of a group of two there is no rest: each coefficient is corrected once by what rounding left of it.
 *
 * The variance of h misses 1 by epsilon / std^2, which is lost where h is stored; but a number type of its own takes h as it is. */
static void gf_denormalise_group(__global const gf_network *net, const gf_group group, float16 factor, __global const float *h,
                                 __global float *d, uint16 *most)
{
    const bool exact = net->precision == GF_PRECISION_EXACT;
    const float16 zero = (float16)(0.0f);
    float16 d_total = zero, h_total = zero;
    GF_EACH_VECTOR(i) d_total += GF_VECTOR(d, i), h_total += GF_VECTOR(h, i);
    const float16 d_mean = gf_group_mean(&group, d_total), h_mean = gf_group_mean(&group, h_total);

    float16 d_rest = zero, h_rest = zero, squares = zero, products = zero, missing = zero;
    GF_EACH_VECTOR(i)
    {
        const int16 mask = gf_group_mask(net, &group, i);
        const float16 value = GF_VECTOR(h, i);
        const float16 d_apart = select(zero, GF_VECTOR(d, i) - d_mean, mask);
        const float16 apart = select(zero, value - h_mean, mask);
        d_rest += d_apart;
        h_rest += apart;
        squares = fma(apart, apart, squares);
        products = fma(d_apart, apart, products);
        missing += select(zero, fma(-value, value, (float16)(1.0f)), mask);
    }
    const float16 variance = gf_group_mean(&group, squares);
    const float16 d_left = gf_group_mean(&group, d_rest), h_left = gf_group_mean(&group, h_rest);
    const float16 per_variance = select(zero, (float16)(1.0f) / variance, variance > GF_NORM_NOTHING);
    const float16 along = gf_group_mean(&group, products) * per_variance;

    float16 rest_total = zero, rest_products = zero;
    GF_EACH_VECTOR(i)
    {
        const float16 apart = GF_VECTOR(h, i) - h_mean - h_left;
        const float16 rest =
            select(zero, fma(-along, apart, GF_VECTOR(d, i) - d_mean - d_left), gf_group_mask(net, &group, i));
        rest_total += rest;
        rest_products = fma(rest, apart, rest_products);
    }
    const float16 rest_mean = gf_group_mean(&group, rest_total);
    const float16 rest_along = gf_group_mean(&group, rest_products) * per_variance;

    const float16 aside = h_mean + h_left;
    const float16 short_of_1 =
        exact ? GF_NORM_EPSILON * factor * factor : fma(aside, aside, gf_group_mean(&group, missing));
    const float16 kept_along = exact ? along * short_of_1 : fma(along, short_of_1, -d_mean * aside);
    const float16 kept_mean = exact ? zero : -aside * fma(d_mean, aside, along * variance);
    GF_EACH_VECTOR(i)
    {
        const float16 apart = GF_VECTOR(h, i) - h_mean - h_left;
        const float16 rest = fma(-along, apart, GF_VECTOR(d, i) - d_mean - d_left) - rest_mean;
        const float16 whole = fma(kept_along, apart, fma(-rest_along, apart, rest) + kept_mean);
        const float16 delta =
            select(zero, gf_round_16(net->precision, factor * whole), gf_group_mask(net, &group, i));
        GF_VECTOR(d, i) = delta;
        *most = max(*most, gf_finite_bits_16(delta));
    }
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
        const float16 factor = gf_normalise_group(net, gf_group_of(net, &layers[layer], which), scale, z, &most);
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
        gf_denormalise_group(net, gf_group_of(net, &layers[layer], which), factor, h, delta, &most);
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

/* Merges the chunks in order (Chan et al. 1979); every work-item of a half panel comes to the same bits. */
__kernel void wide_norm(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                         __global const float16 *sums, __global float *z, __global float *inverse)
{
    const uint O = layers[layer].fan_out, chunk = (uint)get_global_id(0), half_panel = (uint)get_global_id(1);
    const float2 scale = gf_norm_scale(&state[layer]);
    __global const float16 *part = sums + (ulong)half_panel * get_global_size(0) * 2;
    float16 mean = part[0], squares = part[1];
    for (uint i = 1, done = GF_NORM_UNITS; i < get_global_size(0); i++, done += GF_NORM_UNITS) {
        const uint count = min(O - done, (uint)GF_NORM_UNITS);
        const float share = (float)count / (float)(done + count);
        const float16 apart = part[2 * i] - mean;
        mean += apart * share;
        squares += part[2 * i + 1] + apart * apart * (share * (float)done);
    }
    const float16 factor = gf_inverse_16(squares / (float)O, scale);
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
    float16 mean = (float16)(0.0f), along = (float16)(0.0f);
    for (uint i = 0; i < get_global_size(0); i++) {
        mean += part[2 * i];
        along += part[2 * i + 1];
    }
    mean /= (float)O;
    along /= (float)O;
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
