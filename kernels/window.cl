/* Exponent classes of many values, counted sixteen at a time: GF_WINDOW neighbouring classes that are meant to hold nearly all of
 * them. What lies elsewhere, which a gf_span tells, the caller counts one by one (count.cl); zeros are what remains.
 *
 * A lane counts in four bits a class, eight classes in each of three words: one shifted 1 and three masked additions a vector, where
 * sixteen counters in memory would take sixteen loads and stores. After at most 15 vectors gf_window_widen() makes bytes of them, after at
 * most 255 vectors gf_window_spill() makes words. */

#define GF_WINDOW_WORDS 3
#define GF_WINDOW       (8 * GF_WINDOW_WORDS)

typedef struct gf_window {
    uint first; /* class */
    uint16 four[GF_WINDOW_WORDS];
    uint16 even[GF_WINDOW_WORDS], odd[GF_WINDOW_WORDS]; /* bytes */
} gf_window;

/* Bits of the least and the largest magnitude of some values, Inf and NaN included: of the least those that are one less, so that
 * zero is the largest. */
typedef struct gf_span {
    uint16 least, most;
} gf_span;

static void gf_span_begin(gf_span *span)
{
    span->least = (uint16)(0xffffffffu);
    span->most = (uint16)(0u);
}

static void gf_span_add(gf_span *span, float16 value)
{
    const uint16 size = as_uint16(value) & 0x7fffffffu;
    span->least = min(span->least, size - 1u);
    span->most = max(span->most, size);
}

/* Apart from the rest, which stays in registers. */
typedef struct gf_window_counts {
    uint16 of[GF_WINDOW];
} gf_window_counts;

/* The window ends with the class of `most`, the bits of the largest finite magnitude, and never holds Inf and NaN or what is
 * subnormal. */
static void gf_window_open(gf_window *window, gf_window_counts *counts, uint most)
{
    window->first = (uint)clamp((int)(most >> 23) - (GF_WINDOW - 1), 1, 255 - GF_WINDOW);
#pragma unroll
    for (uint i = 0; i < GF_WINDOW_WORDS; i++)
        window->four[i] = window->even[i] = window->odd[i] = (uint16)(0u);
    for (uint i = 0; i < GF_WINDOW; i++)
        counts->of[i] = (uint16)(0u);
}

/* Is one of the values of another class? */
static bool gf_window_misses_some(const gf_window *window, const gf_span *span)
{
    const int16 below = span->least < (window->first << 23) - 1u, above = span->most >= (window->first + GF_WINDOW) << 23;
    return gf_max_of_16(as_uint16(below | above)) != 0u;
}

/* -1 for values that are to be counted one by one. */
static int16 gf_window_misses(const gf_window *window, float16 value)
{
    const uint16 size = as_uint16(value) & 0x7fffffffu;
    return ((size >> 23) - window->first >= GF_WINDOW) & (size != 0u);
}

static void gf_window_add(gf_window *window, float16 value)
{
    /* Four times the class in the window, and two bits of the significand. */
    const uint16 place = ((as_uint16(value) & 0x7fffffffu) >> 21) - 4u * window->first;
    const uint16 one = (uint16)(1u) << (place & 28u), word = place >> 5;
#pragma unroll
    for (uint i = 0; i < GF_WINDOW_WORDS; i++)
        window->four[i] += select((uint16)(0u), one, word == i);
}

static void gf_window_widen(gf_window *window)
{
#pragma unroll
    for (uint i = 0; i < GF_WINDOW_WORDS; i++) {
        window->even[i] += window->four[i] & 0x0f0f0f0fu;
        window->odd[i] += (window->four[i] >> 4) & 0x0f0f0f0fu;
        window->four[i] = (uint16)(0u);
    }
}

static void gf_window_spill(gf_window *window, gf_window_counts *counts)
{
#pragma unroll
    for (uint i = 0; i < GF_WINDOW_WORDS; i++) {
#pragma unroll
        for (uint byte = 0; byte < 4; byte++) {
            counts->of[8 * i + 2 * byte] += (window->even[i] >> (8 * byte)) & 0xffu;
            counts->of[8 * i + 2 * byte + 1] += (window->odd[i] >> (8 * byte)) & 0xffu;
        }
        window->even[i] = window->odd[i] = (uint16)(0u);
    }
}

/* After gf_window_spill(); `values` is how many there were, but for padding and those elsewhere. */
static void gf_window_flush(const gf_window *window, const gf_window_counts *from, volatile __global uint *counts, uint first,
                            uint zeros, uint values)
{
    for (uint i = 0; i < GF_WINDOW; i++) {
        const uint count = (uint)gf_total_of_16(as_int16(from->of[i]));
        gf_count(counts, first + window->first + i, count);
        values -= count;
    }
    gf_count(counts, zeros, values);
}
