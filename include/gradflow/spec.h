/* The network: what a user chooses, the tables of activations and initialisations, and the limits.
 *
 * Conventions are PyTorch's: z_l = a_{l-1} W_l^T + b_l, a_l = f(z_l), W_l is [out, in] row-major,
 * batch first. Layer 1 is next to the input, layer `depth` next to the output. Loss is mean((a_L -
 * target)^2). */
#ifndef GRADFLOW_SPEC_H
#define GRADFLOW_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gradflow/status.h"

#define GF_DEPTH_MAX 1000000
#define GF_WIDTH_MAX 65536
#define GF_BATCH_MAX 65536

typedef enum gf_activation {
#define GF_ACTIVATION(id, function, ...) GF_ACTIVATION_##id,
#include "gradflow/activations.inl"
#undef GF_ACTIVATION
    GF_ACTIVATION_COUNT
} gf_activation;

/* What is known about an activation f. The formulas themselves are in kernels/activation.cl, shared
 * by every backend. */
typedef struct gf_activation_info {
    const char *name;             /* as in scenario files and on the command line */
    const char *label;            /* as in panels */
    const char *derivative_range; /* of f', as the tables in textbooks give it */
    const char *risk;
    const char *note;
    double value_at_zero;                      /* f(0) */
    double slope_below_zero, slope_above_zero; /* f'(0-), f'(0+) */
    double slope_at_minus, slope_at_plus; /* lim f'(z), z -> -inf, +inf; 0 where f is bounded */
    double bound_low, bound_high;         /* range of f, infinite where unbounded */
    double saturated_low, saturated_high; /* a is saturated when a <= low or a >= high */
} gf_activation_info;

typedef enum gf_init {
#define GF_INIT(id, name, ...) GF_INIT_##id,
#include "gradflow/inits.inl"
#undef GF_INIT
    GF_INIT_COUNT
} gf_init;

typedef enum gf_distribution { GF_NORMAL, GF_UNIFORM } gf_distribution;

typedef struct gf_init_info {
    const char *name;
    const char *label;
    const char *variance; /* of one weight, as text */
    const char *suits;
    gf_distribution distribution;
} gf_init_info;

/* What a layer adds to its input: a_l = f(z_l), or a_l = a_{l-1} + skip_scale f(z_l) where fan_in
 * equals fan_out. */
typedef enum gf_skip { GF_SKIP_NONE, GF_SKIP_RESIDUAL, GF_SKIP_COUNT } gf_skip;

/* What stands between z and f: nothing, or (z - mean) / sqrt(variance + 1e-5), over the batch for
 * every unit (Ioffe and Szegedy 2015), or over the units for every sample (Ba et al. 2016); scale 1
 * and shift 0, as at the start of training. */
typedef enum gf_norm { GF_NORM_NONE, GF_NORM_BATCH, GF_NORM_LAYER, GF_NORM_COUNT } gf_norm;
#define GF_NORM_EPSILON 1e-5

/* Whether the last layer has its activation. */
typedef enum gf_output { GF_OUTPUT_ACTIVATED, GF_OUTPUT_LINEAR, GF_OUTPUT_COUNT } gf_output;

/* How numbers are kept between operations. `exact` carries exponents, so that nothing under- or
 * overflows; the others round weights, z, a, dL/da, delta and dW to the type, as a real run would,
 * accumulate in float32, and show what dies. */
typedef enum gf_precision {
    GF_PRECISION_EXACT,
    GF_PRECISION_FP32,
    GF_PRECISION_BF16,
    GF_PRECISION_FP16,
    GF_PRECISION_COUNT
} gf_precision;

/* Layers first..last with an activation or an init of their own; GF_ACTIVATION_COUNT and
 * GF_INIT_COUNT keep the network's. */
typedef struct gf_override {
    int32_t first, last;
    gf_activation activation;
    gf_init init;
} gf_override;
#define GF_OVERRIDES_MAX 16

/* One network and the data it sees. gf_spec_default() is the starting point; zero is not a network.
 */
typedef struct gf_spec {
    int32_t depth;        /* layers, 1..GF_DEPTH_MAX */
    int32_t width;        /* neurons of a hidden layer, 1..GF_WIDTH_MAX */
    int32_t batch;        /* samples, 1..GF_BATCH_MAX */
    int32_t input_width;  /* 0: as width */
    int32_t output_width; /* 0: as width */
    gf_activation activation;
    gf_init init;
    double sigma;    /* standard deviation of a weight for `normal` and `uniform`; ignored by every
                        other init */
    double gain;     /* factor on every weight's standard deviation */
    double bias_std; /* standard deviation of the normal biases; 0: none, or those of
                        pytorch_default */
    gf_skip skip;
    double skip_scale;
    gf_norm norm;
    gf_output output;
    gf_precision precision;
    double loss_scale; /* factor on the loss before backward, taken out of every result; 1 with
                          precision exact */
    uint64_t seed;
    int32_t override_count;
    gf_override overrides[GF_OVERRIDES_MAX]; /* a later one wins */
} gf_spec;

/* 10 x 64, batch 32, sigmoid, pytorch_default, seed 1: the listing everybody knows. */
gf_spec gf_spec_default(void);

/* GF_INVALID with a sentence naming the first field that is out of range. */
gf_status gf_spec_validate(const gf_spec *spec, gf_error *error);

/* "Sigmoid + Xavier normal, 24 layers of 64" into text[room]. */
void gf_spec_describe(const gf_spec *spec, char *text, size_t room);

/* Neurons that layer `layer` (1-based) reads and writes. Layer 0 writes the input: fan_out(0) is
 * the input width. */
int32_t gf_spec_fan_in(const gf_spec *spec, int32_t layer);
int32_t gf_spec_fan_out(const gf_spec *spec, int32_t layer);

/* What layer `layer` really has, after overrides and the linear output. */
gf_activation gf_spec_activation(const gf_spec *spec, int32_t layer);
gf_init gf_spec_init(const gf_spec *spec, int32_t layer);
/* Does `layer` add its input? Only where there is a skip and the shapes allow it. */
bool gf_spec_has_skip(const gf_spec *spec, int32_t layer);

/* Weights and biases of the whole network. Cannot overflow within the limits. */
uint64_t gf_spec_parameter_count(const gf_spec *spec);

/* Standard deviation of one weight of `layer` after gain; for uniform inits the bound is sqrt(3)
 * times it. */
double gf_spec_weight_std(const gf_spec *spec, int32_t layer);
/* Has any layer a bias that is not zero? */
bool gf_spec_has_bias(const gf_spec *spec);

const gf_activation_info *gf_activation_get(gf_activation activation);
const gf_init_info *gf_init_get(gf_init init);

/* Look a name up; GF_INVALID lists the names that exist. */
gf_status gf_activation_find(const char *name, gf_activation *out, gf_error *error);
gf_status gf_init_find(const char *name, gf_init *out, gf_error *error);

/* The names of the small choices, as in files and on the command line. */
extern const char *const gf_skip_names[GF_SKIP_COUNT];
extern const char *const gf_norm_names[GF_NORM_COUNT];
extern const char *const gf_output_names[GF_OUTPUT_COUNT];
extern const char *const gf_precision_names[GF_PRECISION_COUNT];

/* f(z) and f'(z) in double, for curves and tests. */
double gf_activation_value(gf_activation activation, double z);
double gf_activation_derivative(gf_activation activation, double z);

#endif
