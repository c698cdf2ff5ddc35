/* Runs of layers in one launch, and the look afterwards: where a batch has several panels, a launch
 * cannot know the largest magnitude of a layer, and goes on as if no product had to be rescaled.
 * What it found out shows whether that was right; after the first layer where it was not, the rest
 * is done again from there, and the next run is only as long as this one was good. */
#include "compute/opencl/fused.h"

#include <math.h>

/* As measured on PoCL with AVX-512: operations a second of a core, what layers of several
 * work-items reach of that, and what a launch takes. Above this width both are as quick. */
#define CORE_RATE      2e11
#define SHARED_SPEED   0.8
#define LAUNCH_SECONDS 20e-6
#define WIDTH_MAX      768

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

bool gf_fused_runs(const gf_spec *spec)
{
    return spec->norm == GF_NORM_NONE;
}

static int32_t widest_of(const gf_spec *spec)
{
    int32_t widest = gf_spec_fan_in(spec, 1);
    for (int32_t l = 1; l <= spec->depth && l <= 2; l++)
        if (gf_spec_fan_out(spec, l) > widest) widest = gf_spec_fan_out(spec, l);
    if (gf_spec_fan_out(spec, spec->depth) > widest) widest = gf_spec_fan_out(spec, spec->depth);
    return widest;
}

/* A run keeps only as many cores busy as there are panels, but no layer waits for a launch. */
bool gf_fused_suits(const gf_spec *spec, int32_t compute_units)
{
    const int32_t widest = widest_of(spec);
    if (!gf_fused_runs(spec) || widest > WIDTH_MAX) return false;
    const double cores = compute_units > 1 ? compute_units : 1.0;
    const double panels = ceil((double)spec->batch / GF_LANES);
    const double panel_seconds = 2.0 * GF_LANES * widest * widest / CORE_RATE;
    return ceil(panels / cores) * panel_seconds <=
           panels / cores * panel_seconds / SHARED_SPEED + LAUNCH_SECONDS;
}

static gf_status launch(gf_opencl *self, gf_kernel which, const gf_argument *arguments,
                        size_t count, gf_error *error)
{
    gf_launch work = {.name = gf_kernel_name(which, self->used),
                      .global = {gf_panels(self), 1},
                      .local = 1,
                      .arguments = arguments,
                      .argument_count = (cl_uint)count};
    GF_TRY(gf_cl_kernel(self, which, &work.kernel, error));
    return gf_queue_launch(&self->queue, &work, error);
}

static gf_status launch_forward(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, first);
    const cl_uint layer = (cl_uint)first, layers = (cl_uint)count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(layers),
                                     GF_ARG(at->weight.memory),
                                     GF_ARG(at->bias.memory),
                                     GF_ARG(gf_activations_at(self, first - 1)->memory),
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->a.memory)};
    return launch(self, GF_KERNEL_FORWARD_FUSED, arguments, COUNT_OF(arguments), error);
}

/* `count` products from layer `top` on, downward, into layers of one segment. */
static gf_status launch_backward(gf_opencl *self, int32_t top, int32_t count, gf_error *error)
{
    gf_cl_segment *above = gf_segment_at(self, top), *at = gf_segment_at(self, top - 1);
    const cl_uint layer = (cl_uint)top, layers = (cl_uint)count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(layers),
                                     GF_ARG(above->weight.memory),
                                     GF_ARG(above->delta.memory),
                                     GF_ARG(at->weight.memory),
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->delta.memory),
                                     GF_ARG(self->up.memory),
                                     GF_ARG(self->up_next.memory)};
    return launch(self, GF_KERNEL_BACKWARD_FUSED, arguments, COUNT_OF(arguments), error);
}

/* Must a launch of `count` layers be looked at? */
static bool is_guess(const gf_opencl *self, int32_t count)
{
    return count > 1 && gf_panels(self) > 1 && gf_carries_exponents(self);
}

static gf_status read_states(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    return gf_queue_read(&self->queue, &self->state, (size_t)first * sizeof(gf_state),
                         self->scratch.host_states, (size_t)count * sizeof(gf_state), error);
}

/* Layers first..first+count-1 have their states in the scratch: how many of them stand. The others
 * are made as if they had never run. */
static gf_status keep_forward(gf_opencl *self, int32_t first, int32_t count, int32_t *good,
                              gf_error *error)
{
    gf_state *states = self->scratch.host_states;
    int32_t kept = 1;
    for (; kept < count; kept++) {
        const gf_state *below = &states[kept - 1];
        if (gf_rescale((double)gf_float_of(below->a_max), below->a_exponent,
                       self->described.has_bias) != 0)
            break;
    }
    *good = kept;
    if (kept == count) return GF_OK;
    return gf_queue_send_at(&self->queue, &self->state, (size_t)(first + kept) * sizeof(gf_state),
                            self->zeros, (size_t)(count - kept) * sizeof(gf_state), error);
}

static int32_t smaller(int32_t one, int32_t other)
{
    return one < other ? one : other;
}

gf_status gf_fused_forward(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    const int32_t most = self->scratch.layers;
    int32_t run = most, good = 0;
    for (int32_t done = 0; done < count; done += good) {
        const int32_t length = smaller(run, count - done);
        good = length;
        GF_TRY(launch_forward(self, first + done, length, error));
        if (!is_guess(self, length)) continue;
        GF_TRY(read_states(self, first + done, length, error));
        GF_TRY(keep_forward(self, first + done, length, &good, error));
        run = good < length ? good : smaller(2 * run, most);
    }
    return GF_OK;
}

/* The same for deltas: `count` layers below `top`, the lowest first in the scratch. */
static gf_status keep_backward(gf_opencl *self, int32_t top, int32_t count, int32_t *good,
                               gf_error *error)
{
    gf_state *states = self->scratch.host_states;
    int32_t kept = 1;
    for (; kept < count; kept++) {
        const gf_state *above = &states[count - kept];
        const bool has_skip = self->layers[top - kept].has_skip;
        const gf_uint most =
            has_skip && above->up_max > above->delta_max ? above->up_max : above->delta_max;
        if (gf_rescale((double)gf_float_of(most), above->delta_exponent, false) != 0) break;
    }
    *good = kept;
    for (int32_t i = 0; i < count - kept; i++)
        states[i].delta_max = states[i].up_max = 0;
    if (kept == count) return GF_OK;
    return gf_queue_send_at(&self->queue, &self->state, (size_t)(top - count) * sizeof(gf_state),
                            states, (size_t)(count - kept) * sizeof(gf_state), error);
}

static void swap_up(gf_opencl *self)
{
    const gf_buffer up = self->up;
    self->up = self->up_next;
    self->up_next = up;
}

/* One run of at most `count` products. What went down beside the skips is that of the last layer,
 * so that of a run that went too far the good part is repeated to have it. */
static gf_status backward_run(gf_opencl *self, int32_t top, int32_t count, int32_t *good,
                              gf_error *error)
{
    *good = count;
    GF_TRY(launch_backward(self, top, count, error));
    if (is_guess(self, count)) {
        GF_TRY(read_states(self, top - count, count, error));
        GF_TRY(keep_backward(self, top, count, good, error));
        if (*good < count && self->layers[top - *good].has_skip)
            GF_TRY(launch_backward(self, top, *good, error));
    }
    swap_up(self);
    return GF_OK;
}

gf_status gf_fused_backward(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    const int32_t most = self->scratch.layers, depth = self->plan.spec.depth;
    const int32_t top = first + count <= depth ? first + count : depth;
    const int32_t products = top - first;
    int32_t run = most, good = 0;
    for (int32_t done = 0; done < products; done += good) {
        const int32_t length = smaller(run, products - done);
        GF_TRY(backward_run(self, top - done, length, &good, error));
        run = good < length ? good : smaller(2 * run, most);
    }
    return GF_OK;
}
