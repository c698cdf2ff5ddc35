/* What generate.cl makes, in the GPU family: four columns of a row a work-item, from one call of Philox, so that neighbours write
 * the rows of a panel beside each other. The same bits.
 *
 * Launch: (fours of the largest layer, layers) and, of a block, (fours of a row panel, row panels), in whole groups of GF_GROUP. */

/* Four number `index` of a row panel from `first_column` on, whose place is `to`. */
static void gf_generate_item(__global const gf_network *net, const gf_target *target, uint panel, uint first_column, uint index,
                             __global float *to)
{
    const uint r = index % target->block, column = index / target->block * 4;
    gf_generate_four(net, target, panel * target->block + r, first_column + column, to + (ulong)column * target->block + r);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void generate_gpu(
    __global const gf_network *net, __global const gf_layer *layers, uint first, uint stream, __global float *out)
{
    const uint layer = first + (uint)get_global_id(1);
    const gf_target target = gf_target_of(net, &layers[layer], layer, stream);
    const uint columns = gf_pad(target.columns), fours = columns / 4 * target.block;
    const uint panel = (uint)(get_global_id(0) / fours), index = (uint)(get_global_id(0) % fours);
    if (panel * target.block < target.rows)
        gf_generate_item(net, &target, panel, 0u, index, out + target.offset + (ulong)panel * columns * target.block);
}

__kernel __attribute__((reqd_work_group_size(GF_GROUP, 1, 1))) void generate_block_gpu(
    __global const gf_network *net, __global const gf_layer *layers, uint layer, uint first_row, uint first_column,
    uint end_column, __global float *out)
{
    const uint panel = (uint)get_global_id(1), columns = end_column - first_column, index = (uint)get_global_id(0);
    const gf_target target = gf_target_of(net, &layers[layer], layer, 0u);
    if (index < columns / 4 * GF_TILE_ROWS)
        gf_generate_item(net, &target, first_row / GF_TILE_ROWS + panel, first_column, index,
                         out + (ulong)panel * columns * GF_TILE_ROWS);
}
