/* The one table behind which every way of computing a network stands: reference, cpu, opencl.
 *
 * A backend holds one network at a time. Calls come in this order, from one thread:
 *   open, then any number of { prepare, forward(segments upward), loss, backward(segments
 * downward), records(any finished segment), read(any) }, then close.
 *
 * Arithmetic that all backends share:
 *   - Weights, biases, input and target are the float32 values of model/init.h, bit for bit.
 *   - Stored arrays carry an exponent per layer: true = stored * 2^exponent. gf_rescale() decides
 * when, from the exponent of the largest finite magnitude of the array the next product reads.
 * Scaling is by powers of two and so exact; in ordinary networks all forward exponents are 0.
 * kernels/activation.cl says what f does under one.
 *   - Reductions are fixed trees: the same device gives the same bits every time. */
#ifndef GF_COMPUTE_BACKEND_H
#define GF_COMPUTE_BACKEND_H

#include "compute/plan.h"
#include "gradflow/records.h"

typedef struct gf_backend gf_backend;

/* How a long computation stays answerable. Backends call gf_pulse_beat() at least every few
 * milliseconds of host work or waiting; it lets the server send a sign of life and look for a
 * cancel. */
typedef struct gf_pulse {
    bool (*beat)(void *user); /* false: stop now */
    void *user;
} gf_pulse;
/* GF_CANCELLED when the other side wants no more; a NULL pulse or beat is fine. */
gf_status gf_pulse_beat(const gf_pulse *pulse, gf_error *error);

/* Arrays that can be read back in full, for export, inspection and tests. Shapes: W [out][in], b
 * [out], z, a, delta [batch][out], dW [out][in], db [out], input [batch][in] and target
 * [batch][out] (layer is ignored). */
typedef enum gf_tensor {
    GF_TENSOR_WEIGHT,
    GF_TENSOR_BIAS,
    GF_TENSOR_Z,
    GF_TENSOR_A,
    GF_TENSOR_DELTA,
    GF_TENSOR_WEIGHT_GRAD,
    GF_TENSOR_BIAS_GRAD,
    GF_TENSOR_INPUT,
    GF_TENSOR_TARGET
} gf_tensor;

typedef struct gf_backend_ops {
    const char *name;

    /* Fill at most `capacity` devices; none is not an error. */
    gf_status (*list)(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error);
    /* `pulse` is borrowed until close, may be NULL. */
    gf_status (*open)(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                      gf_error *error);
    void (*close)(gf_backend *backend);

    /* The name of the kernels that would run `plan` ("cpu", "fused"). NULL: there is no choice.
     */
    const char *(*kernels)(const gf_backend *backend, const gf_plan *plan);
    /* Memory and weights for `plan` (copied); frees those of the plan before, reuses what can be
     * reused. */
    gf_status (*prepare)(gf_backend *backend, const gf_plan *plan, gf_error *error);
    /* Layers first..first+count-1, in order. Forward and backward may return before they are done;
     * what goes wrong afterwards the next call says. */
    gf_status (*forward)(gf_backend *backend, int32_t first, int32_t count, gf_error *error);
    /* After the last forward: loss, and delta of the output layer. */
    gf_status (*loss)(gf_backend *backend, gf_scaled *out, gf_error *error);
    /* The deltas of layers first+count-1 down to first, from those of the loss or of the segment
     * above: leaves what records() and the segment below need. */
    gf_status (*backward)(gf_backend *backend, int32_t first, int32_t count, gf_error *error);
    /* Records [count] and cells [count][rows] of layers that have had their backward. */
    gf_status (*records)(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                         gf_layer_record *records, gf_cell *cells, gf_error *error);
    /* One array of `layer` (1-based) as float with its exponent: true = out[i] * 2^exponent. `out`
     * has room for all. */
    gf_status (*read)(gf_backend *backend, int32_t layer, gf_tensor tensor, float *out,
                      int64_t *exponent, gf_error *error);
    /* What the device can do at all, for the benchmark: multiply-adds as 2 operations in GFLOP/s,
     * bytes read in GB/s. */
    gf_status (*peak)(gf_backend *backend, double *gflops, double *gbytes, gf_error *error);
} gf_backend_ops;

/* The base of every backend's own struct. */
struct gf_backend {
    const gf_backend_ops *ops;
    uint64_t launches; /* kernels started since open; 0 where there are none */
    bool lost;         /* the device does not come back; only the end of the process frees it */
};

/* Every backend, in the order in which devices are preferred within a kind. NULL-terminated. */
extern const gf_backend_ops *const gf_backends[];

/* What ops->kernels says, "" where there is no choice. */
const char *gf_backend_kernels(const gf_backend *backend, const gf_plan *plan);

/* The extra power of two k for an array whose largest finite magnitude is `max_abs` and whose
 * exponent is `exponent`: 0 while 2^-40 <= max_abs < 2^40, else the k that brings max_abs to
 * [0.5, 1); of an array of zeros the k that takes the exponent away, so that what is added to it (a
 * bias, f(0)) is not lost beside nothing. With `has_bias` the exponent never goes below 0: a bias
 * is of ordinary size and must stay representable beside it. */
int32_t gf_rescale(double max_abs, int64_t exponent, bool has_bias);

#endif
