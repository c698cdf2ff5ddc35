/* z = a_below W^T 2^-k + b 2^-exponent, a = f(z) or a_below + s f(z), and the largest |z| and |a|, of layer `layer`. With a
 * normalisation only z: norm.cl goes on.
 *
 * A launch makes units from..to-1, whole tiles, and `weight` has only theirs: all of them, or a block where a layer's weights are
 * more than a buffer may hold.
 *
 * Sums run over the inputs in order, one fused multiply-add each. Launch: forward_cpu: one work-item a tile of
 * GF_TILE_ROWS units x GF_LANES samples, local size 1; forward_naive: (samples with padding, units from..to-1); activate: (chunks
 * of GF_CHUNK_UNITS units, sample panels). */

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void forward_cpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *bias, __global const float *a_below, __global float *z,
    __global float *a, uint from, uint to)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const gf_place place = gf_place_of((uint)get_global_id(0), from, to, net->panels, I);
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    const gf_join join = gf_join_of(net, &layers[layer], state[layer - 1].a_exponent + k, state[layer - 1].a_exponent);
    if (get_global_id(0) == 0) gf_set_forward_exponents(&state[layer], &join);

    __global const float16 *x = (__global const float16 *)(a_below + layers[layer - 1].entries +
                                                           (ulong)place.panel * gf_pad(I) * GF_LANES);
    __global const float *factor = weight + layers[layer].weight + (ulong)(place.rows - from) * gf_pad(I);
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
    const float bias_scale = net->has_bias ? gf_power_beside(join.z_exponent) : 0.0f;
    const int activation = layers[layer].activation, precision = net->precision;
    const bool whole = net->norm == GF_NORM_NONE;
    const ulong corner = layers[layer].entries + ((ulong)place.panel * gf_pad(O) + place.rows) * GF_LANES;
    const ulong corner_below = layers[layer - 1].entries + ((ulong)place.panel * gf_pad(O) + place.rows) * GF_LANES;
    uint16 z_max = (uint16)(0u), a_max = (uint16)(0u);
    for (uint v = 0; v < 2 * GF_TILE_ROWS; v++) {
        const uint unit = place.rows + v / 2;
        const int16 mask = unit < O ? gf_lane_mask(net, place.panel, v % 2) : (int16)(0);
        const float b = bias[layers[layer].bias + unit] * bias_scale;
        const float16 sum = gf_round_16(precision, block[v] * scale.x * scale.y + b);
        const float16 z_value = select((float16)(0.0f), sum, mask);
        ((__global float16 *)(z + corner))[v] = z_value;
        z_max = max(z_max, gf_finite_bits_16(z_value));
        if (!whole) continue;
        const float16 beside =
            join.has_skip ? ((__global const float16 *)(a_below + corner_below))[v] : (float16)(0.0f);
        const float16 a_value = select((float16)(0.0f), gf_output_16(net, activation, &join, z_value, beside), mask);
        ((__global float16 *)(a + corner))[v] = a_value;
        a_max = max(a_max, gf_finite_bits_16(a_value));
    }
    gf_raise(whole ? &state[layer].z_max : &state[layer].raw_max, gf_max_of_16(z_max));
    gf_raise(&state[layer].a_max, gf_max_of_16(a_max));
}

__kernel void forward_naive(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                            uint layer, __global const float *weight, __global const float *bias,
                            __global const float *a_below, __global float *z, __global float *a, uint from, uint to)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const uint sample = (uint)get_global_id(0), unit = from + (uint)get_global_id(1);
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    const gf_join join = gf_join_of(net, &layers[layer], state[layer - 1].a_exponent + k, state[layer - 1].a_exponent);
    if (sample == 0 && unit == from) gf_set_forward_exponents(&state[layer], &join);

    const uint panel = sample / GF_LANES, lane = sample % GF_LANES;
    const ulong place = ((ulong)panel * gf_pad(O) + unit) * GF_LANES + lane;
    const ulong entry = layers[layer].entries + place;
    if (sample >= net->batch || unit >= O) {
        z[entry] = 0.0f;
        a[entry] = 0.0f;
        return;
    }
    const float2 scale = gf_powers(-k);
    __global const float *x = a_below + layers[layer - 1].entries + (ulong)panel * gf_pad(I) * GF_LANES + lane;
    __global const float *row = weight + layers[layer].weight +
                                (ulong)((unit - from) / GF_TILE_ROWS) * gf_pad(I) * GF_TILE_ROWS + unit % GF_TILE_ROWS;
    float sum = 0.0f;
    for (uint i = 0; i < I; i++)
        sum = fma(row[(ulong)i * GF_TILE_ROWS], x[(ulong)i * GF_LANES] * scale.x * scale.y, sum);
    if (net->has_bias) sum += bias[layers[layer].bias + unit] * gf_power_beside(join.z_exponent);
    const float z_value = gf_round_1(net->precision, sum);
    z[entry] = z_value;
    if (net->norm != GF_NORM_NONE) {
        gf_raise(&state[layer].raw_max, gf_finite_bits(z_value));
        return;
    }
    const float beside = join.has_skip ? a_below[layers[layer - 1].entries + place] : 0.0f;
    const float activation = gf_output_1(net, layers[layer].activation, &join, z_value, beside);
    a[entry] = activation;
    gf_raise(&state[layer].z_max, gf_finite_bits(z_value));
    gf_raise(&state[layer].a_max, gf_finite_bits(activation));
}

/* a of a z that has been normalised. */
__kernel void activate(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                       __global const float *a_below, __global const float *z, __global float *a)
{
    const uint O = layers[layer].fan_out, vectors = 2 * gf_pad(O);
    const uint panel = (uint)get_global_id(1);
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS * 2, to = min(from + GF_CHUNK_UNITS * 2, vectors);
    const gf_join join = gf_join_of(net, &layers[layer], state[layer].z_exponent, state[layer - 1].a_exponent);
    __global const float16 *below = (__global const float16 *)(a_below + layers[layer - 1].entries) + panel * vectors;
    const ulong first = layers[layer].entries / 16 + (ulong)panel * vectors;
    uint16 a_max = (uint16)(0u);
    for (uint v = from; v < to; v++) {
        const int16 mask = v / 2 < O ? gf_lane_mask(net, panel, v % 2) : (int16)(0);
        const float16 h = ((__global const float16 *)z)[first + v];
        const float16 beside = join.has_skip ? below[v] : (float16)(0.0f);
        const float16 value =
            select((float16)(0.0f), gf_output_16(net, layers[layer].activation, &join, h, beside), mask);
        ((__global float16 *)a)[first + v] = value;
        a_max = max(a_max, gf_finite_bits_16(value));
    }
    gf_raise(&state[layer].a_max, gf_max_of_16(a_max));
}
