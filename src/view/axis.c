/* Ticks. */
#include "view/axis.h"

#include <math.h>
#include <stdio.h>

#define DECADES_MIN 3.0

/* The smallest of 1, 2, 5 times a power of ten that is not below `least`. */
static int32_t nice_step(double least)
{
    int32_t power = 1;
    while (power < 100000000) {
        for (int i = 0; i < 3; i++) {
            const int32_t step = power * (const int32_t[]){1, 2, 5}[i];
            if (step >= least) return step;
        }
        power *= 10;
    }
    return power;
}

/* 4 is as good as 5 for decades as long as there are few of them. */
static int32_t decade_step(double least)
{
    return least > 2.0 && least <= 4.0 ? 4 : nice_step(least);
}

gf_log_axis gf_log_axis_make(double low, double high)
{
    if (!(low <= high) || !isfinite(low) || !isfinite(high)) {
        low = -4.0;
        high = 0.0;
    }
    const double below = fmax(0.05 * (high - low), 0.3),
                 above = 2.2 * below; /* words stand over the curve */
    const double missing = fmax(DECADES_MIN - (high - low + below + above), 0.0);
    gf_log_axis axis = {.low = low - below - 0.5 * missing, .high = high + above + 0.5 * missing};
    axis.step = decade_step((axis.high - axis.low) / (GF_AXIS_TICKS_MAX - 1));
    axis.first = (int32_t)ceil(axis.low / axis.step) * axis.step;
    axis.last = (int32_t)floor(axis.high / axis.step) * axis.step;
    return axis;
}

double gf_log_axis_place(const gf_log_axis *axis, double decade)
{
    return (decade - axis->low) / (axis->high - axis->low);
}

void gf_log_axis_format(int32_t decade, char text[16])
{
    if (decade == 0 || decade == 1)
        snprintf(text, 16, "%s", decade ? "10" : "1");
    else
        snprintf(text, 16, "1e%+d", decade);
}

void gf_layer_ticks_make(int32_t first, int32_t last, int32_t depth, double most,
                         gf_layer_ticks *out)
{
    const double room = fmin(fmax(most, 1.0), GF_LAYER_TICKS_MAX - 2);
    const int32_t step = nice_step((last - first + 1) / room);
    out->count = 0;
    if (step > 3 && depth > 1 && first == 1) out->layers[out->count++] = 1;
    for (int32_t layer = (first + step - 1) / step * step; layer <= last && layer < depth;
         layer += step)
        if (depth - layer >= 0.7 * step || last < depth) out->layers[out->count++] = layer;
    if (last == depth) out->layers[out->count++] = depth;
}
