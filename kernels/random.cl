/* Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") and exact values from its words.
 *
 * This file is compiled as OpenCL C and as C17; it sees GF_TABLE (constant or static const), gf_uint and GF_FMA(a, b, c).
 * Every float step is exact or correctly rounded (conversion of 24 bits, fma, one product), so host and device give the
 * same bits. normal_table.cl is in front of it. */

typedef struct gf_philox {
    gf_uint word[4];
} gf_philox;

static gf_uint gf_multiply_high(gf_uint a, gf_uint b)
{
    return (gf_uint)(((gf_ulong)a * (gf_ulong)b) >> 32);
}

static gf_philox gf_philox_make(gf_uint c0, gf_uint c1, gf_uint c2, gf_uint c3, gf_uint k0, gf_uint k1)
{
    for (int round = 0; round < 10; round++) {
        const gf_uint high0 = gf_multiply_high(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
        const gf_uint high1 = gf_multiply_high(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    gf_philox result;
    result.word[0] = c0;
    result.word[1] = c1;
    result.word[2] = c2;
    result.word[3] = c3;
    return result;
}

/* Uniform on (-1, 1): the odd multiples of 2^-23. */
static float gf_uniform_value(gf_uint word)
{
    return (float)(2u * (word >> 9) + 1u) * 1.1920928955078125e-7f - 1.0f;
}

/* Standard normal by inversion: the top bit is the sign, the other 31 the probability p = (2 m + 1) 2^-33 of the tail.
 * Octave and piece of p choose a cubic. |value| <= 6.34. */
static float gf_normal_value(gf_uint word)
{
    gf_uint odd = (word << 1) | 1u;
    const gf_uint octave = GF_CLZ(odd);
    odd <<= octave;
    const gf_uint row = octave * 8u + ((odd >> 28) & 7u);
    const float t = (float)((odd & 0x0fffffffu) >> 4) * 5.9604644775390625e-8f;
    const float magnitude =
        GF_FMA(t, GF_FMA(t, GF_FMA(t, gf_normal_table[row][3], gf_normal_table[row][2]),
                         gf_normal_table[row][1]),
               gf_normal_table[row][0]);
    return (word >> 31) != 0u ? -magnitude : magnitude;
}
