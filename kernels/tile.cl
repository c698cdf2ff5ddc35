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

/* Which tile of units from..to-1 a work-item makes. Row panels run slowest within blocks of as many sample panels as fit beside each other in the
 * second level cache (2^18 floats), so that a panel of weights is read once for all of them. */
typedef struct gf_place {
    uint rows, panel; /* first unit, sample panel */
} gf_place;

static gf_place gf_place_of(uint tile, uint from, uint to, uint panels, uint depth)
{
    const uint row_panels = (to - from) / GF_TILE_ROWS;
    const uint together = clamp(8192u / depth, 1u, panels);
    const uint block = tile / (row_panels * together);
    const uint rest = tile % (row_panels * together);
    const uint wide = min(together, panels - block * together);
    gf_place place;
    place.rows = from + rest / wide * GF_TILE_ROWS;
    place.panel = block * together + rest % wide;
    return place;
}
