/* A prediction is a sum over what a pass is made of; the addends are measured with whole passes of
 * networks in which one of them is most of the time, because only those pay for everything that a
 * pass pays for. */
#include "compute/rates.h"

#include <math.h>

#include "compute/compute.h"

#define PASSES                                                                                     \
    3 /* of each network; the fastest counts, the first also makes memory and kernels              \
       */

static double known(double value, double guess)
{
    return value > 0.0 ? value : guess;
}

gf_rates gf_rates_of(const gf_device *device)
{
    const gf_rates *at = &device->rates;
    const double units = device->compute_units > 0 ? device->compute_units : 1;
    return (gf_rates){
        .gflops = known(at->gflops, 40.0 * units),
        .weight_ns = known(at->weight_ns, 4.0 / units),
        .generate_ns = known(at->generate_ns, 4.0 / units),
        .entry_ns = known(at->entry_ns, 20.0 / units),
        .layer_us = known(at->layer_us, 15.0),
    };
}

/* Milliseconds of the parts of a pass. */
typedef struct parts {
    double prepare, products, statistics;
} parts;

static gf_status time_pass(gf_backend *backend, const gf_plan *plan, parts *best, gf_error *error)
{
    const gf_sink nobody = {0};
    gf_scaled loss;
    gf_times times;
    GF_TRY(gf_compute_run(backend, plan, 1, NULL, &nobody, &loss, &times, error));
    const double products = times.forward_ms + times.backward_ms;
    const double rest = times.total_ms - products - times.statistics_ms;
    best->prepare = fmin(best->prepare, rest);
    best->products = fmin(best->products, products);
    best->statistics = fmin(best->statistics, times.statistics_ms);
    return GF_OK;
}

static gf_status measure(gf_backend *backend, const gf_device *device, int32_t depth, int32_t width,
                         int32_t batch, parts *out, gf_error *error)
{
    gf_spec spec = gf_spec_default();
    gf_plan plan;
    spec.depth = depth;
    spec.width = width;
    spec.batch = batch;
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_HE_NORMAL;
    *out = (parts){INFINITY, INFINITY, INFINITY};
    GF_TRY(gf_plan_create(&spec, device, &plan, error));
    for (int i = 0; i < PASSES; i++)
        GF_TRY(time_pass(backend, &plan, out, error));
    return GF_OK;
}

gf_status gf_rates_measure(gf_backend *backend, gf_device *device, gf_error *error)
{
    parts narrow, wide, batched;
    GF_TRY(measure(backend, device, 20, 24, 32, &narrow, error));
    GF_TRY(measure(backend, device, 2, 768, 64, &wide, error));
    GF_TRY(measure(backend, device, 2, 96, 4096, &batched, error));
    gf_rates made = {0};
    made.layer_us = (narrow.prepare + narrow.products + narrow.statistics) * 1e3 / 20.0;
    const double weights = 2.0 * 768.0 * 768.0, batch = 64.0;
    /* 4 of the 6 operations a weight and sample are in forward and backward, but of two layers only
     * one has a backward product. */
    made.gflops = 3.0 * weights * batch / (wide.products * 1e6);
    made.generate_ns = wide.prepare * 1e6 / weights;
    made.weight_ns =
        fmax(0.0, wide.statistics * 1e6 - 2.0 * weights * batch / made.gflops) / weights;
    const double entries = 2.0 * 96.0 * 4096.0, small = 2.0 * 96.0 * 96.0;
    made.entry_ns = fmax(0.0, (batched.products + batched.statistics) * 1e6 -
                                  5.0 * small * 4096.0 / made.gflops) /
                    entries;
    device->rates = made;
    return GF_OK;
}
