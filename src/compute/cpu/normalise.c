/* Batch and layer normalisation. Sums are double, the arrays float32: what is stored of h is good
 * to 2^-24 of its spread, and the backward pass differentiates at exactly the h that is stored. */
#include <math.h>
#include <omp.h>

#include "compute/cpu/elementwise.h"
#include "compute/cpu/layers.h"
#include "compute/cpu/round.h"

/* `count` values `stride` apart become (z - mean) / sqrt(variance + epsilon), still under z's
 * exponent. Gives back 1 / sqrt(...). */
static double normalise(float *z, int64_t exponent, size_t count, size_t stride)
{
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += (double)z[i * stride];
    mean /= (double)count;
    for (size_t i = 0; i < count; i++) {
        const double apart = (double)z[i * stride] - mean;
        variance += apart * apart;
    }
    variance = ldexp(variance / (double)count, 2 * (int)exponent);
    const double inverse = 1.0 / sqrt(variance + GF_NORM_EPSILON);
    for (size_t i = 0; i < count; i++)
        z[i * stride] = (float)(((double)z[i * stride] - mean) * inverse);
    return inverse;
}

/* Under an exponent h keeps it only as long as it is small enough for f's tangent. */
static void settle_exponent(gf_cpu_layer *at, size_t entries)
{
    float most = 0.0f;
    for (size_t i = 0; i < entries; i++)
        most = fmaxf(most, fabsf(at->z[i]));
    if (most == 0.0f || ilogbf(most) + at->z_exponent < -40) return;
    const float scale = gf_cpu_power(at->z_exponent);
    for (size_t i = 0; i < entries; i++)
        at->z[i] *= scale;
    at->z_exponent = 0;
}

void gf_cpu_normalise(const gf_cpu *self, gf_cpu_layer *at)
{
    const gf_spec *spec = &self->plan.spec;
    const int32_t B = spec->batch, O = at->fan_out;
    const bool by_unit = spec->norm == GF_NORM_BATCH;
    const int32_t groups = by_unit ? O : B;
    const int team = gf_cpu_team(self, 20.0 * B * O);
#pragma omp parallel for num_threads(team) schedule(dynamic, 16)
    for (int32_t g = 0; g < groups; g++)
        at->inverse_std[g] =
            by_unit ? normalise(at->z + g, at->z_exponent, (size_t)B, (size_t)O)
                    : normalise(at->z + (size_t)g * (size_t)O, at->z_exponent, (size_t)O, 1);
    if (at->z_exponent != 0) settle_exponent(at, (size_t)B * (size_t)O);
    gf_round_row(spec->precision, at->z, (size_t)B * (size_t)O);
}

/* Of what is stored as h: its mean, and what its spread misses to 1. Rounding h to float32 is a
 * step aside of z; with mean and spread taken of h itself the gradient is that of a network which
 * really is there, and not a mixture of two (of a batch of two, where h is almost exactly 1 and -1,
 * only that leaves anything to be measured). */
typedef struct spread {
    double mean, divisor;
} spread;

static spread spread_of(const gf_cpu *self, const float *h, double scale, double inverse,
                        size_t count, size_t stride)
{
    if (!gf_cpu_is_exact(self)) return (spread){0.0, 1.0}; /* a real run takes h as it is */
    spread of = {0.0, 0.0};
    for (size_t i = 0; i < count; i++)
        of.mean += (double)h[i * stride] * scale;
    of.mean /= (double)count;
    for (size_t i = 0; i < count; i++) {
        const double apart = (double)h[i * stride] * scale - of.mean;
        of.divisor += apart * apart;
    }
    of.divisor = sqrt(of.divisor / (double)count + GF_NORM_EPSILON * inverse * inverse);
    return of;
}

/* With d = dL/dh: dL/dz = (d - mean(d) - h mean(d h)) / std. */
void gf_cpu_normalise_gradient(const gf_cpu *self, const gf_cpu_layer *at, const float *z,
                               size_t stride, double inverse, double *gradient, size_t count)
{
    const double scale = ldexp(1.0, (int)at->z_exponent);
    const spread of = spread_of(self, z, scale, inverse, count, stride);
    double mean = 0.0, along = 0.0;
    for (size_t i = 0; i < count; i++) {
        mean += gradient[i];
        along += gradient[i] * (((double)z[i * stride] * scale - of.mean) / of.divisor);
    }
    mean /= (double)count;
    along /= (double)count;
    for (size_t i = 0; i < count; i++)
        gradient[i] =
            inverse / of.divisor *
            (gradient[i] - mean - ((double)z[i * stride] * scale - of.mean) / of.divisor * along);
}

/* One unit over the batch, or one sample over the units: delta in place. */
static void group_delta(const gf_cpu *self, gf_cpu_layer *at, int32_t group, double *gradient)
{
    const bool by_unit = self->plan.spec.norm == GF_NORM_BATCH;
    const size_t count = (size_t)(by_unit ? self->plan.spec.batch : at->fan_out);
    const size_t stride = by_unit ? (size_t)at->fan_out : 1;
    const size_t first = by_unit ? (size_t)group : (size_t)group * (size_t)at->fan_out;
    for (size_t i = 0; i < count; i++)
        gradient[i] = (double)at->delta[first + i * stride];
    gf_cpu_normalise_gradient(self, at, at->z + first, stride, at->inverse_std[group], gradient,
                              count);
    for (size_t i = 0; i < count; i++)
        at->delta[first + i * stride] = (float)gradient[i];
}

float gf_cpu_normalised_delta(const gf_cpu *self, gf_cpu_layer *at)
{
    const gf_spec *spec = &self->plan.spec;
    const int32_t groups = spec->norm == GF_NORM_BATCH ? at->fan_out : spec->batch;
    const int team = gf_cpu_team(self, 20.0 * spec->batch * at->fan_out);
    float most = 0.0f;
#pragma omp parallel num_threads(team) reduction(max : most)
    {
        double *gradient =
            (double *)(void *)(self->scratch + (size_t)omp_get_thread_num() * self->scratch_floats);
#pragma omp for schedule(dynamic, 16)
        for (int32_t group = 0; group < groups; group++)
            group_delta(self, at, group, gradient);
#pragma omp for schedule(static)
        for (int32_t b = 0; b < spec->batch; b++) {
            float *row = at->delta + (size_t)b * (size_t)at->fan_out;
            gf_round_row(spec->precision, row, (size_t)at->fan_out);
            most = gf_largest_finite(row, at->fan_out, most);
        }
    }
    return most;
}
