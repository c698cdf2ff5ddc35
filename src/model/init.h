/* Every number a network starts from, as a pure function of (seed, layer, tensor, row, column).
 *
 * Philox 4x32-10: key = the 64-bit seed, counter = { column / 4, row, layer, tensor }; word column
 * % 4 makes the value. Uniform and normal values use only exact float32 steps (kernels/random.cl),
 * so that host and device agree bit for bit and weights can be made where they are needed instead
 * of being stored. */
#ifndef GF_MODEL_INIT_H
#define GF_MODEL_INIT_H

#include "gradflow/spec.h"

/* The fourth word of the counter. */
typedef enum gf_stream {
    GF_STREAM_WEIGHT,
    GF_STREAM_BIAS,
    GF_STREAM_INPUT,
    GF_STREAM_TARGET
} gf_stream;

/* How the words of a stream become values: value = scale * (unit normal, or uniform on (-1, 1)). */
typedef struct gf_fill {
    gf_stream stream;
    gf_distribution distribution;
    float scale;
} gf_fill;
gf_fill gf_fill_weight(const gf_spec *spec,
                       int32_t layer); /* not for init orthogonal: model/orthogonal.h */
gf_fill gf_fill_bias(const gf_spec *spec, int32_t layer); /* scale 0: no bias */
gf_fill gf_fill_input(void);
gf_fill gf_fill_target(void);

/* Columns 0..count-1 of row `row` of the stream's matrix for `layer` (0 for input and target) into
 * out[count]. */
void gf_fill_row(const gf_fill *fill, uint64_t seed, int32_t layer, int32_t row, int32_t count,
                 float *out);

#endif
