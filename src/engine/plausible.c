/* Only exponents: any value of the other fields is one that a broken network can have. */
#include "engine/plausible.h"

#include <stddef.h>

#define EXPONENT_MAX ((int64_t)1 << 40)

static bool is_exponent(int64_t value)
{
    return value >= -EXPONENT_MAX && value <= EXPONENT_MAX;
}

bool gf_scaled_is_plausible(gf_scaled value)
{
    return is_exponent(value.exponent);
}

bool gf_record_is_plausible(const gf_layer_record *record)
{
    const int64_t exponents[] = {
        record->weight_grad_norm.exponent,
        record->bias_grad_norm.exponent,
        record->delta_rms.exponent,
        record->delta_max.exponent,
        record->z.exponent,
        record->a.exponent,
        record->delta.top_octave,
        record->weight_grad.top_octave,
    };
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++)
        if (!is_exponent(exponents[i])) return false;
    return true;
}
