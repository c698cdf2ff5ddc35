/* Rounding to the number types of gf_precision, for one number type of the kernels: integer steps on the bits of a float, nearest,
 * ties to even, subnormals and overflow to Inf as in model/precision.c. Inf and NaN stay. float itself needs none.
 *
 * Compiled after activation.cl with the same macros, and with GF_BITS, GF_AS_BITS(x), GF_AS_REAL(b), GF_TO_REAL(b): the unsigned
 * integers of the same shape. */

/* bfloat16 is the upper half of a float. */
static GF_REAL GF_NAME(gf_round_bf16)(GF_REAL value)
{
    const GF_BITS bits = GF_AS_BITS(value);
    const GF_BITS rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
    return GF_AS_REAL((bits & 0x7fffffffu) < 0x7f800000u ? rounded : bits);
}

/* Normal halves keep 10 bits after the point; below 2^-14 they are multiples of 2^-24. */
static GF_REAL GF_NAME(gf_round_fp16)(GF_REAL value)
{
    const GF_BITS bits = GF_AS_BITS(value);
    const GF_BITS size = bits & 0x7fffffffu;
    const GF_BITS near = (size + 0x0fffu + ((size >> 13) & 1u)) & 0xffffe000u;
    const GF_BITS normal = near < 0x47800000u ? near : (GF_BITS)(0x7f800000u);
    const GF_BITS significand = (size & 0x007fffffu) | 0x00800000u;
    const GF_BITS shift = min((GF_BITS)(126u) - min(size >> 23, (GF_BITS)(112u)), (GF_BITS)(31u));
    const GF_BITS half_less = ((GF_BITS)(1u) << (shift - 1u)) - 1u;
    const GF_BITS steps = (significand + half_less + ((significand >> shift) & 1u)) >> shift;
    const GF_BITS small = GF_AS_BITS(GF_TO_REAL(steps) * GF_R(5.9604644775390625e-8));
    const GF_BITS rounded = size < 0x38800000u ? small : normal;
    return GF_AS_REAL((size < 0x7f800000u ? rounded : size) | (bits & 0x80000000u));
}

static GF_REAL GF_NAME(gf_round)(int precision, GF_REAL value)
{
    if (precision == GF_PRECISION_BF16) return GF_NAME(gf_round_bf16)(value);
    if (precision == GF_PRECISION_FP16) return GF_NAME(gf_round_fp16)(value);
    return value;
}

/* Sums are kept near 1, as true * 2^-shift. A number type of its own rounds the true value: there, and back again. */
static GF_REAL GF_NAME(gf_to_true)(int precision, int shift, GF_REAL value)
{
    const float2 up = gf_powers(shift);
    return precision == GF_PRECISION_EXACT ? value : GF_NAME(gf_round)(precision, value * up.x * up.y);
}
static GF_REAL GF_NAME(gf_from_true)(int precision, int shift, GF_REAL value)
{
    const float2 down = gf_powers(-shift);
    return precision == GF_PRECISION_EXACT ? value : value * down.x * down.y;
}
