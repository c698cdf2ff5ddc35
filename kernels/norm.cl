/* Normalisation: h = (z - mean) / sqrt(variance + 1e-5) in the place of z, over the batch for every unit or over the units for every
 * sample, and the way back: with d = dL/dh, delta = (d - mean(d) - h mean(d h)) / sqrt(...) in the place of d.
 *
 * Two passes, no difference of large squares; z is first divided by a power of two where its squares would leave float.
 * Fixed trees. Launch: batch_norm*: (chunks of GF_CHUNK_UNITS units); layer_norm*: (chunks of GF_NORM_UNITS units, halves of
 * sample panels), the sums before what uses them. Partial sums: [half][chunk][2] vectors of 16 samples. */

#define GF_NORM_EPSILON 1e-5f

/* Powers of two that divide and multiply z: 1 unless z is large. */
static float2 gf_norm_scale(__global const gf_state *at) { return gf_powers(-max(gf_exponent_of(at->raw_max), 0)); }

/* 1 / sqrt(variance + epsilon) of scaled z, in units of 1 / scaled z. */
static float16 gf_inverse_16(float16 variance, float2 scale)
{
    const float small = scale.x * scale.y;
    return (float16)(1.0f) / sqrt(variance + GF_NORM_EPSILON * small * small);
}

/* The values of one unit, over the batch: vectors `stride` apart from panel to panel. */
#define GF_EACH_VECTOR(i) for (uint i = 0; i < 2 * net->panels; i++)
#define GF_VECTOR(at, i) (at)[(i) / 2 * stride + (i) % 2]

__kernel void batch_norm(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                         __global float *z, __global float *inverse)
{
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    const ulong stride = (ulong)gf_pad(O) * 2;
    const float2 scale = gf_norm_scale(&state[layer]);
    const float share = 1.0f / (float)net->batch;
    uint16 most = (uint16)(0u);
    for (uint unit = from; unit < to; unit++) {
        __global float16 *at = (__global float16 *)(z + layers[layer].entries) + (ulong)unit * 2;
        float16 total = (float16)(0.0f), rest = (float16)(0.0f), squares = (float16)(0.0f);
        GF_EACH_VECTOR(i) total += GF_VECTOR(at, i) * scale.x * scale.y; /* padding is zero */
        const float mean = gf_sum_of_16(total) * share;
        GF_EACH_VECTOR(i)
        {
            const int16 mask = gf_lane_mask(net, i / 2, i % 2);
            const float16 apart = select((float16)(0.0f), GF_VECTOR(at, i) * scale.x * scale.y - mean, mask);
            rest += apart;
            squares = fma(apart, apart, squares);
        }
        /* What rounding left of the mean, where it is large beside the spread. */
        const float left = gf_sum_of_16(rest) * share;
        const float variance = fma(-left, left, gf_sum_of_16(squares) * share);
        const float16 factor = gf_inverse_16((float16)(variance), scale);
        GF_EACH_VECTOR(i)
        {
            const float16 apart = GF_VECTOR(at, i) * scale.x * scale.y - mean - left;
            const float16 h =
                select((float16)(0.0f), gf_round_16(net->precision, apart * factor), gf_lane_mask(net, i / 2, i % 2));
            GF_VECTOR(at, i) = h;
            most = max(most, gf_finite_bits_16(h));
        }
        inverse[layers[layer].inverse + unit] = factor.s0 * scale.x * scale.y;
    }
    gf_raise(&state[layer].z_max, gf_max_of_16(most));
}

/* d = mean + along h' + rest, with h' = h - mean(h) and rest orthogonal to both: then delta is rest and what is left of `along`,
 * along (1 - variance(h)). Of a batch of two there is no rest: each coefficient is corrected once by what rounding left of it.
 *
 * The variance of h misses 1 by epsilon / std^2, which is lost where h is stored; but a number type of its own takes h as it is. */
__kernel void batch_norm_backward(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                                  uint layer, __global const float *h, __global const float *inverse, __global float *delta)
{
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    const ulong stride = (ulong)gf_pad(O) * 2;
    const float share = 1.0f / (float)net->batch;
    const bool exact = net->precision == GF_PRECISION_EXACT;
    uint16 most = (uint16)(0u);
    for (uint unit = from; unit < to; unit++) {
        __global const float16 *h_at = (__global const float16 *)(h + layers[layer].entries) + (ulong)unit * 2;
        __global float16 *d_at = (__global float16 *)(delta + layers[layer].entries) + (ulong)unit * 2;
        const float factor = inverse[layers[layer].inverse + unit];
        float16 d_total = (float16)(0.0f), h_total = (float16)(0.0f);
        GF_EACH_VECTOR(i) d_total += GF_VECTOR(d_at, i), h_total += GF_VECTOR(h_at, i);
        const float d_mean = gf_sum_of_16(d_total) * share, h_mean = gf_sum_of_16(h_total) * share;

        float16 d_rest = (float16)(0.0f), squares = (float16)(0.0f), products = (float16)(0.0f), missing = (float16)(0.0f);
        GF_EACH_VECTOR(i)
        {
            const int16 mask = gf_lane_mask(net, i / 2, i % 2);
            const float16 value = GF_VECTOR(h_at, i);
            const float16 d = select((float16)(0.0f), GF_VECTOR(d_at, i) - d_mean, mask);
            const float16 apart = select((float16)(0.0f), value - h_mean, mask);
            d_rest += d;
            squares = fma(apart, apart, squares);
            products = fma(d, apart, products);
            missing += select((float16)(0.0f), fma(-value, value, (float16)(1.0f)), mask);
        }
        const float variance = gf_sum_of_16(squares) * share;
        const float d_left = gf_sum_of_16(d_rest) * share;
        const float along = variance > 0.0f ? gf_sum_of_16(products) * share / variance : 0.0f;

        float16 rest_total = (float16)(0.0f), rest_products = (float16)(0.0f);
        GF_EACH_VECTOR(i)
        {
            const float16 apart = GF_VECTOR(h_at, i) - h_mean;
            const float16 rest = select((float16)(0.0f), fma((float16)(-along), apart, GF_VECTOR(d_at, i) - d_mean - d_left),
                                        gf_lane_mask(net, i / 2, i % 2));
            rest_total += rest;
            rest_products = fma(rest, apart, rest_products);
        }
        const float rest_mean = gf_sum_of_16(rest_total) * share;
        const float rest_along = variance > 0.0f ? gf_sum_of_16(rest_products) * share / variance : 0.0f;

        const float shortfall = exact ? GF_NORM_EPSILON * factor * factor : fma(h_mean, h_mean, gf_sum_of_16(missing) * share);
        const float kept_along = exact ? along * shortfall : fma(along, shortfall, -d_mean * h_mean);
        const float kept_mean = exact ? 0.0f : -h_mean * fma(d_mean, h_mean, along * variance);
        GF_EACH_VECTOR(i)
        {
            const float16 apart = GF_VECTOR(h_at, i) - h_mean;
            const float16 rest = fma((float16)(-along), apart, GF_VECTOR(d_at, i) - d_mean - d_left) - rest_mean;
            const float16 whole = fma((float16)(kept_along), apart, fma((float16)(-rest_along), apart, rest) + kept_mean);
            const float16 kept =
                select((float16)(0.0f), gf_round_16(net->precision, factor * whole), gf_lane_mask(net, i / 2, i % 2));
            GF_VECTOR(d_at, i) = kept;
            most = max(most, gf_finite_bits_16(kept));
        }
    }
    gf_raise(&state[layer].delta_max, gf_max_of_16(most));
}

/* The vectors of a half panel are two apart, from unit `unit` on. */
static ulong gf_half_place(__global const gf_layer *at, uint half_panel, uint unit)
{
    return at->entries / 16 + ((ulong)(half_panel / 2) * gf_pad(at->fan_out) + unit) * 2 + half_panel % 2;
}

/* Mean and sum of squared distances of one chunk. */
__kernel void layer_norm_sums(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
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
__kernel void layer_norm(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
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
__kernel void layer_norm_backward_sums(__global const gf_layer *layers, uint layer, __global const float *h,
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

__kernel void layer_norm_backward(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
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
