/* dL/da_below = delta W 2^-k (+ dL/da 2^-k beside a skip), delta_below = dL/da_below f'(z_below), and its largest magnitude: from
 * layer `layer` to the one below. With a normalisation delta_below has still to go through it: norm.cl goes on.
 *
 * dL/da is kept in one buffer, `up`, and only where a skip will ask for it: beside a skip both layers have the same shape, so that
 * every work-item reads and overwrites its own entries.
 * A launch makes units from..to-1 of the layer below, whole tiles, and `weight` has only their columns: all of them, or a block
 * where a layer's weights are more than a buffer may hold.
 *
 * Sums run over the outputs in order, one fused multiply-add each. Launch as forward.cl, over the units of the layer below. */

/* One tile gains the outputs of `panels` weight panels. */
static void gf_backward_tile(__global const float16 *x, __global const float *factor, __global const float *next_x,
                             __global const float *next, ulong stride, uint panels, float16 *block)
{
    GF_EACH_ROW(GF_ROW_LOAD)
    for (uint panel = 0; panel < panels; panel++) {
        for (uint o = 0; o < GF_TILE_ROWS; o += 4) {
            GF_FETCH(next_x, next + o * 8)
#pragma unroll
            for (uint j = 0; j < 4; j++) {
                const float16 x_low = x[0], x_high = x[1];
#define GF_ROW_STEP GF_TILE_ROWS
                GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
                x += 2;
                factor++;
            }
            next_x += 16;
        }
        factor += stride - GF_TILE_ROWS;
        next += stride;
    }
    GF_EACH_ROW(GF_ROW_STORE)
}

/* blocks[row panel][sample panel][2 GF_TILE_ROWS] = delta W of a patch. */
static void gf_backward_patch(const gf_patch patch, uint columns, uint O, __global const float *weight, __global const float *x,
                              float16 *blocks)
{
    const ulong stride = (ulong)columns * GF_TILE_ROWS, panel_stride = (ulong)gf_pad(O) * GF_LANES;
    const uint tile = GF_TILE_ROWS * GF_TILE_ROWS, depth = GF_PATCH_DEPTH / GF_TILE_ROWS, end = gf_pad(O) / GF_TILE_ROWS;
    for (uint o = 0; o < end; o += depth)
        for (uint row = patch.row; row < patch.row_end; row++)
            for (uint panel = patch.panel; panel < patch.panel_end; panel++) {
                __global const float *factor = weight + o * stride + row * tile;
                __global const float *next =
                    row + 1 < patch.row_end ? factor + tile : weight + (o + depth) * stride + patch.row * tile;
                __global const float *lanes = x + panel * panel_stride + o * (GF_TILE_ROWS * GF_LANES);
                gf_backward_tile((__global const float16 *)lanes, factor, gf_lanes_after(&patch, row, lanes),
                                 next + (panel - patch.panel) * (tile / GF_PATCH_PANELS), stride, min(end - o, depth),
                                 gf_block_at(&patch, row, panel, blocks));
            }
}

/* delta_below of one tile of products; *most and *up_most gain the largest of it and of dL/da_below. */
static void gf_backward_finish(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
                               uint layer, int k, uint rows, uint panel, const float16 *block, __global const float *z_below,
                               __global float *delta_below, __global float *up, uint16 *most, uint16 *up_most)
{
    const uint I = layers[layer].fan_in;
    const int has_skip = layers[layer].has_skip, keeps_up = layers[layer - 1].has_skip;
    const float2 scale = gf_powers(-k);
    const int precision = net->precision;
    const ulong entry = ((ulong)panel * gf_pad(I) + rows) * GF_LANES;
    const ulong corner = layers[layer - 1].entries + entry;
    __global float16 *up_at = (__global float16 *)(up + entry);
    for (uint v = 0; v < 2 * GF_TILE_ROWS; v++) {
        const int16 mask = rows + v / 2 < I ? gf_lane_mask(net, panel, v % 2) : (int16)(0);
        float16 above = gf_round_16(precision, block[v] * scale.x * scale.y);
        if (has_skip) above = gf_round_16(precision, above + up_at[v] * scale.x * scale.y);
        if (keeps_up) {
            up_at[v] = select((float16)(0.0f), above, mask);
            *up_most = max(*up_most, gf_finite_bits_16(up_at[v]));
        }
        const float16 raw = gf_delta_16(net, &layers[layer - 1], state[layer - 1].z_exponent, above,
                                        ((__global const float16 *)(z_below + corner))[v]);
        const float16 value = select((float16)(0.0f), raw, mask);
        ((__global float16 *)(delta_below + corner))[v] = value;
        *most = max(*most, gf_finite_bits_16(value));
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void backward_cpu(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
    __global const float *weight, __global const float *delta, __global const float *z_below,
    __global float *delta_below, __global float *up, uint from, uint to)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const gf_patch patch = gf_patch_of((to - from) / GF_TILE_ROWS, net->panels);
    const int k = gf_backward_rescale(net, &state[layer], layers[layer].has_skip);
    if (get_global_id(0) == 0) state[layer - 1].delta_exponent = state[layer].delta_exponent + k;

    float16 blocks[GF_PATCH_VECTORS];
    gf_patch_clear(&patch, blocks);
    gf_backward_patch(patch, to - from, O, weight + layers[layer].weight, delta + layers[layer].entries, blocks);
    uint16 most = (uint16)(0u), up_most = (uint16)(0u);
    for (uint row = patch.row; row < patch.row_end; row++)
        for (uint panel = patch.panel; panel < patch.panel_end; panel++)
            gf_backward_finish(net, layers, state, layer, k, from + row * GF_TILE_ROWS, panel,
                               gf_block_at(&patch, row, panel, blocks), z_below, delta_below, up, &most, &up_most);
    if (net->norm == GF_NORM_NONE) gf_raise(&state[layer - 1].delta_max, gf_max_of_16(most));
    if (layers[layer - 1].has_skip) gf_raise(&state[layer - 1].up_max, gf_max_of_16(up_most));
}

__kernel void backward_naive(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                             uint layer, __global const float *weight, __global const float *delta,
                             __global const float *z_below, __global float *delta_below, __global float *up, uint from,
                             uint to)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const uint sample = (uint)get_global_id(0), unit = from + (uint)get_global_id(1);
    const int has_skip = layers[layer].has_skip;
    const int k = gf_backward_rescale(net, &state[layer], has_skip);
    if (sample == 0 && unit == from) state[layer - 1].delta_exponent = state[layer].delta_exponent + k;

    const uint panel = sample / GF_LANES, lane = sample % GF_LANES;
    const ulong place = ((ulong)panel * gf_pad(I) + unit) * GF_LANES + lane;
    const ulong entry = layers[layer - 1].entries + place;
    if (sample >= net->batch || unit >= I) {
        delta_below[entry] = 0.0f;
        return;
    }
    const float2 scale = gf_powers(-k);
    __global const float *x = delta + layers[layer].entries + (ulong)panel * gf_pad(O) * GF_LANES + lane;
    float sum = 0.0f;
    for (uint o = 0; o < O; o++) {
        const ulong weight_place =
            ((ulong)(o / GF_TILE_ROWS) * (to - from) + unit - from) * GF_TILE_ROWS + o % GF_TILE_ROWS;
        sum = fma(weight[layers[layer].weight + weight_place], x[(ulong)o * GF_LANES] * scale.x * scale.y, sum);
    }
    float above = gf_round_1(net->precision, sum);
    if (has_skip) above = gf_round_1(net->precision, above + up[place] * scale.x * scale.y);
    if (layers[layer - 1].has_skip) {
        up[place] = above;
        gf_raise(&state[layer - 1].up_max, gf_finite_bits(above));
    }
    const float value = gf_delta_1(net, &layers[layer - 1], state[layer - 1].z_exponent, above, z_below[entry]);
    delta_below[entry] = value;
    if (net->norm == GF_NORM_NONE) gf_raise(&state[layer - 1].delta_max, gf_finite_bits(value));
}
