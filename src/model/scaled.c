/* Numbers with a carried exponent. */
#include "gradflow/records.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LOG10_2 0.30102999566398119521

gf_scaled gf_scaled_make(double value, int64_t exponent)
{
    if (value == 0.0 || !isfinite(value)) return (gf_scaled){value, 0};
    int shift = 0;
    const double mantissa = frexp(value, &shift);
    return (gf_scaled){mantissa, exponent + shift};
}

gf_scaled gf_scaled_sqrt(gf_scaled value)
{
    const int64_t odd = value.exponent & 1;
    return gf_scaled_make(sqrt(ldexp(value.mantissa, (int)odd)), (value.exponent - odd) / 2);
}

gf_scaled gf_scaled_divide(gf_scaled numerator, gf_scaled denominator)
{
    return gf_scaled_make(numerator.mantissa / denominator.mantissa,
                          numerator.exponent - denominator.exponent);
}

double gf_scaled_log10(gf_scaled value)
{
    return log10(fabs(value.mantissa)) + (double)value.exponent * LOG10_2;
}

double gf_scaled_double(gf_scaled value)
{
    const int64_t exponent = value.exponent > 5000    ? 5000
                             : value.exponent < -5000 ? -5000
                                                      : value.exponent;
    return ldexp(value.mantissa, (int)exponent);
}

void gf_scaled_format(gf_scaled value, int digits, char text[40])
{
    if (digits > 16) digits = 16;
    if (value.mantissa == 0.0 || !isfinite(value.mantissa)) {
        snprintf(text, 40, "%s",
                 value.mantissa == 0.0   ? "0"
                 : isnan(value.mantissa) ? "nan"
                                         : "inf");
        return;
    }
    if (llabs(value.exponent) < 900) { /* a double holds it: let the C library round */
        snprintf(text, 40, "%.*e", digits, gf_scaled_double(value));
        return;
    }
    const double log10_value = gf_scaled_log10(value);
    double decade = floor(log10_value);
    double head = pow(10.0, log10_value - decade);
    const double unit = pow(10.0, digits);
    if (rint(head * unit) >= 10.0 * unit) { /* 9.99 rounds to 10.0: one decade up */
        head /= 10.0;
        decade += 1.0;
    }
    snprintf(text, 40, "%s%.*fe%+03.0f", value.mantissa < 0.0 ? "-" : "", digits, head, decade);
}
