/* What is measured of a layer: one pass over its units, one over its weight gradient. */
#include <math.h>

#include "compute/reference/layers.h"

/* Count a value by its exponent class; classes beyond float's range go to the nearest. */
static void classify(double value, uint64_t *zeros, uint64_t classes[GF_EXPONENT_CLASSES],
                     uint64_t *nans, uint64_t *infs)
{
    if (isnan(value))
        ++*nans, ++classes[255];
    else if (isinf(value))
        ++*infs, ++classes[255];
    else if (value == 0.0)
        ++*zeros;
    else {
        const int class = ilogb(value) + 127;
        ++classes[class < 0 ? 0 : class > 254 ? 254 : class];
    }
}

static void count_non_finite(double value, gf_layer_raw *raw)
{
    raw->nan_count += isnan(value) != 0;
    raw->inf_count += isinf(value) != 0;
}

/* Where f has no bound nothing is saturated, not even what no double can hold. */
static bool is_saturated(const gf_activation_info *f, double a, int64_t exponent)
{
    const double value = ldexp(a, (int)exponent);
    return (value <= f->saturated_low && isfinite(f->saturated_low)) ||
           (value >= f->saturated_high && isfinite(f->saturated_high));
}

/* One unit over the batch: moments, counts, and its share of the layer's sums. */
static void unit_statistics(reference *self, const layer *at, int32_t unit, gf_layer_raw *raw)
{
    const gf_spec *spec = &self->plan.spec;
    const gf_activation_info *f = gf_activation_get(at->activation);
    const size_t O = (size_t)at->fan_out, B = (size_t)spec->batch;
    double *z = self->unit, *a = self->unit + B, squares = 0.0, bias_grad = 0.0;
    bool dead = true;
    for (size_t b = 0; b < B; b++) {
        const size_t entry = b * O + (size_t)unit;
        z[b] = at->h[entry];
        a[b] = at->a[entry];
        count_non_finite(z[b], raw);
        count_non_finite(a[b], raw);
        raw->saturated_count += is_saturated(f, a[b], at->a_exponent);
        if (!(fabs(gf_reference_derivative(at, z[b])) < GF_DEAD_DERIVATIVE)) dead = false;
        const double delta = at->delta[entry];
        classify(delta, &raw->delta_zeros, raw->delta_classes, &raw->nan_count, &raw->inf_count);
        squares += delta * delta;
        bias_grad += delta;
    }
    const gf_sums a_sums = gf_sums_of(a, spec->batch);
    raw->z = gf_sums_merge(raw->z, gf_sums_of(z, spec->batch));
    raw->a = gf_sums_merge(raw->a, a_sums);
    raw->dead_count += dead;
    raw->delta_square_sum += squares;
    bias_grad = gf_reference_round(self, bias_grad);
    raw->bias_grad_square_sum += bias_grad * bias_grad;
    self->per_unit[unit] = squares;
    self->per_unit[O + (size_t)unit] = a_sums.mean;
}

static void activation_histogram(const layer *at, gf_layer_raw *raw)
{
    gf_activation_edges(at->skip ? GF_ACTIVATION_LINEAR : at->activation, &raw->a,
                        &raw->activation_low, &raw->activation_high);
    const double per_bin = GF_HISTOGRAM_BINS / (raw->activation_high - raw->activation_low);
    for (uint64_t i = 0; i < raw->entry_count; i++) {
        if (isnan(at->a[i])) continue;
        const double place = (at->a[i] - raw->activation_low) * per_bin;
        const int bin = place >= GF_HISTOGRAM_BINS - 1 ? GF_HISTOGRAM_BINS - 1
                        : place > 0                    ? (int)place
                                                       : 0;
        raw->activation_bins[bin]++;
    }
}

gf_status gf_reference_layer_raw(reference *self, int32_t l, gf_layer_raw *raw, gf_error *error)
{
    const gf_spec *spec = &self->plan.spec;
    const layer *at = &self->layers[l];
    *raw = (gf_layer_raw){
        .loss_scale = spec->loss_scale,
        .z_exponent = at->z_exponent,
        .a_exponent = at->a_exponent,
        .delta_exponent = at->delta_exponent,
        .weight_grad_exponent = at->delta_exponent + self->layers[l - 1].a_exponent,
        .entry_count = (uint64_t)spec->batch * (uint64_t)at->fan_out,
        .unit_count = (uint64_t)at->fan_out,
        .weight_count = (uint64_t)at->fan_in * (uint64_t)at->fan_out,
    };
    for (int32_t unit = 0; unit < at->fan_out; unit++)
        unit_statistics(self, at, unit, raw);
    raw->delta_max = gf_reference_largest(at->delta, raw->entry_count);
    activation_histogram(at, raw);
    GF_TRY(gf_reference_weight_gradient(self, l, error));
    for (uint64_t i = 0; i < raw->weight_count; i++) {
        const double value = self->weight_grad[i];
        raw->weight_grad_square_sum += value * value;
        classify(value, &raw->weight_grad_zeros, raw->weight_grad_classes, &raw->nan_count,
                 &raw->inf_count);
    }
    return GF_OK;
}
