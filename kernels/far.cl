/* f and f' of a layer, for one number type: by kind near ordinary numbers, by asymptote or tangent far from them. And what is made
 * of them, with the roundings of reference/: a of z, dL/da of the product, delta of dL/da.
 * Compiled after precision.cl with the same macros, and with gf_value/gf_slope: the switches over the activation table that the
 * host writes. */

static GF_REAL GF_NAME(gf_activate)(__global const gf_network *net, int activation, long exponent, GF_REAL z)
{
    if (exponent == 0) return GF_NAME(gf_value)(activation, z);
    __global const float *far = net->kinds[activation].far[exponent > 0 ? 1 : 0];
    const GF_REAL below = far[0] * z + far[1];
    const GF_REAL above = far[2] * z + far[3];
    const GF_REAL zero = far[4];
    return z > GF_R(0.0) ? above : z < GF_R(0.0) ? below : z == GF_R(0.0) ? zero : z;
}

static GF_REAL GF_NAME(gf_derive)(__global const gf_network *net, int activation, long exponent, GF_REAL z)
{
    if (exponent == 0) return GF_NAME(gf_slope)(activation, z);
    __global const float *far = net->kinds[activation].far[exponent > 0 ? 1 : 0];
    const GF_REAL below = far[5];
    const GF_REAL above = far[6];
    return z > GF_R(0.0) ? above : z <= GF_R(0.0) ? below : z;
}

/* a = f(z), or a_below + s f(z). `a_below` is not looked at without a skip. */
static GF_REAL GF_NAME(gf_output)(__global const gf_network *net, int activation, const gf_join *join, GF_REAL z,
                                  GF_REAL a_below)
{
    const GF_REAL f = GF_NAME(gf_round)(net->precision, GF_NAME(gf_activate)(net, activation, join->z_exponent, z));
    if (!join->has_skip) return f;
    return GF_NAME(gf_round)(net->precision, a_below * join->below.x * join->below.y + f * join->own.x * join->own.y);
}

/* delta of dL/da; with a normalisation it still has to go through that, and is rounded there. */
static GF_REAL GF_NAME(gf_delta)(__global const gf_network *net, __global const gf_layer *at, long exponent, GF_REAL up, GF_REAL z)
{
    const GF_REAL slope = GF_NAME(gf_derive)(net, at->activation, exponent, z);
    const GF_REAL value = (at->has_skip ? up * net->skip_scale : up) * slope;
    return net->norm == GF_NORM_NONE ? GF_NAME(gf_round)(net->precision, value) : value;
}
