/* The opencl backend's table of operations: opening a device, and passes over segments. */
#include "compute/opencl/opencl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "compute/opencl/error.h"
#include "compute/opencl/fused.h"
#include "compute/opencl/gpu.h"
#include "compute/opencl/kernel_cache.h"
#include "compute/opencl/peak.h"
#include "compute/opencl/state.h"
#include "compute/opencl/step.h"
#include "compute/opencl/tuning_cache.h"

static void describe_kernels(gf_device *device, gf_kernel_family family)
{
    const gf_tuning *tuned = gf_tuning_load(device, family);
    snprintf(device->kernels, sizeof device->kernels, "%s%s%s", gf_family_names[family],
             tuned ? ", tuned: " : "", tuned ? tuned->name : "");
}

static gf_status opencl_list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    (void)error;
    gf_cl_device found[16];
    gf_kernel_cache_check();
    *count = gf_cl_list(found, capacity < 16 ? capacity : 16);
    for (int32_t i = 0; i < *count; i++) {
        gf_kernel_family family;
        bool forced;
        devices[i] = found[i].info;
        devices[i].unit_multiple = GF_TILE_ROWS;
        devices[i].sample_multiple = GF_LANES;
        /* A wish that makes no sense is refused when the device is opened. */
        if (gf_family_wanted(devices[i].kind, &family, &forced, NULL) != GF_OK) continue;
        describe_kernels(&devices[i], family);
        if (family == GF_FAMILY_GPU)
            devices[i].parts_bytes = gf_gpu_parts_bytes(devices[i].compute_units);
    }
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

static gf_status build_family(gf_opencl *self, gf_error *error)
{
    const gf_kernel_family family = self->family;
    if (family == GF_FAMILY_GPU)
        GF_TRY(gf_gpu_check(self->tuning, self->device.device, NULL, error));
    GF_TRY(gf_program_build(self->queue.context, self->device.device, family, self->tuning,
                            &self->program, error));
    if (family != GF_FAMILY_GPU) return GF_OK;
    return gf_gpu_check(self->tuning, self->device.device, self->program, error);
}

/* A device that cannot run the GPU family runs the naive kernels. */
static gf_status build(gf_opencl *self, gf_error *error)
{
    const gf_status status = build_family(self, error);
    if (status == GF_OK || self->family != GF_FAMILY_GPU) return status;
    if (self->program) clReleaseProgram(self->program);
    self->program = NULL;
    self->family = GF_FAMILY_NAIVE;
    self->tuning = gf_tunings_of(self->family, &(int32_t){0});
    return build_family(self, error);
}

/* The form that was asked for; else the family wanted, as it was tuned here or is built in. */
static gf_status choose(gf_opencl *self, const gf_opencl_form *form, gf_error *error)
{
    int32_t count;
    if (form) {
        self->forced = true;
        self->family = form->family;
        self->tuning = form->tuning;
        return GF_OK;
    }
    GF_TRY(gf_family_wanted(self->device.info.kind, &self->family, &self->forced, error));
    self->tuning = gf_tuning_load(&self->device.info, self->family);
    if (!self->tuning) self->tuning = gf_tunings_of(self->family, &count);
    return GF_OK;
}

static gf_status start(gf_opencl *self, const gf_device *device, const gf_opencl_form *form,
                       gf_error *error)
{
    GF_TRY(find_device(device->id, &self->device, error));
    self->device.info = *device; /* its limits may be lower than the driver's */
    GF_TRY(choose(self, form, error));
    GF_TRY(gf_queue_open(&self->queue, self->device.platform, self->device.device, error));
    return form ? build_family(self, error) : build(self, error);
}

/* Also for what open() left half made. */
static void opencl_close(gf_backend *backend)
{
    gf_opencl *self = (gf_opencl *)backend;
    if (!self) return;
    if (self->base.lost) return; /* even a release may wait for it */
    gf_queue_settle(&self->queue);
    if (self->queue.commands)
        clFinish(self->queue.commands); /* after a cancel work may still run */
    gf_cl_release_network(self);
    for (int kernel = 0; kernel < GF_KERNEL_COUNT; kernel++)
        for (int family = 0; family < GF_FAMILY_COUNT; family++)
            if (self->kernels[kernel][family]) clReleaseKernel(self->kernels[kernel][family]);
    if (self->program) clReleaseProgram(self->program);
    gf_queue_close(&self->queue);
    free(self);
}

gf_status gf_opencl_open_form(const gf_device *device, const gf_pulse *pulse,
                              const gf_opencl_form *form, gf_backend **out, gf_error *error)
{
    gf_opencl *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the opencl backend");
    self->base.ops = &gf_opencl_ops;
    self->queue.pulse = pulse;
    self->queue.launch_total = &self->base.launches;
    self->queue.lost = &self->base.lost;
    const gf_status status = start(self, device, form, error);
    if (status != GF_OK) {
        opencl_close(&self->base);
        return status;
    }
    *out = &self->base;
    return GF_OK;
}

static gf_status opencl_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                             gf_error *error)
{
    return gf_opencl_open_form(device, pulse, NULL, out, error);
}

gf_status gf_cl_kernel(gf_opencl *self, gf_kernel which, cl_kernel *out, gf_error *error)
{
    cl_kernel *kernel = &self->kernels[which][gf_kernel_form(which, self->used)];
    const char *name = gf_kernel_name(which, self->used);
    if (!*kernel) {
        cl_int code = CL_SUCCESS;
        cl_kernel made = clCreateKernel(self->program, name, &code);
        GF_CL(code, name);
        *kernel = made;
        self->queue.fresh = true;
    }
    *out = *kernel;
    return GF_OK;
}

/* CPU tiles scale their sums after adding, the other kernels their operands before: where weights
 * are far from 1, sums would leave float before they are scaled. Narrow networks are fused unless
 * somebody asked for a family. */
gf_kernel_family gf_cl_family(const gf_opencl *self, const gf_plan *plan)
{
    const gf_spec *spec = &plan->spec;
    const bool stored = !plan->generated && !plan->recomputed;
    if (self->family == GF_FAMILY_GPU) return GF_FAMILY_GPU;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const double std = gf_spec_weight_std(spec, l);
        if (std != 0.0 && fabs(log2(std)) > 20.0) return GF_FAMILY_NAIVE;
    }
    if (self->family == GF_FAMILY_FUSED)
        return stored && gf_fused_runs(spec) ? GF_FAMILY_FUSED : GF_FAMILY_CPU;
    if (self->family == GF_FAMILY_CPU && !self->forced && stored &&
        gf_fused_suits(spec, self->device.info.compute_units))
        return GF_FAMILY_FUSED;
    return self->family;
}

static const char *opencl_kernels(const gf_backend *backend, const gf_plan *plan)
{
    return gf_family_names[gf_cl_family((const gf_opencl *)backend, plan)];
}

/* How long one wait may take at most: far longer than the whole pass should. GRADFLOW_PATIENCE, in
 * seconds, is for tests. */
static double patience_for(const gf_plan *plan)
{
    const char *wish = getenv("GRADFLOW_PATIENCE");
    int64_t seconds;
    if (wish && gf_number_integer("", wish, 1, 3600, &seconds, NULL) == GF_OK)
        return 1000.0 * (double)seconds;
    return fmax(10e3, 20e3 * plan->predicted_seconds);
}

/* A cancel waits for what is in flight, so that of long kernels there are few. */
static int32_t launches_in_flight(const gf_plan *plan)
{
    const double launches_per_layer = 4.0, wait_seconds = 0.1;
    const double launches =
        wait_seconds * launches_per_layer * plan->spec.depth / fmax(plan->predicted_seconds, 1e-9);
    return launches >= 256.0 ? 0 : launches < 1.0 ? 1 : (int32_t)launches;
}

static gf_status opencl_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    gf_queue_settle(&self->queue);
    self->queue.patience_ms = patience_for(plan);
    self->queue.launches_max = launches_in_flight(plan);
    return gf_cl_prepare(self, plan, error);
}

/* The end of a pass. A short one is waited for where the host needs numbers: to be woken takes as
 * long as the pass. */
static gf_status end_pass(gf_opencl *self, gf_error *error)
{
    if (gf_cl_is_short(self)) return gf_queue_start(&self->queue, error);
    return gf_queue_wait(&self->queue, error);
}

static gf_status forward_layers(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    for (int32_t l = first; l < first + count; l++) {
        GF_TRY(gf_cl_forward_layer(self, l, error));
        GF_TRY(gf_cl_keep_checkpoint(self, l, error));
        self->holds = gf_segment_of(self, l);
    }
    return GF_OK;
}

static gf_status run_forward(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    const size_t layers = (size_t)self->plan.spec.depth + 1;
    self->stage = GF_CL_APART;
    if (first == 1)
        GF_TRY(gf_queue_send(&self->queue, &self->state, self->zeros, layers * sizeof(gf_state),
                             error));
    if (self->used == GF_FAMILY_FUSED)
        GF_TRY(gf_fused_forward(self, first, count, error));
    else
        GF_TRY(forward_layers(self, first, count, error));
    self->descends = -1;
    return end_pass(self, error);
}

static gf_status opencl_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    if (!gf_step_suits(self, first, count)) return run_forward(self, first, count, error);
    self->stage = GF_CL_PENDING;
    return GF_OK;
}

/* What was put off is done after all, a pass at a time. */
static gf_status catch_up(gf_opencl *self, gf_error *error)
{
    if (self->stage != GF_CL_PENDING) return GF_OK;
    return run_forward(self, 1, self->plan.spec.depth, error);
}

static gf_status opencl_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    if (self->stage == GF_CL_PENDING) GF_TRY(gf_step_run(self, out, error));
    if (self->stage == GF_CL_DONE) return GF_OK;
    GF_TRY(catch_up(self, error));
    return gf_cl_loss(self, out, error);
}

gf_status gf_cl_backward_layers(gf_opencl *self, int32_t first, int32_t count, gf_error *error)
{
    for (int32_t l = first + count; l > first; l--)
        if (l <= self->plan.spec.depth) GF_TRY(gf_cl_backward_layer(self, l, error));
    self->descends = gf_segment_of(self, first);
    return GF_OK;
}

static gf_status opencl_backward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    if (self->stage == GF_CL_DONE) return GF_OK;
    GF_TRY(gf_cl_hold(self, gf_segment_of(self, first), error));
    if (self->used == GF_FAMILY_FUSED)
        GF_TRY(gf_fused_backward(self, first, count, error));
    else
        GF_TRY(gf_cl_backward_layers(self, first, count, error));
    return end_pass(self, error);
}

static gf_status opencl_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                                gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    return gf_cl_records((gf_opencl *)backend, first, count, rows, records, cells, error);
}

static gf_status opencl_read(gf_backend *backend, int32_t layer, gf_tensor tensor, float *out,
                             int64_t *exponent, gf_error *error)
{
    gf_opencl *self = (gf_opencl *)backend;
    GF_TRY(catch_up(self, error));
    return gf_cl_read(self, layer, tensor, out, exponent, error);
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
    .kernels = opencl_kernels,
    .prepare = opencl_prepare,
    .forward = opencl_forward,
    .loss = opencl_loss,
    .backward = opencl_backward,
    .records = opencl_records,
    .read = opencl_read,
    .peak = opencl_peak,
};
