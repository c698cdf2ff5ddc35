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

__kernel void batch_norm(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                         __global float *z, __global float *inverse)
{
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    const ulong stride = (ulong)gf_pad(O) * 2;
    const float2 scale = gf_norm_scale(&state[layer]);
    uint16 most = (uint16)(0u);
    for (uint unit = from; unit < to; unit++) {
        __global float16 *at = (__global float16 *)(z + layers[layer].entries) + (ulong)unit * 2;
        float16 total = (float16)(0.0f), squares = (float16)(0.0f);
        for (uint i = 0; i < 2 * net->panels; i++)
            total += at[i / 2 * stride + i % 2] * scale.x * scale.y; /* padding is zero */
        const float mean = gf_sum_of_16(total) / (float)net->batch;
        for (uint i = 0; i < 2 * net->panels; i++) {
            const float16 apart = at[i / 2 * stride + i % 2] * scale.x * scale.y - mean;
            squares += select((float16)(0.0f), apart * apart, gf_lane_mask(net, i / 2, i % 2));
        }
        const float16 factor = gf_inverse_16((float16)(gf_sum_of_16(squares) / (float)net->batch), scale);
        for (uint i = 0; i < 2 * net->panels; i++) {
            const float16 apart = at[i / 2 * stride + i % 2] * scale.x * scale.y - mean;
            const float16 h = select((float16)(0.0f), gf_round_16(net->precision, apart * factor),
                                     gf_lane_mask(net, i / 2, i % 2));
            at[i / 2 * stride + i % 2] = h;
            most = max(most, gf_finite_bits_16(h));
        }
        inverse[layers[layer].inverse + unit] = factor.s0 * scale.x * scale.y;
    }
    gf_raise(&state[layer].z_max, gf_max_of_16(most));
}

__kernel void batch_norm_backward(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                                  uint layer, __global const float *h, __global const float *inverse, __global float *delta)
{
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    const ulong stride = (ulong)gf_pad(O) * 2;
    uint16 most = (uint16)(0u);
    for (uint unit = from; unit < to; unit++) {
        __global const float16 *h_at = (__global const float16 *)(h + layers[layer].entries) + (ulong)unit * 2;
        __global float16 *d = (__global float16 *)(delta + layers[layer].entries) + (ulong)unit * 2;
        float16 total = (float16)(0.0f), products = (float16)(0.0f);
        for (uint i = 0; i < 2 * net->panels; i++) {
            const ulong v = i / 2 * stride + i % 2;
            total += d[v];
            products = fma(d[v], h_at[v], products);
        }
        const float mean = gf_sum_of_16(total) / (float)net->batch, along = gf_sum_of_16(products) / (float)net->batch;
        for (uint i = 0; i < 2 * net->panels; i++) {
            const ulong v = i / 2 * stride + i % 2;
            const float16 value = inverse[layers[layer].inverse + unit] * (d[v] - mean - h_at[v] * along);
            const float16 kept =
                select((float16)(0.0f), gf_round_16(net->precision, value), gf_lane_mask(net, i / 2, i % 2));
            d[v] = kept;
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
