/* What the engine says about each layer: a record of fixed size, whatever the width.
 *
 * Magnitudes have no floor and no ceiling: they are kept as mantissa * 2^exponent, so that 1e-602
 * stays 1e-602. */
#ifndef GRADFLOW_RECORDS_H
#define GRADFLOW_RECORDS_H

#include <stdint.h>

#include "gradflow/spec.h"

/* value = mantissa * 2^exponent. Mantissa 0 is a true zero, NaN and Inf are carried in the
 * mantissa. */
typedef struct gf_scaled {
    double mantissa;
    int64_t exponent;
} gf_scaled;

/* Mantissa brought to [0.5, 1), or left alone where it is 0, Inf or NaN. */
gf_scaled gf_scaled_make(double value, int64_t exponent);
gf_scaled gf_scaled_sqrt(gf_scaled value);
gf_scaled gf_scaled_divide(gf_scaled numerator, gf_scaled denominator);
/* log10 |value|: -INFINITY for zero, +INFINITY for Inf, NaN for NaN. */
double gf_scaled_log10(gf_scaled value);
/* The plain double; 0 or Inf where a double cannot hold it. */
double gf_scaled_double(gf_scaled value);
/* "1.23e-602", "0", "inf", "nan": `digits` after the point. Text is NUL-terminated and fits in 40
 * bytes. */
void gf_scaled_format(gf_scaled value, int digits, char text[40]);

#define GF_HISTOGRAM_BINS 64

/* Counts in equal bins over [low, high]; what lies outside is counted in the end bins. NaN is in no
 * bin. */
typedef struct gf_histogram {
    double low, high;
    uint64_t bins[GF_HISTOGRAM_BINS];
} gf_histogram;

/* Counts by octave of |x|: bin i holds top_octave - (63 - i), octave k meaning 2^k <= |x| <
 * 2^(k+1). Bin 0 also holds everything smaller; zeros are counted apart. NaN and Inf are in no bin.
 */
typedef struct gf_octaves {
    int64_t top_octave;
    uint64_t zeros;
    uint64_t bins[GF_HISTOGRAM_BINS];
} gf_octaves;

/* Mean, standard deviation (of the population), extremes, over batch and units. Finite entries
 * only. */
typedef struct gf_moments {
    double mean, std, min, max;
    int64_t exponent; /* all four are to be multiplied by 2^exponent; 0 unless the forward pass left
                         float's range */
} gf_moments;

/* Everything measured about one layer in one forward and backward pass. Plain bytes: travels as it
 * is. */
typedef struct gf_layer_record {
    gf_scaled weight_grad_norm; /* ||dL/dW||_F */
    gf_scaled bias_grad_norm;   /* ||dL/db||_2 */
    gf_scaled delta_rms;        /* root mean square over batch and units of delta = dL/dz */
    gf_scaled delta_max;        /* max |delta| */
    gf_moments z;               /* pre-activation */
    gf_moments a;               /* activation */
    double saturated_share;     /* entries of a at a bound, see gf_activation_info; 0..1 */
    double dead_share;          /* units whose f'(z) is below 1e-6 for the whole batch; 0..1 */
    double underflow_fp16;      /* share of non-zero delta entries that would round to zero; 0..1 */
    double underflow_bf16;
    double underflow_fp32;
    uint64_t nan_count; /* over z, a, delta and dL/dW */
    uint64_t inf_count;
    gf_histogram activation;
    gf_octaves delta;
    gf_octaves weight_grad;
} gf_layer_record;

/* The neuron column of a layer, reduced to `rows` cells: row r covers units r*fan_out/rows ..
 * (r+1)*fan_out/rows. Of several units the one with the largest rms delta speaks for the cell; NaN
 * wins over everything. */
typedef struct gf_cell {
    float delta_log2; /* log2 of rms delta of the unit over the batch; -INFINITY for zero, NaN for
                         NaN */
    float activation; /* mean of a over the batch, in units of 2^(a.exponent of the record) */
} gf_cell;

#define GF_ROWS_MAX 1024

typedef enum gf_device_kind {
    GF_DEVICE_GPU,
    GF_DEVICE_CPU,
    GF_DEVICE_OTHER,
    GF_DEVICE_HOST
} gf_device_kind;
#define GF_DEVICES_MAX 16
const char *gf_device_kind_name(gf_device_kind kind);

/* float32 below 2^-126, which a device may take for zero. */
typedef enum gf_subnormals {
    GF_SUBNORMALS_UNKNOWN,
    GF_SUBNORMALS_KEPT,
    GF_SUBNORMALS_LOST
} gf_subnormals;

/* What a first pass is made of, for predictions: so much of each, and so long for one of it. */
typedef enum gf_term {
    GF_TERM_PRODUCTS,   /* operations of forward, delta and weight gradient, a multiply-add is 2 */
    GF_TERM_WEIGHTS,    /* weights, beside their products: memory, and counting dW */
    GF_TERM_ENTRIES,    /* entries of z, a and delta together: f, f', statistics */
    GF_TERM_LAYERS,     /* layers: launches, and a record each */
    GF_TERM_PASS,       /* one: memory, descriptors, the loss */
    GF_TERM_GENERATION, /* weights made, each time they are */
    GF_TERM_ORTHOGONAL, /* in * out * the smaller of both, of weights that the host makes */
    GF_TERM_TOUCH,      /* bytes that the process has not used before */
    GF_TERM_COUNT
} gf_term;
extern const char *const gf_term_names[GF_TERM_COUNT];

/* Nanoseconds for one of each term on a device; 0 is not known yet. */
typedef struct gf_rates {
    double ns[GF_TERM_COUNT];
    int32_t width, batch; /* they were measured for; 0: not measured */
    uint64_t used_bytes;  /* of memory that the process has used and kept */
} gf_rates;

/* A place to compute. `id` is what --device takes: "reference", "cpu", "opencl:0". */
typedef struct gf_device {
    char id[32];
    char name[128];
    char driver[128];
    char kernels[64]; /* the family of kernels it runs ("cpu", "gpu"); empty where there is no
                         choice */
    gf_device_kind kind;
    int32_t compute_units;
    uint64_t memory_bytes;     /* what a run may use in all */
    uint64_t allocation_bytes; /* the largest single buffer */
    int32_t unit_multiple;     /* arrays are padded to so many units and samples; 0: to none */
    int32_t sample_multiple;
    uint64_t parts_bytes; /* for parts of sums, whatever the network; 0: none are made in parts */
    bool whole_layers;    /* makes the weights of a layer at once, never a block of them */
    bool only_stores;     /* makes nothing again: neither weights nor activations */
    gf_subnormals subnormals;
    gf_rates rates;
} gf_device;

/* Forward ends with the loss. A device that is not waited for between backward and statistics,
 * because a whole pass takes it a millisecond or two, has the time of both in statistics_ms; or of
 * all three in forward_ms, where it does them at once. */
typedef struct gf_times {
    double forward_ms, backward_ms, statistics_ms, total_ms;
} gf_times;

/* What the planner decided before the first layer ran. */
typedef struct gf_plan_summary {
    int32_t segment_count;
    int32_t layers_per_segment;
    uint64_t bytes;
    double predicted_seconds;
    char kernels[16]; /* the family of kernels this network runs; empty where there is no choice */
    bool generated;   /* weights are made for each use instead of being stored */
    bool recomputed;  /* activations likewise, a segment at a time */
} gf_plan_summary;

/* One forward and backward pass of one network, filled from the output layer down to the input
 * layer. Layers first_ready..depth are valid; a finished run has first_ready == 1 and complete ==
 * true. */
typedef struct gf_run {
    gf_spec spec;
    gf_device device;
    char fell_back[256]; /* why not the device that was asked for or preferred; empty if it was */
    gf_plan_summary plan;
    gf_times times;
    gf_scaled loss;
    int32_t rows;        /* cells per layer */
    int32_t first_ready; /* depth + 1: nothing yet */
    bool complete;
    gf_layer_record *layers; /* [depth], layer l at index l - 1; owned */
    gf_cell *cells;          /* [depth][rows]; owned */
} gf_run;

/* Room for every layer of `spec`; everything else zero. GF_MEMORY names the bytes that were asked
 * for. */
gf_status gf_run_create(const gf_spec *spec, int32_t rows, gf_run *out, gf_error *error);
void gf_run_destroy(gf_run *run); /* a zeroed run is fine */

#endif
