/* The opencl backend's table of operations: opening a device, and the passes over the layers. */
#include "compute/opencl/opencl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/opencl/error.h"
#include "compute/opencl/peak.h"
#include "compute/opencl/state.h"

static gf_status opencl_list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    (void)error;
    gf_cl_device found[16];
    *count = gf_cl_list(found, capacity < 16 ? capacity : 16);
    for (int32_t i = 0; i < *count; i++)
        devices[i] = found[i].info;
    return GF_OK;
}

static gf_status find_device(const char *id, gf_cl_device *out, gf_error *error)
{
    gf_cl_device found[16];
    const int32_t count = gf_cl_list(found, 16);
    for (int32_t i = 0; i < count; i++)
        if (strcmp(found[i].info.id, id) == 0) {
            *out = found[i];
            return GF_OK;
        }
    return gf_fail(error, GF_DEVICE, "OpenCL: device '%s' is not there; %d found", id, count);
}

/* GRADFLOW_KERNELS=naive|tiles is for tests; else CPUs take tiles. */
static gf_status choose_family(const gf_device *device, gf_kernel_family *out, gf_error *error)
{
    const char *name = getenv("GRADFLOW_KERNELS");
    if (!name || !name[0])
        *out = device->kind == GF_DEVICE_CPU ? GF_FAMILY_TILES : GF_FAMILY_NAIVE;
    else if (strcmp(name, "naive") == 0)
        *out = GF_FAMILY_NAIVE;
    else if (strcmp(name, "tiles") == 0)
        *out = GF_FAMILY_TILES;
    else
        return gf_fail(error, GF_INVALID, "GRADFLOW_KERNELS is '%.40s'; allowed are naive and tiles", name);
    return GF_OK;
}

static gf_status start(gf_opencl *self, const gf_device *device, gf_error *error)
{
    GF_TRY(find_device(device->id, &self->device, error));
    GF_TRY(choose_family(&self->device.info, &self->family, error));
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)self->device.platform, 0};
    cl_int code = CL_SUCCESS;
    self->queue.context = clCreateContext(properties, 1, &self->device.device, NULL, NULL, &code);
    GF_CL(code, "making a context");
    self->queue.commands = clCreateCommandQueue(self->queue.context, self->device.device, 0, &code);
    GF_CL(code, "making a command queue");
    return gf_program_build(self->queue.context, self->device.device, &self->program, error);
}

/* Also for what open() left half made. */
static void opencl_close(gf_backend *backend)
{
    gf_opencl *self = (gf_opencl *)backend;
    if (!self) return;
    if (self->queue.commands) clFinish(self->queue.commands); /* after a cancel work may still run */
    gf_cl_release_network(self);
    for (int kernel = 0; kernel < GF_KERNEL_COUNT; kernel++)
        for (int family = 0; family < 2; family++)
            if (self->kernels[kernel][family]) clReleaseKernel(self->kernels[kernel][family]);
    if (self->program) clReleaseProgram(self->program);
    if (self->queue.commands) clReleaseCommandQueue(self->queue.commands);
    if (self->queue.context) clReleaseContext(self->queue.context);
    free(self);
}

static gf_status opencl_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out, gf_error *error)
{
    gf_opencl *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the opencl backend");
    self->base.ops = &gf_opencl_ops;
    self->queue.pulse = pulse;
    self->queue.launch_total = &self->base.launches;
    const gf_status status = start(self, device, error);
    if (status != GF_OK) {
        opencl_close(&self->base);
        return status;
    }
    *out = &self->base;
    return GF_OK;
}

gf_status gf_cl_kernel(gf_opencl *self, gf_kernel which, cl_kernel *out, gf_error *error)
{
    cl_kernel *kernel = &self->kernels[which][self->used];
    const char *name = gf_kernel_name(which, self->used);
    if (!*kernel) {
        cl_int code = CL_SUCCESS;
        cl_kernel made = clCreateKernel(self->program, name, &code);
        GF_CL(code, name);
        *kernel = made;
    }
    *out = *kernel;
    return GF_OK;
}

static gf_status opencl_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    GF_TRY(gf_backend_check_plain("opencl", &plan->spec, error));
    return gf_cl_prepare((gf_opencl *)backend, plan, error);
}

/* Launch geometry of forward.cl and backward.cl over `units` results a sample. */
static void set_geometry(const gf_opencl *self, gf_launch *launch, int32_t units)
{
    const size_t rows = gf_pad((size_t)units), panels = gf_panels(self);
    const bool tiles = self->used == GF_FAMILY_TILES;
    launch->global[0] = tiles ? rows / GF_TILE_ROWS * panels : panels * GF_LANES;
    launch->global[1] = tiles ? 1 : rows;
    launch->local = tiles ? 1 : GF_LANES;
}

static gf_status forward_layer(gf_opencl *self, int32_t l, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l);
    const cl_uint layer = (cl_uint)l;
    const gf_argument arguments[] = {
        GF_ARG(self->network.memory), GF_ARG(self->table.memory),
        GF_ARG(self->state.memory),   GF_ARG(layer),
        GF_ARG(at->weight.memory),    GF_ARG(at->bias.memory),
        GF_ARG(gf_activations_at(self, l - 1)->memory), GF_ARG(at->z.memory), GF_ARG(at->a.memory)};
    gf_launch launch = {.name = gf_kernel_name(GF_KERNEL_FORWARD, self->used), .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_FORWARD, &launch.kernel, error));
    set_geometry(self, &launch, gf_spec_fan_out(&self->plan.spec, l));
    return gf_queue_launch(&self->queue, &launch, error);
}

static gf_status opencl_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    const size_t layers = (size_t)self->plan.spec.depth + 1;
    if (first == 1) GF_TRY(gf_queue_send(&self->queue, &self->state, self->zeros, layers * sizeof(gf_state), error));
    for (int32_t l = first; l < first + count; l++)
        GF_TRY(forward_layer(self, l, error));
    return gf_queue_wait(&self->queue, error);
}

/* Adds the partial sums; they are of squares divided by 2^(2 shift). */
static gf_status finish_loss(gf_opencl *self, size_t sums, gf_scaled *out, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    float *parts = malloc(sums * sizeof *parts);
    if (!parts) return gf_fail(error, GF_MEMORY, "no memory for %zu sums of the loss", sums);
    gf_state last;
    gf_status status = gf_queue_fetch(&self->queue, &self->state, (size_t)spec->depth * sizeof last, &last,
                                      sizeof last, error);
    if (status == GF_OK)
        status = gf_queue_read(&self->queue, &self->loss_sums, 0, parts, sums * sizeof *parts, error);
    double sum = 0.0;
    for (size_t i = 0; status == GF_OK && i < sums; i++)
        sum += (double)parts[i];
    free(parts);
    if (status != GF_OK) return status;
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, spec->depth);
    *out = gf_scaled_make(sum / entries, 2 * (last.delta_exponent + last.loss_shift));
    return GF_OK;
}

static gf_status opencl_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    const int32_t depth = self->plan.spec.depth;
    gf_cl_segment *at = gf_segment_at(self, depth);
    const cl_uint layer = (cl_uint)depth;
    const gf_argument arguments[] = {
        GF_ARG(self->network.memory), GF_ARG(self->table.memory), GF_ARG(self->state.memory),
        GF_ARG(layer),                GF_ARG(at->z.memory),       GF_ARG(at->a.memory),
        GF_ARG(self->target.memory),  GF_ARG(at->delta.memory),   GF_ARG(self->loss_sums.memory)};
    gf_launch launch = {.name = "loss", .local = 1, .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_LOSS, &launch.kernel, error));
    launch.global[0] =
        gf_ceil_divide(gf_pad((size_t)gf_spec_fan_out(&self->plan.spec, depth)), GF_CHUNK_UNITS);
    launch.global[1] = gf_panels(self);
    GF_TRY(gf_queue_launch(&self->queue, &launch, error));
    return finish_loss(self, launch.global[0] * launch.global[1], out, error);
}

static gf_status backward_layer(gf_opencl *self, int32_t l, gf_error *error)
{
    gf_cl_segment *at = gf_segment_at(self, l), *below = gf_segment_at(self, l - 1);
    const cl_uint layer = (cl_uint)l;
    const gf_argument arguments[] = {
        GF_ARG(self->network.memory), GF_ARG(self->table.memory), GF_ARG(self->state.memory),
        GF_ARG(layer),                GF_ARG(at->weight.memory),  GF_ARG(at->delta.memory),
        GF_ARG(below->z.memory),      GF_ARG(below->delta.memory)};
    gf_launch launch = {.name = gf_kernel_name(GF_KERNEL_BACKWARD, self->used), .arguments = arguments,
                        .argument_count = sizeof arguments / sizeof *arguments};
    GF_TRY(gf_cl_kernel(self, GF_KERNEL_BACKWARD, &launch.kernel, error));
    set_geometry(self, &launch, gf_spec_fan_in(&self->plan.spec, l));
    return gf_queue_launch(&self->queue, &launch, error);
}

static gf_status opencl_backward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    for (int32_t l = first + count - 1; l >= first; l--)
        if (l > 1) GF_TRY(backward_layer(self, l, error));
    return gf_queue_wait(&self->queue, error);
}

static gf_status opencl_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                                gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    return gf_cl_records((gf_opencl *)backend, first, count, rows, records, cells, error);
}

static gf_status opencl_read(gf_backend *backend, int32_t layer, gf_tensor tensor, float *out, int64_t *exponent,
                             gf_error *error)
{
    return gf_cl_read((gf_opencl *)backend, layer, tensor, out, exponent, error);
}

static gf_status opencl_peak(gf_backend *backend, double *gflops, double *gbytes, gf_error *error)
{
    return gf_cl_peak((gf_opencl *)backend, gflops, gbytes, error);
}

const gf_backend_ops gf_opencl_ops = {
    .name = "opencl",
    .list = opencl_list,
    .open = opencl_open,
    .close = opencl_close,
    .prepare = opencl_prepare,
    .forward = opencl_forward,
    .loss = opencl_loss,
    .backward = opencl_backward,
    .records = opencl_records,
    .read = opencl_read,
    .peak = opencl_peak,
};
