/* Nearest, ties to even, without branches: integer addition carries into the exponent, and into
 * infinity where the type ends. Works on the bits, so that it does not depend on how the processor
 * treats subnormal numbers. */
#include "compute/cpu/round.h"

#include "base/bits.h"
#include "compute/cpu/clones.h"

#define INFINITE 0x7f800000u

/* bfloat16 is the upper half of a float32. */
static float round_bf16(float value)
{
    const uint32_t bits = gf_bits_of(value);
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
    return gf_float_of((bits & 0x7fffffffu) > INFINITE ? bits : rounded);
}

/* 13 bits fewer; below 2^-14 the last bit stays at 2^-24, where adding 1/2 puts a float's own last
 * bit. */
static float round_fp16(float value)
{
    const uint32_t bits = gf_bits_of(value), sign = bits & 0x80000000u, size = bits ^ sign;
    const uint32_t normal = (size + 0xfffu + ((size >> 13) & 1u)) & 0xffffe000u;
    const uint32_t small = gf_bits_of((gf_float_of(size) + 0.5f) - 0.5f);
    const uint32_t fits = normal >= 0x47800000u ? INFINITE : normal; /* 65536 */
    const uint32_t rounded = size < 0x38800000u ? small : fits;      /* 2^-14 */
    return gf_float_of(sign | (size > INFINITE ? size : rounded));
}

GF_CLONES static void round_row_bf16(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = round_bf16(values[i]);
}

GF_CLONES static void round_row_fp16(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = round_fp16(values[i]);
}

void gf_round_row(gf_precision precision, float *values, size_t count)
{
    if (precision == GF_PRECISION_BF16) round_row_bf16(values, count);
    if (precision == GF_PRECISION_FP16) round_row_fp16(values, count);
}
