/* What host and device say to each other: sizes of tiles and the structs that describe a network.
 *
 * This file is compiled as OpenCL C and as C17; it sees gf_int, gf_uint, gf_long and gf_ulong (32, 32, 64, 64 bits).
 *
 * Layouts, in floats. pad(n) is n rounded up to GF_TILE_ROWS; what lies in padding is zero.
 *   activations, z, delta, input, target: [panel = sample / GF_LANES][pad(units)][GF_LANES]. Samples are the lanes, so the
 *     result of one layer is the packed operand of the next, and every loop is over whole vectors.
 *   weights: [panel = out / GF_TILE_ROWS][pad(in)][GF_TILE_ROWS]. Forward reads a panel from end to end, backward reads
 *     GF_TILE_ROWS x GF_TILE_ROWS blocks that are contiguous too: one copy serves both.
 *   bias: [pad(out)]. inverse standard deviations: [pad(out)] of batch norm, [panel][GF_LANES] of layer norm.
 *
 * With a normalisation, z is first a_below W^T + b and then, in the same place, what f reads: (z - mean) / std. */

/* 12 rows of 32 lanes are 24 accumulators of 16 floats: with two operands and a broadcast they fill the 32 registers of
 * AVX-512 (the block of BLIS for these CPUs). */
#define GF_TILE_ROWS 12
#define GF_LANES     32
/* Tiles that one work-item of forward and backward makes, and terms that it adds to them at a time (whole row panels, because
 * backward sums over those); see tile.cl. */
#define GF_PATCH_ROWS   16
#define GF_PATCH_PANELS 2
#define GF_PATCH_DEPTH  96
#define GF_PATCH_SHARES (GF_LANES / 4)
/* Units that one work-item of the statistics reduces. */
#define GF_CHUNK_UNITS 16
/* Bins of the histogram of a, and units whose a one work-item puts into them: clearing and adding up bins costs as much as 200 values. */
#define GF_BINS      64
#define GF_BIN_UNITS 64
/* Row panels of dW that one work-item makes of one transposed panel of activations: the transposition is paid once. */
#ifndef GF_GRAD_PANELS /* tuned, see compute/opencl/tuning.h */
#define GF_GRAD_PANELS 32
#endif
/* Units that one work-item of layer norm sums up; where there are more, several share them. */
#define GF_NORM_UNITS 64
/* Work-items of a group of the GPU family, but for its products: those of four samples each that a chunk of units has in a panel. */
#define GF_GROUP (GF_CHUNK_UNITS * GF_LANES / 4)
/* Room for the activation table. */
#define GF_KINDS 16

/* What a kernel must know of an activation beside f and f'. */
typedef struct gf_kind {
    float saturated_low, saturated_high;
    float bound_low, bound_high; /* of f */
    /* f far from ordinary numbers, for exponents below and above zero: slope and value for z < 0, the same for z > 0, value
     * for z == 0, f' for z < 0 and z > 0; see model/activation.h. */
    float far[2][7];
    gf_int far_keeps_exponent[2];
} gf_kind;

typedef struct gf_network {
    gf_ulong seed;
    gf_uint batch, panels; /* samples, and ceil(samples / GF_LANES) */
    gf_int has_bias;
    gf_int norm, precision; /* gf_norm, gf_precision */
    float loss_factor;      /* 2 / (batch * outputs), times the loss scale */
    float skip_scale;
    gf_kind kinds[GF_KINDS]; /* by gf_activation */
} gf_network;

/* One layer; offsets are into the buffers of its segment. Layer 0 has only fan_out: the input. */
typedef struct gf_layer {
    gf_ulong weight, bias, entries, inverse;
    gf_uint fan_in, fan_out;
    gf_int activation, has_skip, weights_uniform, biases_uniform;
    float weight_scale, bias_scale;
} gf_layer;

/* What the passes find out about a layer. Maxima are the bits of the largest finite magnitude. */
typedef struct gf_state {
    gf_long z_exponent, a_exponent, delta_exponent;
    gf_uint z_max, a_max, delta_max;
    gf_uint raw_max;   /* of z before its normalisation */
    gf_uint up_max;    /* of dL/da, where the layer has a skip */
    gf_int loss_shift; /* output layer: loss sums are of squares divided by 2^(2 loss_shift) */
} gf_state;

/* Moments and sums over one chunk of units. z and a are divided by 2^(exponent of their maximum), delta likewise. */
typedef struct gf_chunk {
    float z[5], a[5]; /* count, mean, m2, min, max */
    float delta_squares, bias_grad_squares;
    float edges[2]; /* in a layer's first chunk, of the histogram of a */
} gf_chunk;

/* One unit: sum of delta^2 and mean of a over the batch, scaled as in gf_chunk. */
typedef struct gf_unit {
    float delta_squares, a_mean;
} gf_unit;

/* Counts of one layer. Two copies, chosen by the parity of the work-item, because one count may reach 2^32. */
enum {
    GF_COUNT_DELTA = 0,      /* by exponent class */
    GF_COUNT_WEIGHT = 256,   /* of dW, by exponent class */
    GF_COUNT_BINS = 512,     /* histogram of a */
    GF_COUNT_DELTA_ZEROS = GF_COUNT_BINS + GF_BINS,
    GF_COUNT_WEIGHT_ZEROS,
    GF_COUNT_NAN,
    GF_COUNT_INF,
    GF_COUNT_SATURATED,
    GF_COUNT_DEAD,
    GF_COUNTS,
    GF_COUNT_COPIES = 2
};
