/* From records to numbers on an axis. */
#include "view/measure.h"

#include <math.h>
#include <stdio.h>

const gf_measure_info *gf_measure_get(gf_measure measure)
{
    static const gf_measure_info infos[] = {
#define GF_MEASURE_INFO(id, logarithmic, label, title) {logarithmic, label, title},
        GF_MEASURE_TABLE(GF_MEASURE_INFO)
#undef GF_MEASURE_INFO
    };
    return &infos[measure];
}

/* The rms of dW is its norm over the root of the number of weights. */
double gf_measure_update_log10(const gf_spec *spec, int32_t layer)
{
    const double count = (double)gf_spec_fan_in(spec, layer) * gf_spec_fan_out(spec, layer);
    const double std = gf_spec_weight_std(spec, layer);
    return std > 0.0 ? log10(GF_LEARNING_RATE / std) - 0.5 * log10(count) : NAN;
}

double gf_measure_of(gf_measure measure, const gf_spec *spec, int32_t layer,
                     const gf_layer_record *record)
{
    switch (measure) {
    case GF_MEASURE_DELTA: return gf_scaled_log10(record->delta_rms);
    case GF_MEASURE_ACTIVATION_STD:
        return gf_scaled_log10(gf_scaled_make(record->a.std, record->a.exponent));
    case GF_MEASURE_SATURATED: return 100.0 * record->saturated_share;
    case GF_MEASURE_DEAD: return 100.0 * record->dead_share;
    case GF_MEASURE_UPDATE_RATIO:
        return gf_scaled_log10(record->weight_grad_norm) + gf_measure_update_log10(spec, layer);
    default: return gf_scaled_log10(record->weight_grad_norm);
    }
}

static void format_log10(double value, char text[40])
{
    const double floor10 = floor(value), mantissa = pow(10.0, value - floor10);
    const bool carry = mantissa >= 9.995;
    snprintf(text, 40, "%.2fe%+03.0f", carry ? 1.0 : mantissa, floor10 + (carry ? 1.0 : 0.0));
}

void gf_measure_format(gf_measure measure, double value, char text[40])
{
    if (isnan(value))
        snprintf(text, 40, "nan");
    else if (!gf_measure_get(measure)->logarithmic)
        snprintf(text, 40, "%.3g %%", value);
    else if (isinf(value))
        snprintf(text, 40, "%s", value < 0.0 ? "0" : "inf");
    else
        format_log10(value, text);
}
