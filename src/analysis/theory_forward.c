/* Forward: variance and covariance of z from those of a below, and those of a from the kernel of f.
 *
 * Kernels cost microseconds, layers there may be ten thousand. Where f is not straight, the kernel
 * changes smoothly along layers of one kind, towards a fixed point. So it is computed at anchors,
 * the layers between are extrapolated through the last anchors, and the next anchor says whether
 * that was right: if not, those layers are done again in smaller steps. */
#include <math.h>
#include <string.h>

#include "analysis/theory_layers.h"
#include "model/init.h"

#define ANCHORS 5
#define TOLERANCE                                                                                  \
    1e-7 /* of an extrapolated average; 1e-3 of a gradient after 10,000 equal ones                 \
          */
#define PAIR_TOLERANCE 1e-5 /* of two samples: costly, and no variance follows from them */
#define SETTLED                                                                                    \
    1e-8 /* change of log2 std and correlation since the last anchor, which then still holds */
#define EQUAL                                                                                      \
    1e-9 /* samples with a correlation this near 1 are the same; kinks of f would feel 1e-5 of it  \
          */

/* A kernel as numbers, those of two samples last. */
typedef union numbers {
    gf_kernel kernel;
    double at[GF_KERNEL_NUMBERS];
} numbers;
#define FIRST_OF_PAIRS 9

typedef struct anchor {
    int32_t layer;
    double log2_std, correlation; /* of h */
    gf_theory_pair h;
    gf_wide unit;
    numbers found;
} anchor;

typedef struct trail {
    int count;
    anchor anchors[ANCHORS]; /* oldest first */
    int order;               /* how many of them the last anchor would have been foretold by best */
    int32_t stride, next;    /* layers between anchors, the next anchor */
} trail;

gf_theory_kind gf_theory_kind_of(const gf_spec *spec, int32_t layer)
{
    const double weight_std = gf_spec_weight_std(spec, layer);
    const gf_fill bias = gf_fill_bias(spec, layer);
    const double bias_std = bias.distribution == GF_UNIFORM ? bias.scale / sqrt(3.0) : bias.scale;
    return (gf_theory_kind){
        .activation = gf_spec_activation(spec, layer),
        .fan_in = gf_spec_fan_in(spec, layer),
        .fan_out = gf_spec_fan_out(spec, layer),
        .weight_variance = weight_std * weight_std,
        .bias_variance = bias_std * bias_std,
        .skip = gf_spec_has_skip(spec, layer),
        .orthogonal = gf_spec_init(spec, layer) == GF_INIT_ORTHOGONAL,
    };
}

bool gf_theory_same_kind(const gf_theory_kind *one, const gf_theory_kind *other)
{
    return one->activation == other->activation && one->fan_in == other->fan_in &&
           one->fan_out == other->fan_out && one->weight_variance == other->weight_variance &&
           one->bias_variance == other->bias_variance && one->skip == other->skip &&
           one->orthogonal == other->orthogonal;
}

static double log2_of_std(gf_wide variance)
{
    return variance.m > 0.0 ? 0.5 * (log2(variance.m) + 256.0 * (double)variance.e) : -INFINITY;
}

static double correlation_of(gf_theory_pair h)
{
    const double c = h.one.m > 0.0 ? gf_wide_double(gf_wide_divide(h.two, h.one)) : 1.0;
    return c > 1.0 - EQUAL ? 1.0 : fmax(c, 0.0);
}

/* z = W a + b: fan_in weights, one bias for all samples. Layer norm divides by the spread over the
 * units, which is that of a single unit over networks. */
static void feed(const gf_spec *spec, const gf_theory_state *below, gf_theory_state *at)
{
    const double gain = at->kind.weight_variance * at->kind.fan_in;
    const gf_wide bias = gf_wide_of(at->kind.bias_variance);
    at->z.one = gf_wide_plus(gf_wide_scale(below->a.one, gain), bias);
    at->z.two = gf_wide_plus(gf_wide_scale(below->a.two, gain), bias);
    at->h = at->z;
    if (spec->norm != GF_NORM_LAYER) return;
    const gf_wide divisor = gf_wide_plus(at->z.one, gf_wide_of(GF_NORM_EPSILON));
    at->h =
        (gf_theory_pair){gf_wide_divide(at->z.one, divisor), gf_wide_divide(at->z.two, divisor)};
}

/* a = f(h), or a_below + s f(h), where a_below and h are independent over the units. */
static void activate(const gf_spec *spec, const gf_theory_state *below, gf_theory_state *at)
{
    const double s = at->kind.skip ? spec->skip_scale : 1.0;
    const gf_wide unit = gf_wide_scale(at->unit, s), unit2 = gf_wide_square(unit);
    const gf_wide mean = gf_wide_scale(unit, at->kernel.mean);
    at->a.one = gf_wide_scale(unit2, at->kernel.square);
    at->a.two = gf_wide_scale(unit2, at->kernel.pair);
    at->a_mean = mean;
    if (!at->kind.skip) return;
    const gf_wide cross = gf_wide_scale(gf_wide_times(below->a_mean, mean), 2.0);
    at->a.one = gf_wide_plus(gf_wide_plus(below->a.one, cross), at->a.one);
    at->a.two = gf_wide_plus(gf_wide_plus(below->a.two, cross), at->a.two);
    at->a_mean = gf_wide_plus(below->a_mean, mean);
}

static anchor *last_anchor(trail *self)
{
    return &self->anchors[self->count - 1];
}

static void push_anchor(trail *self, const anchor *latest)
{
    if (self->count == ANCHORS) {
        memmove(&self->anchors[0], &self->anchors[1], (ANCHORS - 1) * sizeof *latest);
        self->count--;
    }
    self->anchors[self->count++] = *latest;
}

/* The polynomial through the last `order` anchors (Lagrange), at `layer`. */
static numbers extrapolate(const trail *self, int order, int32_t layer)
{
    const anchor *from = &self->anchors[self->count - order];
    numbers out = {.at = {0}};
    for (int i = 0; i < order; i++) {
        double weight = 1.0;
        for (int k = 0; k < order; k++)
            if (k != i) weight *= (double)(layer - from[k].layer) / (from[i].layer - from[k].layer);
        for (int n = 0; n < GF_KERNEL_NUMBERS; n++)
            out.at[n] += weight * from[i].found.at[n];
    }
    return out;
}

/* Largest error of a guess, in tolerances. */
static double error_of(const numbers *guess, const numbers *found)
{
    double worst = 0.0;
    for (int n = 0; n < GF_KERNEL_NUMBERS; n++) {
        const double tolerance =
            (n < FIRST_OF_PAIRS ? TOLERANCE : PAIR_TOLERANCE) * (fabs(found->at[n]) + 1e-2);
        worst = fmax(worst, fabs(guess->at[n] - found->at[n]) / tolerance);
    }
    return worst;
}

/* False: the layers since the last anchor were wrong and are to be done again. */
static bool drop_anchor(trail *self, const anchor *latest, int32_t last_alike)
{
    double error = INFINITY;
    const numbers guess = extrapolate(self, self->order, latest->layer);
    if (self->stride > 1 && error_of(&guess, &latest->found) > 1.0) {
        self->stride = self->stride > 4 ? self->stride / 4 : 1;
        self->next = last_anchor(self)->layer + self->stride;
        return false;
    }
    for (int order = 1; order <= self->count; order++) {
        const numbers tried = extrapolate(self, order, latest->layer);
        const double wrong = error_of(&tried, &latest->found);
        if (wrong < error) self->order = order;
        error = fmin(error, wrong);
    }
    push_anchor(self, latest);
    /* Through five points an error grows with the fifth power of the stride: 1.5^5 = 7.6. */
    if (error < 0.1) self->stride += (self->stride + 1) / 2;
    const int32_t next = latest->layer + self->stride;
    self->next = next < last_alike ? next : last_alike;
    return true;
}

static bool is_settled(const trail *self, const anchor *here)
{
    if (self->count == 0) return false;
    const anchor *last = &self->anchors[self->count - 1];
    return fabs(here->log2_std - last->log2_std) < SETTLED &&
           fabs(here->correlation - last->correlation) < SETTLED;
}

/* What f sees and does at `layer`. False: go back to the layer after the last anchor. */
static bool find_kernel(trail *self, int32_t layer, const gf_theory_state *below,
                        gf_theory_state *at)
{
    const gf_activation f = at->kind.activation;
    anchor here = {layer, log2_of_std(at->h.one), correlation_of(at->h),
                   at->h, gf_wide_of(1.0),        {.at = {0}}};
    const bool straight = gf_kernel_is_straight(f, here.log2_std) || here.log2_std == -INFINITY;
    if (gf_kernel_scales(f, here.log2_std)) here.unit = gf_wide_root(at->h.one);
    if (straight || layer == 1 || !gf_theory_same_kind(&below->kind, &at->kind))
        *self = (trail){.stride = 1, .next = layer};
    bool good = true;
    if (!straight && is_settled(self, &here))
        here = *last_anchor(self); /* h too, or it would drift */
    else if (!straight && layer < self->next)
        here.found = extrapolate(self, self->order, layer);
    else {
        here.found.kernel = gf_kernel_make(f, here.log2_std, here.correlation);
        good = straight || drop_anchor(self, &here, at->last_alike);
    }
    at->h = here.h;
    at->unit = here.unit;
    at->kernel = here.found.kernel;
    return good;
}

static void find_kinds(const gf_spec *spec, gf_theory_state *states)
{
    for (int32_t layer = spec->depth; layer >= 1; layer--) {
        gf_theory_state *at = &states[layer];
        at->kind = gf_theory_kind_of(spec, layer);
        const bool alike = layer < spec->depth && gf_theory_same_kind(&at->kind, &at[1].kind);
        at->last_alike = alike ? at[1].last_alike : layer;
    }
}

void gf_theory_forward(const gf_spec *spec, gf_theory_state *states)
{
    trail anchors = {.stride = 1};
    find_kinds(spec, states);
    states[0] =
        (gf_theory_state){.a.one = gf_wide_of(1.0)}; /* standard normal, samples independent */
    for (int32_t layer = 1; layer <= spec->depth; layer++) {
        gf_theory_state *at = &states[layer];
        feed(spec, &at[-1], at);
        if (find_kernel(&anchors, layer, &at[-1], at))
            activate(spec, &at[-1], at);
        else
            layer = last_anchor(&anchors)->layer; /* its state is still there */
    }
}
