/* dW = delta^T a_below, reduced to its sum of squares and its exponent classes as it is made, and stored only on request.
 *
 * What is summed is dW / 2^(exponent of max |delta| + exponent of max |a_below|): near 1, whatever the scale. What is stored and put
 * into classes is the same; or, where numbers have a type of their own, dW itself, rounded to it.
 * Sums run over the samples in order. squares[slot * groups + work-item] are added by the host in order.
 * Launch: (groups, layers `first`... into slots `first_slot`...). weight_gradient_cpu: one work-item a panel of GF_LANES inputs and up to
 * GF_GRAD_PANELS panels of outputs; weight_gradient_naive: one work-item an output. */

/* Samples whose activations are transposed at a time: 16 KiB, half of a first level cache. */
#define GF_GRAD_SAMPLES 128
/* Vectors that are counted between two calls of gf_window_widen(), and of gf_window_spill(). */
#define GF_GRAD_WIDEN 15
#define GF_GRAD_SPILL (16 * GF_GRAD_WIDEN)

#define GF_SHUFFLE_LOW(x, y)                                                                                           \
    (float16)(x.s0, y.s0, x.s1, y.s1, x.s2, y.s2, x.s3, y.s3, x.s4, y.s4, x.s5, y.s5, x.s6, y.s6, x.s7, y.s7)
#define GF_SHUFFLE_HIGH(x, y)                                                                                          \
    (float16)(x.s8, y.s8, x.s9, y.s9, x.sa, y.sa, x.sb, y.sb, x.sc, y.sc, x.sd, y.sd, x.se, y.se, x.sf, y.sf)

/* Transpose 16 x 16 in place: four times, interleave the first eight vectors with the last eight. */
static void gf_transpose_16(float16 v[16])
{
    for (uint round = 0; round < 4; round++) {
        float16 next[16];
#pragma unroll
        for (uint i = 0; i < 8; i++) {
            next[2 * i] = GF_SHUFFLE_LOW(v[i], v[i + 8]);
            next[2 * i + 1] = GF_SHUFFLE_HIGH(v[i], v[i + 8]);
        }
#pragma unroll
        for (uint i = 0; i < 16; i++)
            v[i] = next[i];
    }
}

/* 32 inputs of one sample panel as samples[lane * 2 + half], scaled. `a` is at the first of the inputs; `inputs` of the 32
 * exist, the others become zero. Those of the panel at `next` are fetched meanwhile. */
static void gf_transpose_panel(__global const float16 *a, __global const float *next, uint inputs, float2 scale, float16 *samples)
{
    for (uint quarter = 0; quarter < 4; quarter++) {
        const uint unit = quarter / 2 * 16, lanes = quarter % 2;
        float16 v[16];
        for (uint i = 0; i < 16; i++)
            GF_PREFETCH(next + (quarter * 16 + i) * 16);
#pragma unroll
        for (uint i = 0; i < 16; i++)
            v[i] = unit + i < inputs ? a[2 * (unit + i) + lanes] * scale.x * scale.y : (float16)(0.0f);
        gf_transpose_16(v);
#pragma unroll
        for (uint i = 0; i < 16; i++)
            samples[(lanes * 16 + i) * 2 + quarter / 2] = v[i];
    }
}

/* One tile gains the samples of `panels` sample panels. `factor` is at the first output of the first panel. No hardware follows the
 * deltas from panel to panel: those of the panel after this one, of the next tile after the last, are fetched meanwhile. */
static void gf_grad_tile(__global const float *factor, ulong panel_stride, uint panels, const float16 *samples,
                         float16 *block)
{
    __global const float *const next_tile = factor + GF_TILE_ROWS * GF_LANES;
    GF_EACH_ROW(GF_ROW_LOAD)
    for (uint panel = 0; panel < panels; panel++) {
        __global const float *next = panel + 1 < panels ? factor + panel_stride : next_tile;
        for (uint lane = 0; lane < GF_LANES; lane++) {
            const float16 x_low = samples[2 * lane], x_high = samples[2 * lane + 1];
            GF_PREFETCH(next + lane * GF_TILE_ROWS);
#define GF_ROW_STEP GF_LANES
            GF_EACH_ROW(GF_ROW_FMA)
#undef GF_ROW_STEP
            factor++;
        }
        factor += panel_stride - GF_LANES;
        samples += 2 * GF_LANES;
    }
    GF_EACH_ROW(GF_ROW_STORE)
}

/* The exponent classes of entries of dW, block by block: the window stays where it is while it holds the largest. */
typedef struct gf_grad_tally {
    gf_window window;
    gf_window_counts counts;
    uint values, vectors; /* entries meant to be in the window; vectors since the last gf_window_spill() */
    bool is_open;
} gf_grad_tally;

static void gf_grad_tally_begin(gf_grad_tally *tally)
{
    tally->values = tally->vectors = 0u;
    tally->is_open = false;
}

static void gf_grad_tally_flush(gf_grad_tally *tally, volatile __global uint *counts)
{
    if (!tally->is_open) return;
    gf_window_spill(&tally->window, &tally->counts);
    gf_window_flush(&tally->window, &tally->counts, counts, GF_COUNT_WEIGHT, GF_COUNT_WEIGHT_ZEROS, tally->values);
    gf_grad_tally_begin(tally);
}

/* The bits of the largest finite magnitude. */
static uint gf_grad_most(const float16 *values, uint vectors, const gf_span *span)
{
    const uint most = gf_max_of_16(span->most);
    if (most < 0x7f800000u) return most;
    uint16 finite = (uint16)(0u);
    for (uint v = 0; v < vectors; v++)
        finite = max(finite, gf_finite_bits_16(values[v]));
    return gf_max_of_16(finite);
}

/* Counts the classes beside the window, and says how many values are in them. */
static uint gf_grad_elsewhere(const float16 *values, uint vectors, const gf_window *window, volatile __global uint *counts)
{
    gf_classes classes;
    int16 nans = (int16)(0), misses = (int16)(0);
    gf_classes_clear(&classes);
    for (uint v = 0; v < vectors; v++) {
        const int16 miss = gf_window_misses(window, values[v]);
        nans += gf_is_nan_16(values[v]);
        misses += miss;
        gf_classes_add(&classes, values[v], miss);
    }
    gf_classes_flush(&classes, counts, GF_COUNT_WEIGHT, GF_COUNT_WEIGHT_ZEROS, (uint)-gf_total_of_16(nans));
    return (uint)-gf_total_of_16(misses);
}

/* Adds `vectors` vectors whose span has been taken; `count` of their entries exist, the others are zero. */
static void gf_grad_tally_add(gf_grad_tally *tally, const float16 *values, uint vectors, const gf_span *span, uint count,
                              volatile __global uint *counts)
{
    const uint most = gf_grad_most(values, vectors, span);
    if (tally->is_open && most >> 23 >= tally->window.first + GF_WINDOW) gf_grad_tally_flush(tally, counts);
    if (!tally->is_open) gf_window_open(&tally->window, &tally->counts, most);
    tally->is_open = true;
    for (uint from = 0; from < vectors;) {
        const uint to = min(from + GF_GRAD_WIDEN, vectors);
        for (uint v = from; v < to; v++)
            gf_window_add(&tally->window, values[v]);
        gf_window_widen(&tally->window);
        tally->vectors += GF_GRAD_WIDEN;
        if (tally->vectors == GF_GRAD_SPILL) {
            gf_window_spill(&tally->window, &tally->counts);
            tally->vectors = 0u;
        }
        from = to;
    }
    tally->values += count;
    if (gf_window_misses_some(&tally->window, span)) tally->values -= gf_grad_elsewhere(values, vectors, &tally->window, counts);
}

/* The outputs and the first input of a group. Groups of the same outputs follow each other, and those of a layer are of one size as
 * nearly as whole panels allow: the last to end is what a launch takes. */
typedef struct gf_grad_part {
    uint from, to, from_input;
} gf_grad_part;

static uint gf_grad_groups(__global const gf_layer *at)
{
    const uint row_panels = gf_pad(at->fan_out) / GF_TILE_ROWS, input_panels = (at->fan_in + GF_LANES - 1) / GF_LANES;
    return input_panels * ((row_panels + GF_GRAD_PANELS - 1) / GF_GRAD_PANELS);
}

static gf_grad_part gf_grad_part_of(__global const gf_layer *at, uint group)
{
    const uint row_panels = gf_pad(at->fan_out) / GF_TILE_ROWS, input_panels = (at->fan_in + GF_LANES - 1) / GF_LANES;
    const uint down = gf_grad_groups(at) / input_panels, row = group / input_panels;
    gf_grad_part part;
    part.from = row * row_panels / down * GF_TILE_ROWS;
    part.to = (row + 1) * row_panels / down * GF_TILE_ROWS;
    part.from_input = group % input_panels * GF_LANES;
    return part;
}

/* What a group makes of its blocks: `count` rows from `from` on. */
typedef struct gf_grad_rows {
    uint from, count, from_input, inputs; /* inputs: of the GF_LANES, those that exist */
    int precision, shift;
    float2 scale;
} gf_grad_rows;

/* The sums become what is stored; `total` gains their squares. */
static void gf_grad_finish(const gf_grad_rows *rows, float16 *blocks, float16 *total, gf_span *span)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    gf_span_begin(span);
    for (uint v = 0; v < 2 * rows->count; v++) {
        const int16 mask = lane < (int)rows->inputs - (int)(v % 2 * 16);
        const float16 scaled = select((float16)(0.0f), blocks[v] * rows->scale.x * rows->scale.y, mask);
        const float16 stored = gf_to_true_16(rows->precision, rows->shift, scaled);
        const float16 value = gf_from_true_16(rows->precision, rows->shift, stored);
        *total = fma(value, value, *total);
        gf_span_add(span, stored);
        blocks[v] = stored;
    }
}

static void gf_grad_store(const gf_grad_rows *rows, const float16 *blocks, uint I, __global float *out)
{
    for (uint row = 0; row < rows->count; row++)
        for (uint input = 0; input < rows->inputs; input++)
            out[(ulong)(rows->from + row) * I + rows->from_input + input] = ((const float *)&blocks[2 * row])[input];
}

/* Sample panels that are transposed at a time, and row panels of a group whose samples are all of those: they stay in the first
 * level cache from their first term to their last count. */
#define GF_GRAD_TOGETHER (GF_GRAD_SAMPLES / GF_LANES)
#define GF_GRAD_NEAR     4

static void gf_grad_group(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
                          uint layer, uint group, __global const float *delta, __global const float *a_below,
                          __global float *squares, gf_grad_tally *tally, volatile __global uint *counts, __global float *out,
                          int store)
{
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const gf_grad_part part = gf_grad_part_of(&layers[layer], group);
    const int a_exponent = gf_exponent_of(state[layer - 1].a_max), delta_exponent = gf_exponent_of(state[layer].delta_max);
    const float2 a_scale = gf_powers(-a_exponent);
    const ulong a_stride = (ulong)gf_pad(I) * GF_LANES, delta_stride = (ulong)gf_pad(O) * GF_LANES;
    __global const float *a = a_below + layers[layer - 1].entries + part.from_input * GF_LANES;
    __global const float *delta_at = delta + layers[layer].entries;
    gf_grad_rows rows;
    rows.from_input = part.from_input;
    rows.inputs = min(I - part.from_input, (uint)GF_LANES);
    rows.precision = net->precision;
    rows.shift = a_exponent + delta_exponent;
    rows.scale = gf_powers(-delta_exponent);
    float16 samples[2 * GF_GRAD_SAMPLES];
    float16 blocks[GF_GRAD_PANELS * 2 * GF_TILE_ROWS];
    float16 total = (float16)(0.0f);

    const bool at_once = net->panels <= GF_GRAD_TOGETHER;
    const uint step = at_once ? GF_GRAD_NEAR * GF_TILE_ROWS : part.to - part.from;
    for (uint from = part.from; from < part.to; from += step) {
        const uint to = min(from + step, part.to);
        for (uint i = 0; i < (to - from) * 2; i++)
            blocks[i] = (float16)(0.0f);
        for (uint panel = 0; panel < net->panels; panel += GF_GRAD_TOGETHER) {
            const uint panels = min((uint)GF_GRAD_TOGETHER, net->panels - panel);
            for (uint p = 0; p < panels && (from == part.from || !at_once); p++)
                gf_transpose_panel((__global const float16 *)(a + (panel + p) * a_stride), a + (panel + p + 1) * a_stride,
                                   rows.inputs, a_scale, &samples[p * 2 * GF_LANES]);
            for (uint row = from; row < to; row += GF_TILE_ROWS)
                gf_grad_tile(delta_at + panel * delta_stride + row * GF_LANES, delta_stride, panels, samples,
                             &blocks[2 * (row - from)]);
        }
        gf_span span;
        rows.from = from;
        rows.count = min(to, O) - from;
        gf_grad_finish(&rows, blocks, &total, &span);
        gf_grad_tally_add(tally, blocks, 2 * rows.count, &span, rows.count * rows.inputs, counts);
        if (store) gf_grad_store(&rows, blocks, I, out);
    }
    *squares = gf_sum_of_16(total);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void weight_gradient_cpu(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint first, uint first_slot,
    __global const float *delta, __global const float *a_below, __global float *squares, __global uint *counts,
    __global float *out, int store)
{
    const uint slot = first_slot + (uint)get_global_id(1), layer = first + (uint)get_global_id(1), group = (uint)get_global_id(0);
    squares[slot * get_global_size(0) + group] = 0.0f;
    if (group >= gf_grad_groups(&layers[layer])) return;
    gf_grad_tally tally;
    gf_grad_tally_begin(&tally);
    gf_grad_group(net, layers, state, layer, group, delta, a_below, &squares[slot * get_global_size(0) + group], &tally,
                  gf_counts_of(counts, slot), out, store);
    gf_grad_tally_flush(&tally, gf_counts_of(counts, slot));
}

__kernel void weight_gradient_naive(__global const gf_network *net, __global const gf_layer *layers,
                                    __global const gf_state *state, uint first, uint first_slot,
                                    __global const float *delta,
                                    __global const float *a_below, __global float *squares, __global uint *counts,
                                    __global float *out, int store)
{
    const uint slot = first_slot + (uint)get_global_id(1), layer = first + (uint)get_global_id(1), output = (uint)get_global_id(0);
    const uint I = layers[layer].fan_in, O = layers[layer].fan_out;
    const int a_exponent = gf_exponent_of(state[layer - 1].a_max), delta_exponent = gf_exponent_of(state[layer].delta_max);
    const float2 a_scale = gf_powers(-a_exponent), delta_scale = gf_powers(-delta_exponent);
    const int precision = net->precision, shift = a_exponent + delta_exponent;
    volatile __global uint *count = gf_counts_of(counts, slot);
    float total = 0.0f;
    for (uint input = 0; output < O && input < I; input++) {
        float sum = 0.0f;
        for (uint sample = 0; sample < net->batch; sample++) {
            const uint panel = sample / GF_LANES, lane = sample % GF_LANES;
            const float d = delta[layers[layer].entries + ((ulong)panel * gf_pad(O) + output) * GF_LANES + lane];
            const float a = a_below[layers[layer - 1].entries + ((ulong)panel * gf_pad(I) + input) * GF_LANES + lane];
            sum = fma(d, a * a_scale.x * a_scale.y, sum);
        }
        sum = sum * delta_scale.x * delta_scale.y;
        const float stored = gf_to_true_1(precision, shift, sum);
        const float value = gf_from_true_1(precision, shift, stored);
        total = fma(value, value, total);
        const uint size = as_uint(stored) & 0x7fffffffu;
        atomic_inc(&count[size == 0u ? GF_COUNT_WEIGHT_ZEROS : GF_COUNT_WEIGHT + (size >> 23)]);
        if (size >= 0x7f800000u) atomic_inc(&count[size > 0x7f800000u ? GF_COUNT_NAN : GF_COUNT_INF]);
        if (store) out[(ulong)output * I + input] = stored;
    }
    squares[slot * get_global_size(0) + output] = total;
}
