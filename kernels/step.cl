/* Forward, loss and backward of a short network in one launch, for those whose passes take no longer than launching them. A work-item
 * takes sixteen samples, half a panel, from the input to the output and back, and keeps to itself. Formulas, layouts and the order
 * of sums are those of forward.cl, loss.cl and backward.cl: the same bits.
 *
 * Nothing is rescaled, so that all exponents are 0; the host looks afterwards whether something should have been, and then has it done
 * again by other kernels (compute/opencl/step.c).
 *
 * Networks without normalisation whose arrays are in one buffer each. Launch: (halves of panels), local size 1. */
/* Squares of the loss are divided by 2^(2 * this). */
#define GF_STEP_LOSS_SHIFT 4

#define GF_HALF_ZERO(r)  float16 sum##r = (float16)(0.0f);
#define GF_HALF_FMA(r)   sum##r = fma((float16)(factor[r * GF_ROW_STEP]), value, sum##r);
#define GF_HALF_STORE(r) block[r] = sum##r;

typedef struct gf_step {
    __global const gf_network *net;
    __global const gf_layer *layers;
    __global gf_state *state;
    uint panel, lanes; /* which half of which panel */
    int16 mask;        /* lanes with a sample */
} gf_step;

/* Vectors of the first unit of a layer, of an array whose first layer is at 0: a unit is two vectors. */
static ulong gf_step_place(const gf_step *step, uint layer)
{
    return (step->layers[layer].entries + (ulong)step->panel * gf_pad(step->layers[layer].fan_out) * GF_LANES) / 16 + step->lanes;
}

/* block = rows of W x from `factor` on. */
static void gf_step_forward_tile(__global const float *factor, __global const float16 *x, uint I, float16 *block)
{
    GF_EACH_ROW(GF_HALF_ZERO)
    for (uint i = 0; i < I; i++) {
        const float16 value = *x;
#define GF_ROW_STEP 1
        GF_EACH_ROW(GF_HALF_FMA)
#undef GF_ROW_STEP
        factor += GF_TILE_ROWS;
        x += 2;
    }
    GF_EACH_ROW(GF_HALF_STORE)
}

/* block = rows of W^T x; `panel` is at the first of the rows. */
static void gf_step_backward_tile(__global const float *panel, ulong stride, __global const float16 *x, uint O, float16 *block)
{
    GF_EACH_ROW(GF_HALF_ZERO)
    for (uint o = 0; o < O; o += GF_TILE_ROWS) {
        for (uint r = 0; r < GF_TILE_ROWS; r++) {
            const float16 value = *x;
            __global const float *factor = panel + r;
#define GF_ROW_STEP GF_TILE_ROWS
            GF_EACH_ROW(GF_HALF_FMA)
#undef GF_ROW_STEP
            x += 2;
        }
        panel += stride;
    }
    GF_EACH_ROW(GF_HALF_STORE)
}

/* z and a of one layer from a of the layer below. */
static void gf_step_forward(const gf_step *step, uint layer, __global const float *weight, __global const float *bias,
                            __global const float16 *below, __global float16 *z, __global float16 *a)
{
    __global const gf_layer *at = &step->layers[layer];
    const int precision = step->net->precision;
    const float bias_scale = step->net->has_bias ? 1.0f : 0.0f;
    uint16 z_most = (uint16)(0u), a_most = (uint16)(0u);
    for (uint row = 0; row < gf_pad(at->fan_out); row += GF_TILE_ROWS) {
        const uint count = min(at->fan_out - row, (uint)GF_TILE_ROWS);
        float16 block[GF_TILE_ROWS];
        gf_step_forward_tile(weight + at->weight + (ulong)row * gf_pad(at->fan_in), below, at->fan_in, block);
        for (uint r = 0; r < count; r++) {
            const float16 sum = gf_round_16(precision, block[r] + bias[at->bias + row + r] * bias_scale);
            const float16 value = select((float16)(0.0f), sum, step->mask);
            z[2 * (row + r)] = block[r] = value;
            z_most = max(z_most, gf_finite_bits_16(value));
        }
        gf_values(at->activation, block, count);
        for (uint r = 0; r < count; r++) {
            float16 sum = gf_round_16(precision, block[r]);
            if (at->has_skip) sum = gf_round_16(precision, below[2 * (row + r)] + sum * step->net->skip_scale);
            const float16 value = select((float16)(0.0f), sum, step->mask);
            a[2 * (row + r)] = value;
            a_most = max(a_most, gf_finite_bits_16(value));
        }
        for (uint r = count; r < GF_TILE_ROWS; r++)
            z[2 * (row + r)] = a[2 * (row + r)] = (float16)(0.0f);
    }
    gf_raise(&step->state[layer].z_max, gf_max_of_16(z_most));
    gf_raise(&step->state[layer].a_max, gf_max_of_16(a_most));
}

/* delta of the output layer, dL/da where it has a skip, and its sums of squares; `sums` as in loss.cl. */
static void gf_step_loss(const gf_step *step, uint layer, __global const float16 *z, __global const float16 *a,
                         __global const float16 *target, __global float16 *delta, __global float16 *up, __global float *sums)
{
    __global const gf_layer *at = &step->layers[layer];
    const float2 down = gf_powers(-GF_STEP_LOSS_SHIFT);
    const uint units = gf_pad(at->fan_out);
    uint16 most = (uint16)(0u), up_most = (uint16)(0u);
    for (uint from = 0; from < units; from += GF_CHUNK_UNITS) {
        float16 total = (float16)(0.0f);
        for (uint unit = from; unit < min(from + GF_CHUNK_UNITS, units); unit++) {
            const int16 mask = unit < at->fan_out ? step->mask : (int16)(0);
            const float16 apart = a[2 * unit] - target[2 * unit];
            const float16 small = select((float16)(0.0f), apart * down.x * down.y, mask);
            const float16 above =
                select((float16)(0.0f), gf_round_16(step->net->precision, apart * step->net->loss_factor), mask);
            const float16 value = select((float16)(0.0f), gf_delta_16(step->net, at, 0, above, z[2 * unit]), mask);
            delta[2 * unit] = value;
            if (at->has_skip) {
                up[2 * unit] = above;
                up_most = max(up_most, gf_finite_bits_16(above));
            }
            total = fma(small, small, total);
            most = max(most, gf_finite_bits_16(value));
        }
        sums[from / GF_CHUNK_UNITS] = gf_sum_of_16(total);
    }
    gf_raise(&step->state[layer].delta_max, gf_max_of_16(most));
    if (at->has_skip) gf_raise(&step->state[layer].up_max, gf_max_of_16(up_most));
}

/* delta of the layer below `layer`, and dL/da in place of that of `layer`. */
static void gf_step_backward(const gf_step *step, uint layer, __global const float *weight, __global const float16 *above,
                             __global const float16 *z, __global float16 *up, __global float16 *delta)
{
    __global const gf_layer *at = &step->layers[layer - 1];
    __global const float *factor = weight + step->layers[layer].weight;
    const uint O = step->layers[layer].fan_out, I = at->fan_out;
    const int precision = step->net->precision, has_skip = step->layers[layer].has_skip;
    uint16 most = (uint16)(0u), up_most = (uint16)(0u);
    for (uint row = 0; row < gf_pad(I); row += GF_TILE_ROWS) {
        const uint count = min(I - row, (uint)GF_TILE_ROWS);
        float16 block[GF_TILE_ROWS], slopes[GF_TILE_ROWS];
        gf_step_backward_tile(factor + (ulong)row * GF_TILE_ROWS, (ulong)gf_pad(I) * GF_TILE_ROWS, above, O, block);
        for (uint r = 0; r < count; r++)
            slopes[r] = z[2 * (row + r)];
        gf_slopes(at->activation, slopes, count);
        for (uint r = 0; r < count; r++) {
            const uint place = 2 * (row + r);
            float16 sum = gf_round_16(precision, block[r]);
            if (has_skip) sum = gf_round_16(precision, sum + up[place]);
            if (at->has_skip) {
                const float16 kept = select((float16)(0.0f), sum, step->mask);
                up[place] = kept;
                up_most = max(up_most, gf_finite_bits_16(kept));
                sum *= step->net->skip_scale;
            }
            const float16 value = select((float16)(0.0f), gf_round_16(precision, sum * slopes[r]), step->mask);
            delta[place] = value;
            most = max(most, gf_finite_bits_16(value));
        }
        for (uint r = count; r < GF_TILE_ROWS; r++)
            delta[2 * (row + r)] = (float16)(0.0f);
    }
    gf_raise(&step->state[layer - 1].delta_max, gf_max_of_16(most));
    if (at->has_skip) gf_raise(&step->state[layer - 1].up_max, gf_max_of_16(up_most));
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void step_fused(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint depth,
    __global const float *weight, __global const float *bias, __global const float *input, __global const float *target,
    __global float *z, __global float *a, __global float *delta, __global float *up, __global float *sums)
{
    const uint item = (uint)get_global_id(0), outputs = gf_pad(layers[depth].fan_out);
    gf_step step = {net, layers, state, item / 2, item % 2, (int16)(0)};
    step.mask = gf_lane_mask(net, step.panel, step.lanes);
    __global float16 *z_all = (__global float16 *)z, *a_all = (__global float16 *)a, *delta_all = (__global float16 *)delta;
    const ulong input_place = (ulong)step.panel * gf_pad(layers[0].fan_out) * 2 + step.lanes;
    const ulong output_place = (ulong)step.panel * outputs * 2 + step.lanes;

    __global const float16 *below = (__global const float16 *)input + input_place;
    for (uint layer = 1; layer <= depth; layer++) {
        const ulong place = gf_step_place(&step, layer);
        gf_step_forward(&step, layer, weight, bias, below, z_all + place, a_all + place);
        below = a_all + place;
    }
    ulong place = gf_step_place(&step, depth);
    gf_step_loss(&step, depth, z_all + place, a_all + place, (__global const float16 *)target + output_place, delta_all + place,
                 (__global float16 *)up + output_place, sums + (ulong)item * ((outputs + GF_CHUNK_UNITS - 1) / GF_CHUNK_UNITS));
    for (uint layer = depth; layer > 1; layer--) {
        const ulong above = place;
        place = gf_step_place(&step, layer - 1);
        /* Where the layer has a skip, the one below is as wide. */
        __global float16 *up_here =
            (__global float16 *)up + (ulong)step.panel * gf_pad(layers[layer - 1].fan_out) * 2 + step.lanes;
        gf_step_backward(&step, layer, weight, delta_all + above, z_all + place, up_here, delta_all + place);
    }
    if (item == 0) state[depth].loss_shift = GF_STEP_LOSS_SHIFT;
}
