/* Weights, biases, input and target on the device, bit for bit the values of model/init.h; all but the target rounded to the
 * network's number type.
 *
 * Launch: (strips of the largest layer, layers). A strip is one row panel of GF_STRIP columns, padding included. generate_block makes
 * rows first_row.. and columns first_column..end_column-1 of one layer's weights at the start of `out`: (strips, row panels).
 * generate_cpu and generate_block_cpu make a row of a strip at a time: 16 calls of Philox side by side. */

/* Columns a work-item makes: long enough that its start does not matter, short enough to spread a small layer, and four for each of
 * 16 lanes. */
#define GF_STRIP 64

/* Shape and place of one generated matrix. `block` rows are interleaved; padding is written as zero. */
typedef struct gf_target {
    ulong offset;
    uint rows, columns, block, layer, stream;
    int uniform;
    float scale;
} gf_target;

static gf_target gf_target_of(__global const gf_network *net, __global const gf_layer *at, uint layer, uint stream)
{
    gf_target target;
    target.stream = stream;
    target.layer = layer;
    target.offset = stream == 0u ? at->weight : stream == 1u ? at->bias : 0;
    target.rows = stream == 0u ? at->fan_out : stream == 1u ? 1u : net->batch;
    target.columns = stream == 0u ? at->fan_in : at->fan_out;
    target.block = stream == 0u ? GF_TILE_ROWS : stream == 1u ? 1u : GF_LANES;
    target.uniform = stream == 0u ? at->weights_uniform : stream == 1u ? at->biases_uniform : 0;
    target.scale = stream == 0u ? at->weight_scale : stream == 1u ? at->bias_scale : 1.0f;
    if (stream > 1u) target.layer = 0u;
    return target;
}

/* Columns column..column+3 of one row, from one call of Philox; `to` is the place of the first. */
static void gf_generate_four(__global const gf_network *net, const gf_target *target, uint row, uint column, __global float *to)
{
    const int precision = target->stream == 3u ? GF_PRECISION_EXACT : net->precision;
    const gf_philox four =
        gf_philox_make(column / 4, row, target->layer, target->stream, (uint)net->seed, (uint)(net->seed >> 32));
    for (uint i = 0; i < 4; i++) {
        const float unit = target->uniform ? gf_uniform_value(four.word[i]) : gf_normal_value(four.word[i]);
        const bool inside = row < target->rows && column + i < target->columns;
        to[i * target->block] = inside ? gf_round_1(precision, target->scale * unit) : 0.0f;
    }
}

/* Columns from..end-1 of one row panel, to where the first of them belongs. */
static void gf_generate_strip(__global const gf_network *net, const gf_target *target, uint panel, uint from, uint end,
                              __global float *to)
{
    for (uint column = from; column < end; column += 4)
        for (uint r = 0; r < target->block; r++)
            gf_generate_four(net, target, panel * target->block + r, column, to + (ulong)(column - from) * target->block + r);
}

/* gf_philox_make() for counters c0..c0+7 of one row. Words in 64 bits, whose upper halves are zero: one product is both halves of
 * it. */
static void gf_philox_8(ulong8 c0, uint row, uint layer, uint stream, ulong seed, ulong8 word[4])
{
    ulong8 c1 = (ulong8)((ulong)row), c2 = (ulong8)((ulong)layer), c3 = (ulong8)((ulong)stream);
    uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const ulong8 first = (c0 & 0xfffffffful) * 0xD2511F53ul, second = (c2 & 0xfffffffful) * 0xCD9E8D57ul;
        c0 = (second >> 32) ^ c1 ^ (ulong)k0;
        c1 = second & 0xfffffffful;
        c2 = (first >> 32) ^ c3 ^ (ulong)k1;
        c3 = first & 0xfffffffful;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    word[0] = c0;
    word[1] = c1;
    word[2] = c2;
    word[3] = c3;
}

/* gf_uniform_value() and gf_normal_value() of sixteen words. */
static float16 gf_uniform_16(uint16 word)
{
    return convert_float16(2u * (word >> 9) + 1u) * 1.1920928955078125e-7f - 1.0f;
}

/* The rows of the table are read whole and transposed: four interleavings of four vectors. (Vectors are put together in arrays, because
 * Oclgrind cannot.) */
static float16 gf_normal_16(uint16 word)
{
    uint16 odd = (word << 1) | 1u;
    const uint16 octave = clz(odd);
    odd <<= octave;
    uint row[16];
    vstore16(octave * 8u + ((odd >> 28) & 7u), 0, row);
    float16 v[4];
#pragma unroll
    for (uint i = 0; i < 4; i++) {
        float part[16];
#pragma unroll
        for (uint k = 0; k < 4; k++)
            vstore4(vload4(row[4 * i + k], gf_normal_table[0]), k, part);
        v[i] = vload16(0, part);
    }
#pragma unroll
    for (uint round = 0; round < 4; round++) {
        const float16 next[4] = {GF_SHUFFLE_LOW(v[0], v[2]), GF_SHUFFLE_HIGH(v[0], v[2]), GF_SHUFFLE_LOW(v[1], v[3]),
                                 GF_SHUFFLE_HIGH(v[1], v[3])};
#pragma unroll
        for (uint i = 0; i < 4; i++)
            v[i] = next[i];
    }
    const float16 t = convert_float16((odd & 0x0fffffffu) >> 4) * 5.9604644775390625e-8f;
    const float16 magnitude = fma(t, fma(t, fma(t, v[3], v[2]), v[1]), v[0]);
    return as_float16(as_uint16(magnitude) ^ (word & 0x80000000u));
}

/* Columns from + 4 lane + i of a row as values[16 i]. */
static void gf_generate_row(__global const gf_network *net, const gf_target *target, int precision, uint row, uint from,
                            float16 *values)
{
    const uint16 lane = (uint16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const ulong8 counter = (ulong8)(0, 1, 2, 3, 4, 5, 6, 7) + (ulong)(from / 4);
    ulong8 low[4], high[4];
    gf_philox_8(counter, row, target->layer, target->stream, net->seed, low);
    gf_philox_8(counter + 8ul, row, target->layer, target->stream, net->seed, high);
#pragma unroll
    for (uint i = 0; i < 4; i++) {
        uint words[16];
        vstore8(convert_uint8(low[i]), 0, words);
        vstore8(convert_uint8(high[i]), 1, words);
        const uint16 word = vload16(0, words);
        const float16 unit = target->uniform ? gf_uniform_16(word) : gf_normal_16(word);
        const int16 inside = (from + 4u * lane + i < target->columns);
        values[16 * i] = select((float16)(0.0f), gf_round_16(precision, target->scale * unit), inside);
    }
}

/* gf_generate_strip() by rows, sixteen of them, which are then turned. */
static void gf_generate_strip_16(__global const gf_network *net, const gf_target *target, uint panel, uint from, uint end,
                                 __global float *to)
{
    const int precision = target->stream == 3u ? GF_PRECISION_EXACT : net->precision;
    for (uint part = 0; part < target->block; part += 16) {
        float16 values[4 * 16];
        const uint rows = min(target->block - part, 16u), row = panel * target->block + part;
        for (uint r = 0; r < 16; r++) {
            if (r < rows && row + r < target->rows)
                gf_generate_row(net, target, precision, row + r, from, &values[r]);
            else
                values[r] = values[16 + r] = values[32 + r] = values[48 + r] = (float16)(0.0f);
        }
        for (uint i = 0; i < 4; i++) {
            gf_transpose_16(&values[16 * i]);
            for (uint column = i; column < end - from; column += 4) {
                __global float *at = to + (ulong)column * target->block + part;
                const float *turned = (const float *)&values[16 * i + column / 4];
                if (rows == 16)
                    vstore16(vload16(0, turned), 0, at);
                else if (rows == 12) {
                    vstore8(vload8(0, turned), 0, at);
                    vstore4(vload4(2, turned), 0, at + 8);
                } else
                    at[0] = turned[0];
            }
        }
    }
}

/* The strip of work-item (strip, layer) of generate and generate_cpu. */
typedef struct gf_strip {
    gf_target target;
    uint panel, from, end;
    ulong place;
} gf_strip;

static bool gf_strip_of(__global const gf_network *net, __global const gf_layer *layers, uint first, uint stream, gf_strip *strip)
{
    const uint layer = first + (uint)get_global_id(1);
    strip->target = gf_target_of(net, &layers[layer], layer, stream);
    const uint columns = gf_pad(strip->target.columns);
    const uint strips = (columns + GF_STRIP - 1) / GF_STRIP;
    strip->panel = (uint)get_global_id(0) / strips;
    strip->from = ((uint)get_global_id(0) % strips) * GF_STRIP;
    strip->end = min(strip->from + GF_STRIP, columns);
    strip->place = strip->target.offset + ((ulong)strip->panel * columns + strip->from) * strip->target.block;
    return strip->panel * strip->target.block < strip->target.rows;
}

/* stream: 0 weight, 1 bias, 2 input (first = 0), 3 target (first = depth), as gf_stream. */
__kernel void generate(__global const gf_network *net, __global const gf_layer *layers, uint first, uint stream,
                       __global float *out)
{
    gf_strip strip;
    if (gf_strip_of(net, layers, first, stream, &strip))
        gf_generate_strip(net, &strip.target, strip.panel, strip.from, strip.end, out + strip.place);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void generate_cpu(
    __global const gf_network *net, __global const gf_layer *layers, uint first, uint stream, __global float *out)
{
    gf_strip strip;
    if (gf_strip_of(net, layers, first, stream, &strip))
        gf_generate_strip_16(net, &strip.target, strip.panel, strip.from, strip.end, out + strip.place);
}

/* The same for a block of one layer's weights. */
static void gf_block_strip(__global const gf_network *net, __global const gf_layer *layers, uint layer, uint first_row,
                           uint first_column, uint end_column, gf_strip *strip)
{
    const uint panel = (uint)get_global_id(1);
    strip->target = gf_target_of(net, &layers[layer], layer, 0u);
    strip->panel = first_row / GF_TILE_ROWS + panel;
    strip->from = first_column + (uint)get_global_id(0) * GF_STRIP;
    strip->end = min(strip->from + GF_STRIP, end_column);
    strip->place = ((ulong)panel * (end_column - first_column) + (strip->from - first_column)) * GF_TILE_ROWS;
}

__kernel void generate_block(__global const gf_network *net, __global const gf_layer *layers, uint layer, uint first_row,
                             uint first_column, uint end_column, __global float *out)
{
    gf_strip strip;
    gf_block_strip(net, layers, layer, first_row, first_column, end_column, &strip);
    gf_generate_strip(net, &strip.target, strip.panel, strip.from, strip.end, out + strip.place);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void generate_block_cpu(
    __global const gf_network *net, __global const gf_layer *layers, uint layer, uint first_row, uint first_column,
    uint end_column, __global float *out)
{
    gf_strip strip;
    gf_block_strip(net, layers, layer, first_row, first_column, end_column, &strip);
    gf_generate_strip_16(net, &strip.target, strip.panel, strip.from, strip.end, out + strip.place);
}
