/* The cpu backend's table of operations. The work is in forward.c, backward.c and statistics.c. */
#include "compute/cpu/cpu.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compute/cpu/layers.h"
#include "compute/cpu/peak.h"

static void read_cpu_name(char *name, size_t capacity)
{
    char line[256];
    snprintf(name, capacity, "host CPU");
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *value = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (!value) continue;
        snprintf(name, capacity, "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
        break;
    }
    if (file) fclose(file);
}

static gf_status cpu_list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    (void)error;
    *count = capacity > 0 ? 1 : 0;
    if (capacity < 1) return GF_OK;
    const uint64_t memory =
        (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGE_SIZE) / 10 * 8;
    gf_device device = {.id = "cpu",
                        .kind = GF_DEVICE_HOST,
                        .compute_units = omp_get_max_threads(),
                        .memory_bytes = memory,
                        .allocation_bytes = memory,
                        .whole_layers = true};
    read_cpu_name(device.name, sizeof device.name);
    gf_blas blas = gf_blas_load();
    snprintf(device.driver, sizeof device.driver, "%s", blas.name);
    gf_blas_unload(&blas);
    devices[0] = device;
    return GF_OK;
}

static gf_status cpu_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                          gf_error *error)
{
    (void)device;
    gf_cpu *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the cpu backend");
    self->base.ops = &gf_cpu_ops;
    self->pulse = pulse;
    self->threads = omp_get_max_threads();
    self->blas = gf_blas_load();
    *out = &self->base;
    return GF_OK;
}

static void cpu_close(gf_backend *backend)
{
    gf_cpu *self = (gf_cpu *)backend;
    if (!self) return;
    gf_cpu_release(self);
    free(self->parameters.start);
    free(self->arrays.start);
    free(self->recipes);
    gf_blas_unload(&self->blas);
    free(self);
}

static gf_status cpu_prepare(gf_backend *backend, const gf_plan *plan, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    self->plan = *plan;
    atomic_store(&self->stopped, false);
    if (gf_cpu_allocate(self)) return gf_cpu_fill(self, error);
    gf_cpu_release(self);
    return gf_fail(error, GF_MEMORY, "no memory for %d layers of %d with batch %d: %.1f MiB",
                   plan->spec.depth, plan->spec.width, plan->spec.batch,
                   (double)plan->total_bytes / (1024.0 * 1024.0));
}

bool gf_cpu_goes_on(gf_cpu *self)
{
    if (omp_get_thread_num() == 0 && gf_pulse_beat(self->pulse, NULL) != GF_OK)
        atomic_store(&self->stopped, true);
    return !atomic_load(&self->stopped);
}

gf_status gf_cpu_check(const gf_cpu *self, gf_error *error)
{
    if (!atomic_load(&self->stopped)) return GF_OK;
    return gf_fail(error, GF_CANCELLED, "the run was cancelled");
}

static int32_t segment_of(const gf_cpu *self, int32_t l)
{
    return (l - 1) / self->plan.layers_per_segment;
}

static gf_status cpu_forward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    self->holds = self->descends = -1;
    for (int32_t l = first; l < first + count; l++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        GF_TRY(gf_cpu_make_weights(self, l, error));
        gf_cpu_forward_layer(self, l);
        GF_TRY(gf_cpu_check(self, error));
    }
    self->holds = segment_of(self, first + count - 1);
    return GF_OK;
}

/* z and a of a segment that may have been given up. */
static gf_status hold(gf_cpu *self, int32_t segment, gf_error *error)
{
    if (!self->plan.recomputed || self->holds == segment) return GF_OK;
    const int32_t descends = self->descends;
    GF_TRY(cpu_forward(&self->base, gf_plan_segment_first(&self->plan, segment),
                       gf_plan_segment_layers(&self->plan, segment), error));
    self->descends = descends;
    return GF_OK;
}

static gf_status cpu_loss(gf_backend *backend, gf_scaled *out, gf_error *error)
{
    return gf_cpu_loss((gf_cpu *)backend, out, error);
}

static gf_status cpu_backward(gf_backend *backend, int32_t first, int32_t count, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    GF_TRY(hold(self, segment_of(self, first), error));
    for (int32_t l = first + count; l > first; l--) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        if (l > self->plan.spec.depth) continue;
        GF_TRY(gf_cpu_make_weights(self, l, error));
        GF_TRY(gf_cpu_backward_layer(self, l, error));
        GF_TRY(gf_cpu_check(self, error));
    }
    self->descends = segment_of(self, first);
    return GF_OK;
}

/* So are its deltas, from the loss down if need be. */
static gf_status descend(gf_cpu *self, int32_t segment, gf_error *error)
{
    gf_scaled loss;
    if (!self->plan.recomputed) return GF_OK;
    if (self->descends < segment) self->descends = -1;
    while (self->descends != segment) {
        const int32_t last = self->plan.segment_count - 1,
                      next = self->descends < 0 ? last : self->descends - 1;
        GF_TRY(hold(self, next, error));
        if (next == last) GF_TRY(gf_cpu_loss(self, &loss, error));
        GF_TRY(cpu_backward(&self->base, gf_plan_segment_first(&self->plan, next),
                            gf_plan_segment_layers(&self->plan, next), error));
    }
    return hold(self, segment, error);
}

/* Arrays that were not kept are made again. */
static gf_status make_ready(gf_cpu *self, int32_t l, gf_tensor tensor, gf_error *error)
{
    switch (tensor) {
    case GF_TENSOR_WEIGHT:
    case GF_TENSOR_BIAS: return gf_cpu_make_weights(self, l, error);
    case GF_TENSOR_Z:
    case GF_TENSOR_A: return hold(self, segment_of(self, l), error);
    case GF_TENSOR_DELTA:
    case GF_TENSOR_WEIGHT_GRAD:
    case GF_TENSOR_BIAS_GRAD: return descend(self, segment_of(self, l), error);
    default: return GF_OK;
    }
}

static gf_status cpu_records(gf_backend *backend, int32_t first, int32_t count, int32_t rows,
                             gf_layer_record *records, gf_cell *cells, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    for (int32_t i = 0; i < count; i++) {
        GF_TRY(gf_pulse_beat(self->pulse, error));
        gf_cpu_record(self, first + i, rows, &records[i], &cells[(size_t)i * (size_t)rows]);
        GF_TRY(gf_cpu_check(self, error));
    }
    return GF_OK;
}

static gf_status cpu_read(gf_backend *backend, int32_t l, gf_tensor tensor, float *out,
                          int64_t *exponent, gf_error *error)
{
    gf_cpu *self = (gf_cpu *)backend;
    GF_TRY(make_ready(self, l, tensor, error));
    const gf_spec *spec = &self->plan.spec;
    const gf_cpu_layer *at = &self->layers[l];
    const size_t B = (size_t)spec->batch, O = (size_t)at->fan_out, row = sizeof(float);
    *exponent = 0;
    switch (tensor) {
    case GF_TENSOR_WEIGHT: memcpy(out, at->weight, O * (size_t)at->fan_in * row); break;
    case GF_TENSOR_BIAS: memcpy(out, at->bias, O * row); break;
    case GF_TENSOR_Z: memcpy(out, at->z, B * O * row), *exponent = at->z_exponent; break;
    case GF_TENSOR_A: memcpy(out, at->a, B * O * row), *exponent = at->a_exponent; break;
    case GF_TENSOR_DELTA:
        memcpy(out, at->delta, B * O * row), *exponent = at->delta_exponent;
        break;
    case GF_TENSOR_WEIGHT_GRAD:
        gf_cpu_weight_gradient(self, l, out), *exponent = gf_cpu_weight_exponent(self, l);
        break;
    case GF_TENSOR_BIAS_GRAD:
        gf_cpu_bias_gradient(self, l, out), *exponent = at->delta_exponent;
        break;
    case GF_TENSOR_INPUT:
        memcpy(out, self->layers[0].a, B * (size_t)self->layers[0].fan_out * row);
        break;
    case GF_TENSOR_TARGET:
        memcpy(out, self->target, B * (size_t)self->layers[spec->depth].fan_out * row);
        break;
    }
    return GF_OK;
}

static gf_status cpu_peak(gf_backend *backend, double *gflops, double *gbytes, gf_error *error)
{
    return gf_host_peak(((gf_cpu *)backend)->threads, gflops, gbytes, error);
}

const gf_backend_ops gf_cpu_ops = {
    .name = "cpu",
    .list = cpu_list,
    .open = cpu_open,
    .close = cpu_close,
    .prepare = cpu_prepare,
    .forward = cpu_forward,
    .loss = cpu_loss,
    .backward = cpu_backward,
    .records = cpu_records,
    .read = cpu_read,
    .peak = cpu_peak,
};
