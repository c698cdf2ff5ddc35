/* delta_below = (delta W) 2^-k f'(z_below), and its largest magnitude: from layer `layer` to the one below.
 *
 * Sums run over the outputs in order, one fused multiply-add each. Launch as forward.cl, over the units of the layer below. */

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void backward_tiles(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *delta, __global const float *z_below,
    __global float *delta_below)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const gf_place place = gf_place_of((uint)get_global_id(0), gf_pad(I) / GF_TILE_ROWS, net->panels, O);
    const int k = gf_rescale(state[layer].delta_max, state[layer].delta_exponent, 0);
    if (get_global_id(0) == 0) state[layer - 1].delta_exponent = state[layer].delta_exponent + k;

    __global const float16 *x =
        (__global const float16 *)(delta + layers[layer].entries + (ulong)place.panel * gf_pad(O) * GF_LANES);
    __global const float *panel = weight + layers[layer].weight + (ulong)place.rows * GF_TILE_ROWS;
    GF_EACH_ROW(GF_ROW_ZERO)
    for (uint o = 0; o < O; o += GF_TILE_ROWS) {
        for (uint r = 0; r < GF_TILE_ROWS; r++) {
            const float16 x_low = x[2 * r], x_high = x[2 * r + 1];
            __global const float *factor = panel + r;
#define GF_ROW_STEP GF_TILE_ROWS
            GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
        }
        x += 2 * GF_TILE_ROWS;
        panel += (ulong)gf_pad(I) * GF_TILE_ROWS;
    }
    float16 block[2 * GF_TILE_ROWS];
    GF_EACH_ROW(GF_ROW_STORE)

    const float2 scale = gf_powers(-k);
    const ulong corner = layers[layer - 1].entries + ((ulong)place.panel * gf_pad(I) + place.rows) * GF_LANES;
    uint16 most = (uint16)(0u);
    for (uint v = 0; v < 2 * GF_TILE_ROWS; v++) {
        const int16 mask = place.rows + v / 2 < I ? gf_lane_mask(net, place.panel, v % 2) : (int16)(0);
        const float16 slope =
            gf_derive_16(net, state[layer - 1].z_exponent, ((__global const float16 *)(z_below + corner))[v]);
        const float16 value = select((float16)(0.0f), block[v] * scale.x * scale.y * slope, mask);
        ((__global float16 *)(delta_below + corner))[v] = value;
        most = max(most, gf_finite_bits_16(value));
    }
    gf_raise(&state[layer - 1].delta_max, gf_max_of_16(most));
}

__kernel void backward_naive(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                             uint layer, __global const float *weight, __global const float *delta,
                             __global const float *z_below, __global float *delta_below)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const uint sample = (uint)get_global_id(0), unit = (uint)get_global_id(1);
    const int k = gf_rescale(state[layer].delta_max, state[layer].delta_exponent, 0);
    if (sample == 0 && unit == 0) state[layer - 1].delta_exponent = state[layer].delta_exponent + k;

    const uint panel = sample / GF_LANES, lane = sample % GF_LANES;
    const ulong entry = layers[layer - 1].entries + ((ulong)panel * gf_pad(I) + unit) * GF_LANES + lane;
    if (sample >= net->batch || unit >= I) {
        delta_below[entry] = 0.0f;
        return;
    }
    const float2 scale = gf_powers(-k);
    __global const float *x = delta + layers[layer].entries + (ulong)panel * gf_pad(O) * GF_LANES + lane;
    float sum = 0.0f;
    for (uint o = 0; o < O; o++) {
        const ulong place = ((ulong)(o / GF_TILE_ROWS) * gf_pad(I) + unit) * GF_TILE_ROWS + o % GF_TILE_ROWS;
        sum = fma(weight[layers[layer].weight + place], x[(ulong)o * GF_LANES] * scale.x * scale.y, sum);
    }
    const float value = sum * gf_derive_1(net, state[layer - 1].z_exponent, z_below[entry]);
    delta_below[entry] = value;
    gf_raise(&state[layer - 1].delta_max, gf_finite_bits(value));
}
