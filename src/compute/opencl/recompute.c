/* Arrays that are made again: of a network larger than memory z, a and delta are there for one
 * segment. The walk down makes z and a of a segment from the checkpoint below it; whoever reads an
 * array afterwards has the walk repeated down to it. Maxima and exponents of the layers are found
 * again as they are. */
#include "compute/opencl/state.h"

gf_status gf_cl_keep_checkpoint(gf_opencl *self, int32_t l, gf_error *error)
{
    if (!gf_plan_is_checkpoint(&self->plan, l)) return GF_OK;
    return gf_queue_copy(&self->queue, &self->working.a, self->layers[l].entries * sizeof(float),
                         &self->checkpoints[gf_segment_of(self, l)],
                         gf_entries(self, l) * sizeof(float), error);
}

gf_status gf_cl_hold(gf_opencl *self, int32_t segment, gf_error *error)
{
    if (!self->plan.recomputed || self->holds == segment) return GF_OK;
    const int32_t first = gf_segment_first(self, segment);
    self->holds = -1;
    for (int32_t l = first; l < first + gf_segment_length(self, segment); l++)
        GF_TRY(gf_cl_forward_layer(self, l, error));
    self->holds = segment;
    return GF_OK;
}

/* One segment further down, or to the last one if there is none above. */
static gf_status step_down(gf_opencl *self, gf_error *error)
{
    const int32_t segment = self->descends < 0 ? self->segment_count - 1 : self->descends - 1;
    gf_scaled loss;
    GF_TRY(gf_cl_hold(self, segment, error));
    if (segment == self->segment_count - 1) GF_TRY(gf_cl_loss(self, &loss, error));
    return gf_cl_backward_layers(self, gf_segment_first(self, segment),
                                 gf_segment_length(self, segment), error);
}

gf_status gf_cl_descend(gf_opencl *self, int32_t segment, gf_error *error)
{
    if (!self->plan.recomputed) return GF_OK;
    if (self->descends < segment) self->descends = -1;
    while (self->descends != segment)
        GF_TRY(step_down(self, error));
    return gf_cl_hold(self, segment, error);
}
