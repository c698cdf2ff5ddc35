/* The reference with its own conditioning: how far a network moves under a disturbance of known size, and whether a device
 * is nearer to it than that.
 *
 * Deep random networks amplify any disturbance, so no fixed tolerance is right. The reference is run again with every weight,
 * bias and input moved by a random share of itself, up to NUDGE (independently: one common factor would be invisible behind
 * a normalisation). A device may be as far from the reference as the reference is from itself under that, times ALLOWED for
 * four draws of a disturbance instead of the one in every operation, plus FLOOR.
 *   - exact and fp32: 2^-20, sixteen float32 roundings, about what a product over a thousand float32 terms accumulates.
 *   - bf16 and fp16: a device sums in float32 and the reference in double, so that an entry near the middle between two
 *     numbers of the type may be rounded the other way. A sum that is off by 2^-22 of itself does that to one entry in
 *     2^22 u, u = 2^-8 or 2^-11 being the last bit; NUDGE = u / 16 does it to one in 16, and so bounds it.
 * Where this allows half of the size of z itself the network is chaotic: nudged runs are independent draws, and gradients are
 * compared to a decade only. */
#ifndef GF_TESTS_COMPUTE_ORACLE_H
#define GF_TESTS_COMPUTE_ORACLE_H

#include "compute/reference/layers.h"
#include "model/field.h"
#include "model/precision.h"
#include "outcome.h"

#define NUDGES      4
#define ALLOWED     4.0
#define FLOOR       1e-5
#define CHAOTIC     0.5
#define LOG10_LOOSE 1.0

/* GRADIENT: log10. */
typedef enum kind { GRADIENT, Z, A, COUNT } kind;

/* A number of a record with the size it is measured against. Numbers of one kind in one layer depend on the same arrays and
 * share a spread, which four nudges estimate better than one number of them. */
typedef struct number {
    const char *name;
    double value, size;
    kind kind;
    double slack; /* what it may be apart besides, as a share of its size */
} number;

#define NUMBERS 17

/* Octaves below which a histogram is one heap: 62 below its top, and what the reference's own classes do not tell apart. */
typedef struct heaps {
    int64_t delta, weight_grad;
} heaps;

/* What a nudge does to one layer: how far the numbers of a kind move, as a share of their size, and how far each count. */
typedef struct spread {
    double kinds[COUNT], counts[NUMBERS], bins[3];
    bool chaotic_below; /* z of this layer or of one nearer to the input is chaotic */
    bool chaotic_above; /* or of one nearer to the output: its gradients are */
    bool out_of_float_below, out_of_float_above; /* likewise, see out_of_float() */
} spread;

typedef struct oracle {
    outcome exact, nudged[NUDGES];
    heaps *heap;     /* [depth] */
    spread *spreads; /* [depth] */
} oracle;

/* splitmix64: a stream of its own, which no generator of the program can share a fault with. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double next_share(uint64_t *state) /* [0, 1) */
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

static inline double nudge_of(gf_precision precision)
{
    return precision == GF_PRECISION_BF16 ? 0x1p-12 : precision == GF_PRECISION_FP16 ? 0x1p-15 : 0x1p-20;
}

static inline void nudge_values(double *values, size_t count, double most, uint64_t *state)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= 1.0 + most * (2.0 * next_share(state) - 1.0);
}

static inline void nudge_network(reference *self, uint64_t state)
{
    const gf_spec *spec = &self->plan.spec;
    const double most = nudge_of(spec->precision);
    nudge_values(self->layers[0].a, (size_t)spec->batch * (size_t)self->layers[0].fan_out, most, &state);
    for (int32_t l = 1; l <= spec->depth; l++) {
        layer *at = &self->layers[l];
        nudge_values(at->weight, (size_t)at->fan_out * (size_t)at->fan_in, most, &state);
        nudge_values(at->bias, (size_t)at->fan_out, most, &state);
    }
}

/* False where the device says with GF_DEVICE that it does not run such a network. */
static inline bool outcome_try(gf_backend *backend, const gf_device *device, const gf_spec *spec, outcome *out)
{
    gf_error error = {0};
    gf_plan plan;
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK) fail_msg("%s: %s", device->id, error.text);
    const gf_status status = backend->ops->prepare(backend, &plan, &error);
    if (status == GF_DEVICE) return false;
    if (status != GF_OK) fail_msg("%s: %s", device->id, error.text);
    *out = outcome_run(backend, device, spec, 0);
    return true;
}

/* One pass of the reference, nudged between prepare and forward. */
static inline outcome oracle_run(gf_backend *backend, const gf_device *device, const gf_spec *spec, uint64_t draw)
{
    gf_error error = {0};
    gf_plan plan;
    outcome out = {.spec = *spec};
    const gf_backend_ops *ops = backend->ops;
    out.layers = calloc((size_t)spec->depth, sizeof *out.layers);
    out.cells = calloc((size_t)spec->depth * OUTCOME_ROWS, sizeof *out.cells);
    assert_true(out.layers && out.cells);
    gf_status status = gf_plan_create(spec, device, &plan, &error);
    if (status == GF_OK) status = ops->prepare(backend, &plan, &error);
    if (status == GF_OK && draw) nudge_network((reference *)backend, draw);
    if (status == GF_OK) status = ops->forward(backend, 1, spec->depth, &error);
    if (status == GF_OK) status = ops->loss(backend, &out.loss, &error);
    if (status == GF_OK) status = ops->backward(backend, 1, spec->depth, &error);
    if (status == GF_OK) status = ops->records(backend, 1, spec->depth, OUTCOME_ROWS, out.layers, out.cells, &error);
    if (status != GF_OK) fail_msg("reference: %s", error.text);
    return out;
}

/* The command that runs this network again. */
static inline void print_command(const gf_spec *spec, const char *device)
{
    char text[2000] = "", layers[1200] = "";
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        size_t used = strlen(layers);
        snprintf(layers + used, sizeof layers - used, "%s{\"first\":%d,\"last\":%d", i ? "," : "", at->first, at->last);
        used = strlen(layers);
        if (at->activation < GF_ACTIVATION_COUNT)
            snprintf(layers + used, sizeof layers - used, ",\"activation\":\"%s\"", gf_activation_get(at->activation)->name);
        used = strlen(layers);
        if (at->init < GF_INIT_COUNT)
            snprintf(layers + used, sizeof layers - used, ",\"init\":\"%s\"", gf_init_get(at->init)->name);
        strncat(layers, "}", sizeof layers - strlen(layers) - 1);
    }
    for (int32_t i = 0; i < gf_field_count; i++) {
        const gf_field *field = &gf_fields[i];
        char name[40], value[60];
        snprintf(name, sizeof name, "%s", field->name);
        for (char *c = name; *c; c++)
            *c = *c == '_' ? '-' : *c;
        if (field->kind == GF_FIELD_INT32 || field->kind == GF_FIELD_SEED)
            snprintf(value, sizeof value, "%lld", (long long)gf_field_get_integer(field, spec));
        else if (field->kind == GF_FIELD_REAL)
            snprintf(value, sizeof value, "%.17g", gf_field_get_real(field, spec));
        else
            snprintf(value, sizeof value, "%s", gf_field_get_name(field, spec));
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, " --%s=%s", name, value);
    }
    if (layers[0])
        print_error("  echo '{\"title\":\"case\",\"label\":\"case\",\"network\":{\"depth\":%d,\"layers\":[%s]}}' | "
                    "gradflow run /dev/stdin --device=%s%s\n",
                    spec->depth, layers, device, text);
    else
        print_error("  gradflow run --device=%s%s\n", device, text);
}

static inline int64_t later(int64_t one, int64_t other) { return one > other ? one : other; }

/* Zeros and what lies below octave `heap`. */
static inline double count_of_smallest(const gf_octaves *octaves, int64_t heap)
{
    uint64_t count = octaves->zeros;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
        if (octaves->top_octave - (GF_HISTOGRAM_BINS - 1 - i) < heap) count += octaves->bins[i];
    return (double)count;
}

/* Moments in units of 2^base. */
static inline gf_moments moments_under(gf_moments m, int64_t base)
{
    const int64_t apart = m.exponent - base;
    const int shift = apart > 5000 ? 5000 : apart < -5000 ? -5000 : (int)apart;
    return (gf_moments){ldexp(m.mean, shift), ldexp(m.std, shift), ldexp(m.min, shift), ldexp(m.max, shift), base};
}

/* A sum over the batch whose terms cancel (a bias behind batch norm has no gradient at all) leaves their rounding errors:
 * 2^-22 of the norm that the sums had if all terms pointed one way. Below that the norm is not told from it. */
static inline number gradient_number(const char *name, gf_scaled norm, double log10_terms)
{
    const double own = gf_scaled_log10(norm), least = log10_terms + log10(0x1p-22);
    const double value = isnan(own) ? own : fmax(own, least);
    return (number){name, value, 1.0 / M_LN10, GRADIENT, isinf(least) ? 0.0 : pow(10.0, least - value)};
}

/* A real number type may have any entry one place further up or down. */
static inline double last_place(gf_precision precision)
{
    return precision == GF_PRECISION_BF16 ? 0x1p-7 : precision == GF_PRECISION_FP16 ? 0x1p-10 : 0.0;
}

static inline number moment_number(const char *name, double value, const gf_moments *of, kind which, gf_precision precision)
{
    const double size = of->std + fabs(of->mean);
    return (number){name, value, size, which, size > 0.0 ? last_place(precision) * fabs(value) / size : 0.0};
}

/* log10 of what sums over the batch of delta a_below, or of delta, had as norm if nothing cancelled. */
static inline double log10_terms(const outcome *from, int32_t l, bool weights)
{
    const gf_spec *spec = &from->spec;
    double rms = 1.0, sums = gf_spec_fan_out(spec, l), exponent = 0.0;
    if (weights) sums *= gf_spec_fan_in(spec, l);
    if (weights && l > 1) { /* the input is standard normal */
        const gf_moments *a = &from->layers[l - 2].a;
        rms = hypot(a->mean, a->std);
        exponent = (double)a->exponent * log10(2.0);
    }
    return gf_scaled_log10(from->layers[l - 1].delta_rms) + log10(rms * sqrt(sums) * spec->batch) + exponent;
}

/* The numbers of layer `l`, its moments in the units of `unit`, the reference's record. */
static inline void numbers_of(const outcome *from, const gf_layer_record *unit, const heaps *heap, int32_t l,
                              number out[NUMBERS])
{
    const gf_spec *spec = &from->spec;
    const gf_layer_record *r = &from->layers[l - 1];
    const gf_precision type = spec->precision;
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, l), decade = 1.0 / M_LN10;
    const gf_moments z = moments_under(r->z, unit->z.exponent), a = moments_under(r->a, unit->a.exponent);
    const number all[NUMBERS] = {
        gradient_number("log10 weight_grad_norm", r->weight_grad_norm, log10_terms(from, l, true)),
        gradient_number("log10 bias_grad_norm", r->bias_grad_norm, log10_terms(from, l, false)),
        {"log10 delta_rms", gf_scaled_log10(r->delta_rms), decade, GRADIENT, 0.0},
        {"log10 delta_max", gf_scaled_log10(r->delta_max), decade, GRADIENT, 0.0},
        {"log10 loss", gf_scaled_log10(from->loss), decade, GRADIENT, 0.0},
        moment_number("z.mean", z.mean, &z, Z, type),
        moment_number("z.std", z.std, &z, Z, type),
        moment_number("z.min", z.min, &z, Z, type),
        moment_number("z.max", z.max, &z, Z, type),
        moment_number("a.mean", a.mean, &a, A, type),
        moment_number("a.std", a.std, &a, A, type),
        moment_number("a.min", a.min, &a, A, type),
        moment_number("a.max", a.max, &a, A, type),
        /* Counts near a threshold: two entries more or less are no error. */
        {"saturated", r->saturated_share * entries, 1.0, COUNT, 2.0},
        {"dead", r->dead_share * gf_spec_fan_out(spec, l), 1.0, COUNT, 1.0},
        {"smallest deltas", count_of_smallest(&r->delta, heap->delta), 1.0, COUNT, 2.0},
        {"nan and inf", (double)(r->nan_count + r->inf_count), 1.0, COUNT, 0.0},
    };
    memcpy(out, all, sizeof all);
}

/* Apart as a share of the size; equal NaN and equal infinities are not apart, unequal ones infinitely. */
static inline double apart_of(const number *one, const number *other)
{
    if (one->value == other->value || (isnan(one->value) && isnan(other->value))) return 0.0;
    const double apart = fabs(one->value - other->value) / one->size;
    return isnan(apart) ? INFINITY : apart;
}

static inline void spread_numbers(const oracle *made, int32_t l, spread *out)
{
    const gf_layer_record *unit = &made->exact.layers[l - 1];
    number exact[NUMBERS], moved[NUMBERS];
    numbers_of(&made->exact, unit, &made->heap[l - 1], l, exact);
    for (int n = 0; n < NUDGES; n++) {
        numbers_of(&made->nudged[n], unit, &made->heap[l - 1], l, moved);
        for (int i = 0; i < NUMBERS; i++) {
            double *most = exact[i].kind == COUNT ? &out->counts[i] : &out->kinds[exact[i].kind];
            const double apart = apart_of(&exact[i], &moved[i]) - exact[i].slack;
            *most = fmax(*most, exact[i].kind == COUNT ? apart + exact[i].slack : apart);
        }
    }
}

/* The largest share of entries that lie more than one bin from where the other histogram has them. (On the edge between two
 * bins there may be any number: all values of a saturated layer are alike.) */
static inline double bins_apart(const double one[GF_HISTOGRAM_BINS + 1], const double other[GF_HISTOGRAM_BINS + 1])
{
    double up_to = 0.0, before = 0.0, other_up_to = 0.0, other_before = 0.0, all = 0.0, most = 0.0;
    for (int i = 0; i <= GF_HISTOGRAM_BINS; i++) {
        up_to += one[i];
        other_up_to += other[i];
        most = fmax(most, fmax(before - other_up_to, other_before - up_to));
        before = up_to;
        other_before = other_up_to;
        all += one[i];
    }
    return all > 0.0 ? fmax(most, fabs(all - other_up_to)) / all : other_up_to > 0.0 ? INFINITY : 0.0;
}

static inline void activation_bins(const gf_histogram *histogram, double out[GF_HISTOGRAM_BINS + 1])
{
    out[GF_HISTOGRAM_BINS] = 0.0;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
        out[i] = (double)histogram->bins[i];
}

/* Octaves from the heap upwards, counted from its own. */
static inline void octave_bins(const gf_octaves *octaves, int64_t heap, double out[GF_HISTOGRAM_BINS + 1])
{
    memset(out, 0, (GF_HISTOGRAM_BINS + 1) * sizeof *out);
    out[0] = (double)octaves->zeros;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        const int64_t place = octaves->top_octave - (GF_HISTOGRAM_BINS - 1 - i) - heap + 1;
        out[place < 0 ? 0 : place > GF_HISTOGRAM_BINS ? GF_HISTOGRAM_BINS : place] += (double)octaves->bins[i];
    }
}

/* The three histograms of a record. */
static inline void histograms_apart(const gf_layer_record *one, const gf_layer_record *other, const heaps *heap, double out[3])
{
    double bins[3][GF_HISTOGRAM_BINS + 1], others[3][GF_HISTOGRAM_BINS + 1];
    activation_bins(&one->activation, bins[0]);
    activation_bins(&other->activation, others[0]);
    octave_bins(&one->delta, heap->delta, bins[1]);
    octave_bins(&other->delta, heap->delta, others[1]);
    octave_bins(&one->weight_grad, heap->weight_grad, bins[2]);
    octave_bins(&other->weight_grad, heap->weight_grad, others[2]);
    for (int h = 0; h < 3; h++)
        out[h] = bins_apart(bins[h], others[h]);
    if (one->a.exponent != other->a.exponent) out[0] = 0.0; /* edges in units of their own */
}

static inline void spread_histograms(const oracle *made, int32_t l, spread *out)
{
    for (int n = 0; n < NUDGES; n++) {
        double apart[3];
        histograms_apart(&made->exact.layers[l - 1], &made->nudged[n].layers[l - 1], &made->heap[l - 1], apart);
        for (int h = 0; h < 3; h++)
            out->bins[h] = fmax(out->bins[h], apart[h]);
    }
}

/* Real number types are summed in float32, whose own limits lie at 2^-126 and 2^128: partial sums of numbers near them over-
 * or underflow, where the reference rounds once. Within 2^8 of them nothing can be said of this layer, nor of those that
 * read it. */
static inline bool out_of_float(const outcome *exact, int32_t l, bool backward)
{
    const gf_spec *spec = &exact->spec;
    const gf_layer_record *r = &exact->layers[l - 1];
    const double high = 0x1p120, low = 0x1p-118;
    if (spec->precision == GF_PRECISION_EXACT || spec->precision == GF_PRECISION_FP16) return false;
    const double z = fmax(fabs(r->z.min), fabs(r->z.max)), a = fmax(fabs(r->a.min), fabs(r->a.max));
    if (!backward) return z > high || a > high || (z > 0.0 && z < low) || (a > 0.0 && a < low);
    const double delta = gf_scaled_double(r->delta_max) * spec->loss_scale, grad = gf_scaled_double(r->weight_grad_norm) * spec->loss_scale;
    return delta > high || grad > high || delta < low;
}

static inline void spread_all(oracle *made)
{
    const int32_t depth = made->exact.spec.depth;
    for (int32_t l = 1; l <= depth; l++) {
        spread *at = &made->spreads[l - 1], *below = l > 1 ? at - 1 : NULL;
        spread_numbers(made, l, at);
        spread_histograms(made, l, at);
        at->chaotic_above = !(ALLOWED * at->kinds[Z] < CHAOTIC);
        at->chaotic_below = at->chaotic_above || (below && below->chaotic_below);
        at->out_of_float_below = out_of_float(&made->exact, l, false) || (below && below->out_of_float_below);
        at->out_of_float_above = out_of_float(&made->exact, l, true);
    }
    for (int32_t l = depth - 1; l >= 1; l--) {
        made->spreads[l - 1].chaotic_above |= made->spreads[l].chaotic_above;
        made->spreads[l - 1].out_of_float_above |= made->spreads[l].out_of_float_above;
    }
}

/* Octave -126 of what the reference stores is the lowest that its classes tell apart. */
static inline void find_heaps(const oracle *made, const reference *self)
{
    for (int32_t l = 1; l <= made->exact.spec.depth; l++) {
        const gf_layer_record *r = &made->exact.layers[l - 1];
        const int64_t delta = self->layers[l].delta_exponent, a = self->layers[l - 1].a_exponent;
        made->heap[l - 1] = (heaps){later(r->delta.top_octave - 62, delta - 126),
                                    later(r->weight_grad.top_octave - 62, delta + a - 126)};
    }
}

static inline oracle oracle_make(const devices *all, const gf_spec *spec)
{
    const int32_t i = devices_find(all, "reference");
    oracle made = {.exact = oracle_run(all->backend[i], &all->device[i], spec, 0)};
    made.heap = calloc((size_t)spec->depth, sizeof *made.heap);
    made.spreads = calloc((size_t)spec->depth, sizeof *made.spreads);
    assert_true(made.heap && made.spreads);
    find_heaps(&made, (const reference *)all->backend[i]);
    for (int n = 0; n < NUDGES; n++)
        made.nudged[n] = oracle_run(all->backend[i], &all->device[i], spec, (uint64_t)n + 1);
    spread_all(&made);
    return made;
}

static inline void oracle_free(oracle *made)
{
    free(made->heap);
    free(made->spreads);
    outcome_free(&made->exact);
    for (int n = 0; n < NUDGES; n++)
        outcome_free(&made->nudged[n]);
}

/* What number `i` may be apart from the reference, as a share of its size; negative: nothing can be said. */
static inline double allowed_of(const oracle *made, int32_t l, const number *expected, int i)
{
    const spread *at = &made->spreads[l - 1], *last = &made->spreads[made->exact.spec.depth - 1];
    const bool is_gradient = expected[i].kind == GRADIENT;
    if (last->out_of_float_below && (is_gradient || at->out_of_float_below)) return -1.0;
    if (at->out_of_float_above && (is_gradient || expected[i].kind == COUNT)) return -1.0;
    switch (expected[i].kind) {
    case COUNT:
        if (last->chaotic_below && expected[i].slack > 0.0) return -1.0;
        return ALLOWED * at->counts[i] + expected[i].slack;
    case GRADIENT: {
        const double allowed = ALLOWED * at->kinds[GRADIENT] + FLOOR + expected[i].slack;
        return at->chaotic_above ? fmax(allowed, LOG10_LOOSE / expected[i].size) : allowed;
    }
    default:
        return at->chaotic_below ? -1.0 : ALLOWED * at->kinds[expected[i].kind] + FLOOR + expected[i].slack;
    }
}

static inline int compare_numbers(const char *device, const oracle *made, const outcome *got, int32_t l)
{
    const gf_layer_record *unit = &made->exact.layers[l - 1];
    number expected[NUMBERS], actual[NUMBERS];
    int bad = 0;
    numbers_of(&made->exact, unit, &made->heap[l - 1], l, expected);
    numbers_of(got, unit, &made->heap[l - 1], l, actual);
    for (int i = 0; i < NUMBERS; i++) {
        const double apart = apart_of(&expected[i], &actual[i]);
        const double allowed = allowed_of(made, l, expected, i);
        if (apart <= allowed || allowed < 0.0) continue;
        print_error("%s: layer %d: %s is %.9g, reference %.9g, %.2e apart, allowed %.2e\n", device, l, expected[i].name,
                    actual[i].value, expected[i].value, apart, allowed);
        bad++;
    }
    return bad;
}

/* Three entries on an edge, or one in five hundred. */
static inline int compare_histograms(const char *device, const oracle *made, const outcome *got, int32_t l)
{
    static const char *const names[3] = {"activations", "deltas", "weight gradients"};
    const gf_spec *spec = &made->exact.spec;
    const spread *at = &made->spreads[l - 1];
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, l);
    const double weights = (double)gf_spec_fan_in(spec, l) * gf_spec_fan_out(spec, l);
    double apart[3];
    int bad = 0;
    histograms_apart(&made->exact.layers[l - 1], &got->layers[l - 1], &made->heap[l - 1], apart);
    for (int h = 0; h < 3; h++) {
        const double allowed = ALLOWED * at->bins[h] + fmax(3.0 / (h == 2 ? weights : entries), 0.002);
        const bool lost = made->spreads[spec->depth - 1].out_of_float_below || (h > 0 && at->out_of_float_above);
        if (apart[h] <= allowed || allowed > 0.5 || lost) continue;
        print_error("%s: layer %d: the histogram of %s has %.4f of its entries elsewhere, allowed %.4f\n", device, l,
                    names[h], apart[h], allowed);
        bad++;
    }
    return bad;
}

/* Runs `spec` on every device that takes it; complaints are followed by the command. `refused` counts those that do not. */
static inline int oracle_compare_all(const devices *all, const gf_spec *spec, int32_t *refused)
{
    oracle made = oracle_make(all, spec);
    int bad = 0;
    for (int32_t i = 0; i < all->count; i++) {
        outcome got;
        if (strcmp(all->device[i].id, "reference") == 0) continue;
        if (!outcome_try(all->backend[i], &all->device[i], spec, &got)) {
            ++*refused;
            continue;
        }
        int own = 0;
        for (int32_t l = 1; l <= spec->depth && own < 10; l++)
            own += compare_numbers(all->device[i].id, &made, &got, l) + compare_histograms(all->device[i].id, &made, &got, l);
        if (own) print_command(spec, all->device[i].id);
        bad += own;
        outcome_free(&got);
    }
    oracle_free(&made);
    return bad;
}

#endif
