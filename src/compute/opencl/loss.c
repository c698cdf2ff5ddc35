/* The loss from its partial sums: added in double, in order. */
#include "compute/opencl/state.h"

size_t gf_cl_loss_count(const gf_opencl *self)
{
    const size_t outputs = gf_pad((size_t)gf_spec_fan_out(&self->plan.spec, self->plan.spec.depth));
    return gf_ceil_divide(outputs, GF_CHUNK_UNITS) * gf_panels(self) * 2;
}

gf_status gf_cl_fetch_loss(gf_opencl *self, gf_error *error)
{
    return gf_queue_fetch(&self->queue, &self->loss_sums, 0, self->host_loss,
                          gf_cl_loss_count(self) * sizeof *self->host_loss, error);
}

gf_scaled gf_cl_loss_of(const gf_opencl *self, const gf_state *last)
{
    const gf_spec *spec = &self->plan.spec;
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, spec->depth);
    double sum = 0.0;
    for (size_t i = 0; i < gf_cl_loss_count(self); i++)
        sum += (double)self->host_loss[i];
    return gf_scaled_make(sum / entries, 2 * (gf_bounded(last->delta_exponent) + last->loss_shift));
}
