/* Ratios of neighbouring records, and one integral. */
#include "ui/chain.h"

#include <math.h>

#define REACH   6.0 /* standard deviations on either side */
#define SAMPLES 1201

double gf_chain_slope(gf_activation activation, double mean, double std)
{
    double sum = 0, weight = 0;
    for (int i = 0; i < SAMPLES; i++) {
        const double t = REACH * (2.0 * i / (SAMPLES - 1) - 1), density = exp(-0.5 * t * t);
        const double slope = gf_activation_derivative(activation, mean + std * t);
        sum += density * slope * slope;
        weight += density;
    }
    return sqrt(sum / weight);
}

static double plain(double value, int64_t exponent)
{
    return ldexp(value, (int)fmin(fmax((double)exponent, -5000), 5000));
}

gf_chain gf_chain_of(const gf_run *run, int32_t layer)
{
    const int32_t depth = run->spec.depth;
    const gf_layer_record *record = &run->layers[layer - 1], *last = &run->layers[depth - 1];
    gf_chain chain = {.steps = depth - layer};
    chain.product = gf_scaled_divide(record->delta_rms, last->delta_rms);
    if (layer == depth) return chain;
    chain.has_step = true;
    chain.step =
        gf_scaled_double(gf_scaled_divide(record->delta_rms, run->layers[layer].delta_rms));
    const double mean = plain(record->z.mean, record->z.exponent),
                 std = plain(record->z.std, record->z.exponent);
    const gf_spec *spec = &run->spec;
    if (spec->skip != GF_SKIP_NONE || spec->norm != GF_NORM_NONE || !isfinite(mean) ||
        !isfinite(std))
        return chain;
    chain.slope = gf_chain_slope(gf_spec_activation(spec, layer), mean, std);
    chain.weights = chain.step / chain.slope;
    chain.has_factors = chain.slope > 0 && isfinite(chain.weights);
    return chain;
}
