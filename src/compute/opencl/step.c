/* A short pass costs less than being woken when it is over, so there is one wait for everything:
 * forward is put off until the loss is asked for, and what comes after the loss is done with it.
 * kernels/step.cl rescales nothing; whether that was right the states show afterwards. A network
 * for which it was not is run layer after layer from then on. */
#include "compute/opencl/step.h"

/* Whole passes below are short. */
#define SHORT_SECONDS 2e-3
/* Squares of the loss are far from the ends of float below this. */
#define OUTPUT_EXPONENT_MAX 50

bool gf_cl_is_short(const gf_opencl *self)
{
    return self->plan.predicted_seconds < SHORT_SECONDS;
}

bool gf_step_suits(const gf_opencl *self, int32_t first, int32_t count)
{
    const int32_t depth = self->plan.spec.depth;
    return self->used == GF_FAMILY_FUSED && gf_cl_is_short(self) && !self->steps_apart &&
           first == 1 && count == depth && self->segment_count == 1 &&
           depth <= self->scratch.layers;
}

static gf_status launch_step(gf_opencl *self, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, 1);
    const cl_uint depth = (cl_uint)self->plan.spec.depth;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),  GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),    GF_ARG(depth),
                                     GF_ARG(at->weight.memory),     GF_ARG(at->bias.memory),
                                     GF_ARG(self->input.memory),    GF_ARG(self->target.memory),
                                     GF_ARG(at->z.memory),          GF_ARG(at->a.memory),
                                     GF_ARG(at->delta.memory),      GF_ARG(self->up.memory),
                                     GF_ARG(self->loss_sums.memory)};
    gf_launch launch = {.name = gf_kernel_name(GF_KERNEL_STEP_FUSED, self->used),
                        .global = {2 * gf_panels(self), 1},
                        .local = 1,
                        .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_STEP_FUSED, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

/* Would any product have been rescaled? */
static bool needs_rescaling(const gf_opencl *self)
{
    const gf_state *states = self->scratch.host_states;
    const int32_t depth = self->plan.spec.depth;
    if (!gf_carries_exponents(self)) return false;
    if (gf_exponent_of(states[depth].a_max) > OUTPUT_EXPONENT_MAX) return true;
    for (int32_t l = 1; l < depth; l++)
        if (gf_rescale((double)gf_float_of(states[l].a_max), 0, self->described.has_bias) != 0)
            return true;
    for (int32_t l = depth; l > 1; l--) {
        gf_uint most = states[l].delta_max;
        if (self->layers[l].has_skip && states[l].up_max > most) most = states[l].up_max;
        if (gf_rescale((double)gf_float_of(most), 0, false) != 0) return true;
    }
    return false;
}

static gf_status clear_next(gf_opencl *self, gf_error *error)
{
    const size_t bytes = ((size_t)self->plan.spec.depth + 1) * sizeof(gf_state);
    GF_TRY(gf_buffer_provide(&self->queue, &self->state_next, self->state.bytes, error));
    GF_TRY(gf_queue_send(&self->queue, &self->state_next, self->zeros, bytes, error));
    self->state_cleared = true;
    return GF_OK;
}

static void swap_states(gf_opencl *self)
{
    const gf_buffer state = self->state;
    self->state = self->state_next;
    self->state_next = state;
    self->state_cleared = false;
}

/* The kernels start all cores at once: what has to be written before them would be done by one core
 * and would have the others woken after it. So the step before clears the states of this one, and
 * keeps its own for those who ask for them. */
gf_status gf_step_run(gf_opencl *self, gf_scaled *loss, gf_error *error)
{
    const int32_t depth = self->plan.spec.depth;
    if (!self->state_cleared) GF_TRY(clear_next(self, error));
    swap_states(self);
    GF_TRY(launch_step(self, error));
    GF_TRY(gf_cl_observe(self, 1, depth, error));
    GF_TRY(gf_cl_fetch_loss(self, error));
    GF_TRY(gf_cl_collect(self, 1, depth, error));
    GF_TRY(clear_next(self, error));
    GF_TRY(gf_queue_wait(&self->queue, error));
    self->steps_apart = needs_rescaling(self);
    if (self->steps_apart) return GF_OK;
    self->stage = GF_CL_DONE;
    self->holds = self->descends = 0;
    *loss = gf_cl_loss_of(self, &self->scratch.host_states[depth]);
    return GF_OK;
}
