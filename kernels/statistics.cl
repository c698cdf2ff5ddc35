/* Moments, counts and exponent classes of z, a and delta, per unit and per chunk of GF_CHUNK_UNITS units; then the edges of the
 * histogram of a, which need the moments of the whole layer, and the histogram. A chunk is as wide as a vector: 16 sums over lanes are
 * made at once.
 *
 * Two passes over the batch for each unit: no difference of large squares. Launch: (chunks of the widest layer, layers
 * `first`...); results of layer first + i are in slot i. layer_statistics does all of it and dW for a layer, while that is in the cache:
 * for narrow layers, which are many. */

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

/* What one walk over the batch finds of GF_CHUNK_UNITS units of one array, beside a vector of partial sums a unit. (Arrays are kept
 * apart, for they keep what is beside them in memory.) */
typedef struct gf_walk {
    float16 least, most;
} gf_walk;

static void gf_walk_begin(gf_walk *walk)
{
    walk->least = (float16)(INFINITY);
    walk->most = (float16)(-INFINITY);
}

/* Padding is zero: it must only be kept out of the extremes. */
static void gf_walk_add(gf_walk *walk, float16 scaled, int16 mask)
{
    walk->least = select(walk->least, min(walk->least, scaled), mask);
    walk->most = select(walk->most, max(walk->most, scaled), mask);
}

/* Finite values near 1 have a finite sum, and others have none. */
static bool gf_all_finite(const float16 *sums)
{
    uint16 bits = (uint16)(0u);
    for (uint i = 0; i < GF_CHUNK_UNITS; i++)
        bits = max(bits, as_uint16(sums[i]) & 0x7fffffffu);
    return gf_max_of_16(bits) < 0x7f800000u;
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
static void gf_walk_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units,
                            float2 scale, const gf_walk *walk, float16 *sums, float16 *totals, gf_moments_of *result)
{
    *totals = gf_unit_sums(sums);
    result->count = (float)units * (float)net->batch;
    result->mean = gf_sum_of_16(*totals) / result->count;
    result->least = gf_least_of_16(walk->least);
    result->most = gf_most_of_16(walk->most);
    float16 squares = (float16)(0.0f);
    for (uint panel = 0; panel < net->panels; panel++)
        for (uint lanes = 0; lanes < 2; lanes++) {
            const int16 mask = gf_lane_mask(net, panel, lanes);
            float16 part = (float16)(0.0f);
            for (uint unit = 0; unit < units; unit++) {
                const float16 value = v[panel * stride + unit * 2 + lanes] * scale.x * scale.y;
                const float16 apart = value - result->mean;
                part = select(part, fma(apart, apart, part), mask);
            }
            squares += part;
        }
    result->m2 = gf_sum_of_16(squares);
}

/* The same where some are not: unit by unit, each by its own count. */
static void gf_broken_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units, float2 scale,
                              float *means, int16 *nans, int16 *infs, gf_moments_of *result)
{
    gf_moments_of all = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    for (uint unit = 0; unit < units; unit++) {
        const gf_moments_of one = gf_unit_moments(net, v + unit * 2, stride, scale, nans, infs);
        all = gf_merge(all, one);
        means[unit] = one.mean;
    }
    *result = all;
}

/* Moments of one array, and the mean of each unit. */
static void gf_chunk_moments(__global const gf_network *net, __global const float16 *v, ulong stride, uint units, float2 scale,
                             const gf_walk *walk, float16 *sums, float *means, int16 *nans, int16 *infs, gf_moments_of *result)
{
    if (!gf_all_finite(sums)) {
        gf_broken_moments(net, v, stride, units, scale, means, nans, infs, result);
        return;
    }
    float16 totals;
    gf_walk_moments(net, v, stride, units, scale, walk, sums, &totals, result);
    vstore16(totals / (float)net->batch, 0, means);
}

/* A layer as its statistics see it. */
typedef struct gf_observed {
    __global const gf_network *net;
    __global const float16 *z, *a, *delta; /* at the first unit */
    ulong stride;                          /* vectors from panel to panel */
    uint O;
    int activation, delta_exponent;
    long z_exponent;
    float2 z_scale, a_scale, delta_scale;
    float low, high; /* saturated here and beyond, in the units in which a is stored; NaN where f has no such bound */
} gf_observed;

static void gf_observe(__global const gf_network *net, __global const gf_layer *at, __global const gf_state *state,
                       __global const float *z, __global const float *a, __global const float *delta, gf_observed *layer)
{
    const float bound_scale = gf_power(clamp(-state->a_exponent, (long)-120, (long)120));
    const float low = net->kinds[at->activation].saturated_low * bound_scale;
    const float high = net->kinds[at->activation].saturated_high * bound_scale;
    layer->net = net;
    layer->z = (__global const float16 *)(z + at->entries);
    layer->a = (__global const float16 *)(a + at->entries);
    layer->delta = (__global const float16 *)(delta + at->entries);
    layer->stride = (ulong)gf_pad(at->fan_out) * 2;
    layer->O = at->fan_out;
    layer->activation = at->activation;
    layer->delta_exponent = gf_exponent_of(state->delta_max);
    layer->z_exponent = state->z_exponent;
    layer->z_scale = gf_unit_scale(state->z_max);
    layer->a_scale = gf_unit_scale(state->a_max);
    layer->delta_scale = gf_unit_scale(state->delta_max);
    layer->low = isfinite(low) ? low : NAN;
    layer->high = isfinite(high) ? high : NAN;
}

/* Vectors of delta that are counted between two calls of gf_window_widen(), and calls of it between two of gf_window_spill(). */
#define GF_TALLY_WIDEN 15
#define GF_TALLY_SPILL 16

/* What is counted of some chunks of a layer. */
typedef struct gf_tally {
    gf_window window; /* of delta */
    gf_span span;     /* of delta, since the last gf_window_widen() */
    int16 nans, infs, delta_nans, saturated, misses;
    uint dead, since, widened; /* vectors since the last gf_window_widen(), and calls of it */
    bool elsewhere;            /* are there classes beside the window? */
} gf_tally;

static void gf_tally_begin(gf_tally *tally, gf_window_counts *counts, uint delta_max)
{
    gf_window_open(&tally->window, counts, delta_max);
    tally->nans = tally->infs = tally->delta_nans = tally->saturated = tally->misses = (int16)(0);
    tally->dead = tally->since = tally->widened = 0u;
    tally->elsewhere = false;
}

/* The last of the chunk's vectors at `delta`, unit by unit and up to `end`, have been added: what the window missed is counted one by
 * one. */
static void gf_tally_settle(const gf_observed *layer, __global const float16 *delta, uint end, gf_tally *tally,
                            gf_window_counts *counts, gf_classes *classes)
{
    const uint vectors = 2 * layer->net->panels;
    if (gf_window_misses_some(&tally->window, &tally->span)) {
        if (!tally->elsewhere) gf_classes_clear(classes);
        tally->elsewhere = true;
        for (uint n = end - tally->since; n < end; n++) {
            const uint unit = n / vectors, i = n % vectors;
            const float16 value = delta[i / 2 * layer->stride + unit * 2 + i % 2];
            const int16 misses = gf_window_misses(&tally->window, value);
            tally->delta_nans += gf_is_nan_16(value);
            tally->misses += misses;
            gf_classes_add(classes, value, misses);
        }
    }
    gf_window_widen(&tally->window);
    if (++tally->widened % GF_TALLY_SPILL == 0u) gf_window_spill(&tally->window, counts);
}

/* Of `units` units into `to`. */
static void gf_tally_flush(gf_tally *tally, gf_window_counts *counts, const gf_classes *classes, __global const gf_network *net,
                           uint units, volatile __global uint *to)
{
    gf_window_spill(&tally->window, counts);
    gf_window_flush(&tally->window, counts, to, GF_COUNT_DELTA, GF_COUNT_DELTA_ZEROS,
                    units * net->batch - (uint)-gf_total_of_16(tally->misses));
    if (tally->elsewhere)
        gf_classes_flush(classes, to, GF_COUNT_DELTA, GF_COUNT_DELTA_ZEROS, (uint)-gf_total_of_16(tally->delta_nans));
    gf_count(to, GF_COUNT_NAN, (uint)-gf_total_of_16(tally->nans));
    gf_count(to, GF_COUNT_INF, (uint)-gf_total_of_16(tally->infs));
    gf_count(to, GF_COUNT_SATURATED, (uint)-gf_total_of_16(tally->saturated));
    gf_count(to, GF_COUNT_DEAD, tally->dead);
}

/* Partial sums of each unit of a chunk; of delta also the squares. All are scaled. */
typedef struct gf_partial {
    float16 z[GF_CHUNK_UNITS], a[GF_CHUNK_UNITS], delta[GF_CHUNK_UNITS], squares[GF_CHUNK_UNITS];
} gf_partial;

/* A unit's samples are far apart, and no hardware follows two dozen places at once: fetched so many units before their turn. */
#define GF_FETCH_UNITS 6

/* Every f rises between 0 and 1, more than GF_DEAD: a unit with a z there is alive, whatever f' is elsewhere. As bits less 1. */
#define GF_RISING 0x3f7fffffu

/* Is |f'| below GF_DEAD for the whole batch? `z` is at the unit's first vector. */
static bool gf_is_dead(const gf_observed *layer, __global const float16 *z)
{
    int16 alive = (int16)(0);
    for (uint i = 0; i < 2 * layer->net->panels; i++) {
        const int16 mask = gf_lane_mask(layer->net, i / 2, i % 2);
        const float16 slope = gf_derive_16(layer->net, layer->activation, layer->z_exponent, z[i / 2 * layer->stride + i % 2]);
        alive |= mask & ~(fabs(slope) < GF_DEAD);
    }
    return !gf_any_16(alive);
}

/* One walk over z and a of units from..to-1. What is found out is kept in variables of its own, and so in registers. */
static void gf_walk_values(const gf_observed *layer, uint from, uint to, gf_walk *z_to, gf_walk *a_to, gf_partial *partial,
                           gf_tally *tally)
{
    const uint vectors = 2 * layer->net->panels, rising = layer->z_exponent == 0 ? GF_RISING : 0u;
    const float2 z_scale = layer->z_scale, a_scale = layer->a_scale;
    const float low = layer->low, high = layer->high;
    __global const float16 *z_at = layer->z + (ulong)from * 2, *a_at = layer->a + (ulong)from * 2;
    gf_walk z_walk = *z_to, a_walk = *a_to;
    int16 saturated = (int16)(0);
    uint dead = 0u;
    for (uint unit = 0; unit < to - from; unit++) {
        float16 z_sum = (float16)(0.0f), a_sum = (float16)(0.0f);
        int16 rises = (int16)(0);
        for (uint i = 0; i < vectors; i++) {
            const ulong place = i / 2 * layer->stride + unit * 2 + i % 2;
            const int16 mask = gf_lane_mask(layer->net, i / 2, i % 2);
            const float16 z = z_at[place], a = a_at[place];
            GF_PREFETCH(z_at + place + 2 * GF_FETCH_UNITS);
            GF_PREFETCH(a_at + place + 2 * GF_FETCH_UNITS);
            const float16 z_scaled = z * z_scale.x * z_scale.y, a_scaled = a * a_scale.x * a_scale.y;
            gf_walk_add(&z_walk, z_scaled, mask);
            gf_walk_add(&a_walk, a_scaled, mask);
            z_sum += z_scaled;
            a_sum += a_scaled;
            saturated += mask & ((a <= low) | (a >= high));
            rises |= as_uint16(z) - 1u < rising;
        }
        partial->z[unit] = z_sum;
        partial->a[unit] = a_sum;
        if (!gf_any_16(rises) && gf_is_dead(layer, z_at + 2 * unit)) dead++;
    }
    *z_to = z_walk;
    *a_to = a_walk;
    tally->saturated += saturated;
    tally->dead += dead;
}

/* One walk over delta of units from..to-1, as many vectors at a time as a lane can count. */
static void gf_walk_deltas(const gf_observed *layer, uint from, uint to, gf_partial *partial, gf_tally *tally,
                           gf_window_counts *counts, gf_classes *classes)
{
    const uint vectors = 2 * layer->net->panels, end = (to - from) * vectors;
    const float2 scale = layer->delta_scale;
    __global const float16 *delta = layer->delta + (ulong)from * 2;
    uint unit = 0u, i = 0u;
    float16 sum = (float16)(0.0f), squares = (float16)(0.0f);
    for (uint n = 0; n < end;) {
        const uint stop = min(n + GF_TALLY_WIDEN, end);
        gf_window window = tally->window;
        gf_span span;
        gf_span_begin(&span);
        tally->since = stop - n;
        for (; n < stop; n++) {
            const ulong place = i / 2 * layer->stride + unit * 2 + i % 2;
            const float16 value = delta[place], scaled = value * scale.x * scale.y;
            GF_PREFETCH(delta + place + 2 * GF_FETCH_UNITS);
            sum += scaled;
            squares = fma(scaled, scaled, squares);
            gf_window_add(&window, value);
            gf_span_add(&span, value);
            if (++i == vectors) {
                partial->delta[unit] = sum;
                partial->squares[unit] = squares;
                sum = squares = (float16)(0.0f);
                i = 0u;
                unit++;
            }
        }
        tally->window = window;
        tally->span = span;
        gf_tally_settle(layer, delta, n, tally, counts, classes);
    }
}

/* Statistics of units from..to-1: `units` is at the first of them. */
static void gf_chunk_make(const gf_observed *layer, uint from, uint to, gf_tally *tally, gf_window_counts *counts,
                          gf_classes *classes, __global gf_unit *units, __global gf_chunk *out)
{
    __global const gf_network *net = layer->net;
    const ulong corner = (ulong)from * 2;
    gf_walk z_walk, a_walk;
    gf_partial partial;
    gf_walk_begin(&z_walk);
    gf_walk_begin(&a_walk);
    for (uint unit = to - from; unit < GF_CHUNK_UNITS; unit++)
        partial.z[unit] = partial.a[unit] = partial.delta[unit] = partial.squares[unit] = (float16)(0.0f);
    gf_walk_values(layer, from, to, &z_walk, &a_walk, &partial, tally);
    gf_walk_deltas(layer, from, to, &partial, tally, counts, classes);

    int16 nans = (int16)(0), infs = (int16)(0);
    float a_means[GF_CHUNK_UNITS], z_means[GF_CHUNK_UNITS], unit_squares[GF_CHUNK_UNITS], bias_grads[GF_CHUNK_UNITS];
    gf_moments_of z_all, a_all;
    gf_chunk_moments(net, layer->z + corner, layer->stride, to - from, layer->z_scale, &z_walk, partial.z, z_means, &nans, &infs,
                     &z_all);
    gf_chunk_moments(net, layer->a + corner, layer->stride, to - from, layer->a_scale, &a_walk, partial.a, a_means, &nans, &infs,
                     &a_all);
    tally->nans += nans;
    tally->infs += infs;
    const int shift = layer->delta_exponent;
    const float16 bias_grad =
        gf_from_true_16(net->precision, shift, gf_to_true_16(net->precision, shift, gf_unit_sums(partial.delta)));
    vstore16(gf_unit_sums(partial.squares), 0, unit_squares);
    vstore16(bias_grad, 0, bias_grads);
    float delta_squares = 0.0f, bias_grad_squares = 0.0f;
    for (uint unit = 0; unit < to - from; unit++) {
        delta_squares += unit_squares[unit];
        bias_grad_squares = fma(bias_grads[unit], bias_grads[unit], bias_grad_squares);
        units[unit].delta_squares = unit_squares[unit];
        units[unit].a_mean = a_means[unit];
    }
    gf_moments_store(z_all, out->z);
    gf_moments_store(a_all, out->a);
    out->delta_squares = delta_squares;
    out->bias_grad_squares = bias_grad_squares;
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

    gf_observed observed;
    gf_observe(net, &layers[layer], &state[layer], z, a, delta, &observed);
    gf_tally tally;
    gf_window_counts window_counts;
    gf_classes classes;
    gf_tally_begin(&tally, &window_counts, state[layer].delta_max);
    gf_chunk_make(&observed, from, to, &tally, &window_counts, &classes, &units[(ulong)slot * unit_stride + from],
                  &chunks[(ulong)slot * get_global_size(0) + chunk]);
    gf_tally_flush(&tally, &window_counts, &classes, net, to - from, gf_counts_of(counts, slot));
}

/* a of chunks from, from + step, ..., in order. */
static gf_moments_of gf_chunks_merge(__global const gf_chunk *chunks, uint from, uint count, uint step)
{
    gf_moments_of all = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    for (uint chunk = from; chunk < count; chunk += step) {
        const gf_moments_of one = {chunks[chunk].a[0], chunks[chunk].a[1], chunks[chunk].a[2], chunks[chunk].a[3], chunks[chunk].a[4]};
        all = gf_merge(all, one);
    }
    return all;
}

/* gf_activation_edges() of analysis/statistics.h, from the moments of a of the layer. */
static float2 gf_edges_of(__global const gf_network *net, __global const gf_layer *at, uint a_max, gf_moments_of all)
{
    const float bound_low = net->kinds[at->activation].bound_low, bound_high = net->kinds[at->activation].bound_high;
    if (!at->has_skip && isfinite(bound_low) && isfinite(bound_high)) return (float2)(bound_low, bound_high);
    if (all.count == 0.0f) return (float2)(-0.5f, 0.5f);
    const float2 unscale = gf_powers(gf_exponent_of(a_max));
    const float far = 4.0f * sqrt(all.m2 / all.count);
    const float low = max(all.least, all.mean - far) * unscale.x * unscale.y;
    const float high = min(all.most, all.mean + far) * unscale.x * unscale.y;
    if (high > low) return (float2)(low, high);
    const float mean = all.mean * unscale.x * unscale.y; /* constant: one bin in the middle */
    return (float2)(mean - 0.5f, mean + 0.5f);
}

static void gf_edges_store(float2 edges, __global gf_chunk *chunks)
{
    chunks->edges[0] = edges.x;
    chunks->edges[1] = edges.y;
}

static void gf_edges_make(__global const gf_network *net, __global const gf_layer *at, uint a_max, __global gf_chunk *chunks)
{
    const uint count = (at->fan_out + GF_CHUNK_UNITS - 1) / GF_CHUNK_UNITS;
    gf_edges_store(gf_edges_of(net, at, a_max, gf_chunks_merge(chunks, 0u, count, 1u)), chunks);
}

/* Launch: (1, layers). */
__kernel void activation_edges(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
                               uint first, uint chunk_stride, __global gf_chunk *chunks)
{
    const uint slot = (uint)get_global_id(1), layer = first + slot;
    gf_edges_make(net, &layers[layer], state[layer].a_max, &chunks[(ulong)slot * chunk_stride]);
}

/* 64 bins, and one for NaN and padding; eight copies, for many values share a bin. */
#define GF_BIN_COPIES 8
#define GF_BIN_STRIDE 80

typedef struct gf_bins {
    uint count[GF_BIN_COPIES * GF_BIN_STRIDE];
} gf_bins;

static void gf_bins_clear(gf_bins *bins)
{
    for (uint i = 0; i < GF_BIN_COPIES * GF_BIN_STRIDE; i++)
        bins->count[i] = 0u;
}

/* Halves, because the difference of two floats may be none; and nothing infinite, for that times zero is none. */
static float gf_bins_per_unit(__global const float *edges)
{
    return min(0.5f * GF_BINS / (0.5f * edges[1] - 0.5f * edges[0]), MAXFLOAT);
}

/* Vectors whose bins are found before they are counted. */
#define GF_BIN_VECTORS 8

/* Units from..to-1 of a layer: equal bins between the edges; what lies outside is in the end bins. */
static void gf_bins_add(gf_bins *bins, __global const gf_network *net, __global const float16 *a, ulong stride, uint from, uint to,
                        __global const float *edges)
{
    const float low = edges[0], per_unit = gf_bins_per_unit(edges);
    const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const int16 copy = lane % GF_BIN_COPIES * GF_BIN_STRIDE;
    uint at[GF_BIN_VECTORS * 16];
    for (uint panel = 0; panel < net->panels; panel++)
        for (uint first = from * 2; first < to * 2; first += GF_BIN_VECTORS) {
            const uint count = min(to * 2 - first, (uint)GF_BIN_VECTORS);
            for (uint v = 0; v < count; v++) {
                __global const float16 *place_of = a + panel * stride + first + v;
                const float16 value = *place_of;
                GF_PREFETCH(place_of + stride);
                const int16 good = gf_lane_mask(net, panel, v % 2) & ~gf_is_nan_16(value);
                const float16 place = clamp((value - low) * per_unit, 0.0f, GF_BINS - 1.0f);
                const int16 bin = select((int16)(GF_BINS), convert_int16(select((float16)(0.0f), place, good)), good);
                vstore16(as_uint16(bin + copy), v, at);
            }
            for (uint v = 0; v < count; v++)
#pragma unroll
                for (uint i = 0; i < 16; i++)
                    bins->count[at[v * 16 + i]]++;
        }
}

/* Sixteen bins from `bin` on. */
static uint16 gf_bins_get(const gf_bins *bins, uint bin)
{
    uint16 sum = (uint16)(0u);
    for (uint copy = 0; copy < GF_BIN_COPIES; copy++)
        sum += vload16(0, &bins->count[copy * GF_BIN_STRIDE + bin]);
    return sum;
}

/* Launch: (pieces of GF_BIN_UNITS units, layers). */
__kernel void activation_histogram(__global const gf_network *net, __global const gf_layer *layers, uint first,
                                   uint chunk_stride, __global const float *a, __global const gf_chunk *chunks,
                                   __global uint *counts)
{
    const uint slot = (uint)get_global_id(1), layer = first + slot;
    const uint O = layers[layer].fan_out;
    const uint from = (uint)get_global_id(0) * GF_BIN_UNITS, to = min(from + GF_BIN_UNITS, O);
    if (from >= O) return;

    gf_bins bins;
    gf_bins_clear(&bins);
    gf_bins_add(&bins, net, (__global const float16 *)(a + layers[layer].entries), (ulong)gf_pad(O) * 2, from, to,
                chunks[(ulong)slot * chunk_stride].edges);
    for (uint bin = 0; bin < GF_BINS; bin += 16) {
        uint sum[16];
        vstore16(gf_bins_get(&bins, bin), 0, sum);
        for (uint i = 0; i < 16; i++)
            gf_count(gf_counts_of(counts, slot), GF_COUNT_BINS + bin + i, sum[i]);
    }
}

/* All groups of dW of a layer. */
static void gf_layer_gradient(__global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state,
                              uint layer, __global const float *a_below, __global const float *delta, __global float *squares,
                              volatile __global uint *count)
{
    gf_grad_tally tally;
    gf_grad_tally_begin(&tally);
    for (uint group = 0; group < gf_grad_groups(&layers[layer]); group++)
        gf_grad_group(net, layers, state, layer, group, delta, a_below, &squares[group], &tally, count, squares, 0);
    gf_grad_tally_flush(&tally, count);
}

/* Launch: (1, layers). Also clears the counts of its layers. `a_before` has the activations below layer `first`. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void layer_statistics(
    __global const gf_network *net, __global const gf_layer *layers, __global const gf_state *state, uint first, uint unit_stride,
    uint chunk_stride, uint group_stride, __global const float *a_before, __global const float *z, __global const float *a,
    __global const float *delta, __global gf_chunk *chunks, __global gf_unit *units, __global float *squares,
    __global uint *counts)
{
    const uint slot = (uint)get_global_id(1), layer = first + slot;
    const uint O = layers[layer].fan_out;
    __global uint *count = counts + (ulong)slot * GF_COUNT_COPIES * GF_COUNTS;
    for (uint i = 0; i < GF_COUNT_COPIES * GF_COUNTS; i++)
        count[i] = 0u;

    gf_observed observed;
    gf_observe(net, &layers[layer], &state[layer], z, a, delta, &observed);
    __global gf_chunk *chunk = chunks + (ulong)slot * chunk_stride;
    gf_tally tally;
    gf_window_counts window_counts;
    gf_classes classes;
    gf_tally_begin(&tally, &window_counts, state[layer].delta_max);
    for (uint from = 0; from < O; from += GF_CHUNK_UNITS)
        gf_chunk_make(&observed, from, min(from + GF_CHUNK_UNITS, O), &tally, &window_counts, &classes,
                      &units[(ulong)slot * unit_stride + from], &chunk[from / GF_CHUNK_UNITS]);
    gf_tally_flush(&tally, &window_counts, &classes, net, O, count);

    gf_bins bins;
    gf_edges_make(net, &layers[layer], state[layer].a_max, chunk);
    gf_bins_clear(&bins);
    gf_bins_add(&bins, net, observed.a, observed.stride, 0, O, chunk->edges);
    for (uint bin = 0; bin < GF_BINS; bin += 16)
        vstore16(gf_bins_get(&bins, bin), 0, count + GF_COUNT_BINS + bin);
    gf_layer_gradient(net, layers, state, layer, layer == first ? a_before : a, delta, &squares[(ulong)slot * group_stride], count);
}
