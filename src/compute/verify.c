/* The table of checks and the three ways to check. */
#include "compute/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/compute.h"
#include "compute/difference.h"
#include "compute/reference/reference.h"
#include "model/init.h"

/* float32 rounding grows with depth and width; these networks are small and well-conditioned, and a
 * wrong kernel is wrong in the first digits. */
#define FLOAT_TOLERANCE 2e-4
/* A value next to a rounding boundary may go either way: one unit of bf16 is 2^-8, and a norm
 * averages many. */
#define ROUNDED_TOLERANCE 3e-2
/* Central differences with a step of 1e-3 in the gain, whose weights are rounded to float32. */
#define SLOPE_TOLERANCE 2e-3
#define SLOPE_STEP      1e-3

typedef struct check {
    char name[64];
    gf_spec spec;
    double tolerance;
    bool quick, slope;
} check;

#define CHECKS_MAX 64

typedef struct check_list {
    int32_t count;
    check items[CHECKS_MAX];
} check_list;

static gf_spec small_network(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 4;
    spec.width = 19;
    spec.batch = 9;
    spec.input_width = 7;
    spec.output_width = 5;
    spec.activation = GF_ACTIVATION_TANH;
    spec.init = GF_INIT_XAVIER_NORMAL;
    spec.bias_std = 0.1;
    return spec;
}

static check *add(check_list *list, const char *name, const gf_spec *spec)
{
    check *item = &list->items[list->count++];
    const bool rounded =
        spec->precision == GF_PRECISION_BF16 || spec->precision == GF_PRECISION_FP16;
    *item = (check){
        .spec = *spec, .slope = true, .tolerance = rounded ? ROUNDED_TOLERANCE : FLOAT_TOLERANCE};
    snprintf(item->name, sizeof item->name, "%s", name);
    return item;
}

static void add_activations(check_list *list)
{
    for (int i = 0; i < GF_ACTIVATION_COUNT; i++) {
        gf_spec spec = small_network();
        spec.activation = (gf_activation)i;
        check *item = add(list, gf_activation_get(spec.activation)->name, &spec);
        item->quick = i == GF_ACTIVATION_TANH;
        item->slope = i != GF_ACTIVATION_HARD_TANH; /* units cross its corners within the step */
    }
}

static void add_inits(check_list *list)
{
    for (int i = 0; i < GF_INIT_COUNT; i++) {
        gf_spec spec = small_network();
        spec.init = (gf_init)i;
        spec.sigma = 0.3;
        spec.bias_std = i == GF_INIT_PYTORCH_DEFAULT ? 0.0 : 0.1;
        check *item = add(list, gf_init_get(spec.init)->name, &spec);
        item->slope = i != GF_INIT_ZEROS &&
                      i != GF_INIT_PYTORCH_DEFAULT; /* whose biases move with the gain */
    }
}

static void add_structures(check_list *list)
{
    gf_spec spec = small_network();
    spec.skip = GF_SKIP_RESIDUAL;
    spec.skip_scale = 0.5;
    add(list, "residual", &spec);
    spec.norm = GF_NORM_LAYER;
    add(list, "residual, layer norm", &spec);
    spec = small_network();
    spec.norm = GF_NORM_LAYER;
    add(list, "layer norm", &spec);
    spec.norm = GF_NORM_BATCH;
    add(list, "batch norm", &spec);
    spec.output = GF_OUTPUT_LINEAR;
    add(list, "batch norm, linear output", &spec);
    spec = small_network();
    spec.overrides[0] = (gf_override){2, 3, GF_ACTIVATION_RELU, GF_INIT_HE_NORMAL};
    spec.override_count = 1;
    add(list, "layers of their own", &spec);
}

static void add_sizes(check_list *list)
{
    static const int32_t sizes[] = {1, 2, 7, 11, 12, 13, 31, 32, 33, 65};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gf_spec spec = small_network();
        char name[64];
        spec.width = sizes[i];
        spec.batch = sizes[sizeof sizes / sizeof *sizes - 1 - i];
        spec.input_width = spec.output_width = 0;
        snprintf(name, sizeof name, "%d units, batch %d", spec.width, spec.batch);
        add(list, name, &spec)->quick = spec.width == 33;
    }
}

static void add_extremes(check_list *list)
{
    gf_spec spec = small_network();
    spec.depth = 200;
    spec.activation = GF_ACTIVATION_SIGMOID;
    check *item = add(list, "200 layers of sigmoid", &spec);
    item->slope = false;
    item->quick = true;
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_NORMAL;
    spec.bias_std = 0.0;
    add(list, "200 layers of relu, sigma 1", &spec)->slope = false;
    spec.precision = GF_PRECISION_FP32; /* overflows: Inf and NaN must be seen */
    item = add(list, "overflow in fp32", &spec);
    item->slope = false;
    for (int precision = GF_PRECISION_FP32; precision < GF_PRECISION_COUNT; precision++) {
        spec = small_network();
        spec.precision = (gf_precision)precision;
        spec.loss_scale = 1024.0;
        add(list, gf_precision_names[precision], &spec)->slope = false;
    }
}

/* Every layer takes 15 octaves: forward it ends near 2^-135, backward near 2^-128, where float32
 * has numbers of 14 bits and more, if it has them at all. */
static gf_spec subnormal_network(void)
{
    gf_spec spec = small_network();
    spec.depth = 9;
    spec.batch = 33;
    spec.input_width = spec.output_width = 0;
    spec.init = GF_INIT_NORMAL;
    spec.sigma = 7e-6;
    spec.bias_std = 0.0;
    spec.precision = GF_PRECISION_FP32;
    return spec;
}

static void add_subnormals(check_list *list)
{
    const gf_spec spec = subnormal_network();
    check *item = add(list, "subnormal numbers in fp32", &spec);
    item->slope = false;
    item->tolerance = ROUNDED_TOLERANCE;
}

static check_list *make_checks(void)
{
    check_list *list = calloc(1, sizeof *list);
    if (!list) return NULL;
    add_activations(list);
    add_inits(list);
    add_structures(list);
    add_sizes(list);
    add_extremes(list);
    add_subnormals(list);
    return list;
}

static gf_status keep(void *user, int32_t first, int32_t count, const gf_layer_record *records,
                      const gf_cell *cells, gf_error *error)
{
    (void)error;
    gf_run *run = user;
    memcpy(&run->layers[first - 1], records, (size_t)count * sizeof *records);
    memcpy(&run->cells[first - 1], cells, (size_t)count * sizeof *cells);
    return GF_OK;
}

static gf_status run_on(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                        gf_run *out, gf_error *error)
{
    gf_plan plan;
    gf_run run;
    GF_TRY(gf_plan_create(spec, device, &plan, error));
    GF_TRY(gf_run_create(spec, 1, &run, error));
    const gf_sink sink = {.layers = keep, .user = &run};
    const gf_status status =
        gf_compute_run(backend, &plan, 1, NULL, &sink, &run.loss, &run.times, error);
    if (status == GF_OK)
        *out = run;
    else
        gf_run_destroy(&run);
    return status;
}

static gf_verify_row row_make(const check *item, const char *what, double error, double tolerance)
{
    gf_verify_row row = {.error = error, .tolerance = tolerance, .passed = error <= tolerance};
    memcpy(row.name, item->name, sizeof row.name);
    snprintf(row.what, sizeof row.what, "%s", what);
    return row;
}

typedef struct pair {
    gf_backend *backend, *reference;
    const gf_device *device;
    gf_device reference_device;
} pair;

static gf_status compare(const pair *at, const check *item, gf_verify_row *out, gf_error *error)
{
    gf_run run, expected;
    GF_TRY(run_on(at->reference, &at->reference_device, &item->spec, &expected, error));
    const gf_status status = run_on(at->backend, at->device, &item->spec, &run, error);
    if (status == GF_OK) {
        *out = row_make(item, "against reference", gf_run_difference(&run, &expected),
                        item->tolerance);
        gf_run_destroy(&run);
    }
    gf_run_destroy(&expected);
    return status;
}

/* sum over all layers of <W, dW> / gain, which is dL/dgain where every weight is gain times a
 * constant. */
static gf_status gradient_along_gain(gf_backend *backend, const gf_spec *spec, double *out,
                                     gf_error *error)
{
    double sum = 0.0;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const size_t count = (size_t)gf_spec_fan_out(spec, l) * (size_t)gf_spec_fan_in(spec, l);
        float *values = malloc(2 * count * sizeof *values);
        int64_t exponent = 0, none = 0;
        if (!values) return gf_fail(error, GF_MEMORY, "no memory for %zu weights", count);
        gf_status status = backend->ops->read(backend, l, GF_TENSOR_WEIGHT, values, &none, error);
        if (status == GF_OK)
            status = backend->ops->read(backend, l, GF_TENSOR_WEIGHT_GRAD, values + count,
                                        &exponent, error);
        double dot = 0.0;
        for (size_t i = 0; status == GF_OK && i < count; i++)
            dot += (double)values[i] * values[count + i];
        sum += ldexp(dot, (int)exponent);
        free(values);
        if (status != GF_OK) return status;
    }
    *out = sum / spec->gain;
    return GF_OK;
}

static gf_status loss_at_gain(const pair *at, gf_spec spec, double gain, double *out,
                              gf_error *error)
{
    gf_run run;
    spec.gain = gain;
    GF_TRY(run_on(at->reference, &at->reference_device, &spec, &run, error));
    *out = gf_scaled_double(run.loss);
    gf_run_destroy(&run);
    return GF_OK;
}

/* Central differences of the reference's loss against the device's gradient. */
static gf_status compare_slope(const pair *at, const check *item, gf_verify_row *out,
                               gf_error *error)
{
    gf_spec spec = item->spec;
    double above, below, gradient = 0.0;
    gf_run run;
    spec.gain = 1.25; /* away from where a gain of 1 might hide a missing factor */
    GF_TRY(loss_at_gain(at, spec, spec.gain + SLOPE_STEP, &above, error));
    GF_TRY(loss_at_gain(at, spec, spec.gain - SLOPE_STEP, &below, error));
    GF_TRY(run_on(at->backend, at->device, &spec, &run, error));
    gf_run_destroy(&run);
    GF_TRY(gradient_along_gain(at->backend, &spec, &gradient, error));
    const double slope = (above - below) / (2.0 * SLOPE_STEP);
    /* The loss is about 1: a slope near zero is known only to the rounding of the two losses'
     * weights. */
    *out = row_make(item, "slope of the loss", fabs(gradient - slope) / fmax(fabs(slope), 0.05),
                    SLOPE_TOLERANCE);
    return GF_OK;
}

/* Weights on the device against the generator, bit for bit. */
static gf_status compare_weights(const pair *at, const check *item, gf_verify_row *out,
                                 gf_error *error)
{
    const gf_spec *spec = &item->spec;
    const int32_t rows = gf_spec_fan_out(spec, 1), columns = gf_spec_fan_in(spec, 1);
    gf_run run;
    GF_TRY(run_on(at->backend, at->device, spec, &run, error));
    gf_run_destroy(&run);
    const size_t count = (size_t)rows * (size_t)columns;
    float *values = malloc((count + (size_t)columns) * sizeof *values);
    if (!values) return gf_fail(error, GF_MEMORY, "no memory for %zu weights", count);
    int64_t exponent;
    const gf_status status =
        at->backend->ops->read(at->backend, 1, GF_TENSOR_WEIGHT, values, &exponent, error);
    const gf_fill fill = gf_fill_weight(spec, 1);
    double different = 0.0;
    for (int32_t row = 0; status == GF_OK && row < rows; row++) {
        gf_fill_row(&fill, spec->seed, 1, row, columns, values + count);
        different += memcmp(values + (size_t)row * (size_t)columns, values + count,
                            (size_t)columns * sizeof *values) != 0;
    }
    free(values);
    if (status == GF_OK) *out = row_make(item, "weights, same bits", different, 0.0);
    return status;
}

/* The listing everybody knows, as PyTorch in float64 computes it with these weights: loss, then
 * |dL/dW| and rms delta of the first and of the last layer. */
static gf_status compare_known(const pair *at, gf_verify_row *out, gf_error *error)
{
    static const double known[] = {1.2752898008391562, 1.9757074689180545e-09,
                                   5.799534167773274e-12, 0.13927801207782972,
                                   0.00026998203231596055};
    const check item = {.name = "10 x 64, sigmoid", .spec = gf_spec_default()};
    gf_run run;
    GF_TRY(run_on(at->backend, at->device, &item.spec, &run, error));
    const gf_layer_record *first = &run.layers[0], *last = &run.layers[9];
    const gf_scaled found[] = {run.loss, first->weight_grad_norm, first->delta_rms,
                               last->weight_grad_norm, last->delta_rms};
    double worst = 0.0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        worst = fmax(worst, gf_scaled_difference(found[i], gf_scaled_make(known[i], 0)));
    gf_run_destroy(&run);
    const bool exact = at->backend->ops == at->reference->ops;
    *out = row_make(&item, "known answer", worst, exact ? 1e-12 : FLOAT_TOLERANCE);
    return GF_OK;
}

static gf_status pair_open(gf_backend *backend, const gf_device *device, pair *out, gf_error *error)
{
    int32_t count = 0;
    pair made = {.backend = backend, .device = device};
    GF_TRY(gf_reference_ops.list(&made.reference_device, 1, &count, error));
    GF_TRY(gf_reference_ops.open(&made.reference_device, NULL, &made.reference, error));
    *out = made;
    return GF_OK;
}

static gf_status tell(const gf_verify_sink *sink, gf_status status, const gf_verify_row *row,
                      int32_t *failures)
{
    if (status != GF_OK) return status;
    *failures += !row->passed;
    sink->row(sink->user, row);
    return GF_OK;
}

static gf_status check_all(const pair *at, const check_list *list, const gf_verify_sink *sink,
                           int32_t *failures, gf_error *error)
{
    gf_verify_row row;
    GF_TRY(tell(sink, compare_weights(at, &list->items[0], &row, error), &row, failures));
    GF_TRY(tell(sink, compare_known(at, &row, error), &row, failures));
    const bool is_reference = at->backend->ops == at->reference->ops;
    for (int32_t i = 0; i < list->count; i++) {
        if (!is_reference)
            GF_TRY(tell(sink, compare(at, &list->items[i], &row, error), &row, failures));
        if (list->items[i].slope)
            GF_TRY(tell(sink, compare_slope(at, &list->items[i], &row, error), &row, failures));
    }
    return GF_OK;
}

gf_status gf_verify_all(gf_backend *backend, const gf_device *device, const gf_verify_sink *sink,
                        int32_t *failures, gf_error *error)
{
    pair at;
    check_list *list = make_checks();
    if (!list) return gf_fail(error, GF_MEMORY, "no memory for the checks");
    gf_status status = pair_open(backend, device, &at, error);
    if (status == GF_OK) {
        *failures = 0;
        status = check_all(&at, list, sink, failures, error);
        at.reference->ops->close(at.reference);
    }
    free(list);
    return status;
}

static gf_status check_quick(const pair *at, const check_list *list, gf_error *error)
{
    gf_verify_row row;
    for (int32_t i = 0; i < list->count; i++) {
        if (!list->items[i].quick) continue;
        GF_TRY(compare(at, &list->items[i], &row, error));
        if (!row.passed)
            return gf_fail(error, GF_DEVICE,
                           "device %s computes '%s' wrong: off by %.2g, allowed %.2g",
                           at->device->id, row.name, row.error, row.tolerance);
    }
    return GF_OK;
}

gf_status gf_verify_quick(gf_backend *backend, const gf_device *device, gf_error *error)
{
    pair at;
    check_list *list = make_checks();
    if (!list) return gf_fail(error, GF_MEMORY, "no memory for the checks");
    gf_status status = pair_open(backend, device, &at, error);
    if (status == GF_OK) {
        status = check_quick(&at, list, error);
        at.reference->ops->close(at.reference);
    }
    free(list);
    return status;
}

gf_status gf_verify_subnormals(gf_backend *backend, const gf_device *device, gf_subnormals *out,
                               gf_error *error)
{
    const check item = {.spec = subnormal_network(), .tolerance = ROUNDED_TOLERANCE};
    pair at;
    gf_verify_row row;
    GF_TRY(pair_open(backend, device, &at, error));
    const gf_status status = compare(&at, &item, &row, error);
    if (status == GF_OK) *out = row.passed ? GF_SUBNORMALS_KEPT : GF_SUBNORMALS_LOST;
    at.reference->ops->close(at.reference);
    return status;
}
