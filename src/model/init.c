/* The C side of kernels/random.cl: rows of weights, biases, input and target. */
#include "model/init.h"

#include <math.h>

#include "model/philox.h"

#define GF_TABLE        static const
#define GF_FMA(a, b, c) fmaf(a, b, c)
#define GF_CLZ(x)       ((gf_uint)__builtin_clz(x))
typedef uint32_t gf_uint;
typedef uint64_t gf_ulong;
#include "normal_table.cl"
#include "random.cl"

void gf_philox_words(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    const gf_philox made =
        gf_philox_make(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
    for (int i = 0; i < 4; i++)
        out[i] = made.word[i];
}

float gf_philox_normal(uint32_t word)
{
    return gf_normal_value(word);
}
float gf_philox_uniform(uint32_t word)
{
    return gf_uniform_value(word);
}

/* A uniform distribution on (-1, 1) has variance 1/3. */
static gf_fill fill_make(gf_stream stream, gf_distribution distribution, double std)
{
    const double scale = distribution == GF_UNIFORM ? std * sqrt(3.0) : std;
    return (gf_fill){stream, distribution, (float)scale};
}

gf_fill gf_fill_weight(const gf_spec *spec, int32_t layer)
{
    return fill_make(GF_STREAM_WEIGHT, gf_init_get(gf_spec_init(spec, layer))->distribution,
                     gf_spec_weight_std(spec, layer));
}

gf_fill gf_fill_bias(const gf_spec *spec, int32_t layer)
{
    if (spec->bias_std > 0.0) return fill_make(GF_STREAM_BIAS, GF_NORMAL, spec->bias_std);
    /* nn.Linear draws the bias from the same U(-1/sqrt(fan_in), 1/sqrt(fan_in)) as the weight. */
    const bool drawn = gf_spec_init(spec, layer) == GF_INIT_PYTORCH_DEFAULT;
    return fill_make(GF_STREAM_BIAS, GF_UNIFORM, drawn ? gf_spec_weight_std(spec, layer) : 0.0);
}

gf_fill gf_fill_input(void)
{
    return (gf_fill){GF_STREAM_INPUT, GF_NORMAL, 1.0f};
}
gf_fill gf_fill_target(void)
{
    return (gf_fill){GF_STREAM_TARGET, GF_NORMAL, 1.0f};
}

void gf_fill_row(const gf_fill *fill, uint64_t seed, int32_t layer, int32_t row, int32_t count,
                 float *out)
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int32_t column = 0; column < count; column += 4) {
        const gf_philox four = gf_philox_make((uint32_t)column / 4, (uint32_t)row, (uint32_t)layer,
                                              (uint32_t)fill->stream, key[0], key[1]);
        for (int32_t i = 0; i < 4 && column + i < count; i++)
            out[column + i] =
                fill->scale * (fill->distribution == GF_NORMAL ? gf_normal_value(four.word[i])
                                                               : gf_uniform_value(four.word[i]));
    }
}
