/* Devices in order of preference, and the walk over the segments that makes one pass. */
#include "compute/compute.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static int compare_preference(const void *left, const void *right)
{
    const gf_device *a = left, *b = right;
    return (int)a->kind - (int)b->kind;
}

/* GRADFLOW_MEMORY_MIB: what a run may use at most, of any device. */
static void limit_memory(gf_device *device)
{
    const char *text = getenv("GRADFLOW_MEMORY_MIB");
    const double mib = text ? strtod(text, NULL) : 0.0;
    if (!(mib >= 1.0) || mib * 1048576.0 >= (double)device->memory_bytes) return;
    device->memory_bytes = (uint64_t)(mib * 1048576.0);
    if (device->allocation_bytes > device->memory_bytes)
        device->allocation_bytes = device->memory_bytes;
}

int32_t gf_compute_list(gf_device *devices, int32_t capacity, bool without_opencl)
{
    int32_t total = 0;
    for (int i = 0; gf_backends[i]; i++) {
        int32_t count = 0;
        if (without_opencl && strcmp(gf_backends[i]->name, "opencl") == 0) continue;
        /* A backend that cannot even list has no devices; the others still do. */
        if (gf_backends[i]->list(devices + total, capacity - total, &count, NULL) == GF_OK)
            total += count;
    }
    for (int32_t i = 0; i < total; i++)
        limit_memory(&devices[i]);
    /* Insertion keeps the order of backends within a kind, which qsort would not promise. */
    for (int32_t i = 1; i < total; i++)
        for (int32_t j = i; j > 0 && compare_preference(&devices[j - 1], &devices[j]) > 0; j--) {
            const gf_device moved = devices[j];
            devices[j] = devices[j - 1];
            devices[j - 1] = moved;
        }
    return total;
}

/* "opencl" for "opencl:0", "gpu" for any GPU. */
static bool is_family(const gf_device *device, const char *name)
{
    const size_t family = strcspn(device->id, ":");
    if (strcmp(gf_device_kind_name(device->kind), name) == 0) return true;
    return strlen(name) == family && strncmp(device->id, name, family) == 0;
}

gf_status gf_compute_find(const gf_device *devices, int32_t count, const char *name, gf_device *out,
                          gf_error *error)
{
    char known[300] = "";
    for (int32_t i = 0; i < count; i++) {
        if (!name || strcmp(devices[i].id, name) == 0) {
            *out = devices[i];
            return GF_OK;
        }
        strncat(known, i ? ", " : "", sizeof known - strlen(known) - 1);
        strncat(known, devices[i].id, sizeof known - strlen(known) - 1);
    }
    for (int32_t i = 0; i < count; i++)
        if (is_family(&devices[i], name)) {
            *out = devices[i];
            return GF_OK;
        }
    for (int32_t i = 0; i < count; i++)
        if (name && name[0] && strcasestr(devices[i].name, name)) {
            *out = devices[i];
            return GF_OK;
        }
    return gf_fail(error, GF_DEVICE, "device '%s' is not there; there are %s", name ? name : "",
                   known);
}

gf_status gf_compute_open(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                          gf_error *error)
{
    const size_t length = strcspn(device->id, ":");
    for (int i = 0; gf_backends[i]; i++)
        if (strncmp(gf_backends[i]->name, device->id, length) == 0 && !gf_backends[i]->name[length])
            return gf_backends[i]->open(device, pulse, out, error);
    return gf_fail(error, GF_DEVICE, "no backend serves device '%s'", device->id);
}

typedef struct pass {
    gf_backend *backend;
    const gf_plan *plan;
    int32_t rows;
    const gf_pulse *pulse;
    const gf_sink *sink;
    gf_layer_record *records; /* [layers_per_segment] */
    gf_cell *cells;           /* [layers_per_segment][rows] */
    gf_times *times;
} pass;

static gf_status run_forward(pass *at, gf_scaled *loss, gf_error *error)
{
    const double start = gf_clock_ms();
    for (int32_t segment = 0; segment < at->plan->segment_count; segment++) {
        GF_TRY(gf_pulse_beat(at->pulse, error));
        GF_TRY(at->backend->ops->forward(at->backend, gf_plan_segment_first(at->plan, segment),
                                         gf_plan_segment_layers(at->plan, segment), error));
    }
    GF_TRY(at->backend->ops->loss(at->backend, loss, error));
    at->times->forward_ms = gf_clock_ms() - start;
    return GF_OK;
}

static gf_status run_segment_backward(pass *at, int32_t segment, gf_error *error)
{
    const int32_t first = gf_plan_segment_first(at->plan, segment);
    const int32_t count = gf_plan_segment_layers(at->plan, segment);
    GF_TRY(gf_pulse_beat(at->pulse, error));
    const double start = gf_clock_ms();
    GF_TRY(at->backend->ops->backward(at->backend, first, count, error));
    const double middle = gf_clock_ms();
    GF_TRY(at->backend->ops->records(at->backend, first, count, at->rows, at->records, at->cells,
                                     error));
    at->times->backward_ms += middle - start;
    at->times->statistics_ms += gf_clock_ms() - middle;
    if (!at->sink->layers) return GF_OK;
    return at->sink->layers(at->sink->user, first, count, at->records, at->cells, error);
}

static gf_status run_pass(pass *at, gf_scaled *loss, gf_error *error)
{
    if (at->sink->plan) GF_TRY(at->sink->plan(at->sink->user, at->plan, error));
    GF_TRY(at->backend->ops->prepare(at->backend, at->plan, error));
    GF_TRY(run_forward(at, loss, error));
    for (int32_t segment = at->plan->segment_count - 1; segment >= 0; segment--)
        GF_TRY(run_segment_backward(at, segment, error));
    return GF_OK;
}

gf_status gf_compute_run(gf_backend *backend, const gf_plan *plan, int32_t rows,
                         const gf_pulse *pulse, const gf_sink *sink, gf_scaled *loss,
                         gf_times *times, gf_error *error)
{
    const double start = gf_clock_ms();
    const size_t layers = (size_t)plan->layers_per_segment;
    gf_times taken = {0};
    pass at = {backend, plan, rows, pulse, sink, NULL, NULL, &taken};
    at.records = malloc(layers * sizeof *at.records);
    at.cells = malloc(layers * (size_t)rows * sizeof *at.cells);
    gf_status status = GF_MEMORY;
    if (at.records && at.cells)
        status = run_pass(&at, loss, error);
    else
        gf_fail(error, GF_MEMORY, "no memory for the records of a segment of %zu layers", layers);
    free(at.records);
    free(at.cells);
    if (status != GF_OK) return status;
    taken.total_ms = gf_clock_ms() - start;
    *times = taken;
    return GF_OK;
}
