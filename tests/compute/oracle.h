/* The reference with its own conditioning: how far a network moves under a disturbance of known
 * size, and whether a device is nearer to it than that.
 *
 * Deep random networks amplify any disturbance, so no fixed tolerance is right. The reference is
 * run again with every weight, bias, activation and delta moved by a random share of itself, up to
 * NUDGE (independently: one common factor would be invisible behind a normalisation). A device may
 * be as far from the reference as the reference is from itself under that, times ALLOWED because
 * four draws stand for all there are (what a normalisation divides by may be small by chance, and
 * then errors have no typical size), plus FLOOR.
 *   - exact and fp32: 2^-20, sixteen float32 roundings, about what a product over a thousand
 * float32 terms accumulates.
 *   - bf16 and fp16: a device sums in float32 and the reference in double, so that an entry near
 * the middle between two numbers of the type may be rounded the other way. A sum that is off by
 * 2^-22 of itself does that to one entry in 2^22 u, u = 2^-8 or 2^-11 being the last bit; NUDGE = u
 * / 16 does it to one in 16, and so bounds it. Where this allows half of the size of z itself the
 * network is chaotic: nudged runs are independent draws, and gradients are compared to two decades
 * only. */
#ifndef GF_TESTS_COMPUTE_ORACLE_H
#define GF_TESTS_COMPUTE_ORACLE_H

#include "compute/reference/layers.h"
#include "model/field.h"
#include "model/precision.h"
#include "outcome.h"

#define NUDGES      4
#define ALLOWED     16.0
#define FLOOR       1e-5
#define CHAOTIC     0.5
#define LOG10_LOOSE 2.0

/* GRADIENT: log10. */
typedef enum kind { GRADIENT, Z, A, COUNT } kind;

/* A number of a record with the size it is measured against. Numbers of one kind in one layer
 * depend on the same arrays and share a spread, which four nudges estimate better than one number
 * of them. */
typedef struct number {
    const char *name;
    double value, size;
    kind kind;
    double slack; /* what it may be apart besides, as a share of its size */
} number;

#define NUMBERS 18

/* Octaves below which a histogram is one heap: 62 below its top, what the reference's own classes
 * do not tell apart, and the rounding errors of sums that cancel. */
typedef struct heaps {
    int64_t delta, weight_grad;
    bool lost_forward, lost_backward;   /* no device can say the same, see find_heaps() */
    bool faint_forward, faint_backward; /* only one that keeps faint layers, see keeps_faint() */
    bool has_dust;                      /* see dust_counts() */
    double
        log10_delta; /* of the largest that rounding errors of delta are a share of: delta before it
                        is normalised, 2^20 times what rounding may leave of it; -inf without */
    double slack;    /* of gradients: float32's rounding of dL/dh here and in the layers above, as a
                        share of delta */
} heaps;

/* What a nudge does to one layer: how far the numbers of a kind move, as a share of their size, and
 * how far each count. */
typedef struct spread {
    double kinds[COUNT], counts[NUMBERS], bins[3];
    bool chaotic_below; /* z of this layer or of one nearer to the input is chaotic */
    bool chaotic_above; /* or of one nearer to the output: its gradients are */
    bool out_of_float_below, out_of_float_above; /* likewise, see out_of_float() */
    bool faint_below, faint_above;
} spread;

typedef struct oracle {
    outcome exact, nudged[NUDGES];
    heaps *heap; /* [depth] */
    bool groups_of_two;
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
    return precision == GF_PRECISION_BF16   ? 0x1p-12
           : precision == GF_PRECISION_FP16 ? 0x1p-15
                                            : 0x1p-20;
}

static inline void nudge_values(double *values, size_t count, double most, uint64_t *state)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= 1.0 + most * (2.0 * next_share(state) - 1.0);
}

/* Weights and bias of layer `l`, and what it reads. */
static inline void nudge_forward(reference *self, int32_t l, uint64_t *state)
{
    const double most = nudge_of(self->plan.spec.precision);
    layer *at = &self->layers[l], *below = at - 1;
    nudge_values(at->weight, (size_t)at->fan_out * (size_t)at->fan_in, most, state);
    nudge_values(at->bias, (size_t)at->fan_out, most, state);
    nudge_values(below->a, (size_t)self->plan.spec.batch * (size_t)below->fan_out, most, state);
}

static inline void nudge_delta(reference *self, int32_t l, uint64_t *state)
{
    layer *at = &self->layers[l];
    nudge_values(at->delta, (size_t)self->plan.spec.batch * (size_t)at->fan_out,
                 nudge_of(self->plan.spec.precision), state);
}

/* Layer by layer; nudged unless `draw` is 0. */
static inline gf_status nudged_pass(gf_backend *backend, uint64_t draw, gf_scaled *loss,
                                    gf_error *error)
{
    reference *self = (reference *)backend;
    const int32_t depth = self->plan.spec.depth;
    uint64_t state = draw;
    for (int32_t l = 1; l <= depth; l++) {
        if (draw) nudge_forward(self, l, &state);
        GF_TRY(backend->ops->forward(backend, l, 1, error));
    }
    GF_TRY(backend->ops->loss(backend, loss, error));
    for (int32_t l = depth; l >= 1; l--) {
        GF_TRY(backend->ops->backward(backend, l, 1, error));
        if (draw) nudge_delta(self, l, &state);
    }
    return GF_OK;
}

/* False where the device says with GF_DEVICE that it does not run such a network. */
static inline bool outcome_try(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                               outcome *out)
{
    gf_error error = {0};
    gf_plan plan;
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK)
        fail_msg("%s: %s", device->id, error.text);
    const gf_status status = backend->ops->prepare(backend, &plan, &error);
    if (status == GF_DEVICE) return false;
    if (status != GF_OK) fail_msg("%s: %s", device->id, error.text);
    *out = outcome_run(backend, device, spec, 0);
    return true;
}

/* One pass of the reference. */
static inline outcome oracle_run(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                                 uint64_t draw)
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
    if (status == GF_OK) status = nudged_pass(backend, draw, &out.loss, &error);
    if (status == GF_OK)
        status = ops->records(backend, 1, spec->depth, OUTCOME_ROWS, out.layers, out.cells, &error);
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
        snprintf(layers + used, sizeof layers - used, "%s{\"first\":%d,\"last\":%d", i ? "," : "",
                 at->first, at->last);
        used = strlen(layers);
        if (at->activation < GF_ACTIVATION_COUNT)
            snprintf(layers + used, sizeof layers - used, ",\"activation\":\"%s\"",
                     gf_activation_get(at->activation)->name);
        used = strlen(layers);
        if (at->init < GF_INIT_COUNT)
            snprintf(layers + used, sizeof layers - used, ",\"init\":\"%s\"",
                     gf_init_get(at->init)->name);
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
        print_error("  echo "
                    "'{\"title\":\"case\",\"label\":\"case\",\"network\":{\"depth\":%d,\"layers\":["
                    "%s]}}' | "
                    "gradflow run /dev/stdin --device=%s%s\n",
                    spec->depth, layers, device, text);
    else
        print_error("  gradflow run --device=%s%s\n", device, text);
}

static inline int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

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
    return (gf_moments){ldexp(m.mean, shift), ldexp(m.std, shift), ldexp(m.min, shift),
                        ldexp(m.max, shift), base};
}

/* Of a real number type Inf and NaN are one: Inf times an f' that float32 has as 0 is NaN, and in
 * double it is not 0. */
static inline double log10_of(gf_scaled value, gf_precision precision)
{
    const double log = gf_scaled_log10(value);
    return log == INFINITY && precision != GF_PRECISION_EXACT ? NAN : log;
}

/* A real number type may have any entry a few places further up or down, the smallest of them too.
 */
static inline double last_place(gf_precision precision)
{
    return precision == GF_PRECISION_BF16 ? 0x1p-6 : precision == GF_PRECISION_FP16 ? 0x1p-9 : 0.0;
}

static inline double smallest_number(gf_precision precision)
{
    return precision == GF_PRECISION_EXACT ? 0.0
                                           : ldexp(1.0, gf_precision_range(precision).smallest);
}

static inline number moment_number(const char *name, double value, const gf_moments *of, kind which,
                                   gf_precision precision)
{
    const double size = of->std + fabs(of->mean);
    const double slack =
        last_place(precision) * fmax(fabs(value), size) + 2.0 * smallest_number(precision);
    return (number){name, value, size, which, size > 0.0 ? slack / size : 0.0};
}

/* A gradient, of which what lies below `least` is not told from rounding errors. */
static inline number gradient_number(const char *name, gf_scaled norm, double least,
                                     const gf_spec *spec, const heaps *heap)
{
    const double own = log10_of(norm, spec->precision);
    const double smallest = log10(4.0 * smallest_number(spec->precision) / spec->loss_scale);
    const double value = isnan(own) ? own : fmax(own, fmax(least, smallest));
    const double slack =
        isfinite(value) ? pow(10.0, least - value) + pow(10.0, smallest - value) : 0.0;
    return (number){name, value, 1.0 / M_LN10, GRADIENT,
                    slack + heap->slack + last_place(spec->precision)};
}

/* A sum over the batch whose terms cancel (a bias behind batch norm has no gradient at all) leaves
 * their rounding errors: log10 of 2^-22 of the norm that the sums of delta a_below, or of delta,
 * had if all terms pointed one way. */
static inline double log10_rounding(const outcome *from, const heaps *heap, int32_t l, bool weights)
{
    const gf_spec *spec = &from->spec;
    double rms = 0x1p-22, sums = gf_spec_fan_out(spec, l), exponent = 0.0;
    if (weights) sums *= gf_spec_fan_in(spec, l);
    if (weights && l > 1) { /* the input is standard normal */
        const gf_moments *a = &from->layers[l - 2].a;
        rms *= hypot(a->mean, a->std);
        exponent = (double)a->exponent * log10(2.0);
    }
    return fmax(gf_scaled_log10(from->layers[l - 1].delta_rms), heap->log10_delta) +
           log10(rms * sqrt(sums) * spec->batch) + exponent;
}

/* The rms delta of the unit with the most of it; NaN wins. */
static inline gf_scaled loudest_cell(const outcome *from, int32_t l)
{
    const gf_cell *cells = &from->cells[(size_t)(l - 1) * OUTCOME_ROWS];
    double most = -INFINITY;
    for (int i = 0; i < OUTCOME_ROWS; i++)
        if (isnan(cells[i].delta_log2) || (double)cells[i].delta_log2 > most)
            most = (double)cells[i].delta_log2;
    if (!isfinite(most)) return gf_scaled_make(most < 0.0 ? 0.0 : most, 0);
    return gf_scaled_make(exp2(most - floor(most)), (int64_t)floor(most));
}

/* A cell is a float log2: of 1e-300 it has the fourth digit. */
static inline number cell_number(gf_scaled loudest, const gf_spec *spec, const heaps *heap)
{
    number made = gradient_number("log10 loudest cell", loudest, -INFINITY, spec, heap);
    if (isfinite(made.value)) made.slack += fabs(made.value) * M_LN10 * 0x1p-22;
    return made;
}

/* The numbers of layer `l`, its moments and rounding errors in the units of `unit`, the reference.
 */
static inline void numbers_of(const outcome *from, const outcome *unit, const heaps *heap,
                              int32_t l, number out[NUMBERS])
{
    const gf_spec *spec = &from->spec;
    const gf_layer_record *r = &from->layers[l - 1];
    const gf_precision type = spec->precision;
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, l);
    /* Counts near a threshold: two entries more or less are no error; a number type has many of
     * them on its own. */
    const double edge = type == GF_PRECISION_EXACT ? 2.0 : 2.0 + 0.02 * entries;
    const gf_moments z = moments_under(r->z, unit->layers[l - 1].z.exponent);
    const gf_moments a = moments_under(r->a, unit->layers[l - 1].a.exponent);
    const number all[NUMBERS] = {
        gradient_number("log10 weight_grad_norm", r->weight_grad_norm,
                        log10_rounding(unit, heap, l, true), spec, heap),
        gradient_number("log10 bias_grad_norm", r->bias_grad_norm,
                        log10_rounding(unit, heap, l, false), spec, heap),
        gradient_number("log10 delta_rms", r->delta_rms, -INFINITY, spec, heap),
        gradient_number("log10 delta_max", r->delta_max, -INFINITY, spec, heap),
        cell_number(loudest_cell(from, l), spec, heap),
        gradient_number("log10 loss", from->loss, -INFINITY, spec, heap),
        moment_number("z.mean", z.mean, &z, Z, type),
        moment_number("z.std", z.std, &z, Z, type),
        moment_number("z.min", z.min, &z, Z, type),
        moment_number("z.max", z.max, &z, Z, type),
        moment_number("a.mean", a.mean, &a, A, type),
        moment_number("a.std", a.std, &a, A, type),
        moment_number("a.min", a.min, &a, A, type),
        moment_number("a.max", a.max, &a, A, type),
        {"saturated", r->saturated_share * entries, 1.0, COUNT, 2.0},
        {"dead", r->dead_share * gf_spec_fan_out(spec, l), 1.0, COUNT, 1.0},
        {"smallest deltas", count_of_smallest(&r->delta, heap->delta), 1.0, COUNT, edge},
        {"nan and inf", (double)(r->nan_count + r->inf_count), 1.0, COUNT, 0.0},
    };
    memcpy(out, all, sizeof all);
}

/* Apart as a share of the size; equal NaN and equal infinities are not apart, unequal ones
 * infinitely. */
static inline double apart_of(const number *one, const number *other)
{
    if (one->value == other->value || (isnan(one->value) && isnan(other->value))) return 0.0;
    const double apart = fabs(one->value - other->value) / one->size;
    return isnan(apart) ? INFINITY : apart;
}

static inline void spread_numbers(const oracle *made, int32_t l, spread *out)
{
    number exact[NUMBERS], moved[NUMBERS];
    numbers_of(&made->exact, &made->exact, &made->heap[l - 1], l, exact);
    for (int n = 0; n < NUDGES; n++) {
        numbers_of(&made->nudged[n], &made->exact, &made->heap[l - 1], l, moved);
        for (int i = 0; i < NUMBERS; i++) {
            double *most = exact[i].kind == COUNT ? &out->counts[i] : &out->kinds[exact[i].kind];
            *most = fmax(*most, apart_of(&exact[i], &moved[i]));
        }
    }
}

/* The largest share of entries that lie more than one bin from where the other histogram has them.
 * (On the edge between two bins there may be any number: all values of a saturated layer are
 * alike.) */
static inline double bins_apart(const double one[GF_HISTOGRAM_BINS + 1],
                                const double other[GF_HISTOGRAM_BINS + 1])
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
    return all > 0.0           ? fmax(most, fabs(all - other_up_to)) / all
           : other_up_to > 0.0 ? INFINITY
                               : 0.0;
}

static inline void activation_bins(const gf_histogram *histogram, double out[GF_HISTOGRAM_BINS + 1])
{
    out[GF_HISTOGRAM_BINS] = 0.0;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
        out[i] = (double)histogram->bins[i];
}

/* Octaves from the heap upwards, counted from its own. */
static inline void octave_bins(const gf_octaves *octaves, int64_t heap,
                               double out[GF_HISTOGRAM_BINS + 1])
{
    memset(out, 0, (GF_HISTOGRAM_BINS + 1) * sizeof *out);
    out[0] = (double)octaves->zeros;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        const int64_t place = octaves->top_octave - (GF_HISTOGRAM_BINS - 1 - i) - heap + 1;
        out[place < 0                   ? 0
            : place > GF_HISTOGRAM_BINS ? GF_HISTOGRAM_BINS
                                        : place] += (double)octaves->bins[i];
    }
}

/* The three histograms of a record. */
static inline void histograms_apart(const gf_layer_record *one, const gf_layer_record *other,
                                    const heaps *heap, gf_precision precision, double out[3])
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
    /* Edges in units of their own, or not much more than roundings apart. */
    const double apart = 0x1p-16 * fabs(one->a.mean) + 0x1p6 * smallest_number(precision);
    if (one->a.exponent != other->a.exponent || one->a.std < apart) out[0] = 0.0;
}

static inline void spread_histograms(const oracle *made, int32_t l, spread *out)
{
    for (int n = 0; n < NUDGES; n++) {
        double apart[3];
        histograms_apart(&made->exact.layers[l - 1], &made->nudged[n].layers[l - 1],
                         &made->heap[l - 1], made->exact.spec.precision, apart);
        for (int h = 0; h < 3; h++)
            out->bins[h] = fmax(out->bins[h], apart[h]);
    }
}

/* Real number types are summed in float32, whose own limits lie at 2^-126 and 2^128: partial sums
 * of numbers near them over- or underflow, where the reference rounds once; and a sum near a type's
 * largest is Inf or is not. Within 2^8 of float32's limits and within 2 of fp16's nothing can be
 * said of this layer, nor of those that read it. */
static inline bool out_of_float(const oracle *made, int32_t l, bool backward)
{
    const gf_spec *spec = &made->exact.spec;
    const gf_layer_record *r = &made->exact.layers[l - 1];
    const bool half = spec->precision == GF_PRECISION_FP16;
    const double high = half ? 0x1p15 : 0x1p120, low = half ? 0.0 : 0x1p-118;
    if (backward ? made->heap[l - 1].lost_backward : made->heap[l - 1].lost_forward) return true;
    if (spec->precision == GF_PRECISION_EXACT) return false;
    if (half && r->nan_count + r->inf_count > 0) return true;
    const double z = fmax(fabs(r->z.min), fabs(r->z.max)), a = fmax(fabs(r->a.min), fabs(r->a.max));
    if (!backward) return z > high || a > high || (z > 0.0 && z < low) || (a > 0.0 && a < low);
    const double delta = gf_scaled_double(r->delta_max) * spec->loss_scale,
                 grad = gf_scaled_double(r->weight_grad_norm) * spec->loss_scale;
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
        at->out_of_float_below =
            out_of_float(made, l, false) || (below && below->out_of_float_below);
        at->out_of_float_above = out_of_float(made, l, true);
        at->faint_below = made->heap[l - 1].faint_forward || (below && below->faint_below);
        at->faint_above = made->heap[l - 1].faint_backward;
    }
    for (int32_t l = depth - 1; l >= 1; l--) {
        made->spreads[l - 1].chaotic_above |= made->spreads[l].chaotic_above;
        made->spreads[l - 1].out_of_float_above |= made->spreads[l].out_of_float_above;
        made->spreads[l - 1].faint_above |= made->spreads[l].faint_above;
    }
}

static inline double row_largest(const double *values, size_t row, size_t units)
{
    return gf_reference_largest(values + row * units, units);
}

/* Samples that were once 2^-60 below the largest of their layer, which is 2^-60 at least: stored in
 * float32 under one exponent they lose their digits, and are missing where the others die later on.
 * (In a layer one sample has 1e13, another 1e-55, and the next layer takes the first to 0.) Marks
 * those of this layer; true when such a sample now counts. */
static inline bool dust_counts(const double *values, size_t batch, size_t units, bool *dusty,
                               bool *any)
{
    const double most = gf_reference_largest(values, batch * units);
    bool counts = false;
    for (size_t b = 0; b < batch; b++) {
        const double own = row_largest(values, b, units);
        counts |= dusty[b] && own > 0x1p-20 * most;
        dusty[b] |= own < 0x1p-60 * most;
        *any |= dusty[b];
    }
    return counts;
}

/* Samples that float32 has as 0 beside the others: f' there is that of 0, and not that of their
 * sign. */
static inline bool sample_is_flushed(const double *values, size_t batch, size_t units)
{
    const double most = gf_reference_largest(values, batch * units);
    for (size_t b = 0; b < batch; b++) {
        const double own = row_largest(values, b, units);
        if (own > 0.0 && own < 0x1p-80 * most) return true;
    }
    return false;
}

/* In a batch of two h is 1 and -1 but for epsilon's share, which a float32 may not hold: at the
 * corners of f. */
static inline bool is_on_a_corner(const layer *at, size_t entries)
{
    for (size_t i = 0; at->inverse_std && at->activation == GF_ACTIVATION_HARD_TANH && i < entries;
         i++)
        if (fabs(fabs(at->h[i]) - 1.0) < 0x1p-20) return true;
    return false;
}

/* Products of a sample's delta with its own activations that all lie 2^-60 below those of the
 * largest of either. */
static inline bool gradient_is_dust(const layer *at, const layer *below, size_t batch)
{
    const size_t O = (size_t)at->fan_out, I = (size_t)at->fan_in;
    double most = 0.0;
    for (size_t b = 0; b < batch; b++)
        most = fmax(most, row_largest(at->delta, b, O) * row_largest(below->a, b, I));
    return most < 0x1p-60 * gf_reference_largest(at->delta, batch * O) *
                      gf_reference_largest(below->a, batch * I);
}

static inline double largest_inverse(const reference *self, const layer *at)
{
    const size_t groups =
        self->plan.spec.norm == GF_NORM_BATCH ? (size_t)at->fan_out : (size_t)self->plan.spec.batch;
    double inverse = 0.0;
    for (size_t g = 0; at->inverse_std && g < groups; g++)
        inverse = fmax(inverse, at->inverse_std[g]);
    return inverse;
}

/* What a normalisation leaves of dL/dh may lie below float32's rounding of it: of a batch of two,
 * where h is 1 and -1, nothing but epsilon's share is left, and with large weights not even that.
 * 0: no normalisation. */
static inline double rounding_of_delta(const reference *self, const layer *at, size_t entries)
{
    double most = 0.0;
    for (size_t i = 0; at->inverse_std && i < entries; i++)
        most = fmax(most, fabs(at->up[i] * gf_reference_derivative(at, at->h[i])));
    return 0x1p-20 * most * largest_inverse(self, at) *
           (at->skip ? self->plan.spec.skip_scale : 1.0);
}

/* Likewise forward: z is the same for the whole group, and h what rounding left of that. */
static inline bool is_rounding_only(const reference *self, const layer *at, size_t entries)
{
    return gf_reference_largest(at->h, entries) <
           0x1p-20 * gf_reference_largest(at->z, entries) * largest_inverse(self, at);
}

/* f or f' is so small on the whole layer that float32 has few bits left for it, or none; or layers
 * shrink behind a normalisation, whose epsilon lets them, and no exponent is carried along. */
static inline bool is_faint(const double *out, const double *in, size_t count, gf_norm norm)
{
    const double most = gf_reference_largest(out, count);
    return most < 0x1p-100 && (norm != GF_NORM_NONE || gf_reference_largest(in, count) > 0x1p-60);
}

/* Squares that leave double; the reference rescales only in the layer below. */
static inline bool is_out_of_double(const double *values, size_t entries)
{
    const double most = gf_reference_largest(values, entries);
    return most > 0.0 && most < 0x1p-480;
}

/* Weights of zero take a large input away, not its exponent, under which a bias then vanishes. */
static inline bool is_beside_nothing(const gf_spec *spec, const layer *at, int32_t l)
{
    return gf_spec_init(spec, l) == GF_INIT_ZEROS && at->z_exponent > 0;
}

/* From the reference's own arrays. Octave -126 is the lowest that its classes tell apart. */
static inline void find_heaps(const oracle *made, const reference *self)
{
    const gf_spec *spec = &made->exact.spec;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const layer *at = &self->layers[l], *below = at - 1;
        const gf_layer_record *r = &made->exact.layers[l - 1];
        const size_t entries = (size_t)spec->batch * (size_t)at->fan_out;
        const double normalised = rounding_of_delta(self, at, entries);
        const double terms =
            spec->batch * fmax(gf_reference_largest(at->delta, entries), 0x1p20 * normalised) *
            gf_reference_largest(below->a, (size_t)spec->batch * (size_t)at->fan_in);
        const int64_t exponent = at->delta_exponent + below->a_exponent;
        const int64_t rounding = terms > 0.0 ? ilogb(terms) - 22 : -126;
        const int64_t delta_rounding = normalised > 0.0 ? ilogb(normalised) : -126;
        made->heap[l - 1] = (heaps){
            .delta =
                later(r->delta.top_octave - 62, at->delta_exponent + later(delta_rounding, -126)),
            .weight_grad = later(r->weight_grad.top_octave - 62, exponent + later(rounding, -126)),
            .lost_forward = is_out_of_double(at->a, entries) ||
                            is_rounding_only(self, at, entries) || is_on_a_corner(at, entries) ||
                            is_beside_nothing(spec, at, l) ||
                            sample_is_flushed(at->h, (size_t)spec->batch, (size_t)at->fan_out),
            .lost_backward = is_out_of_double(at->delta, entries) ||
                             gf_reference_largest(at->delta, entries) < normalised ||
                             gradient_is_dust(at, below, (size_t)spec->batch),
            .log10_delta = log10(normalised) + (double)at->delta_exponent * log10(2.0) +
                           log10(0x1p20 / spec->loss_scale),
            .slack = normalised > 0.0 ? normalised / gf_reference_largest(at->delta, entries) : 0.0,
            .faint_forward = is_faint(at->a, at->h, entries, spec->norm),
            .faint_backward = is_faint(at->delta, at->up, entries, GF_NORM_NONE),
        };
    }
}

/* Does a normalisation have but two values to work with? */
static inline bool has_groups_of_two(const gf_spec *spec)
{
    bool two = spec->norm == GF_NORM_BATCH && spec->batch == 2;
    for (int32_t l = 1; l <= spec->depth; l++)
        two |= spec->norm == GF_NORM_LAYER && gf_spec_fan_out(spec, l) == 2;
    return two;
}

static inline void find_dust(const oracle *made, const reference *self)
{
    const int32_t depth = made->exact.spec.depth;
    const size_t batch = (size_t)made->exact.spec.batch;
    bool *dusty = calloc(batch, sizeof *dusty), any = false;
    assert_non_null(dusty);
    for (int32_t l = 1; l <= depth; l++)
        made->heap[l - 1].lost_forward |=
            dust_counts(self->layers[l].a, batch, (size_t)self->layers[l].fan_out, dusty, &any);
    memset(dusty, 0, batch * sizeof *dusty);
    for (int32_t l = depth; l >= 1; l--) {
        made->heap[l - 1].lost_backward |=
            dust_counts(self->layers[l].delta, batch, (size_t)self->layers[l].fan_out, dusty, &any);
        made->heap[l - 1].has_dust = any;
        if (l < depth) made->heap[l - 1].slack += made->heap[l].slack;
    }
    free(dusty);
}

static inline oracle oracle_make(const devices *all, const gf_spec *spec)
{
    const int32_t i = devices_find(all, "reference");
    oracle made = {.exact = oracle_run(all->backend[i], &all->device[i], spec, 0)};
    made.heap = calloc((size_t)spec->depth, sizeof *made.heap);
    made.spreads = calloc((size_t)spec->depth, sizeof *made.spreads);
    assert_true(made.heap && made.spreads);
    find_heaps(&made, (const reference *)all->backend[i]);
    find_dust(&made, (const reference *)all->backend[i]);
    made.groups_of_two = has_groups_of_two(spec);
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

/* Does the device do layers again on which f or f' is faint (see src/compute/cpu/faint.c)? OpenCL
 * loses them. */
static inline bool keeps_faint(const char *device)
{
    return strcmp(device, "cpu") == 0;
}

/* Can `device` have the same gradients in layer `l`, and the same activations? */
static inline bool has_gradients(const char *device, const oracle *made, int32_t l)
{
    const spread *at = &made->spreads[l - 1], *last = &made->spreads[made->exact.spec.depth - 1];
    if (last->out_of_float_below || at->out_of_float_above) return false;
    return keeps_faint(device) || !(last->faint_below || at->faint_above);
}

static inline bool has_activations(const char *device, const oracle *made, int32_t l)
{
    const spread *at = &made->spreads[l - 1];
    return !at->out_of_float_below && (keeps_faint(device) || !at->faint_below);
}

/* What number `i` may be apart from the reference, as a share of its size; negative: nothing can be
 * said. */
static inline double allowed_of(const char *device, const oracle *made, int32_t l,
                                const number *expected, int i)
{
    const spread *at = &made->spreads[l - 1], *last = &made->spreads[made->exact.spec.depth - 1];
    const bool faint = !keeps_faint(device) && (last->faint_below || at->faint_above);
    const bool nan_matters =
        made->exact.spec.precision == GF_PRECISION_EXACT && expected[i].slack == 0.0 && !faint;
    const bool gradients = has_gradients(device, made, l);
    if (expected[i].kind == GRADIENT && !gradients) return -1.0;
    if (expected[i].kind == COUNT && (!gradients || made->heap[l - 1].has_dust) && !nan_matters)
        return -1.0;
    if ((expected[i].kind == Z || expected[i].kind == A) && !has_activations(device, made, l))
        return -1.0;
    switch (expected[i].kind) {
    case COUNT:
        if (last->chaotic_below && expected[i].slack > 0.0) return -1.0;
        return ALLOWED * at->counts[i] + expected[i].slack;
    case GRADIENT: {
        /* Of a group of two a normalisation leaves what rounding left, epsilon's share of it, layer
         * after layer. */
        const double allowed = (made->groups_of_two ? 8.0 : 1.0) * ALLOWED * at->kinds[GRADIENT] +
                               FLOOR + expected[i].slack;
        if (allowed > 5.0) return -1.0;
        return at->chaotic_above ? fmax(allowed, LOG10_LOOSE / expected[i].size) : allowed;
    }
    default:
        return at->chaotic_below
                   ? -1.0
                   : ALLOWED * at->kinds[expected[i].kind] + FLOOR + expected[i].slack;
    }
}

static inline int compare_numbers(const char *device, const oracle *made, const outcome *got,
                                  int32_t l)
{
    number expected[NUMBERS], actual[NUMBERS];
    int bad = 0;
    numbers_of(&made->exact, &made->exact, &made->heap[l - 1], l, expected);
    numbers_of(got, &made->exact, &made->heap[l - 1], l, actual);
    for (int i = 0; i < NUMBERS; i++) {
        const double apart = apart_of(&expected[i], &actual[i]);
        const double allowed = allowed_of(device, made, l, expected, i);
        if (apart <= allowed || allowed < 0.0) continue;
        print_error("%s: layer %d: %s is %.9g, reference %.9g, %.2e apart, allowed %.2e\n", device,
                    l, expected[i].name, actual[i].value, expected[i].value, apart, allowed);
        bad++;
    }
    return bad;
}

/* Eight entries that cancelled or lie on an edge, or one in a hundred. */
static inline int compare_histograms(const char *device, const oracle *made, const outcome *got,
                                     int32_t l)
{
    static const char *const names[3] = {"activations", "deltas", "weight gradients"};
    const gf_spec *spec = &made->exact.spec;
    const spread *at = &made->spreads[l - 1];
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, l);
    const double weights = (double)gf_spec_fan_in(spec, l) * gf_spec_fan_out(spec, l);
    double apart[3];
    int bad = 0;
    histograms_apart(&made->exact.layers[l - 1], &got->layers[l - 1], &made->heap[l - 1],
                     made->exact.spec.precision, apart);
    for (int h = 0; h < 3; h++) {
        const double allowed =
            ALLOWED * at->bins[h] + fmax(8.0 / (h == 2 ? weights : entries), 0.01);
        const bool lost = h == 0 ? at->chaotic_below || !has_activations(device, made, l)
                                 : at->chaotic_above || made->heap[l - 1].has_dust ||
                                       !has_gradients(device, made, l);
        if (apart[h] <= allowed || allowed > 0.5 || lost) continue;
        print_error(
            "%s: layer %d: the histogram of %s has %.4f of its entries elsewhere, allowed %.4f\n",
            device, l, names[h], apart[h], allowed);
        bad++;
    }
    return bad;
}

/* Runs `spec` on every device that takes it; complaints are followed by the command. `refused`
 * counts those that do not. */
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
            own += compare_numbers(all->device[i].id, &made, &got, l) +
                   compare_histograms(all->device[i].id, &made, &got, l);
        if (own) print_command(spec, all->device[i].id);
        bad += own;
        outcome_free(&got);
    }
    oracle_free(&made);
    return bad;
}

#endif
