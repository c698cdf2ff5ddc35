/* Statistics of layers: their memory, and a few launches for many layers. */
#include <stdlib.h>

#include "compute/opencl/gpu.h"
#include "compute/opencl/state.h"

/* Device memory that statistics may take, and layers reduced at a time at most. */
#define SCRATCH_BYTES (64u << 20)
#define LAYERS_MAX    256
/* Layers that a core shall have at least where one work-item takes a whole layer. */
#define LAYERS_PER_CORE 3

/* One launch makes the gradients of many layers: all of them use the tile that suits the hidden
 * ones. */
static gf_gpu_grid gpu_grid(const gf_opencl *self)
{
    const size_t width = (size_t)self->plan.spec.width;
    return gf_gpu_grid_of(self, width, width, (size_t)self->plan.spec.depth);
}

/* Work-groups of the weight gradient for a layer; see weight_gradient.cl and gpu_products.cl. */
size_t gf_cl_group_count(const gf_opencl *self, size_t fan_in, size_t fan_out)
{
    const gf_kernel_family form = gf_kernel_form(GF_KERNEL_WEIGHT_GRADIENT, self->used);
    if (form == GF_FAMILY_NAIVE) return fan_out;
    if (form == GF_FAMILY_GPU)
        return gf_gpu_tile_count(gpu_grid(self).small ? &self->tuning->small : &self->tuning->large,
                                 fan_out, fan_in);
    return gf_ceil_divide(fan_in, GF_LANES) *
           gf_ceil_divide(fan_out, (size_t)self->tuning->cpu.grad_panels * GF_TILE_ROWS);
}

static void measure(const gf_opencl *self, gf_cl_scratch *scratch)
{
    size_t units = 0, groups = 0;
    for (int32_t l = 1; l <= self->plan.spec.depth; l++) {
        const size_t out = self->layers[l].fan_out,
                     group = gf_cl_group_count(self, self->layers[l].fan_in, out);
        if (out > units) units = out;
        if (group > groups) groups = group;
    }
    scratch->unit_count = units;
    scratch->chunk_count = gf_ceil_divide(units, GF_CHUNK_UNITS);
    scratch->group_count = groups;
    const size_t bytes = scratch->chunk_count * sizeof(gf_chunk) + units * sizeof(gf_unit) +
                         groups * sizeof(float) +
                         (size_t)GF_COUNT_COPIES * GF_COUNTS * sizeof(gf_uint);
    size_t layers = SCRATCH_BYTES / bytes;
    if (layers > LAYERS_MAX) layers = LAYERS_MAX;
    if (layers > (size_t)self->segment_layers) layers = (size_t)self->segment_layers;
    scratch->layers = layers > 0 ? (int32_t)layers : 1;
}

static void free_host(gf_cl_scratch *scratch)
{
    free(scratch->host_chunks);
    free(scratch->host_units);
    free(scratch->host_counts);
    free(scratch->host_squares);
    free(scratch->host_states);
    free(scratch->host_per_unit);
}

void gf_cl_release_scratch(gf_cl_scratch *scratch)
{
    gf_buffer *const buffers[] = {&scratch->chunks, &scratch->units, &scratch->counts,
                                  &scratch->squares};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        gf_buffer_release(buffers[i]);
    free_host(scratch);
    *scratch = (gf_cl_scratch){0};
}

static gf_status provide_host(gf_cl_scratch *to, gf_error *error)
{
    const size_t layers = (size_t)to->layers;
    free_host(to);
    to->host_chunks = calloc(layers * to->chunk_count, sizeof *to->host_chunks);
    to->host_units = calloc(layers * to->unit_count, sizeof *to->host_units);
    to->host_counts = calloc(layers * GF_COUNT_COPIES * GF_COUNTS, sizeof *to->host_counts);
    to->host_squares = calloc(layers * to->group_count, sizeof *to->host_squares);
    to->host_states = calloc(layers + 1, sizeof *to->host_states);
    to->host_per_unit = calloc(2 * to->unit_count, sizeof *to->host_per_unit);
    if (to->host_chunks && to->host_units && to->host_counts && to->host_squares &&
        to->host_states && to->host_per_unit)
        return GF_OK;
    return gf_fail(error, GF_MEMORY, "no memory for the statistics of %d layers", to->layers);
}

size_t gf_cl_count_bytes(const gf_cl_scratch *scratch)
{
    return (size_t)scratch->layers * GF_COUNT_COPIES * GF_COUNTS * sizeof(gf_uint);
}

gf_status gf_cl_provide_scratch(gf_opencl *self, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    measure(self, to);
    const size_t layers = (size_t)to->layers;
    GF_TRY(provide_host(to, error));
    GF_TRY(gf_buffer_provide(&self->queue, &to->chunks, layers * to->chunk_count * sizeof(gf_chunk),
                             error));
    GF_TRY(gf_buffer_provide(&self->queue, &to->units, layers * to->unit_count * sizeof(gf_unit),
                             error));
    GF_TRY(gf_buffer_provide(&self->queue, &to->counts, gf_cl_count_bytes(to), error));
    return gf_buffer_provide(&self->queue, &to->squares, layers * to->group_count * sizeof(float),
                             error);
}

/* `across` work-items a layer, or as many groups of the GPU family. */
static gf_status launch(gf_opencl *self, gf_kernel which, size_t across, int32_t count,
                        const gf_argument *arguments, size_t argument_count, gf_error *error)
{
    const size_t items = gf_gpu_group_items(self, which);
    gf_launch work = {.name = gf_kernel_name(which, self->used),
                      .global = {across * items, (size_t)count},
                      .local = items,
                      .arguments = arguments,
                      .argument_count = (cl_uint)argument_count};
    GF_TRY(gf_cl_kernel(self, which, &work.kernel, error));
    return gf_queue_launch(&self->queue, &work, error);
}
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static gf_status launch_units(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    gf_cl_segment *at = gf_segment_at(self, first);
    const cl_uint layer = (cl_uint)first, stride = (cl_uint)to->unit_count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(stride),
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->a.memory),
                                     GF_ARG(at->delta.memory),
                                     GF_ARG(to->chunks.memory),
                                     GF_ARG(to->units.memory),
                                     GF_ARG(to->counts.memory)};
    return launch(self, GF_KERNEL_UNIT_STATISTICS, to->chunk_count, count, arguments,
                  COUNT_OF(arguments), error);
}

static gf_status launch_edges(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    const cl_uint layer = (cl_uint)first, stride = (cl_uint)to->chunk_count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(stride),
                                     GF_ARG(to->chunks.memory)};
    return launch(self, GF_KERNEL_ACTIVATION_EDGES, 1, count, arguments, COUNT_OF(arguments),
                  error);
}

static gf_status launch_histogram(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    const cl_uint layer = (cl_uint)first, stride = (cl_uint)to->chunk_count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(layer),
                                     GF_ARG(stride),
                                     GF_ARG(gf_segment_at(self, first)->a.memory),
                                     GF_ARG(to->chunks.memory),
                                     GF_ARG(to->counts.memory)};
    return launch(self, GF_KERNEL_ACTIVATION_HISTOGRAM,
                  gf_ceil_divide(to->unit_count, GF_BIN_UNITS), count, arguments,
                  COUNT_OF(arguments), error);
}

/* Everything of narrow layers. */
static gf_status launch_layers(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    gf_cl_segment *at = gf_segment_at(self, first);
    const cl_uint layer = (cl_uint)first, units = (cl_uint)to->unit_count,
                  chunks = (cl_uint)to->chunk_count, groups = (cl_uint)to->group_count;
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(units),
                                     GF_ARG(chunks),
                                     GF_ARG(groups),
                                     GF_ARG(gf_activations_at(self, first - 1)->memory),
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->a.memory),
                                     GF_ARG(at->delta.memory),
                                     GF_ARG(to->chunks.memory),
                                     GF_ARG(to->units.memory),
                                     GF_ARG(to->squares.memory),
                                     GF_ARG(to->counts.memory)};
    return launch(self, GF_KERNEL_LAYER_STATISTICS, 1, count, arguments, COUNT_OF(arguments),
                  error);
}

/* Into slots from `slot` on; all of these layers read activations of one buffer. */
static gf_status launch_gradient(gf_opencl *self, int32_t first, int32_t count, cl_uint slot,
                                 gf_buffer *out, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    const cl_uint layer = (cl_uint)first;
    const cl_int store = out != NULL;
    gf_buffer *const place = out ? out : &to->units; /* an argument has to be some buffer */
    const gf_argument arguments[] = {GF_ARG(self->network.memory),
                                     GF_ARG(self->table.memory),
                                     GF_ARG(self->state.memory),
                                     GF_ARG(layer),
                                     GF_ARG(slot),
                                     GF_ARG(gf_segment_at(self, first)->delta.memory),
                                     GF_ARG(gf_activations_at(self, first - 1)->memory),
                                     GF_ARG(to->squares.memory),
                                     GF_ARG(to->counts.memory),
                                     GF_ARG(place->memory),
                                     GF_ARG(store)};
    const bool gpu = gf_kernel_form(GF_KERNEL_WEIGHT_GRADIENT, self->used) == GF_FAMILY_GPU;
    const gf_gpu_grid grid = gpu ? gpu_grid(self) : (gf_gpu_grid){.local = 1};
    const gf_kernel which =
        grid.small ? GF_KERNEL_WEIGHT_GRADIENT_SMALL : GF_KERNEL_WEIGHT_GRADIENT;
    gf_launch work = {.name = gf_kernel_name(which, self->used),
                      .global = {to->group_count * grid.local, (size_t)count},
                      .local = grid.local,
                      .arguments = arguments,
                      .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, which, &work.kernel, error));
    return gf_queue_launch(&self->queue, &work, error);
}

gf_status gf_cl_weight_gradient(gf_opencl *self, int32_t first, int32_t count, gf_buffer *out,
                                gf_error *error)
{
    const bool alone = first == 1 || gf_segment_of(self, first - 1) != gf_segment_of(self, first);
    if (!alone) return launch_gradient(self, first, count, 0, out, error);
    GF_TRY(launch_gradient(self, first, 1, 0, out, error));
    if (count == 1) return GF_OK;
    return launch_gradient(self, first + 1, count - 1, 1, out, error);
}

/* A work-item a layer: does that keep every core busy? */
static bool suits_layers(const gf_opencl *self, int32_t count)
{
    return self->used == GF_FAMILY_FUSED &&
           count >= LAYERS_PER_CORE * self->device.info.compute_units;
}

gf_status gf_cl_observe(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    gf_cl_scratch *to = &self->scratch;
    if (suits_layers(self, count)) return launch_layers(self, first, count, error);
    GF_TRY(gf_queue_send(&self->queue, &to->counts, self->zeros,
                         (size_t)count * GF_COUNT_COPIES * GF_COUNTS * sizeof(gf_uint), error));
    GF_TRY(launch_units(self, first, count, error));
    GF_TRY(launch_edges(self, first, count, error));
    GF_TRY(launch_histogram(self, first, count, error));
    return gf_cl_weight_gradient(self, first, count, NULL, error);
}
