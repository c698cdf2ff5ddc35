/* z = a_below W^T 2^-k + b 2^-exponent, a = f(z), and the largest |z| and |a|, of layer `layer`.
 *
 * Sums run over the inputs in order, one fused multiply-add each. Launch: forward_tiles: one work-item a tile of
 * GF_TILE_ROWS units x GF_LANES samples, local size 1; forward_naive: (samples with padding, units with padding). */

/* One vector of results: bias, activation, zero in padding; gives back what was stored. */
static void gf_finish_forward(__global const gf_network *net, long exponent, float bias, int16 mask, float16 sum,
                              __global float16 *z, __global float16 *a, uint16 *z_max, uint16 *a_max)
{
    const float16 zero = (float16)(0.0f);
    const float16 z_value = select(zero, sum + bias, mask);
    const float16 a_value = select(zero, gf_activate_16(net, exponent, z_value), mask);
    *z = z_value;
    *a = a_value;
    *z_max = max(*z_max, gf_finite_bits_16(z_value));
    *a_max = max(*a_max, gf_finite_bits_16(a_value));
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void forward_tiles(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *bias, __global const float *a_below, __global float *z,
    __global float *a)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const gf_place place = gf_place_of((uint)get_global_id(0), gf_pad(O) / GF_TILE_ROWS, net->panels, I);
    const int k = gf_rescale(state[layer - 1].a_max, state[layer - 1].a_exponent, net->has_bias);
    const long exponent = state[layer - 1].a_exponent + k;
    if (get_global_id(0) == 0) gf_set_forward_exponents(net, state, layer, exponent);

    __global const float16 *x = (__global const float16 *)(a_below + layers[layer - 1].entries +
                                                           (ulong)place.panel * gf_pad(I) * GF_LANES);
    __global const float *factor = weight + layers[layer].weight + (ulong)place.rows * gf_pad(I);
    GF_EACH_ROW(GF_ROW_ZERO)
    for (uint i = 0; i < I; i++) {
        const float16 x_low = x[2 * i], x_high = x[2 * i + 1];
#define GF_ROW_STEP 1
        GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
        factor += GF_TILE_ROWS;
    }
    float16 block[2 * GF_TILE_ROWS];
    GF_EACH_ROW(GF_ROW_STORE)

    const float2 scale = gf_powers(-k);
    const float bias_scale = net->has_bias ? gf_power(-exponent) : 0.0f;
    const ulong corner = layers[layer].entries + ((ulong)place.panel * gf_pad(O) + place.rows) * GF_LANES;
    uint16 z_max = (uint16)(0u), a_max = (uint16)(0u);
    for (uint v = 0; v < 2 * GF_TILE_ROWS; v++) {
        const uint unit = place.rows + v / 2;
        const int16 mask = unit < O ? gf_lane_mask(net, place.panel, v % 2) : (int16)(0);
        const float b = bias[layers[layer].bias + unit] * bias_scale;
        gf_finish_forward(net, exponent, b, mask, block[v] * scale.x * scale.y, (__global float16 *)(z + corner) + v,
                          (__global float16 *)(a + corner) + v, &z_max, &a_max);
    }
    gf_raise(&state[layer].z_max, gf_max_of_16(z_max));
    gf_raise(&state[layer].a_max, gf_max_of_16(a_max));
}

__kernel void forward_naive(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                            uint layer, __global const float *weight, __global const float *bias,
                            __global const float *a_below, __global float *z, __global float *a)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const uint sample = (uint)get_global_id(0), unit = (uint)get_global_id(1);
    const int k = gf_rescale(state[layer - 1].a_max, state[layer - 1].a_exponent, net->has_bias);
    const long exponent = state[layer - 1].a_exponent + k;
    if (sample == 0 && unit == 0) gf_set_forward_exponents(net, state, layer, exponent);

    const uint panel = sample / GF_LANES, lane = sample % GF_LANES;
    const ulong entry = layers[layer].entries + ((ulong)panel * gf_pad(O) + unit) * GF_LANES + lane;
    if (sample >= net->batch || unit >= O) {
        z[entry] = 0.0f;
        a[entry] = 0.0f;
        return;
    }
    const float2 scale = gf_powers(-k);
    __global const float *x = a_below + layers[layer - 1].entries + (ulong)panel * gf_pad(I) * GF_LANES + lane;
    __global const float *row = weight + layers[layer].weight +
                                (ulong)(unit / GF_TILE_ROWS) * gf_pad(I) * GF_TILE_ROWS + unit % GF_TILE_ROWS;
    float sum = 0.0f;
    for (uint i = 0; i < I; i++)
        sum = fma(row[(ulong)i * GF_TILE_ROWS], x[(ulong)i * GF_LANES] * scale.x * scale.y, sum);
    if (net->has_bias) sum += bias[layers[layer].bias + unit] * gf_power(-exponent);
    const float activation = gf_activate_1(net, exponent, sum);
    z[entry] = sum;
    a[entry] = activation;
    gf_raise(&state[layer].z_max, gf_finite_bits(sum));
    gf_raise(&state[layer].a_max, gf_finite_bits(activation));
}
