/* f and f' of a whole network, for one number type: by kind near ordinary numbers, by asymptote or tangent far from them.
 * Compiled after activation.cl with the same macros, and with gf_value/gf_slope: the switches over the activation table
 * that the host writes. */

static GF_REAL GF_NAME(gf_activate)(__global const gf_network *net, long exponent, GF_REAL z)
{
    if (exponent == 0) return GF_NAME(gf_value)(net->activation, z);
    __global const float *far = net->far[exponent > 0 ? 1 : 0];
    const GF_REAL below = far[0] * z + far[1];
    const GF_REAL above = far[2] * z + far[3];
    const GF_REAL zero = far[4];
    return z > GF_R(0.0) ? above : z < GF_R(0.0) ? below : z == GF_R(0.0) ? zero : z;
}

static GF_REAL GF_NAME(gf_derive)(__global const gf_network *net, long exponent, GF_REAL z)
{
    if (exponent == 0) return GF_NAME(gf_slope)(net->activation, z);
    __global const float *far = net->far[exponent > 0 ? 1 : 0];
    const GF_REAL below = far[5];
    const GF_REAL above = far[6];
    return z > GF_R(0.0) ? above : z <= GF_R(0.0) ? below : z;
}
