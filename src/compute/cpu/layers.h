/* The cpu backend's own struct, and what its files offer one another. */
#ifndef GF_COMPUTE_CPU_LAYERS_H
#define GF_COMPUTE_CPU_LAYERS_H

#include <stdatomic.h>
#include <stddef.h>

#include "compute/backend.h"
#include "compute/cpu/blas.h"
#include "model/init.h"

/* Arrays of one layer; sizes as in gf_tensor. True values are stored * 2^exponent. */
typedef struct gf_cpu_layer {
    int32_t fan_in, fan_out;
    gf_activation activation;
    bool skip; /* a = a_below + skip_scale f(z) */
    float *weight, *bias;
    float *z;            /* what f reads: the pre-activation, or that normalised */
    double *inverse_std; /* of the normalisation: [out] for batch, [batch] for layer; NULL: none */
    float *a, *delta;
    int64_t z_exponent, a_exponent, delta_exponent;
    float a_max, delta_max; /* largest finite magnitudes */
} gf_cpu_layer;

/* dL/da of one layer; wanted only until the layer below has its own. */
typedef struct gf_cpu_up {
    float *values; /* [batch][units] */
    int64_t exponent;
    float max;
} gf_cpu_up;

/* What the parameters of a layer were made of, and where they lie: they are made again only when
 * that changes. */
typedef struct gf_cpu_recipe {
    bool made;
    const float *weight, *bias;
    int32_t fan_in, fan_out;
    uint64_t seed;
    gf_init init;
    double gain;
    gf_precision precision;
    gf_fill weight_fill, bias_fill;
} gf_cpu_recipe;

/* A block of memory kept from run to run while it is large enough and not far too large. */
typedef struct gf_cpu_arena {
    float *start;
    size_t floats;
} gf_cpu_arena;

struct gf_cpu_unit_block;

typedef struct gf_cpu {
    gf_backend base;
    const gf_pulse *pulse;
    atomic_bool stopped; /* the pulse said so, see gf_cpu_goes_on() */
    gf_blas blas;
    gf_plan plan;
    int32_t threads;
    gf_cpu_arena parameters, arrays;
    gf_cpu_layer *layers;   /* [depth + 1]; layer 0 has only `a`, the input */
    gf_cpu_recipe *recipes; /* [recipe_count], layer l at l - 1; those of the run before until it is
                               prepared */
    int32_t recipe_count;
    int32_t holds, descends; /* the segments of a recomputed plan whose z and a, and whose delta,
                                are there; -1: none */
    float *target;
    gf_cpu_up up[2];                       /* of layer l at l % 2 */
    size_t scratch_floats;                 /* of one thread, see gf_cpu_weight_rows() */
    float *scratch;                        /* [threads][scratch_floats] */
    double *per_unit;                      /* [2][units]: delta^2 sums, mean of a */
    struct gf_cpu_unit_block *unit_blocks; /* [units / 16], see statistics.c */
    double *row_sums;                      /* [batch or units, whichever is more] */
} gf_cpu;

/* cpu.c: asked between pieces of a layer's work by whatever thread does them, so that a layer of
 * many seconds stays answerable: the backend's own thread beats the pulse. False: nobody wants the
 * rest. Leave it undone; gf_cpu_check() then fails before anybody reads it. */
bool gf_cpu_goes_on(gf_cpu *self);
/* GF_CANCELLED when some piece was left undone. */
gf_status gf_cpu_check(const gf_cpu *self, gf_error *error);

/* memory.c: every array of self->plan. False: memory. */
bool gf_cpu_allocate(gf_cpu *self);
void gf_cpu_release(gf_cpu *self);

/* parameters.c: weights, biases, input and target. */
gf_status gf_cpu_fill(gf_cpu *self, gf_error *error);
/* Those of layer `l` are in their place; generated ones are made if another layer's are. */
gf_status gf_cpu_make_weights(gf_cpu *self, int32_t l, gf_error *error);

/* forward.c, backward.c. backward: up and delta of layer l - 1. */
void gf_cpu_forward_layer(gf_cpu *self, int32_t l);
gf_status gf_cpu_loss(gf_cpu *self, gf_scaled *out, gf_error *error);
gf_status gf_cpu_backward_layer(gf_cpu *self, int32_t l, gf_error *error);

/* normalise.c: z in place, with its inverse_std and exponent. */
void gf_cpu_normalise(const gf_cpu *self, gf_cpu_layer *at);
/* `count` values of dL/dh become dL/dz; z and inverse as gf_cpu_normalise() left them, z `stride`
 * apart. */
void gf_cpu_normalise_gradient(const gf_cpu *self, const gf_cpu_layer *at, const float *z,
                               size_t stride, double inverse, double *gradient, size_t count);
/* dL/dh in delta becomes dL/dz; gives back the largest magnitude. */
float gf_cpu_normalised_delta(const gf_cpu *self, gf_cpu_layer *at);

/* faint.c: a layer again, in double and under an exponent, where f or f' is too small for float32
 * everywhere. */
void gf_cpu_faint_activation(const gf_cpu *self, gf_cpu_layer *at);
gf_status gf_cpu_faint_delta(const gf_cpu *self, gf_cpu_layer *at, const gf_cpu_up *up,
                             gf_error *error);
/* Largest magnitudes below this, beside inputs of ordinary size, are faint. */
#define GF_CPU_FAINT 0x1p-60f

/* gradient.c */
/* Rows of dW that are computed and reduced at a time: they stay in the core's cache. */
int32_t gf_cpu_weight_block(int32_t fan_in);
/* Rows first..first+rows-1 of dW of layer `l` into out[rows][fan_in]; true = out *
 * 2^gf_cpu_weight_exponent(). `scratch` has room for batch * rows. */
void gf_cpu_weight_rows(const gf_cpu *self, int32_t l, int32_t first, int32_t rows, float *scratch,
                        float *out);
int64_t gf_cpu_weight_exponent(const gf_cpu *self, int32_t l);
/* All of dW [out][in] and of db [out]. */
void gf_cpu_weight_gradient(const gf_cpu *self, int32_t l, float *out);
void gf_cpu_bias_gradient(const gf_cpu *self, int32_t l, float *out);

/* statistics.c: the record and the cells of a layer whose delta is there. */
void gf_cpu_record(gf_cpu *self, int32_t l, int32_t rows, gf_layer_record *record, gf_cell *cells);
size_t gf_cpu_unit_block_bytes(int32_t units);

/* tile.c: how work is cut. It depends on sizes and the number of threads only: the same numbers
 * give the same bits. */
/* Threads for a piece of work of so many operations: one where waking the others would take longer.
 */
int gf_cpu_team(const gf_cpu *self, double operations);
/* Parts that a [batch][units] array is cut into along its longer side, and the rectangle of one of
 * them. */
int32_t gf_cpu_parts(const gf_cpu *self, int32_t units);
typedef struct gf_cpu_tile {
    int32_t batch_first, batch_last, unit_first, unit_last;
} gf_cpu_tile;
gf_cpu_tile gf_cpu_tile_of(const gf_cpu *self, int32_t units, int32_t part, int32_t parts);
/* A product of the network's own: where exponents keep its largest results at ordinary size,
 * operands below 2^-126 change none of them and are taken as zero, for they would cost a hundred
 * times as much. */
void gf_cpu_multiply(const gf_cpu *self, const gf_product *product);
bool gf_cpu_is_exact(const gf_cpu *self);
/* 2^exponent as a float; 0 below its range, its largest above (where it multiplies zeros only). */
float gf_cpu_power(int64_t exponent);

#endif
