/* The register block of the CPU kernels: GF_TILE_ROWS rows of GF_LANES lanes. The accumulators are named variables, because
 * compilers keep those in registers where they may not keep an array. */

#define GF_EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

#define GF_ROW_ZERO(r)  float16 low##r = (float16)(0.0f), high##r = (float16)(0.0f);
#define GF_ROW_LOAD(r)  float16 low##r = block[2 * r], high##r = block[2 * r + 1];
#define GF_ROW_STORE(r) block[2 * r] = low##r, block[2 * r + 1] = high##r;
/* Row r gains factor[r * GF_ROW_STEP] times the lanes x_low, x_high. */
#define GF_ROW_FMA(r)                                                                                                  \
    low##r = fma((float16)(factor[r * GF_ROW_STEP]), x_low, low##r);                                                   \
    high##r = fma((float16)(factor[r * GF_ROW_STEP]), x_high, high##r);

/* A hint that the bytes at `address` will be read soon; it changes no result. */
#if defined(__x86_64__) || defined(__aarch64__)
#define GF_PREFETCH(address) __builtin_prefetch(address)
#else
#define GF_PREFETCH(address)
#endif

/* While four terms are added, what is needed next is fetched: a tile's share of the lanes of the next piece (see below), which come
 * from memory or another core, and two lines of the next weights. Fetched as a whole when they are needed, either would take longer
 * than the multiplications. */
#define GF_FETCH(lanes, weights)                                                                                       \
    GF_PREFETCH(lanes);                                                                                                \
    GF_PREFETCH(weights);                                                                                              \
    GF_PREFETCH((weights) + 16);

/* What one work-item makes: the tiles of up to GF_PATCH_ROWS row panels and GF_PATCH_PANELS sample panels. The sums go on in
 * pieces of GF_PATCH_DEPTH terms, so that the lanes of one piece stay in the first level cache (24 KiB of its 32 to 48) for all
 * rows, and the weights of a tile for all sample panels.
 *
 * Patches of the same rows follow each other: their weights are in the second level cache then. */
typedef struct gf_patch {
    uint row, row_end; /* row panels */
    uint panel, panel_end;
} gf_patch;

static gf_patch gf_patch_of(uint row_panels, uint panels)
{
    const uint across = (panels + GF_PATCH_PANELS - 1) / GF_PATCH_PANELS;
    const uint down = (uint)get_global_size(0) / across;
    const uint row = (uint)get_global_id(0) / across, column = (uint)get_global_id(0) % across;
    gf_patch patch;
    patch.row = (uint)((ulong)row * row_panels / down);
    patch.row_end = (uint)((ulong)(row + 1) * row_panels / down);
    patch.panel = column * GF_PATCH_PANELS;
    patch.panel_end = min(patch.panel + GF_PATCH_PANELS, panels);
    return patch;
}

/* Where tile `row` of a patch finds its share of the lanes that follow the piece at `x`: 16 floats for every four terms. */
static __global const float *gf_lanes_after(const gf_patch *patch, uint row, __global const float *x)
{
    return x + GF_PATCH_DEPTH * GF_LANES + (row - patch->row) % GF_PATCH_SHARES * (GF_PATCH_DEPTH / 4 * 16);
}

/* The sample panels of a patch share the weights of the next tile: so many floats each. */
#define GF_NEXT_SHARE (GF_PATCH_DEPTH * GF_TILE_ROWS / GF_PATCH_PANELS)

#define GF_PATCH_VECTORS (GF_PATCH_ROWS * GF_PATCH_PANELS * 2 * GF_TILE_ROWS)

static void gf_patch_clear(const gf_patch *patch, float16 *blocks)
{
    for (uint v = 0; v < (patch->row_end - patch->row) * (GF_PATCH_PANELS * 2 * GF_TILE_ROWS); v++)
        blocks[v] = (float16)(0.0f);
}

/* The tile of a row panel and a sample panel among the tiles of a patch. */
static float16 *gf_block_at(const gf_patch *patch, uint row, uint panel, float16 *blocks)
{
    const uint tile = (row - patch->row) * GF_PATCH_PANELS + panel - patch->panel;
    return blocks + tile * (2 * GF_TILE_ROWS);
}
