/* The opencl backend's own struct: what its passes, its statistics and its reading share. */
#ifndef GF_COMPUTE_OPENCL_STATE_H
#define GF_COMPUTE_OPENCL_STATE_H

#include <math.h>

#include "analysis/statistics.h"
#include "base/bits.h"
#include "compute/backend.h"
#include "compute/opencl/device.h"
#include "compute/opencl/program.h"
#include "compute/opencl/queue.h"

typedef int32_t gf_int;
typedef uint32_t gf_uint;
typedef int64_t gf_long;
typedef uint64_t gf_ulong;
#include "network.cl"

/* The arrays of consecutive layers, one buffer a class: a segment of the plan, or the part of it
 * that fits a buffer. */
typedef struct gf_cl_segment {
    gf_buffer weight, bias, z, a, delta;
    gf_buffer inverse; /* 1 / std of a normalisation */
} gf_cl_segment;

/* Generated weights and biases of one layer, or a block of its weights. */
typedef struct gf_cl_slot {
    gf_buffer weight, bias;
    int32_t layer; /* 0: none, or not all of it */
} gf_cl_slot;

/* Room for the statistics of as many layers as are reduced at a time; see statistics.cl. */
typedef struct gf_cl_scratch {
    gf_buffer chunks, units, counts, squares;
    int32_t layers;                              /* reduced at a time */
    size_t chunk_count, unit_count, group_count; /* of one layer, for the widest */
    gf_chunk *host_chunks;                       /* [layers][chunk_count] */
    gf_unit *host_units;                         /* [layers][unit_count] */
    gf_uint *host_counts;                        /* [layers][GF_COUNT_COPIES][GF_COUNTS] */
    float *host_squares;                         /* [layers][group_count] */
    gf_state *host_states;                       /* [layers + 1], from the layer below the first */
    double *host_per_unit;                       /* [2][unit_count] */
} gf_cl_scratch;

/* How far a network is that may be run in one launch; see step.c. */
typedef enum gf_cl_stage {
    GF_CL_APART,   /* layers are run as they are asked for */
    GF_CL_PENDING, /* forward was asked for and not started */
    GF_CL_DONE     /* delta and statistics of all layers are there, those in the scratch */
} gf_cl_stage;

typedef struct gf_opencl {
    gf_backend base;
    gf_cl_device device;
    gf_queue queue;
    cl_program program;
    cl_kernel kernels[GF_KERNEL_COUNT][GF_FAMILY_COUNT]; /* by form; made when first used */
    gf_kernel_family family; /* of the device; a network may need another */
    gf_kernel_family used;   /* by the network at hand */
    const gf_tuning *tuning; /* of the family of the device */
    bool forced;             /* the family of the device was asked for */
    gf_plan plan;
    gf_network described; /* as on the device */
    gf_layer *layers;     /* [depth + 1], likewise */
    void *zeros; /* as many as have to be written at a time; written, not filled, because Oclgrind
                    takes filled memory for uninitialised */
    gf_cl_segment *segments; /* arrays that are not stored are empty buffers */
    int32_t segment_layers;  /* in each, the last may have fewer */
    int32_t segment_count;
    gf_cl_segment working;   /* z, a, delta and inverse of a recomputed segment */
    int32_t holds, descends; /* the segments whose z and a, and whose delta, are in it; -1: none */
    gf_buffer *checkpoints;  /* [checkpoint_count]: a of the last layer of each segment */
    int32_t checkpoint_count;
    gf_cl_slot *slots; /* [slot_count], for generated weights */
    int32_t slot_count;
    gf_buffer network, table, state; /* gf_network, gf_layer[depth + 1], gf_state[depth + 1] */
    gf_buffer state_next;            /* of the step after this one, see step.c */
    bool state_cleared;              /* state_next is all zeros */
    gf_buffer input, target, loss_sums;
    gf_buffer up; /* dL/da beside a skip, of the layer that backward has reached; see backward.cl */
    gf_buffer up_next;   /* likewise, while fused.c is not sure of it */
    gf_buffer norm_sums; /* partial sums of layer norm, see norm.cl */
    gf_buffer parts;     /* of the sums of one product, see gpu_split.cl */
    float *host_loss;    /* [gf_cl_loss_count()] */
    gf_cl_scratch scratch;
    gf_cl_stage stage;
    bool steps_apart; /* this network is not to be run in one launch again, see step.c */
} gf_opencl;

/* frexp's exponent of a float's bits, as in exponent.cl. */
static inline int gf_exponent_of(gf_uint bits)
{
    int exponent = 0;
    frexpf(gf_float_of(bits), &exponent);
    return exponent;
}

static inline size_t gf_pad(size_t units)
{
    return (units + GF_TILE_ROWS - 1) / GF_TILE_ROWS * GF_TILE_ROWS;
}
static inline size_t gf_ceil_divide(size_t value, size_t by)
{
    return (value + by - 1) / by;
}
static inline size_t gf_panels(const gf_opencl *self)
{
    return gf_ceil_divide((size_t)self->plan.spec.batch, GF_LANES);
}
/* Floats of z, a or delta of a layer. */
static inline size_t gf_entries(const gf_opencl *self, int32_t layer)
{
    return gf_panels(self) * GF_LANES * gf_pad((size_t)gf_spec_fan_out(&self->plan.spec, layer));
}
static inline int32_t gf_segment_of(const gf_opencl *self, int32_t layer)
{
    return (layer - 1) / self->segment_layers;
}
static inline int32_t gf_segment_first(const gf_opencl *self, int32_t segment)
{
    return segment * self->segment_layers + 1;
}
static inline int32_t gf_segment_length(const gf_opencl *self, int32_t segment)
{
    const int32_t left = self->plan.spec.depth - segment * self->segment_layers;
    return left < self->segment_layers ? left : self->segment_layers;
}
/* z, a, delta and inverse of a layer. */
static inline gf_cl_segment *gf_segment_at(gf_opencl *self, int32_t layer)
{
    return self->plan.recomputed ? &self->working : &self->segments[gf_segment_of(self, layer)];
}
/* The activations that the layer above `layer` reads; layer 0 is the input. */
static inline gf_buffer *gf_activations_at(gf_opencl *self, int32_t layer)
{
    if (layer == 0) return &self->input;
    if (gf_plan_is_checkpoint(&self->plan, layer))
        return &self->checkpoints[gf_segment_of(self, layer)];
    return &gf_segment_at(self, layer)->a;
}

static inline size_t gf_norm_chunks(size_t units)
{
    return gf_ceil_divide(units, GF_NORM_UNITS);
}
/* An exponent as a device says it. One that lies may say anything: sums of what is left of it do
 * not overflow, and are still none that a network can have. */
static inline int64_t gf_bounded(int64_t exponent)
{
    const int64_t most = INT64_C(1) << 40;
    return exponent > most ? most : exponent < -most ? -most : exponent;
}

static inline bool gf_carries_exponents(const gf_opencl *self)
{
    return self->plan.spec.precision == GF_PRECISION_EXACT;
}
/* dW as it is stored is true * 2^-this; see weight_gradient.cl. */
static inline int gf_weight_grad_shift(const gf_opencl *self, const gf_state *at,
                                       const gf_state *below)
{
    return gf_carries_exponents(self) ? gf_exponent_of(at->delta_max) + gf_exponent_of(below->a_max)
                                      : 0;
}

/* opencl.c: the family that computes `spec` here. */
gf_kernel_family gf_cl_family(const gf_opencl *self, const gf_plan *plan);

/* network.c: descriptors, memory and generated values for a plan. */
gf_status gf_cl_prepare(gf_opencl *self, const gf_plan *plan, gf_error *error);
void gf_cl_release_network(gf_opencl *self);
/* The kernel in the form this network uses. */
gf_status gf_cl_kernel(gf_opencl *self, gf_kernel which, cl_kernel *out, gf_error *error);

/* generate.c */
gf_status gf_cl_generate_all(gf_opencl *self, gf_error *error);
/* Weights for one product: units from..to-1 of the layer, or of the layer below for backward. Of
 * generated weights they are good until the next call. */
typedef struct gf_cl_weights {
    const gf_buffer *weight, *bias;
} gf_cl_weights;
typedef enum gf_cl_side { GF_CL_ROWS, GF_CL_COLUMNS } gf_cl_side;
gf_status gf_cl_get_weights(gf_opencl *self, int32_t l, gf_cl_side side, cl_uint from, cl_uint to,
                            gf_cl_weights *out, gf_error *error);
/* Units that a product over `units` results makes at a time. */
cl_uint gf_cl_units_at_a_time(const gf_opencl *self, cl_uint units);

/* host_weights.c: the weights of layer `l` that no kernel can make, from `offset` bytes on. */
gf_status gf_cl_send_weights(gf_opencl *self, int32_t l, const gf_buffer *to, size_t offset,
                             gf_error *error);

/* recompute.c: the arrays of layers whose segment is not there. */
/* Saves what the segment above will need of layer `l`, whose forward is done. */
gf_status gf_cl_keep_checkpoint(gf_opencl *self, int32_t l, gf_error *error);
/* z and a of the segment are in their place; makes them again if they were not. */
gf_status gf_cl_hold(gf_opencl *self, int32_t segment, gf_error *error);
/* So are its deltas, from the loss down if need be. */
gf_status gf_cl_descend(gf_opencl *self, int32_t segment, gf_error *error);

/* passes.c: starts one layer. Forward needs the layer below; backward makes delta of the layer
 * below. */
gf_status gf_cl_forward_layer(gf_opencl *self, int32_t l, gf_error *error);
gf_status gf_cl_backward_layer(gf_opencl *self, int32_t l, gf_error *error);
/* Parts in which a product makes its sums of `terms`, for `units` units of a layer, all of them. */
size_t gf_cl_part_count(const gf_opencl *self, size_t units, size_t terms);
/* Loss, dL/da and delta of the output layer. */
gf_status gf_cl_loss(gf_opencl *self, gf_scaled *out, gf_error *error);
/* loss.c: sums that the host adds up, started; their loss, when they are there. `last` is the state
 * of the output layer. */
size_t gf_cl_loss_count(const gf_opencl *self);
gf_status gf_cl_fetch_loss(gf_opencl *self, gf_error *error);
gf_scaled gf_cl_loss_of(const gf_opencl *self, const gf_state *last);
/* deltas of layers first..first+count-1, from the one above. */
gf_status gf_cl_backward_layers(gf_opencl *self, int32_t first, int32_t count, gf_error *error);

/* statistics.c */
/* Bytes of `counts` for all layers reduced at a time. */
size_t gf_cl_count_bytes(const gf_cl_scratch *scratch);
gf_status gf_cl_provide_scratch(gf_opencl *self, gf_error *error);
void gf_cl_release_scratch(gf_cl_scratch *scratch);
/* Starts all statistics of layers of one segment, as many as the scratch has room for at most. */
gf_status gf_cl_observe(gf_opencl *self, int32_t first, int32_t count, gf_error *error);
/* Work-groups of the weight gradient for a layer: sums of squares in its slot. */
size_t gf_cl_group_count(const gf_opencl *self, size_t fan_in, size_t fan_out);
/* Starts dW of layers first..first+count-1 of one segment: its sums and counts into slots of the
 * scratch, and where `out` is not NULL (then count is 1) the array into it. */
gf_status gf_cl_weight_gradient(gf_opencl *self, int32_t first, int32_t count, gf_buffer *out,
                                gf_error *error);

/* records.c */
/* Starts the transfer of what was observed of layers first..first+count-1 into the scratch. */
gf_status gf_cl_collect(gf_opencl *self, int32_t first, int32_t count, gf_error *error);
gf_status gf_cl_records(gf_opencl *self, int32_t first, int32_t count, int32_t rows,
                        gf_layer_record *records, gf_cell *cells, gf_error *error);

/* read.c */
gf_status gf_cl_read(gf_opencl *self, int32_t layer, gf_tensor tensor, float *out,
                     int64_t *exponent, gf_error *error);

#endif
