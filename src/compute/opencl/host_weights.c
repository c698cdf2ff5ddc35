/* Weights that are no function of their place and so are made on the host (orthogonal ones):
 * packed, rounded, uploaded. */
#include <stdlib.h>

#include "compute/opencl/state.h"
#include "model/orthogonal.h"
#include "model/precision.h"

/* [out][in] into the layout of kernels/network.cl; `to` is zero. */
static void pack(const float *from, size_t out, size_t in, gf_precision precision, float *to)
{
    for (size_t o = 0; o < out; o++)
        for (size_t i = 0; i < in; i++)
            to[(o / GF_TILE_ROWS * gf_pad(in) + i) * GF_TILE_ROWS + o % GF_TILE_ROWS] =
                (float)gf_precision_round(precision, (double)from[o * in + i]);
}

gf_status gf_cl_send_weights(gf_opencl *self, int32_t l, const gf_buffer *to, size_t offset,
                             gf_error *error)
{
    const gf_layer *at = &self->layers[l];
    const size_t out = at->fan_out, in = at->fan_in, count = gf_pad(out) * gf_pad(in);
    float *rows = malloc(out * in * sizeof *rows), *packed = calloc(count, sizeof *packed);
    gf_status status = GF_OK;
    if (!rows || !packed) status = gf_fail(error, GF_MEMORY, "no memory for %zu weights", count);
    if (status == GF_OK) status = gf_pulse_beat(self->queue.pulse, error);
    if (status == GF_OK) status = gf_orthogonal_make(&self->plan.spec, l, rows, error);
    if (status == GF_OK) {
        pack(rows, out, in, self->plan.spec.precision, packed);
        status = gf_queue_send_at(&self->queue, to, offset, packed, count * sizeof *packed, error);
        if (status == GF_OK) status = gf_queue_wait(&self->queue, error);
    }
    free(rows);
    free(packed);
    return status;
}
