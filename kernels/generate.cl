/* Weights, biases, input and target on the device, bit for bit the values of model/init.h; all but the target rounded to the
 * network's number type.
 *
 * Launch: (strips of the largest layer, layers). A strip is one row panel of GF_STRIP columns, padding included. generate_block makes
 * rows first_row.. and columns first_column..end_column-1 of one layer's weights at the start of `out`: (strips, row panels). */

/* Columns a work-item makes: long enough that its start does not matter, short enough to spread a small layer. */
#ifndef GF_STRIP
#define GF_STRIP 64
#endif

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

/* Columns from..end-1 of one row panel, to where the first of them belongs. */
static void gf_generate_strip(__global const gf_network *net, const gf_target *target, uint panel, uint from, uint end,
                              __global float *to)
{
    const int precision = target->stream == 3u ? GF_PRECISION_EXACT : net->precision;
    for (uint column = from; column < end; column += 4)
        for (uint r = 0; r < target->block; r++) {
            const uint row = panel * target->block + r;
            const gf_philox four = gf_philox_make(column / 4, row, target->layer, target->stream, (uint)net->seed,
                                                  (uint)(net->seed >> 32));
            for (uint i = 0; i < 4; i++) {
                const float unit = target->uniform ? gf_uniform_value(four.word[i]) : gf_normal_value(four.word[i]);
                const bool inside = row < target->rows && column + i < target->columns;
                to[(ulong)(column + i - from) * target->block + r] =
                    inside ? gf_round_1(precision, target->scale * unit) : 0.0f;
            }
        }
}

/* stream: 0 weight, 1 bias, 2 input (first = 0), 3 target (first = depth), as gf_stream. */
__kernel void generate(__global const gf_network *net, __global const gf_layer *layers, uint first, uint stream,
                       __global float *out)
{
    const uint layer = first + (uint)get_global_id(1);
    const gf_target target = gf_target_of(net, &layers[layer], layer, stream);
    const uint columns = gf_pad(target.columns);
    const uint strips = (columns + GF_STRIP - 1) / GF_STRIP;
    const uint panel = (uint)get_global_id(0) / strips;
    const uint from = ((uint)get_global_id(0) % strips) * GF_STRIP;
    if (panel * target.block >= target.rows) return;

    gf_generate_strip(net, &target, panel, from, min(from + GF_STRIP, columns),
                      out + target.offset + ((ulong)panel * columns + from) * target.block);
}

__kernel void generate_block(__global const gf_network *net, __global const gf_layer *layers, uint layer, uint first_row,
                             uint first_column, uint end_column, __global float *out)
{
    const gf_target target = gf_target_of(net, &layers[layer], layer, 0u);
    const uint from = first_column + (uint)get_global_id(0) * GF_STRIP, panel = (uint)get_global_id(1);
    const ulong place = (ulong)panel * (end_column - first_column) + (from - first_column);
    gf_generate_strip(net, &target, first_row / GF_TILE_ROWS + panel, from, min(from + GF_STRIP, end_column),
                      out + place * GF_TILE_ROWS);
}
