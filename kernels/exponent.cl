/* Exact powers of two and the decision when to rescale; see compute/backend.h. And addresses in the padded layouts. */

static uint gf_pad(uint units) { return (units + GF_TILE_ROWS - 1) / GF_TILE_ROWS * GF_TILE_ROWS; }

/* 2^exponent as float; exponents beyond the normal range are cut to it. */
static float gf_power(long exponent)
{
    const int inside = (int)clamp(exponent, (long)-126, (long)127);
    return as_float((uint)(inside + 127) << 23);
}

/* What is of ordinary size, under an exponent: 2^-exponent, or nothing at all where float has no such power. */
static float gf_power_beside(long exponent) { return exponent > 126 ? 0.0f : gf_power(-exponent); }

/* 2^exponent as the product of two floats, for |exponent| up to 252. */
static float2 gf_powers(int exponent)
{
    const int half_way = exponent / 2;
    return (float2)(gf_power(half_way), gf_power(exponent - half_way));
}

/* The same for an exponent of 0 and less, however small. */
static float2 gf_shrinking_powers(long exponent)
{
    return exponent < -252 ? (float2)(0.0f) : gf_powers((int)exponent);
}

/* e with 2^(e-1) <= x < 2^e for the bits of a finite magnitude, 0 for zero (frexp). */
static int gf_exponent_of(uint bits)
{
    if (bits == 0u) return 0;
    return bits >= 0x00800000u ? (int)(bits >> 23) - 126 : -117 - (int)clz(bits);
}

/* gf_rescale() of compute/backend.h. */
static int gf_rescale(uint max_bits, long exponent, int has_bias)
{
    const int shift = gf_exponent_of(max_bits);
    if (max_bits == 0u) return (int)-exponent;
    if (shift > -40 && shift <= 40) return 0;
    if (has_bias && exponent + shift < 0) return (int)-exponent;
    return shift;
}

static uint gf_finite_bits(float value)
{
    const uint size = as_uint(value) & 0x7fffffffu;
    return size < 0x7f800000u ? size : 0u;
}

static uint16 gf_finite_bits_16(float16 value)
{
    const uint16 size = as_uint16(value) & 0x7fffffffu;
    return select((uint16)(0u), size, size < 0x7f800000u);
}

/* The lanes of a vector reduced to one: halves onto halves. In memory it would take longer, a store waited for at each step. (Spelt
 * out: of swizzles, and of .lo and .hi, Oclgrind takes what is not used for uninitialised values.) */
#define GF_UPPER_8(T, v)                                                                                               \
    ((T)(v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se, v.sf, v.s8, v.s9, v.sa, v.sb, v.sc, v.sd, v.se, v.sf))
#define GF_UPPER_4(T, v)                                                                                               \
    ((T)(v.s4, v.s5, v.s6, v.s7, v.s4, v.s5, v.s6, v.s7, v.s4, v.s5, v.s6, v.s7, v.s4, v.s5, v.s6, v.s7))
#define GF_UPPER_2(T, v)                                                                                               \
    ((T)(v.s2, v.s3, v.s2, v.s3, v.s2, v.s3, v.s2, v.s3, v.s2, v.s3, v.s2, v.s3, v.s2, v.s3, v.s2, v.s3))

static uint gf_max_of_16(uint16 v)
{
    v = max(v, GF_UPPER_8(uint16, v));
    v = max(v, GF_UPPER_4(uint16, v));
    v = max(v, GF_UPPER_2(uint16, v));
    return max(v.s0, v.s1);
}

/* A maximum of unsigned words does not depend on the order. */
static void gf_raise(volatile __global uint *most, uint bits) { atomic_max(most, bits); }

/* Lanes of a panel: -1 where there is a sample, 0 in padding. `half_index` 0 or 1. */
static int16 gf_lane_mask(__global const gf_network *net, uint panel, uint half_index)
{
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return lane < (int)(net->batch - panel * GF_LANES) - (int)half_index * 16;
}

/* A number type of its own (precision) does without exponents, as a real run would. */
static int gf_carries_exponents(__global const gf_network *net) { return net->precision == GF_PRECISION_EXACT; }

/* The k of the forward and of the backward product; reference/forward.c and backward.c say why. */
static int gf_forward_rescale(__global const gf_network *net, __global const gf_state *below)
{
    if (net->norm != GF_NORM_NONE || !gf_carries_exponents(net)) return 0;
    return gf_rescale(below->a_max, below->a_exponent, net->has_bias);
}

static int gf_backward_rescale(__global const gf_network *net, __global const gf_state *at, int has_skip)
{
    if (!gf_carries_exponents(net)) return 0;
    return gf_rescale(has_skip ? max(at->delta_max, at->up_max) : at->delta_max, at->delta_exponent, 0);
}

/* The exponents of a layer from those of the layer below: of f(z), of a, and the factors that bring both to the latter. */
typedef struct gf_join {
    long z_exponent, own_exponent, a_exponent;
    int has_skip;
    float2 own, below; /* factors of f and of a_below */
} gf_join;

static gf_join gf_join_of(__global const gf_network *net, __global const gf_layer *at, long z_exponent, long below_exponent)
{
    gf_join join;
    const bool keeps = z_exponent == 0 || net->kinds[at->activation].far_keeps_exponent[z_exponent > 0 ? 1 : 0];
    join.z_exponent = z_exponent;
    join.own_exponent = keeps ? z_exponent : 0;
    join.has_skip = at->has_skip;
    join.a_exponent = join.has_skip ? max(join.own_exponent, below_exponent) : join.own_exponent;
    join.own = gf_shrinking_powers(join.own_exponent - join.a_exponent);
    if (join.has_skip) join.own.x *= net->skip_scale;
    join.below = gf_shrinking_powers(join.has_skip ? below_exponent - join.a_exponent : 0);
    return join;
}

/* Work-item 0 of a forward kernel writes them. */
static void gf_set_forward_exponents(__global gf_state *at, const gf_join *join)
{
    at->z_exponent = join->z_exponent;
    at->a_exponent = join->a_exponent;
}
