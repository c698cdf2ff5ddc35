/* The cpu backend's own struct: what its passes (cpu.c) and its statistics (statistics.c) share. */
#ifndef GF_COMPUTE_CPU_LAYERS_H
#define GF_COMPUTE_CPU_LAYERS_H

#include <stddef.h>

#include "analysis/statistics.h"
#include "compute/backend.h"
#include "compute/cpu/blas.h"

/* Arrays of one layer; sizes as in gf_tensor. True values are stored * 2^exponent. */
typedef struct gf_cpu_layer {
    int32_t fan_in, fan_out;
    float *weight, *bias, *z, *a, *delta;
    int64_t z_exponent, a_exponent, delta_exponent;
    float a_max, delta_max; /* largest finite magnitudes */
} gf_cpu_layer;

/* What the statistics find out about one unit. */
typedef struct gf_cpu_unit {
    gf_sums z, a;
    double delta_squares, bias_grad;
} gf_cpu_unit;

typedef struct gf_cpu {
    gf_backend base;
    const gf_pulse *pulse;
    gf_blas blas;
    gf_plan plan;
    int32_t threads;
    float *arena; /* every array below lies in it; kept from run to run when it is large enough */
    size_t arena_floats;
    gf_cpu_layer *layers; /* [depth + 1]; layer 0 has only `a`, the input */
    float *target;
    size_t scratch_floats; /* of one thread, see gf_cpu_weight_rows() */
    float *scratch;        /* [threads][scratch_floats] */
    gf_cpu_unit *units;    /* of the widest layer */
    double *per_unit;      /* [2][units]: delta^2 sums, mean of a */
} gf_cpu;

/* Threads for a piece of work of so many floating-point operations: one where waking the others would take longer. */
int gf_cpu_team(const gf_cpu *self, double operations);

/* Rows of dW that are computed and reduced at a time: they stay in the core's cache. */
#define GF_CPU_GRAD_ROWS 32

/* Rows first..first+rows-1 of dW of layer `l` into out[rows][fan_in]; true = out * 2^gf_cpu_weight_exponent().
 * `scratch` has room for batch * rows. */
void gf_cpu_weight_rows(const gf_cpu *self, int32_t l, int32_t first, int32_t rows, float *scratch, float *out);
int64_t gf_cpu_weight_exponent(const gf_cpu *self, int32_t l);

/* The record and the cells of a layer whose delta is there. */
void gf_cpu_record(gf_cpu *self, int32_t l, int32_t rows, gf_layer_record *record, gf_cell *cells);

#endif
