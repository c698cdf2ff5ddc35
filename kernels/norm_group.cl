/* Normalisation of one group and the way back, for one number type; norm.cl has the formulas. A group is what is normalised together.
 *
 * Compiled with the macros of activation.cl: 16 wide for norm.cl, where a work-item has whole groups, and 4 wide for gpu_norm.cl,
 * where work-items share them. Each defines what a mean over a group and the mask of a vector are; every work-item that shares a
 * group takes the same way to each mean. */

#undef GF_NORM_EPSILON
#undef GF_NORM_NOTHING
#define GF_NORM_EPSILON 1e-5f
/* Variance of h below which mean(d h) h is nothing beside d, and 1 / variance may be infinite. */
#define GF_NORM_NOTHING 1e-24f

/* 1 / sqrt(variance + epsilon) of scaled z, in units of 1 / scaled z. */
static GF_REAL GF_NAME(gf_inverse)(GF_REAL variance, float2 scale)
{
    const float small = scale.x * scale.y;
    return (GF_REAL)(1.0f) / sqrt(variance + GF_NORM_EPSILON * small * small);
}

/* Where the vectors of one group are, and what a sum over them is: of batch norm over the lanes as well. */
typedef struct GF_NAME(gf_group) {
    ulong first;         /* vector */
    uint count, pair, single; /* vector i is at first + i / 2 * pair + i % 2 * single */
    int over_lanes;
    GF_MASK mask; /* of layer norm; of batch norm every vector has its own */
    float share; /* 1 / values */
    __local GF_REAL *sums; /* of the GPU family, whose work-items share a group */
} GF_NAME(gf_group);

/* Of values, of which padding is zero. */
static GF_REAL GF_NAME(gf_group_mean)(const GF_NAME(gf_group) *group, GF_REAL total);
/* Of vector i. */
static GF_MASK GF_NAME(gf_group_mask)(__global const gf_network *net, const GF_NAME(gf_group) *group, uint i);

#undef GF_EACH_VECTOR
#undef GF_VECTOR
#define GF_EACH_VECTOR(i) for (uint i = 0; i < group.count; i++)
#define GF_VECTOR(array, i)                                                                                            \
    ((__global GF_REAL *)(array))[group.first + (ulong)((i) / 2) * group.pair + (i) % 2 * group.single]

/* Gives back 1 / sqrt(variance + epsilon) of z; *most gains the largest |h|. */
static GF_REAL GF_NAME(gf_normalise_group)(__global const gf_network *net, const GF_NAME(gf_group) group, float2 scale,
                                           __global float *z, GF_BITS *most)
{
    GF_REAL total = (GF_REAL)(0.0f), rest = (GF_REAL)(0.0f), squares = (GF_REAL)(0.0f);
    GF_EACH_VECTOR(i) total += GF_VECTOR(z, i) * scale.x * scale.y; /* padding is zero */
    const GF_REAL mean = GF_NAME(gf_group_mean)(&group, total);
    GF_EACH_VECTOR(i)
    {
        const GF_REAL apart = GF_VECTOR(z, i) * scale.x * scale.y - mean;
        const GF_REAL inside = select((GF_REAL)(0.0f), apart, GF_NAME(gf_group_mask)(net, &group, i));
        rest += inside;
        squares = fma(inside, inside, squares);
    }
    /* What rounding left of the mean, where it is large beside the spread. */
    const GF_REAL left = GF_NAME(gf_group_mean)(&group, rest);
    const GF_REAL factor = GF_NAME(gf_inverse)(fma(-left, left, GF_NAME(gf_group_mean)(&group, squares)), scale);
    GF_EACH_VECTOR(i)
    {
        const GF_REAL apart = GF_VECTOR(z, i) * scale.x * scale.y - mean - left;
        const GF_REAL h =
            select((GF_REAL)(0.0f), GF_NAME(gf_round)(net->precision, apart * factor), GF_NAME(gf_group_mask)(net, &group, i));
        GF_VECTOR(z, i) = h;
        *most = max(*most, GF_NAME(gf_finite_bits)(h));
    }
    return factor * scale.x * scale.y;
}

/* d = mean + along h' + rest, with h' = h - mean(h) and rest orthogonal to both: then delta is rest and what is left of the second,
 * along (1 - variance(h)) h'. Of a group of two there is no rest: each coefficient is corrected once by what rounding left of it.
 *
 * The variance of h misses 1 by epsilon / std^2, which is lost where h is stored; but a number type of its own takes h as it is. */
static void GF_NAME(gf_denormalise_group)(__global const gf_network *net, const GF_NAME(gf_group) group, GF_REAL factor,
                                          __global const float *h, __global float *d, GF_BITS *most)
{
    const bool exact = net->precision == GF_PRECISION_EXACT;
    const GF_REAL zero = (GF_REAL)(0.0f);
    GF_REAL d_total = zero, h_total = zero;
    GF_EACH_VECTOR(i) d_total += GF_VECTOR(d, i), h_total += GF_VECTOR(h, i);
    const GF_REAL d_mean = GF_NAME(gf_group_mean)(&group, d_total), h_mean = GF_NAME(gf_group_mean)(&group, h_total);

    GF_REAL d_rest = zero, h_rest = zero, squares = zero, products = zero, missing = zero;
    GF_EACH_VECTOR(i)
    {
        const GF_MASK mask = GF_NAME(gf_group_mask)(net, &group, i);
        const GF_REAL value = GF_VECTOR(h, i);
        const GF_REAL d_apart = select(zero, GF_VECTOR(d, i) - d_mean, mask);
        const GF_REAL apart = select(zero, value - h_mean, mask);
        d_rest += d_apart;
        h_rest += apart;
        squares = fma(apart, apart, squares);
        products = fma(d_apart, apart, products);
        missing += select(zero, fma(-value, value, (GF_REAL)(1.0f)), mask);
    }
    const GF_REAL variance = GF_NAME(gf_group_mean)(&group, squares), missed = GF_NAME(gf_group_mean)(&group, missing);
    const GF_REAL d_left = GF_NAME(gf_group_mean)(&group, d_rest), h_left = GF_NAME(gf_group_mean)(&group, h_rest);
    const GF_REAL per_variance = select(zero, (GF_REAL)(1.0f) / variance, variance > GF_NORM_NOTHING);
    const GF_REAL along = GF_NAME(gf_group_mean)(&group, products) * per_variance;

    GF_REAL rest_total = zero, rest_products = zero;
    GF_EACH_VECTOR(i)
    {
        const GF_REAL apart = GF_VECTOR(h, i) - h_mean - h_left;
        const GF_REAL rest =
            select(zero, fma(-along, apart, GF_VECTOR(d, i) - d_mean - d_left), GF_NAME(gf_group_mask)(net, &group, i));
        rest_total += rest;
        rest_products = fma(rest, apart, rest_products);
    }
    const GF_REAL rest_mean = GF_NAME(gf_group_mean)(&group, rest_total);
    const GF_REAL rest_along = GF_NAME(gf_group_mean)(&group, rest_products) * per_variance;

    const GF_REAL aside = h_mean + h_left;
    const GF_REAL short_of_1 = exact ? GF_NORM_EPSILON * factor * factor : fma(aside, aside, missed);
    const GF_REAL kept_along = exact ? along * short_of_1 : fma(along, short_of_1, -d_mean * aside);
    const GF_REAL kept_mean = exact ? zero : -aside * fma(d_mean, aside, along * variance);
    GF_EACH_VECTOR(i)
    {
        const GF_REAL apart = GF_VECTOR(h, i) - h_mean - h_left;
        const GF_REAL rest = fma(-along, apart, GF_VECTOR(d, i) - d_mean - d_left) - rest_mean;
        const GF_REAL whole = fma(kept_along, apart, fma(-rest_along, apart, rest) + kept_mean);
        const GF_REAL delta =
            select(zero, GF_NAME(gf_round)(net->precision, factor * whole), GF_NAME(gf_group_mask)(net, &group, i));
        GF_VECTOR(d, i) = delta;
        *most = max(*most, GF_NAME(gf_finite_bits)(delta));
    }
}

/* What chunks of GF_NORM_UNITS units found out about each of O units, where layer norm is shared out: two vectors a chunk, `stride` / 2
 * apart. Every work-item that asks comes to the same bits. */

/* Means and squared distances from them, merged in order (Chan et al. 1979). Gives back the mean and *variance. */
static GF_REAL GF_NAME(gf_wide_mean)(__global const GF_REAL *part, uint stride, uint chunks, uint O, GF_REAL *variance)
{
    GF_REAL mean = part[0], squares = part[stride / 2];
    for (uint i = 1, done = GF_NORM_UNITS; i < chunks; i++, done += GF_NORM_UNITS) {
        const uint count = min(O - done, (uint)GF_NORM_UNITS);
        const float share = (float)count / (float)(done + count);
        const GF_REAL apart = part[i * stride] - mean;
        mean += apart * share;
        squares += part[i * stride + stride / 2] + apart * apart * (share * (float)done);
    }
    *variance = squares / (float)O;
    return mean;
}

/* Sums of d and of d h. Gives back the mean of the first and, in *along, of the second. */
static GF_REAL GF_NAME(gf_wide_means)(__global const GF_REAL *part, uint stride, uint chunks, uint O, GF_REAL *along)
{
    GF_REAL total = (GF_REAL)(0.0f), products = (GF_REAL)(0.0f);
    for (uint i = 0; i < chunks; i++) {
        total += part[i * stride];
        products += part[i * stride + stride / 2];
    }
    *along = products / (float)O;
    return total / (float)O;
}
