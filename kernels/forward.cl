/* z = a_below W^T 2^-k + b 2^-exponent, a = f(z) or a_below + s f(z), and the largest |z| and |a|, of layer `layer`. With a
 * normalisation only z: norm.cl goes on.
 *
 * A launch makes units from..to-1, whole tiles, and `weight` has only theirs: all of them, or a block where a layer's weights are
 * more than a buffer may hold.
 *
 * Sums run over the inputs in order, one fused multiply-add each. Launch: forward_cpu: as many work-items as
 * passes.c says, see tile.cl, local size 1; forward_naive: (samples with padding, units from..to-1); activate: (chunks
 * of GF_CHUNK_UNITS units, sample panels). */

/* One tile gains `depth` inputs, a multiple of four. */
static void gf_forward_tile(__global const float16 *x, __global const float *factor, __global const float *next_x,
                            __global const float *next, uint depth, float16 *block)
{
    GF_EACH_ROW(GF_ROW_LOAD)
    for (uint i = 0; i < depth; i += 4) {
        GF_FETCH(next_x, next)
#pragma unroll
        for (uint j = 0; j < 4; j++) {
            const float16 x_low = x[0], x_high = x[1];
#define GF_ROW_STEP 1
            GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
            x += 2;
            factor += GF_TILE_ROWS;
        }
        next_x += 16;
        next += 32;
    }
    GF_EACH_ROW(GF_ROW_STORE)
}

/* blocks[row panel][sample panel][2 GF_TILE_ROWS] = a_below W^T of a patch. */
static void gf_forward_patch(const gf_patch patch, uint I, __global const float *weight, __global const float *x, float16 *blocks)
{
    const ulong row_stride = (ulong)gf_pad(I) * GF_TILE_ROWS, panel_stride = (ulong)gf_pad(I) * GF_LANES;
    for (uint i = 0; i < I; i += GF_PATCH_DEPTH)
        for (uint row = patch.row; row < patch.row_end; row++)
            for (uint panel = patch.panel; panel < patch.panel_end; panel++) {
                __global const float *factor = weight + row * row_stride + i * GF_TILE_ROWS;
                __global const float *next = row + 1 < patch.row_end
                                                 ? factor + row_stride
                                                 : weight + patch.row * row_stride + (i + GF_PATCH_DEPTH) * GF_TILE_ROWS;
                __global const float *lanes = x + panel * panel_stride + i * GF_LANES;
                gf_forward_tile((__global const float16 *)lanes, factor, gf_lanes_after(&patch, row, lanes),
                                next + (panel - patch.panel) * GF_NEXT_SHARE, min(gf_pad(I) - i, (uint)GF_PATCH_DEPTH),
                                gf_block_at(&patch, row, panel, blocks));
            }
}

/* z, and without a normalisation a, of one tile of products; *z_max and *a_max gain their largest. */
static void gf_forward_finish(__global const gf_network *net, __global const gf_layer *layers, uint layer, const gf_join *join,
                              int k, uint rows, uint panel, const float16 *block, __global const float *bias,
                              __global const float *a_below, __global float *z, __global float *a, uint16 *z_max, uint16 *a_max)
{
    const uint O = layers[layer].fan_out;
    const float2 scale = gf_powers(-k);
    const float bias_scale = net->has_bias ? gf_power_beside(join->z_exponent) : 0.0f;
    const int activation = layers[layer].activation, precision = net->precision;
    const bool whole = net->norm == GF_NORM_NONE;
    const ulong corner = layers[layer].entries + ((ulong)panel * gf_pad(O) + rows) * GF_LANES;
    const ulong corner_below = layers[layer - 1].entries + ((ulong)panel * gf_pad(O) + rows) * GF_LANES;
    for (uint v = 0; v < 2 * GF_TILE_ROWS; v++) {
        const uint unit = rows + v / 2;
        const int16 mask = unit < O ? gf_lane_mask(net, panel, v % 2) : (int16)(0);
        const float b = bias[layers[layer].bias + unit] * bias_scale;
        const float16 sum = gf_round_16(precision, block[v] * scale.x * scale.y + b);
        const float16 z_value = select((float16)(0.0f), sum, mask);
        ((__global float16 *)(z + corner))[v] = z_value;
        *z_max = max(*z_max, gf_finite_bits_16(z_value));
        if (!whole) continue;
        const float16 beside =
            join->has_skip ? ((__global const float16 *)(a_below + corner_below))[v] : (float16)(0.0f);
        const float16 a_value = select((float16)(0.0f), gf_output_16(net, activation, join, z_value, beside), mask);
        ((__global float16 *)(a + corner))[v] = a_value;
        *a_max = max(*a_max, gf_finite_bits_16(a_value));
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void forward_cpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *bias, __global const float *a_below, __global float *z,
    __global float *a, uint from, uint to)
{
    const uint I = layers[layer].fan_in;
    const gf_patch patch = gf_patch_of((to - from) / GF_TILE_ROWS, net->panels);
    const int k = gf_forward_rescale(net, &state[layer - 1]);
    const gf_join join = gf_join_of(net, &layers[layer], state[layer - 1].a_exponent + k, state[layer - 1].a_exponent);
    if (get_global_id(0) == 0) gf_set_forward_exponents(&state[layer], &join);

    float16 blocks[GF_PATCH_VECTORS];
    gf_patch_clear(&patch, blocks);
    gf_forward_patch(patch, I, weight + layers[layer].weight, a_below + layers[layer - 1].entries, blocks);
    uint16 z_max = (uint16)(0u), a_max = (uint16)(0u);
    for (uint row = patch.row; row < patch.row_end; row++)
        for (uint panel = patch.panel; panel < patch.panel_end; panel++)
            gf_forward_finish(net, layers, layer, &join, k, from + row * GF_TILE_ROWS, panel,
                              gf_block_at(&patch, row, panel, blocks), bias, a_below, z, a, &z_max, &a_max);
    gf_raise(net->norm == GF_NORM_NONE ? &state[layer].z_max : &state[layer].raw_max, gf_max_of_16(z_max));
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
