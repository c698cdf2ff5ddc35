/* Moments, counts and exponent classes of z, a and delta, per unit and per chunk of GF_CHUNK_UNITS units; then, when the host
 * has made the edges of them, the histogram of a. A chunk is as wide as a vector: 16 sums over lanes are made at once.
 *
 * Two passes over the batch for each unit: no difference of large squares. Launch: (chunks of the widest layer, layers
 * `first`...); results of layer first + i are in slot i. */

/* Count, mean, m2, least and most of the finite values of one unit; `v` is at its first vector, `stride` vectors from panel
 * to panel. Non-finite values are counted by the sign of the mask: nans and infs gain -1 each. */
typedef struct gf_moments_of {
    float count, mean, m2, least, most;
} gf_moments_of;

static gf_moments_of gf_unit_moments(__global const gf_network *net, __global const float16 *v, ulong stride, float2 scale,
                                     int16 *nans, int16 *infs)
{
    float16 total = (float16)(0.0f), least = (float16)(INFINITY), most = (float16)(-INFINITY);
    int16 count = (int16)(0);
    for (uint i = 0; i < 2 * net->panels; i++) {
        const int16 mask = gf_lane_mask(net, i / 2, i % 2);
        const float16 value = v[i / 2 * stride + i % 2];
        const float16 scaled = value * scale.x * scale.y;
        const int16 good = mask & gf_is_finite_16(value);
        const int16 nan_mask = mask & gf_is_nan_16(value);
        *nans += nan_mask;
        *infs += mask & ~gf_is_finite_16(value) & ~nan_mask;
        count -= good;
        total += select((float16)(0.0f), scaled, good);
        least = fmin(least, select((float16)(INFINITY), scaled, good));
        most = fmax(most, select((float16)(-INFINITY), scaled, good));
    }
    gf_moments_of result = {(float)gf_total_of_16(count), 0.0f, 0.0f, gf_least_of_16(least), gf_most_of_16(most)};
    if (result.count == 0.0f) return result;
    result.mean = gf_sum_of_16(total) / result.count;
    float16 squares = (float16)(0.0f);
    for (uint i = 0; i < 2 * net->panels; i++) {
        const float16 value = v[i / 2 * stride + i % 2];
        const int16 good = gf_lane_mask(net, i / 2, i % 2) & gf_is_finite_16(value);
        const float16 apart = select((float16)(0.0f), value * scale.x * scale.y - result.mean, good);
        squares = fma(apart, apart, squares);
    }
    result.m2 = gf_sum_of_16(squares);
    return result;
}

/* Chan et al. 1979. */
static gf_moments_of gf_merge(gf_moments_of one, gf_moments_of other)
{
    if (one.count == 0.0f) return other;
    if (other.count == 0.0f) return one;
    const float count = one.count + other.count, apart = other.mean - one.mean;
    gf_moments_of both;
    both.count = count;
    both.mean = one.mean + apart * (other.count / count);
    both.m2 = one.m2 + other.m2 + apart * apart * (one.count / count) * other.count;
    both.least = fmin(one.least, other.least);
    both.most = fmax(one.most, other.most);
    return both;
}

static void gf_moments_store(gf_moments_of from, __global float *to)
{
    to[0] = from.count;
    to[1] = from.mean;
    to[2] = from.m2;
    to[3] = from.least;
    to[4] = from.most;
}

/* Scales that bring the largest finite magnitude of z, a and delta of a layer into [0.5, 1). */
static float2 gf_unit_scale(uint max_bits) { return gf_powers(-gf_exponent_of(max_bits)); }

/* Below this |f'(z)| for the whole batch a unit is dead (GF_DEAD_DERIVATIVE). */
#define GF_DEAD 1e-6f

/* What one walk over the batch finds of GF_CHUNK_UNITS units of one array: a vector of partial sums a unit, extremes, and the bits
 * of the largest magnitude, Inf and NaN included. */
typedef struct gf_walk {
    float16 sums[GF_CHUNK_UNITS];
    float16 least, most;
    uint16 bits;
} gf_walk;

static void gf_walk_begin(gf_walk *walk)
{
    for (uint i = 0; i < GF_CHUNK_UNITS; i++)
        walk->sums[i] = (float16)(0.0f);
    walk->least = (float16)(INFINITY);
    walk->most = (float16)(-INFINITY);
    walk->bits = (uint16)(0u);
}

/* Padding is zero: it must only be kept out of the extremes. */
static void gf_walk_add(gf_walk *walk, uint unit, float16 scaled, int16 mask)
{
    walk->sums[unit] += scaled;
    walk->least = min(walk->least, select((float16)(INFINITY), scaled, mask));
    walk->most = max(walk->most, select((float16)(-INFINITY), scaled, mask));
    walk->bits = max(walk->bits, as_uint16(scaled) & 0x7fffffffu);
}

/* Unit by unit, the sum over its vector; spoils `sums`. */
static float16 gf_unit_sums(float16 *sums)
{
    gf_transpose_16(sums);
    for (uint wide = 8; wide > 0; wide /= 2)
        for (uint i = 0; i < wide; i++)
            sums[i] = sums[i] + sums[i + wide];
    return sums[0];
}

/* Moments of units from `v` on, all of them finite, whose walk has been taken; `totals` gains the sum of each unit. */
static gf_moments_of gf_walk_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units,
                                     float2 scale, gf_walk *walk, float16 *totals)
{
    gf_moments_of result;
    *totals = gf_unit_sums(walk->sums);
    result.count = (float)units * (float)net->batch;
    result.mean = gf_sum_of_16(*totals) / result.count;
    result.least = gf_least_of_16(walk->least);
    result.most = gf_most_of_16(walk->most);
    float16 squares = (float16)(0.0f);
    for (uint panel = 0; panel < net->panels; panel++)
        for (uint lanes = 0; lanes < 2; lanes++) {
            const int16 mask = gf_lane_mask(net, panel, lanes);
            float16 part = (float16)(0.0f);
            for (uint unit = 0; unit < units; unit++) {
                const float16 value = v[panel * stride + unit * 2 + lanes] * scale.x * scale.y;
                const float16 apart = select((float16)(0.0f), value - result.mean, mask);
                part = fma(apart, apart, part);
            }
            squares += part;
        }
    result.m2 = gf_sum_of_16(squares);
    return result;
}

/* The same where some are not: unit by unit, each by its own count. */
static gf_moments_of gf_broken_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units,
                                       float2 scale, float *means, int16 *nans, int16 *infs)
{
    gf_moments_of all = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    for (uint unit = 0; unit < units; unit++) {
        const gf_moments_of one = gf_unit_moments(net, v + unit * 2, stride, scale, nans, infs);
        all = gf_merge(all, one);
        means[unit] = one.mean;
    }
    return all;
}

/* Moments of one array, and the mean of each unit. */
static gf_moments_of gf_chunk_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units,
                                      float2 scale, gf_walk *walk, float *means, int16 *nans, int16 *infs)
{
    if (gf_max_of_16(walk->bits) >= 0x7f800000u)
        return gf_broken_moments(net, v, stride, units, scale, means, nans, infs);
    float16 totals;
    const gf_moments_of all = gf_walk_moments(net, v, stride, units, scale, walk, &totals);
    vstore16(totals / (float)net->batch, 0, means);
    return all;
}

__kernel void unit_statistics(__global const gf_network *net, __global const gf_layer *layers,
                              __global const gf_state *state, uint first, uint unit_stride, __global const float *z,
                              __global const float *a, __global const float *delta, __global gf_chunk *chunks,
                              __global gf_unit *units, __global uint *counts)
{
    const uint slot = (uint)get_global_id(1), layer = first + slot, chunk = (uint)get_global_id(0);
    const uint O = layers[layer].fan_out;
    const uint from = chunk * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    if (from >= O) return;

    const float2 z_scale = gf_unit_scale(state[layer].z_max), a_scale = gf_unit_scale(state[layer].a_max);
    const float2 delta_scale = gf_unit_scale(state[layer].delta_max);
    const long z_exponent = state[layer].z_exponent;
    /* Bounds in the units in which a is stored; where f has none, nothing is saturated, not even Inf. */
    const float bound_scale = gf_power(clamp(-state[layer].a_exponent, (long)-120, (long)120));
    const int activation = layers[layer].activation;
    const float low = net->kinds[activation].saturated_low * bound_scale;
    const float high = net->kinds[activation].saturated_high * bound_scale;
    const int16 has_low = (int16)(isfinite(low) ? -1 : 0), has_high = (int16)(isfinite(high) ? -1 : 0);
    const ulong stride = (ulong)gf_pad(O) * 2, corner = layers[layer].entries / 16 + (ulong)from * 2;
    __global const float16 *z_at = (__global const float16 *)z + corner;
    __global const float16 *a_at = (__global const float16 *)a + corner;
    __global const float16 *delta_at = (__global const float16 *)delta + corner;

    gf_walk z_walk, a_walk;
    gf_walk_begin(&z_walk);
    gf_walk_begin(&a_walk);
    float16 squares[GF_CHUNK_UNITS], sums[GF_CHUNK_UNITS];
    int16 nans = (int16)(0), infs = (int16)(0), delta_nans = (int16)(0), saturated = (int16)(0);
    uint dead = 0u;
    gf_classes classes;
    gf_classes_clear(&classes);
    for (uint unit = 0; unit < GF_CHUNK_UNITS; unit++) {
        squares[unit] = (float16)(0.0f);
        sums[unit] = (float16)(0.0f);
    }
    for (uint unit = 0; unit < to - from; unit++) {
        bool alive = false;
        for (uint i = 0; i < 2 * net->panels; i++) {
            const ulong place = i / 2 * stride + unit * 2 + i % 2;
            const int16 mask = gf_lane_mask(net, i / 2, i % 2);
            const float16 z_value = z_at[place], a_value = a_at[place], value = delta_at[place];
            gf_walk_add(&z_walk, unit, z_value * z_scale.x * z_scale.y, mask);
            gf_walk_add(&a_walk, unit, a_value * a_scale.x * a_scale.y, mask);
            const float16 scaled = value * delta_scale.x * delta_scale.y;
            squares[unit] = fma(scaled, scaled, squares[unit]);
            sums[unit] += scaled;
            delta_nans += gf_is_nan_16(value);
            gf_classes_add(&classes, value, mask);
            saturated += mask & (((a_value <= low) & has_low) | ((a_value >= high) & has_high));
            if (!alive) alive = any(mask & ~(fabs(gf_derive_16(net, activation, z_exponent, z_value)) < GF_DEAD));
        }
        dead += alive ? 0u : 1u;
    }

    float a_means[GF_CHUNK_UNITS], z_means[GF_CHUNK_UNITS], unit_squares[GF_CHUNK_UNITS], bias_grads[GF_CHUNK_UNITS];
    const gf_moments_of z_all =
        gf_chunk_moments(net, z_at, stride, to - from, z_scale, &z_walk, z_means, &nans, &infs);
    const gf_moments_of a_all =
        gf_chunk_moments(net, a_at, stride, to - from, a_scale, &a_walk, a_means, &nans, &infs);
    const int shift = gf_exponent_of(state[layer].delta_max);
    const float16 bias_grad =
        gf_from_true_16(net->precision, shift, gf_to_true_16(net->precision, shift, gf_unit_sums(sums)));
    vstore16(gf_unit_sums(squares), 0, unit_squares);
    vstore16(bias_grad, 0, bias_grads);
    float delta_squares = 0.0f, bias_grad_squares = 0.0f;
    for (uint unit = 0; unit < to - from; unit++) {
        delta_squares += unit_squares[unit];
        bias_grad_squares = fma(bias_grads[unit], bias_grads[unit], bias_grad_squares);
        units[(ulong)slot * unit_stride + from + unit].delta_squares = unit_squares[unit];
        units[(ulong)slot * unit_stride + from + unit].a_mean = a_means[unit];
    }

    __global gf_chunk *out = &chunks[(ulong)slot * get_global_size(0) + chunk];
    gf_moments_store(z_all, out->z);
    gf_moments_store(a_all, out->a);
    out->delta_squares = delta_squares;
    out->bias_grad_squares = bias_grad_squares;
    volatile __global uint *count = gf_counts_of(counts, slot);
    gf_classes_flush(&classes, count, GF_COUNT_DELTA, GF_COUNT_DELTA_ZEROS, (uint)-gf_total_of_16(delta_nans));
    gf_count(count, GF_COUNT_NAN, (uint)-gf_total_of_16(nans));
    gf_count(count, GF_COUNT_INF, (uint)-gf_total_of_16(infs));
    gf_count(count, GF_COUNT_SATURATED, (uint)-gf_total_of_16(saturated));
    gf_count(count, GF_COUNT_DEAD, dead);
}

/* 64 equal bins from edges[slot].x, edges[slot].y bins to a unit of a; what lies outside is in the end bins. */
__kernel void activation_histogram(__global const gf_network *net, __global const gf_layer *layers, uint first,
                                   __global const float *a, __global const float2 *edges, __global uint *counts)
{
    const uint slot = (uint)get_global_id(1), layer = first + slot;
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, O);
    if (from >= O) return;

    const ulong stride = (ulong)gf_pad(O) * 2;
    const float low = edges[slot].x, per_unit = edges[slot].y;
    /* 64, and one for NaN and padding; eight copies, for many values share a bin. */
    uint bins[8 * 80];
    for (uint i = 0; i < 8 * 80; i++)
        bins[i] = 0u;
    for (uint v = from * 2; v < to * 2; v++)
        for (uint panel = 0; panel < net->panels; panel++) {
            const float16 value = ((__global const float16 *)a)[layers[layer].entries / 16 + panel * stride + v];
            const int16 good = gf_lane_mask(net, panel, v % 2) & ~gf_is_nan_16(value);
            const float16 place = clamp((value - low) * per_unit, 0.0f, 63.0f);
            const int16 bin = select((int16)(64), convert_int16(select((float16)(0.0f), place, good)), good);
            int at[16];
            vstore16(bin, 0, at);
            for (uint i = 0; i < 16; i++)
                bins[i % 8 * 80 + at[i]]++;
        }
    for (uint i = 0; i < 64; i++) {
        uint sum = 0u;
        for (uint copy = 0; copy < 8; copy++)
            sum += bins[copy * 80 + i];
        gf_count(gf_counts_of(counts, slot), GF_COUNT_BINS + i, sum);
    }
}
