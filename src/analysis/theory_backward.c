/* Backward: second moments of delta, and from them the norms of the gradients.
 *
 * Per unit, dL/da_l = r_l + kappa_l a_l. kappa_l is a number: how dL/da follows a, from the loss at
 * the top (2 / (B out)) and through W^T delta, whose W made z (Yang 2020). r_l is independent of
 * this layer's z: the targets, the fresh part of every W^T delta, and beside skips what the layers
 * above add to a. With y = r_l + kappa_l a_(l-1) beside a skip, else r_l, dL/dh = s f'(h) (y +
 * kappa_l s f(h)),    rho_l = weight_variance out E[d(delta) / dz], without skip  r_(l-1) ~ W^T
 * delta fresh,                       kappa_(l-1) = rho_l with skip     r_(l-1) ~ r_l + kappa_l s
 * f(h_l) + the same,     kappa_(l-1) = kappa_l + rho_l
 * ||dW||_F^2 = sum over pairs of samples of (delta.delta~)(a.a~): B equal pairs and B (B - 1)
 * different ones. */
#include <math.h>

#include "analysis/theory_layers.h"

#define plus    gf_wide_plus
#define times   gf_wide_times
#define scale   gf_wide_scale
#define squared gf_wide_square

typedef struct upward {
    gf_wide mean;     /* of r */
    gf_theory_pair r; /* E[r^2], E[r r~] */
    gf_wide kappa;
} upward;

/* What delta of a layer amounts to. */
typedef struct arrived {
    gf_theory_pair delta;
    gf_wide growth; /* E[d(delta) / dz] */
} arrived;

/* y of the head comment. */
static upward join_input(const upward *up, const gf_theory_state *below, bool skip)
{
    if (!skip) return *up;
    const gf_wide along = times(up->kappa, below->a_mean), kappa2 = squared(up->kappa);
    const gf_wide cross = scale(times(up->mean, along), 2.0);
    return (upward){
        .mean = plus(up->mean, along),
        .r = {plus(plus(up->r.one, cross), times(kappa2, below->a.one)),
              plus(plus(up->r.two, cross), times(kappa2, below->a.two))},
        .kappa = up->kappa,
    };
}

/* E[(f' (y + k f))^2] for one sample or for two, k = kappa s. */
static gf_wide passed(gf_wide y2, gf_wide y, gf_wide k, double slope2, double mixed, double pull)
{
    const gf_wide first = scale(y2, slope2), second = scale(times(y, k), 2.0 * mixed);
    return plus(plus(first, second), scale(squared(k), pull));
}

/* Through the normalisation of a layer: dL/dz = (d - E[d] - h E[d h]) / sqrt(q + epsilon). `growth`
 * is E[d'] on entry. */
static void normalise(const gf_theory_state *at, gf_wide mean, arrived *out)
{
    const gf_wide divisor = plus(at->z.one, gf_wide_of(GF_NORM_EPSILON));
    const gf_wide along = times(out->growth, at->h.one), mean2 = scale(squared(mean), -1.0);
    const double h_one = gf_wide_double(at->h.one), h_two = gf_wide_double(at->h.two);
    const double c = h_one > 0.0 ? h_two / h_one : 0.0;
    const gf_wide one = plus(plus(out->delta.one, mean2), scale(squared(along), h_one - 2.0));
    const gf_wide two = plus(plus(out->delta.two, mean2), scale(squared(along), h_two - 2.0 * c));
    out->delta = (gf_theory_pair){gf_wide_divide(one, divisor), gf_wide_divide(two, divisor)};
    out->growth = gf_wide_divide(plus(out->growth, scale(along, -1.0)), divisor);
}

static arrived arrive(const gf_spec *spec, const gf_theory_state *at, const upward *up)
{
    const double s = at->kind.skip ? spec->skip_scale : 1.0;
    const gf_kernel *f = &at->kernel;
    const upward y = join_input(up, &at[-1], at->kind.skip);
    const gf_wide k = scale(times(up->kappa, at->unit), s);
    arrived out = {
        .delta.one = scale(passed(y.r.one, y.mean, k, f->slope2, f->mixed, f->pull), s * s),
        .delta.two =
            scale(passed(y.r.two, y.mean, k, f->slope_pair, f->mixed_pair, f->pull_pair), s * s)};
    const gf_wide bend =
        at->unit.m > 0.0 ? gf_wide_divide(scale(y.mean, f->bend), at->unit) : (gf_wide){0};
    out.growth = scale(plus(bend, scale(up->kappa, s * f->stein)), s);
    if (spec->norm == GF_NORM_LAYER) {
        const gf_wide mean = scale(plus(scale(y.mean, f->slope), scale(k, f->product)), s);
        normalise(at, mean, &out);
    }
    return out;
}

/* W^T delta without its part along a. A random orthogonal W keeps lengths, so that part is missing
 * from the rest. */
static gf_theory_pair fresh(const gf_theory_state *at, const arrived *got, gf_wide rho)
{
    const double gain = at->kind.weight_variance * at->kind.fan_out;
    gf_theory_pair out = {scale(got->delta.one, gain), scale(got->delta.two, gain)};
    if (!at->kind.orthogonal) return out;
    const gf_wide lost =
        scale(squared(rho), -fmin(1.0, (double)at->kind.fan_in / at->kind.fan_out));
    out.one = plus(out.one, times(lost, at[-1].a.one));
    out.two = plus(out.two, times(lost, at[-1].a.two));
    if (out.one.m < 0.0)
        out.one = (gf_wide){0}; /* rounding of a difference that is zero: a linear network */
    return out;
}

static upward descend(const gf_spec *spec, const gf_theory_state *at, const upward *up,
                      const arrived *got)
{
    const gf_wide rho = scale(got->growth, at->kind.weight_variance * at->kind.fan_out);
    const gf_theory_pair rest = fresh(at, got, rho);
    if (!at->kind.skip) return (upward){.r = rest, .kappa = rho};
    const gf_wide k = scale(times(up->kappa, at->unit), spec->skip_scale), k2 = squared(k);
    const gf_wide added = scale(k, at->kernel.mean), cross = scale(times(up->mean, added), 2.0);
    return (upward){
        .mean = plus(up->mean, added),
        .r = {plus(plus(up->r.one, rest.one), plus(cross, scale(k2, at->kernel.square))),
              plus(plus(up->r.two, rest.two), plus(cross, scale(k2, at->kernel.pair)))},
        .kappa = plus(up->kappa, rho),
    };
}

static gf_scaled root(gf_wide variance)
{
    return variance.m > 0.0 ? gf_wide_scaled(gf_wide_root(variance)) : (gf_scaled){0};
}

static void record(const gf_spec *spec, const gf_theory_state *at, const arrived *got,
                   gf_theory_layer *out)
{
    const double B = spec->batch, O = at->kind.fan_out, I = at->kind.fan_in;
    const gf_theory_pair *a = &at[-1].a;
    const gf_wide same = times(got->delta.one, a->one),
                  different = scale(times(got->delta.two, a->two), B - 1.0);
    out->delta_rms = root(got->delta.one);
    out->weight_grad_norm = root(scale(plus(same, different), B * O * I));
    out->bias_grad_norm = root(scale(plus(got->delta.one, scale(got->delta.two, B - 1.0)), B * O));
}

void gf_theory_backward(const gf_spec *spec, const gf_theory_state *states, gf_theory_layer *layers)
{
    const double step = 2.0 / ((double)spec->batch * gf_spec_fan_out(spec, spec->depth));
    /* dL/da = step (a - t), and t is standard normal and independent from sample to sample. */
    upward up = {.r.one = gf_wide_of(step * step), .kappa = gf_wide_of(step)};
    for (int32_t layer = spec->depth; layer >= 1; layer--) {
        const gf_theory_state *at = &states[layer];
        const arrived got = arrive(spec, at, &up);
        record(spec, at, &got, &layers[layer - 1]);
        up = descend(spec, at, &up, &got);
    }
}
