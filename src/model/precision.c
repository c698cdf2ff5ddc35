/* Rounding by the position of the last bit a type keeps at the size of the value. */
#include "model/precision.h"

#include <math.h>

static const struct {
    int bits; /* of the significand, with the hidden one */
    gf_range range;
} types[GF_PRECISION_COUNT] = {
    [GF_PRECISION_EXACT] = {53, {-149, -126, 128}},
    [GF_PRECISION_FP32] = {24, {-149, -126, 128}},
    [GF_PRECISION_BF16] = {8, {-133, -126, 128}},
    [GF_PRECISION_FP16] = {11, {-24, -14, 16}},
};

gf_range gf_precision_range(gf_precision precision)
{
    return types[precision].range;
}

bool gf_precision_needs_subnormals(gf_precision precision)
{
    return precision == GF_PRECISION_FP32 || precision == GF_PRECISION_BF16;
}

double gf_precision_round(gf_precision precision, double value)
{
    if (precision == GF_PRECISION_EXACT || value == 0.0 || !isfinite(value)) return value;
    const gf_range range = types[precision].range;
    int exponent = 0;
    frexp(value, &exponent); /* 2^(exponent-1) <= |value| < 2^exponent */
    int last_bit = exponent - types[precision].bits;
    if (last_bit < range.smallest) last_bit = range.smallest;
    const double rounded = ldexp(rint(ldexp(value, -last_bit)), last_bit);
    return fabs(rounded) >= ldexp(1.0, range.too_large) ? copysign(INFINITY, value) : rounded;
}
