/* The network: what a user chooses, the tables of activations and initialisations, and the limits.
 *
 * Conventions are PyTorch's: z_l = a_{l-1} W_l^T + b_l, a_l = f(z_l), W_l is [out, in] row-major, batch first.
 * Layer 1 is next to the input, layer `depth` next to the output. Loss is mean((a_L - target)^2). */
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

/* What is known about an activation f. The formulas themselves are in kernels/activation.cl, shared by every backend. */
typedef struct gf_activation_info {
    const char *name;             /* as in scenario files and on the command line */
    const char *label;            /* as in panels */
    const char *derivative_range; /* of f', as the tables in textbooks give it */
    const char *risk;
    const char *note;
    double value_at_zero;                      /* f(0) */
    double slope_below_zero, slope_above_zero; /* f'(0-), f'(0+) */
    double slope_at_minus, slope_at_plus;      /* lim f'(z), z -> -inf, +inf; 0 where f is bounded */
    double bound_low, bound_high;              /* range of f, infinite where unbounded */
    double saturated_low, saturated_high;      /* a is saturated when a <= low or a >= high */
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

/* One network and the data it sees. gf_spec_default() is the starting point; zero is not a network. */
typedef struct gf_spec {
    int32_t depth;        /* layers, 1..GF_DEPTH_MAX */
    int32_t width;        /* neurons of a hidden layer, 1..GF_WIDTH_MAX */
    int32_t batch;        /* samples, 1..GF_BATCH_MAX */
    int32_t input_width;  /* 0: as width */
    int32_t output_width; /* 0: as width */
    gf_activation activation;
    gf_init init;
    double sigma; /* standard deviation of a weight for `normal`; ignored by every other init */
    double gain;  /* factor on every weight's standard deviation */
    uint64_t seed;
} gf_spec;

/* 10 x 64, batch 32, sigmoid, pytorch_default, seed 1: the listing everybody knows. */
gf_spec gf_spec_default(void);

/* GF_INVALID with a sentence naming the first field that is out of range. */
gf_status gf_spec_validate(const gf_spec *spec, gf_error *error);

/* "Sigmoid + Xavier normal, 24 layers of 64" into text[room]. */
void gf_spec_describe(const gf_spec *spec, char *text, size_t room);

/* Neurons that layer `layer` (1-based) reads and writes. Layer 0 writes the input: fan_out(0) is the input width. */
int32_t gf_spec_fan_in(const gf_spec *spec, int32_t layer);
int32_t gf_spec_fan_out(const gf_spec *spec, int32_t layer);

/* Weights and biases of the whole network. Cannot overflow within the limits. */
uint64_t gf_spec_parameter_count(const gf_spec *spec);

/* Standard deviation of one weight of `layer` after gain; for uniform inits the bound is sqrt(3) times it. */
double gf_spec_weight_std(const gf_spec *spec, int32_t layer);
bool gf_spec_has_bias(const gf_spec *spec);

const gf_activation_info *gf_activation_get(gf_activation activation);
const gf_init_info *gf_init_get(gf_init init);

/* Look a name up; GF_INVALID lists the names that exist. */
gf_status gf_activation_find(const char *name, gf_activation *out, gf_error *error);
gf_status gf_init_find(const char *name, gf_init *out, gf_error *error);

/* f(z) and f'(z) in double, for curves and tests. */
double gf_activation_value(gf_activation activation, double z);
double gf_activation_derivative(gf_activation activation, double z);

#endif
