/* Sizes first: what a network needs, whether the device has it, and into what segments it is cut.
 */
#include "compute/plan.h"

#include <inttypes.h>

/* A segment is launched, streamed and cancelled as one: short enough to answer quickly, long enough
 * to be worth it. */
#define SEGMENT_SECONDS 0.02
/* What a compute unit is taken to reach in matrix products when its backend does not say. */
#define ASSUMED_GFLOPS_PER_UNIT 20.0

static uint64_t activation_bytes(const gf_spec *spec)
{
    uint64_t units =
        (uint64_t)gf_spec_fan_out(spec, 0) + (uint64_t)gf_spec_fan_out(spec, spec->depth);
    for (int32_t layer = 1; layer <= spec->depth; layer++)
        units += 3 * (uint64_t)gf_spec_fan_out(spec, layer); /* z, a, delta */
    return units * (uint64_t)spec->batch * sizeof(float);
}

/* Forward, backward and weight gradient are 2 operations per weight and sample each. */
static double predict_seconds(const gf_spec *spec, const gf_device *device)
{
    const double work = 6.0 * (double)gf_spec_parameter_count(spec) * spec->batch;
    const double units = device->compute_units > 0 ? device->compute_units : 1;
    const double gflops =
        device->assumed_gflops > 0.0 ? device->assumed_gflops : ASSUMED_GFLOPS_PER_UNIT * units;
    return work / (gflops * 1e9);
}

static gf_status check_memory(const gf_plan *plan, const gf_device *device, gf_error *error)
{
    const double gib = 1024.0 * 1024.0 * 1024.0;
    if (plan->total_bytes > device->memory_bytes)
        return gf_fail(
            error, GF_MEMORY,
            "%d layers of %d with batch %d need %.1f GiB (%.1f GiB of it weights); %s has %.1f GiB",
            plan->spec.depth, plan->spec.width, plan->spec.batch, (double)plan->total_bytes / gib,
            (double)plan->weight_bytes / gib, device->name, (double)device->memory_bytes / gib);
    return GF_OK;
}

gf_status gf_plan_create(const gf_spec *spec, const gf_device *device, gf_plan *out,
                         gf_error *error)
{
    GF_TRY(gf_spec_validate(spec, error));
    gf_plan plan = {.spec = *spec};
    plan.weight_bytes = gf_spec_parameter_count(spec) * sizeof(float);
    plan.activation_bytes = activation_bytes(spec);
    plan.statistics_bytes = (uint64_t)spec->depth * sizeof(gf_layer_record);
    plan.total_bytes = plan.weight_bytes + plan.activation_bytes + plan.statistics_bytes;
    plan.predicted_seconds = predict_seconds(spec, device);
    GF_TRY(check_memory(&plan, device, error));

    const double layer_seconds = plan.predicted_seconds / spec->depth;
    double layers = layer_seconds > 0.0 ? SEGMENT_SECONDS / layer_seconds : spec->depth;
    layers = layers < 1.0 ? 1.0 : layers > spec->depth ? spec->depth : layers;
    plan.layers_per_segment = (int32_t)layers;
    plan.segment_count = (spec->depth + plan.layers_per_segment - 1) / plan.layers_per_segment;
    *out = plan;
    return GF_OK;
}

int32_t gf_plan_segment_first(const gf_plan *plan, int32_t segment)
{
    return segment * plan->layers_per_segment + 1;
}

int32_t gf_plan_segment_layers(const gf_plan *plan, int32_t segment)
{
    const int32_t left = plan->spec.depth - segment * plan->layers_per_segment;
    return left < plan->layers_per_segment ? left : plan->layers_per_segment;
}
