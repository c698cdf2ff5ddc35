/* Private histograms by exponent class, and sums over the lanes of a vector: always halves onto halves. */

static float gf_sum_of_16(float16 v)
{
    v = v + GF_UPPER_8(float16, v);
    v = v + GF_UPPER_4(float16, v);
    v = v + GF_UPPER_2(float16, v);
    return v.s0 + v.s1;
}

static int gf_total_of_16(int16 v)
{
    v = v + GF_UPPER_8(int16, v);
    v = v + GF_UPPER_4(int16, v);
    v = v + GF_UPPER_2(int16, v);
    return v.s0 + v.s1;
}

/* Is a lane of a mask set? (any() looks at lane after lane.) */
static bool gf_any_16(int16 mask) { return gf_max_of_16(as_uint16(mask)) != 0u; }

static float gf_least_of_16(float16 v)
{
    v = fmin(v, GF_UPPER_8(float16, v));
    v = fmin(v, GF_UPPER_4(float16, v));
    v = fmin(v, GF_UPPER_2(float16, v));
    return fmin(v.s0, v.s1);
}

static float gf_most_of_16(float16 v) { return -gf_least_of_16(-v); }

/* -1 where the value is finite. */
static int16 gf_is_finite_16(float16 v) { return (as_uint16(v) & 0x7f800000u) != 0x7f800000u; }
static int16 gf_is_nan_16(float16 v) { return (as_uint16(v) & 0x7fffffffu) > 0x7f800000u; }

/* Eight copies, because neighbouring values often share a class and an increment would wait for the one before. A copy has
 * 256 classes, then zeros, then what is masked out; 272 is a whole number of vectors. */
#define GF_CLASS_COPIES 8
#define GF_CLASS_STRIDE 272
#define GF_CLASS_ZERO   256
#define GF_CLASS_NONE   257

typedef struct gf_classes {
    uint count[GF_CLASS_COPIES * GF_CLASS_STRIDE];
} gf_classes;

static void gf_classes_clear(gf_classes *classes)
{
    for (uint i = 0; i < GF_CLASS_COPIES * GF_CLASS_STRIDE; i++)
        classes->count[i] = 0u;
}

static void gf_classes_add(gf_classes *classes, float16 value, int16 mask)
{
    const uint16 size = as_uint16(value) & 0x7fffffffu;
    uint16 class = select(size >> 23, (uint16)(GF_CLASS_ZERO), size == 0u);
    class = select((uint16)(GF_CLASS_NONE), class, mask);
    uint at[16];
    vstore16(class, 0, at);
#pragma unroll
    for (uint i = 0; i < 16; i++)
        classes->count[(i % GF_CLASS_COPIES) * GF_CLASS_STRIDE + at[i]]++;
}

/* Sixteen classes from `class` on. */
static uint16 gf_classes_get(const gf_classes *classes, uint class)
{
    uint16 sum = (uint16)(0u);
    for (uint copy = 0; copy < GF_CLASS_COPIES; copy++)
        sum += vload16(0, &classes->count[copy * GF_CLASS_STRIDE + class]);
    return sum;
}

/* Counts are added with integer atomics, which give the same sum in any order. */
static void gf_count(volatile __global uint *counts, uint which, uint amount)
{
    if (amount != 0u) atomic_add(&counts[which], amount);
}

/* `nans` of the values in class 255 were NaN, the others infinite. */
static void gf_classes_flush(const gf_classes *classes, volatile __global uint *counts, uint first, uint zeros, uint nans)
{
    uint sum[16];
    for (uint class = 0; class < 256; class += 16) {
        vstore16(gf_classes_get(classes, class), 0, sum);
        for (uint i = 0; i < 16; i++)
            gf_count(counts, first + class + i, sum[i]);
    }
    const uint odd = sum[15]; /* class 255 */
    vstore16(gf_classes_get(classes, GF_CLASS_ZERO), 0, sum);
    gf_count(counts, zeros, sum[0]);
    gf_count(counts, GF_COUNT_NAN, nans);
    gf_count(counts, GF_COUNT_INF, odd - nans);
}

/* The counts of layer `slot`, copy by parity of the work-item. */
static volatile __global uint *gf_counts_of(__global uint *counts, uint slot)
{
    return counts + ((ulong)slot * GF_COUNT_COPIES + get_global_id(0) % GF_COUNT_COPIES) * GF_COUNTS;
}
