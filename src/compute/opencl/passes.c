/* One layer forward or backward, and the loss: which kernels, over how many work-items. */
#include "compute/opencl/gpu.h"
#include "compute/opencl/state.h"

#define PATCHES_PER_CORE 8

/* A kernel that is no product: `across` x `down` work-items, or as many groups of the GPU family.
 */
static gf_status launch_plain(gf_opencl *self, gf_kernel which, size_t across, size_t down,
                              const gf_argument *arguments, size_t count, gf_error *error)
{
    const size_t items = gf_gpu_group_items(self, which);
    gf_launch launch = {.name = gf_kernel_name(which, self->used),
                        .global = {across * items, down},
                        .local = items,
                        .arguments = arguments,
                        .argument_count = (cl_uint)count};
    GF_TRY(gf_cl_kernel(self, which, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

/* The first four arguments of every kernel of a layer. */
#define LAYER_ARGUMENTS                                                                            \
    GF_ARG(self->network.memory), GF_ARG(self->table.memory), GF_ARG(self->state.memory),          \
        GF_ARG(layer)
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Work-items of forward and backward of the cpu family: the fewer, the more often what is in the
 * caches gets used; but every core shall have several. */
static size_t patches_of(const gf_opencl *self, size_t row_panels)
{
    const int32_t cores = self->device.info.compute_units;
    const size_t wanted = PATCHES_PER_CORE * (size_t)(cores > 0 ? cores : 1);
    const size_t across = gf_ceil_divide(gf_panels(self), GF_PATCH_PANELS);
    size_t down = gf_ceil_divide(row_panels, GF_PATCH_ROWS);
    if (down * across < wanted) down = gf_ceil_divide(wanted, across);
    return across * (down < row_panels ? down : row_panels);
}

/* Geometry of the GPU family; the kernel may be that of its smaller tile. */
static gf_kernel set_gpu_geometry(const gf_opencl *self, gf_kernel which, gf_launch *launch,
                                  size_t rows)
{
    const gf_gpu_grid grid = gf_gpu_grid_of(self, rows, gf_panels(self) * GF_LANES, 1);
    launch->global[0] = grid.tiles * grid.local;
    launch->global[1] = 1;
    launch->local = grid.local;
    if (!grid.small) return which;
    return which == GF_KERNEL_FORWARD ? GF_KERNEL_FORWARD_SMALL : GF_KERNEL_BACKWARD_SMALL;
}

/* Starts forward or backward of one layer over `rows` results a sample, padding included. */
static gf_status launch_product(gf_opencl *self, gf_kernel which, size_t rows,
                                const gf_argument *arguments, size_t count, gf_error *error)
{
    const size_t panels = gf_panels(self);
    const gf_kernel_family form = gf_kernel_form(which, self->used);
    const bool tiles = form == GF_FAMILY_CPU;
    gf_launch launch = {.arguments = arguments, .argument_count = (cl_uint)count};
    launch.global[0] = tiles ? patches_of(self, rows / GF_TILE_ROWS) : panels * GF_LANES;
    launch.global[1] = tiles ? 1 : rows;
    launch.local = tiles ? 1 : GF_LANES;
    if (form == GF_FAMILY_GPU) which = set_gpu_geometry(self, which, &launch, rows);
    launch.name = gf_kernel_name(which, self->used);
    GF_TRY(gf_cl_kernel(self, which, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

size_t gf_cl_part_count(const gf_opencl *self, size_t units, size_t terms)
{
    if (self->used != GF_FAMILY_GPU) return 1;
    return gf_gpu_part_count(&self->device.info, units, gf_panels(self) * GF_LANES, terms);
}

/* Parts of the sums of a product for `rows` results a sample. */
static gf_status launch_parts(gf_opencl *self, gf_kernel which, size_t rows, size_t parts,
                              const gf_argument *arguments, size_t count, gf_error *error)
{
    const gf_gpu_grid grid = gf_gpu_part_grid(self, rows, gf_panels(self) * GF_LANES);
    gf_launch launch = {.name = gf_kernel_name(which, self->used),
                        .global = {grid.tiles * grid.local, parts},
                        .local = grid.local,
                        .arguments = arguments,
                        .argument_count = (cl_uint)count};
    GF_TRY(gf_cl_kernel(self, which, &launch.kernel, error));
    return gf_queue_launch(&self->queue, &launch, error);
}

/* The results from the parts. */
static gf_status launch_sum(gf_opencl *self, gf_kernel which, size_t rows,
                            const gf_argument *arguments, size_t count, gf_error *error)
{
    const size_t fours = gf_panels(self) * rows * (GF_LANES / 4);
    return launch_plain(self, which, gf_ceil_divide(fours, GF_GROUP), 1, arguments, count, error);
}

/* Layer norm of many units: several work-items share a sample; see norm.cl. */
static bool is_wide_norm(const gf_opencl *self, int32_t l)
{
    return self->plan.spec.norm == GF_NORM_LAYER && self->layers[l].fan_out > GF_NORM_UNITS;
}

/* Work-items, or groups of the GPU family, of normalise and normalise_backward. */
static size_t norm_items(const gf_opencl *self, int32_t l)
{
    if (self->plan.spec.norm == GF_NORM_LAYER)
        return gf_kernel_form(GF_KERNEL_NORMALISE, self->used) == GF_FAMILY_GPU
                   ? gf_panels(self)
                   : 2 * gf_panels(self);
    return gf_ceil_divide(self->layers[l].fan_out, GF_CHUNK_UNITS);
}

/* Work-items that share a chunk of a wide layer's norm: halves of panels, or groups with whole
 * ones.
 */
static size_t wide_norm_items(const gf_opencl *self)
{
    return gf_kernel_form(GF_KERNEL_WIDE_NORM, self->used) == GF_FAMILY_GPU ? gf_panels(self)
                                                                            : 2 * gf_panels(self);
}

static gf_status wide_norm(gf_opencl *self, int32_t l, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const size_t chunks = gf_norm_chunks(self->layers[l].fan_out), across = wide_norm_items(self);
    const gf_argument sums[] = {LAYER_ARGUMENTS, GF_ARG(at->z.memory),
                                GF_ARG(self->norm_sums.memory)};
    GF_TRY(
        launch_plain(self, GF_KERNEL_WIDE_NORM_SUMS, chunks, across, sums, COUNT_OF(sums), error));
    const gf_argument arguments[] = {LAYER_ARGUMENTS, GF_ARG(self->norm_sums.memory),
                                     GF_ARG(at->z.memory), GF_ARG(at->inverse.memory)};
    return launch_plain(self, GF_KERNEL_WIDE_NORM, chunks, across, arguments, COUNT_OF(arguments),
                        error);
}

static gf_status normalise(gf_opencl *self, int32_t l, gf_error *error)
{
    if (is_wide_norm(self, l)) return wide_norm(self, l, error);
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const gf_argument arguments[] = {LAYER_ARGUMENTS, GF_ARG(at->z.memory),
                                     GF_ARG(at->inverse.memory)};
    return launch_plain(self, GF_KERNEL_NORMALISE, norm_items(self, l), 1, arguments,
                        COUNT_OF(arguments), error);
}

static gf_status activate(gf_opencl *self, int32_t l, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const size_t chunks = gf_ceil_divide(gf_pad(self->layers[l].fan_out), GF_CHUNK_UNITS);
    const gf_argument arguments[] = {LAYER_ARGUMENTS,
                                     GF_ARG(gf_activations_at(self, l - 1)->memory),
                                     GF_ARG(at->z.memory), GF_ARG(at->a.memory)};
    return launch_plain(self, GF_KERNEL_ACTIVATE, chunks, gf_panels(self), arguments,
                        COUNT_OF(arguments), error);
}

static gf_status split_product(gf_opencl *self, int32_t l, const gf_cl_weights *weights,
                               cl_uint parts, cl_uint from, cl_uint to, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    gf_buffer *below = gf_activations_at(self, l - 1);
    const gf_argument terms[] = {LAYER_ARGUMENTS,       GF_ARG(weights->weight->memory),
                                 GF_ARG(below->memory), GF_ARG(self->parts.memory),
                                 GF_ARG(from),          GF_ARG(to)};
    GF_TRY(launch_parts(self, GF_KERNEL_FORWARD_PARTS, to - from, parts, terms, COUNT_OF(terms),
                        error));
    const gf_argument sums[] = {LAYER_ARGUMENTS,
                                GF_ARG(self->parts.memory),
                                GF_ARG(parts),
                                GF_ARG(weights->bias->memory),
                                GF_ARG(below->memory),
                                GF_ARG(at->z.memory),
                                GF_ARG(at->a.memory),
                                GF_ARG(from),
                                GF_ARG(to)};
    return launch_sum(self, GF_KERNEL_FORWARD_SUM, to - from, sums, COUNT_OF(sums), error);
}

/* Units from..to-1 of z and, where nothing is normalised, of a. */
static gf_status product(gf_opencl *self, int32_t l, cl_uint from, cl_uint to, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const size_t parts =
        gf_cl_part_count(self, gf_pad(self->layers[l].fan_out), gf_pad(self->layers[l].fan_in));
    gf_cl_weights weights;
    GF_TRY(gf_cl_get_weights(self, l, GF_CL_ROWS, from, to, &weights, error));
    if (parts > 1) return split_product(self, l, &weights, (cl_uint)parts, from, to, error);
    const gf_argument arguments[] = {LAYER_ARGUMENTS,
                                     GF_ARG(weights.weight->memory),
                                     GF_ARG(weights.bias->memory),
                                     GF_ARG(gf_activations_at(self, l - 1)->memory),
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->a.memory),
                                     GF_ARG(from),
                                     GF_ARG(to)};
    return launch_product(self, GF_KERNEL_FORWARD, to - from, arguments, COUNT_OF(arguments),
                          error);
}

gf_status gf_cl_forward_layer(gf_opencl *self, int32_t l, gf_error *error)
{
    const cl_uint units = (cl_uint)gf_pad(self->layers[l].fan_out),
                  most = gf_cl_units_at_a_time(self, units);
    for (cl_uint from = 0; from < units; from += most)
        GF_TRY(product(self, l, from, from + most < units ? from + most : units, error));
    if (self->plan.spec.norm == GF_NORM_NONE) return GF_OK;
    GF_TRY(normalise(self, l, error));
    return activate(self, l, error);
}

static gf_status wide_norm_backward(gf_opencl *self, int32_t l, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const size_t chunks = gf_norm_chunks(self->layers[l].fan_out), across = wide_norm_items(self);
    const gf_argument sums[] = {GF_ARG(self->table.memory), GF_ARG(layer), GF_ARG(at->z.memory),
                                GF_ARG(at->delta.memory), GF_ARG(self->norm_sums.memory)};
    GF_TRY(launch_plain(self, GF_KERNEL_WIDE_NORM_BACKWARD_SUMS, chunks, across, sums,
                        COUNT_OF(sums), error));
    const gf_argument arguments[] = {LAYER_ARGUMENTS, GF_ARG(at->z.memory),
                                     GF_ARG(at->inverse.memory), GF_ARG(self->norm_sums.memory),
                                     GF_ARG(at->delta.memory)};
    return launch_plain(self, GF_KERNEL_WIDE_NORM_BACKWARD, chunks, across, arguments,
                        COUNT_OF(arguments), error);
}

/* delta of layer `l` from what its delta holds so far, dL/dh. */
static gf_status normalise_backward(gf_opencl *self, int32_t l, gf_error *error)
{
    if (self->plan.spec.norm == GF_NORM_NONE) return GF_OK;
    if (is_wide_norm(self, l)) return wide_norm_backward(self, l, error);
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const gf_argument arguments[] = {LAYER_ARGUMENTS, GF_ARG(at->z.memory),
                                     GF_ARG(at->inverse.memory), GF_ARG(at->delta.memory)};
    return launch_plain(self, GF_KERNEL_NORMALISE_BACKWARD, norm_items(self, l), 1, arguments,
                        COUNT_OF(arguments), error);
}

gf_status gf_cl_loss(gf_opencl *self, gf_scaled *out, gf_error *error)
{
    const int32_t depth = self->plan.spec.depth;
    gf_cl_segment *at = gf_segment_at(self, depth);
    const cl_uint layer = (cl_uint)depth;
    const gf_argument arguments[] = {LAYER_ARGUMENTS,
                                     GF_ARG(at->z.memory),
                                     GF_ARG(at->a.memory),
                                     GF_ARG(self->target.memory),
                                     GF_ARG(at->delta.memory),
                                     GF_ARG(self->up.memory),
                                     GF_ARG(self->loss_sums.memory)};
    const size_t chunks = gf_ceil_divide(gf_pad(self->layers[depth].fan_out), GF_CHUNK_UNITS);
    GF_TRY(launch_plain(self, GF_KERNEL_LOSS, chunks, gf_panels(self), arguments,
                        COUNT_OF(arguments), error));
    GF_TRY(normalise_backward(self, depth, error));
    gf_state last;
    GF_TRY(gf_queue_fetch(&self->queue, &self->state, (size_t)depth * sizeof last, &last,
                          sizeof last, error));
    GF_TRY(gf_cl_fetch_loss(self, error));
    GF_TRY(gf_queue_wait(&self->queue, error));
    *out = gf_cl_loss_of(self, &last);
    return GF_OK;
}

static gf_status split_product_backward(gf_opencl *self, int32_t l, const gf_cl_weights *weights,
                                        cl_uint parts, cl_uint from, cl_uint to, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l), *below = gf_segment_at(self, l - 1);
    const cl_uint layer = (cl_uint)l;
    const gf_argument terms[] = {LAYER_ARGUMENTS,
                                 GF_ARG(weights->weight->memory),
                                 GF_ARG(at->delta.memory),
                                 GF_ARG(self->parts.memory),
                                 GF_ARG(from),
                                 GF_ARG(to)};
    GF_TRY(launch_parts(self, GF_KERNEL_BACKWARD_PARTS, to - from, parts, terms, COUNT_OF(terms),
                        error));
    const gf_argument sums[] = {LAYER_ARGUMENTS,
                                GF_ARG(self->parts.memory),
                                GF_ARG(parts),
                                GF_ARG(below->z.memory),
                                GF_ARG(below->delta.memory),
                                GF_ARG(self->up.memory),
                                GF_ARG(from),
                                GF_ARG(to)};
    return launch_sum(self, GF_KERNEL_BACKWARD_SUM, to - from, sums, COUNT_OF(sums), error);
}

/* Units from..to-1 of delta of the layer below. */
static gf_status product_backward(gf_opencl *self, int32_t l, cl_uint from, cl_uint to,
                                  gf_error *error)
{
    const size_t parts =
        gf_cl_part_count(self, gf_pad(self->layers[l].fan_in), gf_pad(self->layers[l].fan_out));
    gf_cl_weights weights;
    GF_TRY(gf_cl_get_weights(self, l, GF_CL_COLUMNS, from, to, &weights, error));
    if (parts > 1)
        return split_product_backward(self, l, &weights, (cl_uint)parts, from, to, error);
    gf_cl_segment *at = gf_segment_at(self, l), *below = gf_segment_at(self, l - 1);
    const cl_uint layer = (cl_uint)l;
    const gf_argument arguments[] = {LAYER_ARGUMENTS,
                                     GF_ARG(weights.weight->memory),
                                     GF_ARG(at->delta.memory),
                                     GF_ARG(below->z.memory),
                                     GF_ARG(below->delta.memory),
                                     GF_ARG(self->up.memory),
                                     GF_ARG(from),
                                     GF_ARG(to)};
    return launch_product(self, GF_KERNEL_BACKWARD, to - from, arguments, COUNT_OF(arguments),
                          error);
}

gf_status gf_cl_backward_layer(gf_opencl *self, int32_t l, gf_error *error)
{
    const cl_uint units = (cl_uint)gf_pad(self->layers[l].fan_in),
                  most = gf_cl_units_at_a_time(self, units);
    for (cl_uint from = 0; from < units; from += most)
        GF_TRY(product_backward(self, l, from, from + most < units ? from + most : units, error));
    return normalise_backward(self, l - 1, error);
}
