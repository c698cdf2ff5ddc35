/* Extremes of every layer, rounded to the type. An activation that is infinite reaches every unit
 * of the next layer with both signs, so that the loss is not a number and neither is any delta. */
#include "analysis/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/precision.h"

/* |value| as the type holds it. Beyond 2^+-1000 no type of ours has anything but Inf and 0. */
static double hold(gf_precision precision, gf_scaled value)
{
    if (value.mantissa == 0.0 || !isfinite(value.mantissa)) return fabs(value.mantissa);
    if (llabs(value.exponent) > 1000) return value.exponent > 0 ? INFINITY : 0.0;
    return gf_precision_round(precision, fabs(gf_scaled_double(value)));
}

static double largest_of(gf_precision precision, const gf_moments *moments)
{
    return hold(precision,
                gf_scaled_make(fmax(fabs(moments->min), fabs(moments->max)), moments->exponent));
}

static void look_forward(const gf_run *run, gf_forecast *out)
{
    for (int32_t layer = 1; layer <= run->spec.depth; layer++) {
        const gf_layer_record *record = &run->layers[layer - 1];
        const double a = largest_of(out->precision, &record->a);
        if (!out->z_inf && isinf(largest_of(out->precision, &record->z))) out->z_inf = layer;
        if (!out->a_inf && isinf(a)) out->a_inf = layer;
        if (!out->a_zero && a == 0.0) out->a_zero = layer;
    }
}

/* The largest |delta|. Where every z has become 0, f' is f'(0), which for ReLU is 0 as in PyTorch.
 */
static double largest_delta(const gf_run *run, int32_t layer, gf_precision precision)
{
    const gf_layer_record *record = &run->layers[layer - 1];
    const bool shut = gf_activation_derivative(gf_spec_activation(&run->spec, layer), 0.0) == 0.0 &&
                      largest_of(precision, &record->z) == 0.0;
    return shut ? 0.0 : hold(precision, record->delta_max);
}

static void look_back(const gf_run *run, gf_forecast *out)
{
    const double smallest_normal = ldexp(1.0, gf_precision_range(out->precision).smallest_normal);
    if (out->a_inf) {
        out->delta_inf = run->spec.depth;
        return;
    }
    for (int32_t layer = run->spec.depth; layer >= 1; layer--) {
        const double largest = largest_delta(run, layer, out->precision);
        if (isinf(largest)) {
            out->delta_inf = layer;
            return;
        }
        if (!out->delta_subnormal && largest < smallest_normal) out->delta_subnormal = layer;
        if (largest == 0.0) {
            out->delta_zero = layer;
            return;
        }
    }
}

/* The top octave k holds values below 2^(k+1), and half of the smallest subnormal rounds to zero.
 */
static bool has_no_weight_grad(const gf_layer_record *record, gf_precision precision)
{
    return record->weight_grad_norm.mantissa == 0.0 ||
           record->weight_grad.top_octave + 1 < gf_precision_range(precision).smallest;
}

static void look_at_weights(const gf_run *run, gf_forecast *out)
{
    int32_t layer = 0;
    while (layer < run->spec.depth && (layer + 1 <= out->delta_zero ||
                                       has_no_weight_grad(&run->layers[layer], out->precision)))
        layer++;
    out->weight_grad_zero = layer;
}

gf_forecast gf_forecast_make(const gf_run *run, gf_precision precision)
{
    gf_forecast out = {.precision = precision};
    if (!run->complete || run->spec.precision != GF_PRECISION_EXACT) return out;
    out.applies = true;
    look_forward(run, &out);
    look_back(run, &out);
    if (!out.delta_inf) look_at_weights(run, &out);
    return out;
}

bool gf_forecast_describe(const gf_forecast *forecast, char *text, size_t room)
{
    const char *name = gf_precision_names[forecast->precision];
    if (forecast->a_inf)
        snprintf(text, room,
                 "plain %s: activations are infinite from layer %d up, no gradient is a number",
                 name, forecast->a_inf);
    else if (forecast->delta_inf)
        snprintf(text, room, "plain %s: the gradient is infinite at layer %d and no number below",
                 name, forecast->delta_inf);
    else if (forecast->weight_grad_zero)
        snprintf(text, room, "plain %s: gradient is exactly zero from layer %d down", name,
                 forecast->weight_grad_zero);
    else if (forecast->delta_subnormal)
        snprintf(text, room, "plain %s: gradient is subnormal from layer %d down", name,
                 forecast->delta_subnormal);
    else
        return false;
    return true;
}
