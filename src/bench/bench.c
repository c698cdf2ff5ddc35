/* Devices side by side, blocks in turns, the middle of what was seen. */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"
#include "bench/tune.h"
#include "compute/compute.h"
#include "compute/rates.h"
#include "compute/verify.h"

#define WARM_UP_STEPS 3
#define WARM_UP_MS    500.0
#define BLOCK_MS      50.0
#define BLOCKS_MIN    10
#define BLOCKS_MAX    200
#define ROWS          128
/* Of a device that has not been tuned: time after which no further candidate is tried. */
#define FIRST_TUNE_MS 1000.0

const char *const gf_scope_names[GF_SCOPE_COUNT] = {"passes", "step", "whole"};

const gf_shape gf_bench_shapes[] = {
    {10, 64, 32},
    {1000, 128, 64},
    {100, 512, 64},
    {50, 1024, 256},
};
const int32_t gf_bench_shape_count = sizeof gf_bench_shapes / sizeof gf_bench_shapes[0];

/* The number up to the next 'x', or to the end, behind which *rest is NULL. */
static bool read_side(char **rest, int64_t most, int64_t *out)
{
    const char *side = strsep(rest, "x");
    return side && gf_number_integer("", side, 1, most, out, NULL) == GF_OK;
}

gf_status gf_shape_parse(const char *text, gf_shape *out, gf_error *error)
{
    int64_t depth, width, batch;
    char copy[60], *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    if (strlen(text) >= sizeof copy || !read_side(&rest, GF_DEPTH_MAX, &depth) ||
        !read_side(&rest, GF_WIDTH_MAX, &width) || !read_side(&rest, GF_BATCH_MAX, &batch) || rest)
        return gf_fail(error, GF_INVALID,
                       "--shape is '%s'; allowed is DEPTHxWIDTHxBATCH, 50x1024x256, up to "
                       "%dx%dx%d",
                       text, GF_DEPTH_MAX, GF_WIDTH_MAX, GF_BATCH_MAX);
    *out = (gf_shape){(int32_t)depth, (int32_t)width, (int32_t)batch};
    return GF_OK;
}

/* One device during the benchmark. */
typedef struct entrant {
    gf_device device;
    gf_backend *backend; /* NULL: refused */
    double peak_gflops, peak_gbytes;
    gf_plan plan;
    gf_layer_record *records;    /* [layers_per_segment] */
    gf_cell *cells;              /* [layers_per_segment][ROWS] */
    double block_ms[BLOCKS_MAX]; /* a step, of each block */
    int32_t blocks, steps_per_block;
    double cold_ms, launches_per_step;
    double predicted_ms[GF_SCOPE_COUNT];
    gf_error refused; /* on the shape at hand */
} entrant;

typedef struct bench {
    const gf_bench_desc *desc;
    gf_shape shape;
    gf_scope scope;
    entrant entrants[GF_DEVICES_MAX];
    int32_t count;
} bench;

static void say(const bench *self, const char *format, const char *what)
{
    char sentence[200];
    snprintf(sentence, sizeof sentence, format, what);
    if (self->desc->progress) self->desc->progress(self->desc->user, sentence);
}

/* ReLU with He weights: values and gradients stay of ordinary size at every depth. */
static gf_spec spec_of(gf_shape shape)
{
    gf_spec spec = gf_spec_default();
    spec.depth = shape.depth;
    spec.width = shape.width;
    spec.batch = shape.batch;
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_HE_NORMAL;
    return spec;
}

static gf_status open_entrant(entrant *at, gf_error *error)
{
    GF_TRY(gf_compute_open(&at->device, NULL, &at->backend, error));
    gf_status status = gf_verify_quick(at->backend, &at->device, error);
    if (status == GF_OK)
        status = at->backend->ops->peak(at->backend, &at->peak_gflops, &at->peak_gbytes, error);
    if (status == GF_OK) return GF_OK;
    at->backend->ops->close(at->backend);
    at->backend = NULL;
    return status;
}

/* On first use of a device some of its candidates are tried. Whatever comes of it, the device runs.
 */
static void tune_first(const bench *self, const gf_device *device)
{
    if (!gf_tune_is_due(device)) return;
    gf_tune_row rows[GF_TUNINGS_MAX];
    int32_t count;
    const gf_tune_desc desc = {device,        gf_tune_shapes,       3,
                               FIRST_TUNE_MS, self->desc->progress, self->desc->user};
    gf_tune_run(&desc, rows, &count, NULL, NULL);
}

static gf_status open_all(bench *self, gf_error *error)
{
    gf_device devices[GF_DEVICES_MAX], wanted = {0};
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    const char *device = self->desc->device;
    if (device) GF_TRY(gf_compute_find(devices, count, device, &wanted, error));
    for (int32_t i = 0; i < count; i++) {
        if (device ? strcmp(devices[i].id, wanted.id) != 0
                   : strcmp(devices[i].id, "reference") == 0)
            continue;
        entrant *at = &self->entrants[self->count++];
        at->device = devices[i];
        tune_first(self, &at->device);
        say(self, "checking %s and measuring its peak", at->device.id);
        open_entrant(at, &at->refused);
        if (self->desc->entrant)
            self->desc->entrant(self->desc->user, &at->device, at->peak_gflops, at->peak_gbytes,
                                at->refused.text);
    }
    return GF_OK;
}

static void forget_shape(entrant *at)
{
    free(at->records);
    free(at->cells);
    at->records = NULL;
    at->cells = NULL;
}

static gf_status read_records(entrant *at, gf_error *error)
{
    for (int32_t segment = 0; segment < at->plan.segment_count; segment++)
        GF_TRY(at->backend->ops->records(at->backend, gf_plan_segment_first(&at->plan, segment),
                                         gf_plan_segment_layers(&at->plan, segment), ROWS,
                                         at->records, at->cells, error));
    return GF_OK;
}

static gf_status step(entrant *at, gf_scope scope, gf_error *error)
{
    const gf_backend_ops *ops = at->backend->ops;
    gf_scaled loss;
    if (scope == GF_SCOPE_WHOLE) {
        at->plan.spec.seed++; /* else the weights that are there would do */
        GF_TRY(ops->prepare(at->backend, &at->plan, error));
    }
    for (int32_t segment = 0; segment < at->plan.segment_count; segment++)
        GF_TRY(ops->forward(at->backend, gf_plan_segment_first(&at->plan, segment),
                            gf_plan_segment_layers(&at->plan, segment), error));
    GF_TRY(ops->loss(at->backend, &loss, error));
    for (int32_t segment = at->plan.segment_count - 1; segment >= 0; segment--)
        GF_TRY(ops->backward(at->backend, gf_plan_segment_first(&at->plan, segment),
                             gf_plan_segment_layers(&at->plan, segment), error));
    return scope == GF_SCOPE_PASSES ? GF_OK : read_records(at, error);
}

static gf_status provide_records(entrant *at, gf_error *error)
{
    const size_t layers = (size_t)at->plan.layers_per_segment;
    free(at->records);
    free(at->cells);
    at->records = malloc(layers * sizeof *at->records);
    at->cells = malloc(layers * ROWS * sizeof *at->cells);
    if (at->records && at->cells) return GF_OK;
    return gf_fail(error, GF_MEMORY, "no memory for the records of %zu layers", layers);
}

/* What runs is what the engine would run: the plan that is made with measured rates. Those of
 * another shape do not count: every shape is predicted as if it were the first. */
static gf_status predict(entrant *at, gf_error *error)
{
    gf_device device = at->device;
    const gf_spec spec = at->plan.spec;
    GF_TRY(gf_rates_measure(at->backend, &at->plan, &device, error));
    GF_TRY(gf_plan_create(&spec, &device, &at->plan, error));
    const double whole = gf_plan_steady_seconds(&at->plan);
    const double weights =
        at->plan.seconds[GF_TERM_GENERATION] + at->plan.seconds[GF_TERM_ORTHOGONAL];
    at->predicted_ms[GF_SCOPE_PASSES] = NAN;
    at->predicted_ms[GF_SCOPE_STEP] = 1e3 * (at->plan.generated ? whole : whole - weights);
    at->predicted_ms[GF_SCOPE_WHOLE] = 1e3 * whole;
    GF_TRY(provide_records(at, error));
    return at->backend->ops->prepare(at->backend, &at->plan, error);
}

static gf_status begin_shape(entrant *at, gf_shape shape, gf_error *error)
{
    const gf_spec spec = spec_of(shape);
    GF_TRY(gf_plan_create(&spec, &at->device, &at->plan, error));
    GF_TRY(provide_records(at, error));
    const double start = gf_clock_ms();
    GF_TRY(step(at, GF_SCOPE_WHOLE, error));
    at->cold_ms = gf_clock_ms() - start;
    return predict(at, error);
}

/* At least three steps and half a second; then it is known how many steps make a block. */
static gf_status warm_up(entrant *at, gf_scope scope, gf_error *error)
{
    const double start = gf_clock_ms();
    const uint64_t launches = at->backend->launches;
    int32_t steps = 0;
    while (steps < WARM_UP_STEPS || gf_clock_ms() - start < WARM_UP_MS) {
        GF_TRY(step(at, scope, error));
        steps++;
    }
    const double step_ms = (gf_clock_ms() - start) / steps;
    at->launches_per_step = (double)(at->backend->launches - launches) / steps;
    at->steps_per_block = step_ms < BLOCK_MS ? (int32_t)ceil(BLOCK_MS / step_ms) : 1;
    at->blocks = 0;
    return GF_OK;
}

static gf_status time_block(entrant *at, gf_scope scope, gf_error *error)
{
    const double start = gf_clock_ms();
    for (int32_t i = 0; i < at->steps_per_block; i++)
        GF_TRY(step(at, scope, error));
    at->block_ms[at->blocks++] = (gf_clock_ms() - start) / at->steps_per_block;
    return GF_OK;
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static gf_bench_result summarise(const bench *self, entrant *at)
{
    gf_bench_result result = {.shape = self->shape,
                              .kernels = "",
                              .device = at->device,
                              .scope = self->scope,
                              .peak_gflops = at->peak_gflops,
                              .peak_gbytes = at->peak_gbytes,
                              .predicted_ms = NAN};
    if (at->refused.status != GF_OK) {
        gf_text_print(result.refused, sizeof result.refused, "%s", at->refused.text);
        return result;
    }
    result.kernels = gf_backend_kernels(at->backend, &at->plan);
    result.launches_per_step = at->launches_per_step;
    result.predicted_ms = at->predicted_ms[self->scope];
    result.cold_ms = at->cold_ms;
    qsort(at->block_ms, (size_t)at->blocks, sizeof at->block_ms[0], compare_doubles);
    result.runs = at->blocks;
    result.min_ms = at->block_ms[0];
    result.median_ms = at->block_ms[at->blocks / 2];
    result.iqr_ms = at->block_ms[at->blocks * 3 / 4] - at->block_ms[at->blocks / 4];
    const double width = self->shape.width, products = self->scope == GF_SCOPE_PASSES ? 2.0 : 3.0;
    const double work = 2.0 * products * self->shape.batch * self->shape.depth * width * width;
    result.gflops = work / (result.median_ms * 1e6);
    return result;
}

/* Who fails is out for this shape and says why. */
static void each(bench *self, gf_status (*what)(entrant *, gf_scope, gf_error *))
{
    for (int32_t i = 0; i < self->count; i++) {
        entrant *at = &self->entrants[i];
        if (at->refused.status == GF_OK) what(at, self->scope, &at->refused);
    }
}

static void run_scope(bench *self)
{
    const double seconds = self->desc->seconds > 0.0 ? self->desc->seconds : 1.0;
    each(self, warm_up);
    const double start = gf_clock_ms();
    for (int32_t block = 0; block < BLOCKS_MAX; block++) {
        if (block >= BLOCKS_MIN && gf_clock_ms() - start > 1e3 * seconds * self->count) break;
        each(self, time_block);
    }
    for (int32_t i = 0; i < self->count; i++) {
        const gf_bench_result result = summarise(self, &self->entrants[i]);
        self->desc->result(self->desc->user, &result);
    }
}

static void run_shape(bench *self, gf_shape shape)
{
    char name[60];
    snprintf(name, sizeof name, "%dx%dx%d", shape.depth, shape.width, shape.batch);
    say(self, "timing %s", name);
    self->shape = shape;
    for (int32_t i = 0; i < self->count; i++) {
        entrant *at = &self->entrants[i];
        if (!at->backend) continue;
        at->refused = (gf_error){0};
        begin_shape(at, shape, &at->refused);
    }
    for (int scope = 0; scope < GF_SCOPE_COUNT; scope++) {
        self->scope = (gf_scope)scope;
        run_scope(self);
    }
    for (int32_t i = 0; i < self->count; i++)
        forget_shape(&self->entrants[i]);
}

gf_status gf_bench_run(const gf_bench_desc *desc, gf_error *error)
{
    bench *self = calloc(1, sizeof *self);
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for the benchmark");
    self->desc = desc;
    const gf_status status = open_all(self, error);
    for (int32_t i = 0; status == GF_OK && i < desc->shape_count; i++)
        run_shape(self, desc->shapes[i]);
    for (int32_t i = 0; i < self->count; i++)
        if (self->entrants[i].backend)
            self->entrants[i].backend->ops->close(self->entrants[i].backend);
    free(self);
    return status;
}
