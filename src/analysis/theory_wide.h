/* Numbers whose exponent never ends, cheap enough for a hundred of them a layer: value = m * 2^(256
 * e).
 *
 * m is 0 or in [2^-128, 2^128), so that products of three and sums need no care before they are
 * fitted again. */
#ifndef GF_ANALYSIS_THEORY_WIDE_H
#define GF_ANALYSIS_THEORY_WIDE_H

#include <math.h>

#include "gradflow/records.h"

typedef struct gf_wide {
    double m;
    int64_t e;
} gf_wide;

static inline gf_wide gf_wide_fit(double m, int64_t e)
{
    if (m == 0.0) return (gf_wide){0};
    while (fabs(m) >= 0x1p128 && isfinite(m))
        m *= 0x1p-256, e++;
    while (fabs(m) < 0x1p-128)
        m *= 0x1p256, e--;
    return (gf_wide){m, e};
}

static inline gf_wide gf_wide_of(double value)
{
    return gf_wide_fit(value, 0);
}
static inline gf_wide gf_wide_times(gf_wide x, gf_wide y)
{
    return gf_wide_fit(x.m * y.m, x.e + y.e);
}
static inline gf_wide gf_wide_scale(gf_wide x, double factor)
{
    return gf_wide_times(x, gf_wide_of(factor));
}
static inline gf_wide gf_wide_divide(gf_wide x, gf_wide y)
{
    return gf_wide_fit(x.m / y.m, x.e - y.e);
}
static inline gf_wide gf_wide_square(gf_wide x)
{
    return gf_wide_times(x, x);
}

static inline gf_wide gf_wide_plus(gf_wide x, gf_wide y)
{
    if (x.m == 0.0) return y;
    if (y.m == 0.0) return x;
    const int64_t apart = x.e - y.e;
    if (apart == 0) return gf_wide_fit(x.m + y.m, x.e);
    if (apart == 1) return gf_wide_fit(x.m + y.m * 0x1p-256, x.e);
    if (apart == -1) return gf_wide_fit(x.m * 0x1p-256 + y.m, y.e);
    return apart > 0 ? x : y;
}

static inline gf_wide gf_wide_root(gf_wide x)
{
    const int64_t odd = x.e & 1;
    return gf_wide_fit(sqrt(x.m) * (odd ? 0x1p128 : 1.0), (x.e - odd) / 2);
}

/* The plain double; 0 or Inf where a double cannot hold it. */
static inline double gf_wide_double(gf_wide x)
{
    return x.e == 0   ? x.m
           : x.e > 4  ? copysign(INFINITY, x.m)
           : x.e < -5 ? 0.0
                      : ldexp(x.m, 256 * (int)x.e);
}

static inline gf_scaled gf_wide_scaled(gf_wide x)
{
    return gf_scaled_make(x.m, 256 * x.e);
}

#endif
