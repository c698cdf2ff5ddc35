/* Where the variance of z settles if layers of one kind go on for ever, how fast gradients change
 * there, and the gain at which they would not. Roots are looked for in L = log2 q. */
#include <math.h>
#include <stdio.h>

#include "analysis/theory_layers.h"

#define FAR         100.0 /* log2 q beyond which nothing changes any more */
#define SEARCH_LOW  (-40.0)
#define SEARCH_HIGH 40.0
#define SEARCH_STEP 2.0
#define NEUTRAL     1e-9 /* V(q) / q this near 1 is 1 */

/* q -> V(q) = sigma_w^2 E[f^2] + sigma_b^2 of one activation. */
typedef struct map {
    gf_activation f;
    double weight;          /* sigma_w^2; 0: whatever makes chi(q) = 1 */
    double bias;            /* sigma_b^2 */
    double bias_per_weight; /* or this times sigma_w^2 (pytorch_default) */
} map;

/* V(q) / q - 1. */
static double excess(const map *self, double L)
{
    const gf_kernel f = gf_kernel_single(self->f, 0.5 * L);
    const double per_q = exp2(-L),
                 square = gf_kernel_scales(self->f, 0.5 * L) ? f.square : f.square * per_q;
    const double weight = self->weight > 0.0 ? self->weight : 1.0 / f.slope2;
    return weight * (square + self->bias_per_weight * per_q) + self->bias * per_q - 1.0;
}

/* The root between two places of opposite sign: regula falsi, the kept end halved (Illinois). */
static double find_root(const map *self, double low, double high)
{
    double at_low = excess(self, low), at_high = excess(self, high), middle = low;
    for (int i = 0, kept = 0; i < 60 && fabs(high - low) > 1e-11; i++) {
        middle = (low * at_high - high * at_low) / (at_high - at_low);
        const double value = excess(self, middle);
        if (fabs(value) < 1e-13) break;
        if ((value > 0.0) == (at_low > 0.0)) {
            low = middle, at_low = value;
            if (kept == 1) at_high *= 0.5;
            kept = 1;
        } else {
            high = middle, at_high = value;
            if (kept == -1) at_low *= 0.5;
            kept = -1;
        }
    }
    return middle;
}

/* The limit of q -> V(q) from `start`, as log2, maybe infinite. V grows with q, so steps keep their
 * direction. */
static double find_limit(const map *self, double start)
{
    double L = start == -INFINITY ? -FAR : fmin(fmax(start, -FAR), FAR), value = excess(self, L);
    const double step = value > 0.0 ? SEARCH_STEP : -SEARCH_STEP;
    if (fabs(value) < NEUTRAL) return start;
    while (fabs(L) <= FAR) {
        const double next = L + step, there = excess(self, next);
        if ((there > 0.0) != (value > 0.0) && fabs(there) > 1e-12) return find_root(self, L, next);
        L = next;
        value = there;
    }
    return step > 0.0 ? INFINITY : -INFINITY;
}

static double slope2_at(gf_activation f, double L)
{
    return gf_kernel_single(f, 0.5 * fmin(fmax(L, -FAR), FAR)).slope2;
}

static bool is_stable(map self, double L)
{
    self.weight = 1.0 / slope2_at(self.f, L);
    return excess(&self, L + 0.05) < excess(&self, L - 0.05);
}

/* sigma_w^2 with chi = 1 at a fixed point that attracts. False: there is none. */
static bool find_critical(map self, double *out)
{
    self.weight = 0.0;
    double before = excess(&self, SEARCH_LOW);
    for (double L = SEARCH_LOW + SEARCH_STEP; L <= SEARCH_HIGH; L += SEARCH_STEP) {
        const double here = excess(&self, L);
        const bool crosses =
            fabs(before) > NEUTRAL && fabs(here) > NEUTRAL && (here > 0.0) != (before > 0.0);
        const double root = crosses ? find_root(&self, L - SEARCH_STEP, L) : L;
        if (crosses && is_stable(self, root)) {
            *out = 1.0 / slope2_at(self.f, root);
            return true;
        }
        before = here;
    }
    /* Or at q = 0, which is fixed where nothing is added: there slope^2 must be 1, and what is near
     * must not leave. */
    if (self.bias + self.bias_per_weight > 0.0 || gf_activation_get(self.f)->value_at_zero != 0.0)
        return false;
    self.weight = 1.0 / slope2_at(self.f, -FAR);
    *out = self.weight;
    return excess(&self, -8.0) < NEUTRAL;
}

static void set_critical_gain(const gf_spec *spec, int32_t layer, gf_theory *out)
{
    gf_spec unit = *spec;
    unit.gain = 1.0;
    const gf_theory_kind kind = gf_theory_kind_of(&unit, layer);
    const double weight = kind.weight_variance * kind.fan_in;
    const bool drawn = spec->bias_std == 0.0;
    const map at = {.f = kind.activation,
                    .bias = drawn ? 0.0 : kind.bias_variance,
                    .bias_per_weight = drawn && weight > 0.0 ? kind.bias_variance / weight : 0.0};
    double critical = 0.0;
    out->has_critical_gain = weight > 0.0 && find_critical(at, &critical);
    if (out->has_critical_gain)
        out->critical_gain = sqrt(critical / weight);
    else if (weight == 0.0)
        snprintf(out->reason, sizeof out->reason,
                 "All weights are zero, whatever the gain: nothing passes a layer.");
    else
        snprintf(out->reason, sizeof out->reason,
                 "No gain makes %s critical with a bias of standard deviation %.3g: chi is 1 at no "
                 "fixed point that "
                 "attracts.",
                 gf_activation_get(kind.activation)->label, sqrt(kind.bias_variance));
}

void gf_theory_limit(const gf_spec *spec, const gf_theory_state *start, gf_theory *out)
{
    const gf_theory_kind *kind = &start->kind;
    const double weight = kind->weight_variance * kind->fan_in;
    out->sigma_w = sqrt(weight);
    out->sigma_b = sqrt(kind->bias_variance);
    if (kind->skip || spec->norm == GF_NORM_LAYER) {
        snprintf(out->reason, sizeof out->reason, "%s",
                 kind->skip
                     ? "A residual network has no fixed point: every layer adds to the variance."
                     : "Layer normalisation sets the variance of every layer; the gain of the "
                       "weights cancels.");
        return;
    }
    const int32_t middle = (spec->depth + 1) / 2;
    set_critical_gain(spec, middle, out);
    const gf_wide q = start->z.one;
    const double L = q.m > 0.0 ? log2(q.m) + 256.0 * (double)q.e : -INFINITY;
    const map at = {.f = kind->activation, .weight = weight, .bias = kind->bias_variance};
    const double limit = weight > 0.0 ? find_limit(&at, L) : log2(at.bias);
    out->has_fixed_point = true;
    out->q_star = exp2(limit);
    out->chi_star = weight * slope2_at(kind->activation, limit);
    const double rate = log(out->chi_star);
    out->depth_scale = fabs(rate) < NEUTRAL ? INFINITY : -1.0 / rate;
}
