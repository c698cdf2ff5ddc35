#include "bench/tune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "compute/compute.h"
#include "compute/opencl/opencl.h"
#include "compute/opencl/tuning_cache.h"

const gf_shape gf_tune_shapes[3] = {{20, 128, 64}, {6, 512, 64}, {3, 1024, 256}};

/* A candidate has to be this much faster than the built-in choice: less is noise. */
#define GAIN_MIN 1.03
#define ROUNDS   9
#define ROUND_MS 50.0 /* of one shape; a slower one gets fewer rounds, at least two */
#define ROWS     16
/* Of the largest value of an array. Sums are made in the same order but for parts that are added up
 * (kernels/gpu_split.cl), and what is left is their last bits and that of f; a wrong tile is off by
 * much more. */
#define TOLERANCE 1e-4

/* What is compared, of every layer. */
static const gf_tensor compared[] = {GF_TENSOR_Z, GF_TENSOR_A, GF_TENSOR_DELTA,
                                     GF_TENSOR_WEIGHT_GRAD};
/* On both sides of the edges of tiles, with more than one panel of samples. */
static const gf_shape check_shapes[] = {{3, 37, 35}, {2, 197, 129}};

typedef struct search {
    const gf_tune_desc *desc;
    gf_kernel_family family;
    gf_backend *truth;   /* the naive kernels */
    gf_backend *builtin; /* the first candidate */
    gf_tune_row *rows;
    int32_t count;
} search;

static void say(const search *self, const char *what)
{
    char sentence[200];
    snprintf(sentence, sizeof sentence, "tuning %s: %s", self->desc->device->id, what);
    if (self->desc->progress) self->desc->progress(self->desc->user, sentence);
}

static gf_spec spec_of(gf_shape shape, gf_activation activation)
{
    gf_spec spec = gf_spec_default();
    spec.depth = shape.depth;
    spec.width = shape.width;
    spec.batch = shape.batch;
    spec.activation = activation;
    spec.init = GF_INIT_HE_NORMAL;
    return spec;
}

typedef struct counted {
    gf_layer_record *layers;
} counted;

static gf_status keep(void *user, int32_t first, int32_t count, const gf_layer_record *records,
                      const gf_cell *cells, gf_error *error)
{
    (void)cells;
    (void)error;
    counted *self = user;
    if (self) memcpy(&self->layers[first - 1], records, (size_t)count * sizeof *records);
    return GF_OK;
}

static gf_status run(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                     counted *into, double *ms, gf_error *error)
{
    gf_plan plan;
    gf_scaled loss;
    gf_times times;
    const gf_sink sink = {.layers = into ? keep : NULL, .user = into};
    GF_TRY(gf_plan_create(spec, device, &plan, error));
    GF_TRY(gf_compute_run(backend, &plan, ROWS, NULL, &sink, &loss, &times, error));
    *ms = times.forward_ms + times.backward_ms + times.statistics_ms;
    return GF_OK;
}

static size_t size_of(const gf_spec *spec, int32_t layer, gf_tensor tensor)
{
    const size_t out = (size_t)gf_spec_fan_out(spec, layer);
    return out *
           (size_t)(tensor == GF_TENSOR_WEIGHT_GRAD ? gf_spec_fan_in(spec, layer) : spec->batch);
}

static gf_status compare_arrays(const float *is, const float *should, size_t count,
                                int64_t exponents_apart, int32_t layer, gf_error *error)
{
    double most = 0.0, apart = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double difference =
            fabs(ldexp((double)is[i], (int)exponents_apart) - (double)should[i]);
        if (!isnan(apart) && !(difference <= apart)) apart = difference; /* NaN stays */
        if (fabs((double)should[i]) > most) most = fabs((double)should[i]);
    }
    if (apart <= TOLERANCE * most) return GF_OK;
    return gf_fail(error, GF_DEVICE, "wrong: layer %d is off by %.1e of its largest value", layer,
                   apart / most);
}

static gf_status compare_tensor(search *self, gf_backend *backend, const gf_spec *spec,
                                int32_t layer, gf_tensor tensor, gf_error *error)
{
    const size_t count = size_of(spec, layer, tensor);
    float *both = malloc(2 * count * sizeof *both);
    int64_t is = 0, should = 0;
    if (!both) return gf_fail(error, GF_MEMORY, "no memory to compare %zu values", count);
    gf_status status = backend->ops->read(backend, layer, tensor, both, &is, error);
    if (status == GF_OK)
        status = self->truth->ops->read(self->truth, layer, tensor, both + count, &should, error);
    if (status == GF_OK)
        status = compare_arrays(both, both + count, count, is - should, layer, error);
    free(both);
    return status;
}

/* The sums and counts that are made beside the arrays. */
static gf_status compare_records(const counted *is, const counted *should, int32_t depth,
                                 gf_error *error)
{
    for (int32_t l = 0; l < depth; l++) {
        const gf_layer_record *one = &is->layers[l], *other = &should->layers[l];
        const double norm = gf_scaled_double(one->weight_grad_norm),
                     wanted = gf_scaled_double(other->weight_grad_norm);
        uint64_t counts = one->weight_grad.zeros, wanted_counts = other->weight_grad.zeros;
        for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
            counts += one->weight_grad.bins[i];
            wanted_counts += other->weight_grad.bins[i];
        }
        if (!(fabs(norm - wanted) <= TOLERANCE * wanted))
            return gf_fail(error, GF_DEVICE, "wrong: |dL/dW| of layer %d is %g, not %g", l + 1,
                           norm, wanted);
        if (counts != wanted_counts)
            return gf_fail(error, GF_DEVICE, "wrong: layer %d counts %llu weights, not %llu", l + 1,
                           (unsigned long long)counts, (unsigned long long)wanted_counts);
    }
    return GF_OK;
}

static gf_status check_network(search *self, gf_backend *backend, const gf_spec *spec,
                               gf_error *error)
{
    gf_layer_record records[2][8];
    counted is = {records[0]}, should = {records[1]};
    double ms;
    GF_TRY(run(self->truth, self->desc->device, spec, &should, &ms, error));
    GF_TRY(run(backend, self->desc->device, spec, &is, &ms, error));
    GF_TRY(compare_records(&is, &should, spec->depth, error));
    for (int32_t l = 1; l <= spec->depth; l++)
        for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
            GF_TRY(compare_tensor(self, backend, spec, l, compared[i], error));
    return GF_OK;
}

static gf_status check(search *self, gf_backend *backend, gf_error *error)
{
    for (size_t i = 0; i < sizeof check_shapes / sizeof *check_shapes; i++) {
        const gf_spec spec = spec_of(check_shapes[i], GF_ACTIVATION_TANH);
        GF_TRY(check_network(self, backend, &spec, error));
    }
    return GF_OK;
}

/* The shortest of several rounds, in which candidate and built-in choice take turns: whatever else
 * the machine does hits both. Adds the logarithm of how much faster the candidate is. */
static gf_status time_shape(search *self, gf_backend *backend, gf_shape shape, double *best,
                            double *log_gain, gf_error *error)
{
    const gf_spec spec = spec_of(shape, GF_ACTIVATION_RELU);
    const gf_device *device = self->desc->device;
    double ms, spent = 0.0, builtin = HUGE_VAL;
    GF_TRY(run(backend, device, &spec, NULL, &ms, error)); /* warm-up */
    *best = HUGE_VAL;
    for (int round = 0; round < ROUNDS && (round < 2 || spent < ROUND_MS); round++) {
        GF_TRY(run(self->builtin, device, &spec, NULL, &ms, error));
        builtin = fmin(builtin, ms);
        spent += ms;
        GF_TRY(run(backend, device, &spec, NULL, &ms, error));
        *best = fmin(*best, ms);
    }
    *log_gain += log(builtin / *best);
    return GF_OK;
}

static gf_status try_open(search *self, gf_backend *backend, gf_tune_row *row, gf_error *error)
{
    double log_gain = 0.0;
    GF_TRY(check(self, backend, error));
    for (int32_t i = 0; i < self->desc->shape_count; i++)
        GF_TRY(time_shape(self, backend, self->desc->shapes[i], &row->ms[i], &log_gain, error));
    row->gain = exp(log_gain / self->desc->shape_count);
    return GF_OK;
}

/* The first row is the built-in choice, which stays open. */
static void try_candidate(search *self, gf_tune_row *row)
{
    gf_error why = {0};
    gf_backend *backend = NULL;
    const gf_opencl_form form = {self->family, row->tuning};
    const double start = gf_clock_ms();
    gf_status status = gf_opencl_open_form(self->desc->device, NULL, &form, &backend, &why);
    row->build_ms = gf_clock_ms() - start;
    if (status == GF_OK && row == self->rows) self->builtin = backend;
    if (status == GF_OK) status = try_open(self, backend, row, &why);
    if (status != GF_OK) gf_text_print(row->refused, sizeof row->refused, "%s", why.text);
    if (row == self->rows) row->gain = 1.0;
    if (backend && backend != self->builtin) backend->ops->close(backend);
}

/* Where the built-in choice itself is refused nothing is chosen. */
static gf_tune_row *choose(const search *self)
{
    gf_tune_row *best = &self->rows[0];
    if (best->refused[0]) return NULL;
    for (int32_t i = 0; i < self->count; i++) {
        gf_tune_row *row = &self->rows[i];
        if (row->refused[0]) continue;
        if (row->gain >= GAIN_MIN && row->gain > best->gain) best = row;
    }
    best->chosen = true;
    return best;
}

static void try_all(search *self, const gf_tuning *tunings, int32_t count)
{
    const double start = gf_clock_ms(), limit = self->desc->limit_ms;
    for (int32_t i = 0; i < count; i++) {
        if (i > 0 && limit > 0.0 && gf_clock_ms() - start > limit) break;
        if (i > 0 && self->rows[0].refused[0]) break;
        say(self, tunings[i].name);
        self->rows[i] = (gf_tune_row){.tuning = &tunings[i]};
        try_candidate(self, &self->rows[i]);
        self->count++;
    }
}

bool gf_tune_is_due(const gf_device *device)
{
    gf_kernel_family family;
    bool forced;
    int32_t count;
    if (strncmp(device->id, "opencl:", 7) != 0) return false;
    if (gf_family_wanted(device->kind, &family, &forced, NULL) != GF_OK || forced) return false;
    gf_tunings_of(family, &count);
    return count > 1 && !gf_tuning_load(device, family);
}

gf_status gf_tune_run(const gf_tune_desc *desc, gf_tune_row *out, int32_t *count, gf_error *kept,
                      gf_error *error)
{
    search self = {.desc = desc, .rows = out};
    int32_t candidates;
    bool forced;
    const gf_opencl_form naive = {GF_FAMILY_NAIVE, gf_tunings_of(GF_FAMILY_NAIVE, &candidates)};
    GF_TRY(gf_family_wanted(desc->device->kind, &self.family, &forced, error));
    const gf_tuning *tunings = gf_tunings_of(self.family, &candidates);
    if (candidates < 2)
        return gf_fail(error, GF_DEVICE, "%s runs the %s kernels: there is nothing to tune",
                       desc->device->id, gf_family_names[self.family]);
    GF_TRY(gf_opencl_open_form(desc->device, NULL, &naive, &self.truth, error));
    try_all(&self, tunings, candidates);
    self.truth->ops->close(self.truth);
    if (self.builtin) self.builtin->ops->close(self.builtin);
    gf_tune_row *best = choose(&self);
    if (!best) return gf_fail(error, GF_DEVICE, "%s: %s", desc->device->id, out[0].refused);
    gf_tuning_store(desc->device, self.family, best->tuning, kept);
    *count = self.count;
    return GF_OK;
}
