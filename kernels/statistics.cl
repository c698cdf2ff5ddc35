/* Moments, counts and exponent classes of z, a and delta, per unit and per chunk of GF_CHUNK_UNITS units; then, when the host
 * has made the edges of them, the histogram of a.
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
    const ulong stride = (ulong)gf_pad(O) * 2;

    gf_moments_of z_all = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f}, a_all = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    int16 nans = (int16)(0), infs = (int16)(0), delta_nans = (int16)(0), saturated = (int16)(0);
    float delta_squares = 0.0f, bias_grad_squares = 0.0f;
    uint dead = 0u;
    gf_classes classes;
    gf_classes_clear(&classes);
    for (uint unit = from; unit < to; unit++) {
        const ulong place = layers[layer].entries / 16 + (ulong)unit * 2;
        __global const float16 *z_at = (__global const float16 *)z + place;
        __global const float16 *a_at = (__global const float16 *)a + place;
        __global const float16 *delta_at = (__global const float16 *)delta + place;
        const gf_moments_of a_unit = gf_unit_moments(net, a_at, stride, a_scale, &nans, &infs);
        z_all = gf_merge(z_all, gf_unit_moments(net, z_at, stride, z_scale, &nans, &infs));
        a_all = gf_merge(a_all, a_unit);

        float16 squares = (float16)(0.0f), sum = (float16)(0.0f);
        int16 alive = (int16)(0);
        for (uint i = 0; i < 2 * net->panels; i++) {
            const int16 mask = gf_lane_mask(net, i / 2, i % 2);
            const float16 value = delta_at[i / 2 * stride + i % 2];
            const float16 scaled = value * delta_scale.x * delta_scale.y;
            squares = fma(scaled, scaled, squares);
            sum += scaled;
            delta_nans += gf_is_nan_16(value);
            gf_classes_add(&classes, value, mask);
            const float16 a_value = a_at[i / 2 * stride + i % 2];
            saturated += mask & (((a_value <= low) & has_low) | ((a_value >= high) & has_high));
            const float16 slope = gf_derive_16(net, activation, z_exponent, z_at[i / 2 * stride + i % 2]);
            alive |= mask & ~(fabs(slope) < GF_DEAD);
        }
        dead += any(alive) ? 0u : 1u;
        const float unit_squares = gf_sum_of_16(squares);
        const int shift = gf_exponent_of(state[layer].delta_max);
        const float bias_grad =
            gf_from_true_1(net->precision, shift, gf_to_true_1(net->precision, shift, gf_sum_of_16(sum)));
        delta_squares += unit_squares;
        bias_grad_squares = fma(bias_grad, bias_grad, bias_grad_squares);
        units[(ulong)slot * unit_stride + unit].delta_squares = unit_squares;
        units[(ulong)slot * unit_stride + unit].a_mean = a_unit.mean;
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
    uint bins[80]; /* 64, and one for NaN and padding */
    for (uint i = 0; i < 80; i++)
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
                bins[at[i]]++;
        }
    for (uint i = 0; i < 64; i++)
        gf_count(gf_counts_of(counts, slot), GF_COUNT_BINS + i, bins[i]);
}
