/* Many layers in one launch, for narrow networks whose layers are shorter than a launch. A work-item takes one panel of GF_LANES
 * samples through layer after layer and keeps to itself, so that what it wrote for one layer is in its cache when it reads it for
 * the next. Formulas, layouts and the order of sums are those of forward.cl and backward.cl: the same bits.
 *
 * How far a product is rescaled follows from the largest magnitude in the whole batch. With one panel that is known here. With more,
 * only the first product of a launch is rescaled and the others are taken to need nothing, which holds but in networks that explode
 * or vanish; the host looks afterwards and does again what did not hold (compute/opencl/fused.c).
 *
 * Networks without normalisation. The layer that a launch starts from may lie in another segment: `a_before` is where it has its
 * activations, `weight_above` and `delta_above` where it has those. Launch: (sample panels), local size 1. */

/* Weights, z, a and delta of a deep network come from far and are waited for unless they are asked for a tile ahead: terms of
 * the forward product that is ahead, and vectors of a tile. */
#define GF_FUSED_AHEAD 128
#define GF_FUSED_TILE  (2 * GF_TILE_ROWS)
#if defined(__x86_64__) || defined(__aarch64__)
#define GF_PREFETCH_TO_WRITE(address) __builtin_prefetch(address, 1)
#else
#define GF_PREFETCH_TO_WRITE(address)
#endif

/* What the tile that follows reads or writes is fetched while this one adds its `terms`: a bit with each. */
static uint gf_fused_step(uint terms) { return (GF_FUSED_TILE << 16) / terms; }

/* block = rows row..row + GF_TILE_ROWS - 1 of W x. `z_next` and `a_next` are where the tile that follows goes. */
static void gf_fused_forward_tile(__global const float *factor, __global const float16 *x, uint I, __global const float16 *z_next,
                                  __global const float16 *a_next, float16 *block)
{
    const uint step = gf_fused_step(I);
    uint ahead = 0u;
    GF_EACH_ROW(GF_ROW_ZERO)
    for (uint i = 0; i < I; i++) {
        const float16 x_low = x[2 * i], x_high = x[2 * i + 1];
        GF_PREFETCH(factor + GF_FUSED_AHEAD * GF_TILE_ROWS);
        GF_PREFETCH_TO_WRITE(z_next + (ahead >> 16));
        GF_PREFETCH_TO_WRITE(a_next + (ahead >> 16));
        ahead += step;
#define GF_ROW_STEP 1
        GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
        factor += GF_TILE_ROWS;
    }
    GF_EACH_ROW(GF_ROW_STORE)
}

/* block = rows of W^T x; `panel` is at the first of the rows, `ahead` at those of the tile that follows. */
static void gf_fused_backward_tile(__global const float *panel, ulong stride, __global const float *ahead,
                                   __global const float16 *x, uint O, __global const float16 *z_next,
                                   __global const float16 *delta_next, float16 *block)
{
    const uint step = gf_fused_step(gf_pad(O));
    uint fetched = 0u;
    GF_EACH_ROW(GF_ROW_ZERO)
    for (uint o = 0; o < O; o += GF_TILE_ROWS) {
        for (uint r = 0; r < GF_TILE_ROWS; r++) {
            const float16 x_low = x[2 * r], x_high = x[2 * r + 1];
            __global const float *factor = panel + r;
            GF_PREFETCH(ahead + r * GF_TILE_ROWS);
            GF_PREFETCH(z_next + (fetched >> 16));
            GF_PREFETCH_TO_WRITE(delta_next + (fetched >> 16));
            fetched += step;
#define GF_ROW_STEP GF_TILE_ROWS
            GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
        }
        x += 2 * GF_TILE_ROWS;
        panel += stride;
        ahead += stride;
    }
    GF_EACH_ROW(GF_ROW_STORE)
}

/* The first vector of a sample panel of a layer. */
static ulong gf_fused_corner(__global const gf_layer *at, uint panel)
{
    return (at->entries + (ulong)panel * gf_pad(at->fan_out) * GF_LANES) / 16;
}

/* What is known of one layer before its tiles. */
typedef struct gf_fused {
    __global const gf_network *net;
    __global const gf_layer *at;
    gf_join join;
    float2 scale;     /* 2^-k */
    float bias_scale; /* 0: no bias */
    int16 mask[2];    /* lanes with a sample */
} gf_fused;

/* f of `count` vectors in place; the switch over activations is taken once. */
static void gf_fused_activate(const gf_fused *fused, float16 *z, uint count)
{
    const int activation = fused->at->activation;
    if (fused->join.z_exponent == 0) {
        gf_values(activation, z, count);
        return;
    }
    for (uint v = 0; v < count; v++)
        z[v] = gf_activate_16(fused->net, activation, fused->join.z_exponent, z[v]);
}

/* z of the tile into `z` and in place of its sums; the largest |z| is raised. */
static void gf_fused_z(const gf_fused *fused, float16 *block, uint count, __global const float *bias, __global float16 *z,
                       uint16 *z_max)
{
    const int precision = fused->net->precision;
    uint16 most = *z_max;
    for (uint v = 0; v < count; v++) {
        const float b = bias[v / 2] * fused->bias_scale;
        const float16 sum = gf_round_16(precision, block[v] * fused->scale.x * fused->scale.y + b);
        const float16 value = select((float16)(0.0f), sum, fused->mask[v % 2]);
        z[v] = block[v] = value;
        most = max(most, gf_finite_bits_16(value));
    }
    *z_max = most;
}

/* Of f in place of `block`, a into `a`, with what a skip adds; the largest |a| is raised. */
static void gf_fused_a(const gf_fused *fused, const float16 *block, uint count, __global const float16 *a_below,
                       __global float16 *a, uint16 *a_max)
{
    const int precision = fused->net->precision;
    const gf_join *join = &fused->join;
    uint16 most = *a_max;
    for (uint v = 0; v < count; v++) {
        float16 sum = gf_round_16(precision, block[v]);
        if (join->has_skip)
            sum = gf_round_16(precision, a_below[v] * join->below.x * join->below.y + sum * join->own.x * join->own.y);
        const float16 value = select((float16)(0.0f), sum, fused->mask[v % 2]);
        a[v] = value;
        most = max(most, gf_finite_bits_16(value));
    }
    *a_max = most;
}

/* z and a of the tile at `row`; pointers are at the tile's first unit. */
static void gf_fused_forward_store(const gf_fused *fused, float16 *block, uint units, __global const float *bias,
                                   __global const float16 *a_below, __global float16 *z, __global float16 *a,
                                   uint16 *z_max, uint16 *a_max)
{
    const uint count = 2 * min(units, (uint)GF_TILE_ROWS);
    gf_fused_z(fused, block, count, bias, z, z_max);
    gf_fused_activate(fused, block, count);
    gf_fused_a(fused, block, count, a_below, a, a_max);
    for (uint v = count; v < GF_FUSED_TILE; v++)
        z[v] = a[v] = (float16)(0.0f);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void forward_fused(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint first, uint count,
    __global const float *weight, __global const float *bias, __global const float *a_before, __global float *z,
    __global float *a)
{
    const uint panel = (uint)get_global_id(0);
    long exponent = state[first - 1].a_exponent;
    uint a_most = 0u;
    gf_fused fused;
    fused.net = net;
    fused.mask[0] = gf_lane_mask(net, panel, 0);
    fused.mask[1] = gf_lane_mask(net, panel, 1);
    for (uint layer = first; layer < first + count; layer++) {
        __global const float *a_below = layer == first ? a_before : a;
        const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
        int k = 0;
        if (layer == first)
            k = gf_forward_rescale(net, &state[first - 1]);
        else if (net->panels == 1u && gf_carries_exponents(net))
            k = gf_rescale(a_most, exponent, net->has_bias);
        fused.at = &layers[layer];
        fused.join = gf_join_of(net, &layers[layer], exponent + k, exponent);
        fused.scale = gf_powers(-k);
        fused.bias_scale = net->has_bias ? gf_power_beside(fused.join.z_exponent) : 0.0f;

        __global const float16 *x =
            (__global const float16 *)(a_below + layers[layer - 1].entries + (ulong)panel * gf_pad(I) * GF_LANES);
        uint16 z_max = (uint16)(0u), a_max = (uint16)(0u);
        for (uint row = 0; row < O; row += GF_TILE_ROWS) {
            const ulong corner = gf_fused_corner(&layers[layer], panel) + 2 * row;
            const ulong next = row + GF_TILE_ROWS < O || layer + 1 == first + count
                                   ? corner + GF_FUSED_TILE
                                   : gf_fused_corner(&layers[layer + 1], panel);
            float16 block[GF_FUSED_TILE];
            gf_fused_forward_tile(weight + layers[layer].weight + (ulong)row * gf_pad(I), x, I,
                                  (__global const float16 *)z + next, (__global const float16 *)a + next, block);
            gf_fused_forward_store(&fused, block, O - row, bias + layers[layer].bias + row, x + 2 * row,
                                   (__global float16 *)z + corner, (__global float16 *)a + corner, &z_max, &a_max);
        }
        a_most = gf_max_of_16(a_max);
        exponent = fused.join.a_exponent;
        if (panel == 0) gf_set_forward_exponents(&state[layer], &fused.join);
        gf_raise(&state[layer].z_max, gf_max_of_16(z_max));
        gf_raise(&state[layer].a_max, a_most);
    }
}

/* One layer of the way back: from layer `at` + 1 to `at`. */
typedef struct gf_fused_back {
    __global const gf_network *net;
    __global const gf_layer *at;
    long z_exponent;
    float2 scale;
    int has_skip, keeps_up; /* of the layer above, of this one */
    int16 mask[2];
} gf_fused_back;

/* f' of z of `count` vectors. */
static void gf_fused_slopes(const gf_fused_back *fused, __global const float16 *z, uint count, float16 *slopes)
{
    for (uint v = 0; v < count; v++)
        slopes[v] = z[v];
    if (fused->z_exponent == 0) {
        gf_slopes(fused->at->activation, slopes, count);
        return;
    }
    for (uint v = 0; v < count; v++)
        slopes[v] = gf_derive_16(fused->net, fused->at->activation, fused->z_exponent, slopes[v]);
}

/* dL/da in place of the sums, with what comes down beside a skip; kept where this layer has one. */
static void gf_fused_above(const gf_fused_back *fused, float16 *block, uint count, __global const float16 *up,
                           __global float16 *up_out, uint16 *up_most)
{
    const int precision = fused->net->precision;
    for (uint v = 0; v < count; v++) {
        float16 above = gf_round_16(precision, block[v] * fused->scale.x * fused->scale.y);
        if (fused->has_skip) above = gf_round_16(precision, above + up[v] * fused->scale.x * fused->scale.y);
        if (fused->keeps_up) {
            const float16 kept = select((float16)(0.0f), above, fused->mask[v % 2]);
            up_out[v] = kept;
            *up_most = max(*up_most, gf_finite_bits_16(kept));
        }
        block[v] = above;
    }
}

static void gf_fused_delta(const gf_fused_back *fused, const float16 *block, const float16 *slopes, uint count,
                           __global float16 *delta, uint16 *delta_most)
{
    const int precision = fused->net->precision;
    uint16 most = *delta_most;
    for (uint v = 0; v < count; v++) {
        const float16 above = fused->keeps_up ? block[v] * fused->net->skip_scale : block[v];
        const float16 value = select((float16)(0.0f), gf_round_16(precision, above * slopes[v]), fused->mask[v % 2]);
        delta[v] = value;
        most = max(most, gf_finite_bits_16(value));
    }
    *delta_most = most;
}

static void gf_fused_backward_store(const gf_fused_back *fused, float16 *block, uint units, __global const float16 *z,
                                    __global const float16 *up, __global float16 *up_out, __global float16 *delta,
                                    uint16 *most, uint16 *up_most)
{
    const uint count = 2 * min(units, (uint)GF_TILE_ROWS);
    float16 slopes[GF_FUSED_TILE];
    gf_fused_slopes(fused, z, count, slopes);
    gf_fused_above(fused, block, count, up, up_out, up_most);
    gf_fused_delta(fused, block, slopes, count, delta, most);
    for (uint v = count; v < GF_FUSED_TILE; v++) {
        delta[v] = (float16)(0.0f);
        if (fused->keeps_up) up_out[v] = (float16)(0.0f);
    }
}

/* From layer `top` down through `count` products. `up` is read for the first of them and `up_out` is written and read from then on,
 * so that a launch can be repeated. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void backward_fused(
    __global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint top, uint count,
    __global const float *weight_above, __global const float *delta_above, __global const float *weight,
    __global const float *z, __global float *delta, __global const float *up, __global float *up_out)
{
    const uint panel = (uint)get_global_id(0);
    long exponent = state[top].delta_exponent;
    uint delta_most = 0u, up_reached = 0u;
    gf_fused_back fused;
    fused.net = net;
    fused.mask[0] = gf_lane_mask(net, panel, 0);
    fused.mask[1] = gf_lane_mask(net, panel, 1);
    for (uint layer = top; layer > top - count; layer--) {
        const bool above = layer == top;
        const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
        fused.at = &layers[layer - 1];
        fused.has_skip = layers[layer].has_skip;
        fused.keeps_up = layers[layer - 1].has_skip;
        fused.z_exponent = state[layer - 1].z_exponent;
        int k = 0;
        if (above)
            k = gf_backward_rescale(net, &state[top], fused.has_skip);
        else if (net->panels == 1u && gf_carries_exponents(net))
            k = gf_rescale(fused.has_skip ? max(delta_most, up_reached) : delta_most, exponent, 0);
        exponent += k;
        fused.scale = gf_powers(-k);

        __global const float16 *x =
            (__global const float16 *)((above ? delta_above : (__global const float *)delta) + layers[layer].entries +
                                       (ulong)panel * gf_pad(O) * GF_LANES);
        __global const float *factor = (above ? weight_above : weight) + layers[layer].weight;
        __global const float16 *up_at = (__global const float16 *)(above ? up : (__global const float *)up_out);
        uint16 most = (uint16)(0u), up_most = (uint16)(0u);
        for (uint row = 0; row < I; row += GF_TILE_ROWS) {
            const ulong entry = ((ulong)panel * gf_pad(I) + row) * GF_LANES / 16;
            const ulong corner = layers[layer - 1].entries / 16 + entry;
            float16 block[GF_FUSED_TILE];
            __global const float *corner_weight = factor + (ulong)row * GF_TILE_ROWS;
            __global const float *ahead = row + GF_TILE_ROWS < I ? corner_weight + GF_TILE_ROWS * GF_TILE_ROWS
                                                                 : weight + layers[layer - 1].weight;
            const ulong next = row + GF_TILE_ROWS < I || layer - 1 == top - count
                                   ? corner + GF_FUSED_TILE
                                   : gf_fused_corner(&layers[layer - 2], panel);
            gf_fused_backward_tile(corner_weight, (ulong)gf_pad(I) * GF_TILE_ROWS, ahead, x, O,
                                   (__global const float16 *)z + next, (__global const float16 *)delta + next, block);
            gf_fused_backward_store(&fused, block, I - row, (__global const float16 *)z + corner, up_at + entry,
                                    (__global float16 *)up_out + entry, (__global float16 *)delta + corner, &most,
                                    &up_most);
        }
        delta_most = gf_max_of_16(most);
        up_reached = gf_max_of_16(up_most);
        if (panel == 0) state[layer - 1].delta_exponent = exponent;
        gf_raise(&state[layer - 1].delta_max, delta_most);
        if (fused.keeps_up) gf_raise(&state[layer - 1].up_max, up_reached);
    }
}
