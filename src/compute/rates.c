/* A prediction rests on what the program measures of itself: two passes through few layers of the
 * same width and batch, one pass deeper than the other. Their difference is what a layer costs, and
 * scales the rates; layers that are too large to be tried are made smaller, and the rates, as they
 * are a unit of work, carry what was measured over. */
#include "compute/rates.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "compute/compute.h"

/* The share of a pass that may be spent on predicting it, what may be spent in any case, and what
 * is enough. */
#define SHARE    0.1
#define LEAST_MS 3.0
#define MOST_MS  1000.0
/* Nobody asks how long a network takes that takes less than the first; for one that takes less than
 * the second, no more than LEAST_MS is spent; for one that takes less than the third, nothing when
 * another was measured before. */
#define MATTERS_SECONDS     0.5e-3
#define WORTH_SECONDS       0.02
#define WORTH_AGAIN_SECONDS 0.25
/* Passes of both depths: the fastest counts. More than one, because a moment's work of somebody
 * else on the machine is as long as such a pass. */
#define ROUNDS_MIN 2
#define ROUNDS_MAX 4
/* No measurement of a part moves a rate further than this: what takes no time is measured badly. */
#define MOST_FACTOR 30.0

const char *const gf_term_names[GF_TERM_COUNT] = {"products", "weights",    "entries",    "layers",
                                                  "pass",     "generation", "orthogonal", "touch"};

/* ---- Guesses ----------------------------------------------------------------------------------
 */

/* Of one core, for what all cores share; they give the proportions between the terms that are
 * measured together. */
static gf_rates guess_of(const gf_device *device)
{
    const double units = device->compute_units > 0 ? device->compute_units : 1;
    const bool host = device->kind == GF_DEVICE_HOST || device->kind == GF_DEVICE_CPU;
    return (gf_rates){.ns = {[GF_TERM_PRODUCTS] = 0.025 / units,
                             [GF_TERM_WEIGHTS] = 4.0 / units,
                             [GF_TERM_ENTRIES] = 20.0 / units,
                             [GF_TERM_LAYERS] = 15e3,
                             [GF_TERM_PASS] = 100e3,
                             [GF_TERM_GENERATION] = 4.0 / units,
                             [GF_TERM_ORTHOGONAL] = 0.2,
                             [GF_TERM_TOUCH] = host ? 0.3 : 0.0}};
}

gf_rates gf_rates_of(const gf_device *device)
{
    gf_rates rates = device->rates;
    const gf_rates guess = guess_of(device);
    for (int term = 0; term < GF_TERM_COUNT; term++)
        if (!(rates.ns[term] > 0.0)) rates.ns[term] = guess.ns[term];
    return rates;
}

/* ---- What to time -----------------------------------------------------------------------------
 */

/* Two depths of one network. */
typedef struct probe {
    gf_spec spec;
    int32_t shallow, deep;
    int32_t step; /* what the depths differ by, at least */
} probe;

static double predict_ms(const gf_spec *spec, int32_t depth, const gf_device *device)
{
    gf_spec part = *spec;
    gf_plan plan;
    part.depth = depth;
    if (gf_plan_create(&part, device, &plan, NULL) != GF_OK) return INFINITY;
    return 1e3 * gf_plan_steady_seconds(&plan);
}

/* Once with new memory, then without. */
static double cost_ms(const probe *of, const gf_device *device)
{
    return 2.0 *
           (predict_ms(&of->spec, of->shallow, device) + predict_ms(&of->spec, of->deep, device));
}

/* Wide layers first: a weight of theirs costs as much as one of a layer half as wide, where one of
 * a smaller batch does not. Layers as small as those left alone cost next to nothing. */
static bool shrink(gf_spec *spec)
{
    if (spec->width > 512 || (spec->width > 64 && spec->batch <= 64))
        spec->width /= 2;
    else if (spec->batch > 64)
        spec->batch /= 2;
    else
        return false;
    return true;
}

/* The layers asked for, as the spec repeats them. */
static gf_spec plain_layers(const gf_spec *spec)
{
    gf_spec plain = *spec;
    plain.override_count = 0;
    plain.input_width = plain.output_width = 0;
    return plain;
}

/* Orthogonal matrices are made by each core for itself: a round of them is a step. */
static int32_t step_of(const gf_spec *spec, const gf_device *device)
{
    const bool apart = spec->init == GF_INIT_ORTHOGONAL && device->kind == GF_DEVICE_HOST;
    return apart && device->compute_units > 1 ? device->compute_units : 1;
}

/* At least two layers, and a quarter of them beside. */
static void set_depths(probe *to, int32_t deep)
{
    const int32_t steps = deep > 1 ? (deep - 2) / to->step + 1 : 1;
    to->deep = 1 + steps * to->step;
    to->shallow = 1 + steps / 4 * to->step;
}

static probe choose(const gf_spec *spec, const gf_device *device, double budget_ms)
{
    probe made = {.spec = plain_layers(spec), .step = step_of(spec, device)};
    set_depths(&made, 2);
    bool smaller = true;
    while (smaller && cost_ms(&made, device) > budget_ms)
        smaller = shrink(&made.spec);
    for (probe deeper = made; made.deep < spec->depth; made = deeper) {
        const int32_t deep = made.deep + (made.deep + 1) / 2;
        set_depths(&deeper, deep < spec->depth ? deep : spec->depth);
        if (cost_ms(&deeper, device) > budget_ms) break;
    }
    return made;
}

/* ---- Timing it --------------------------------------------------------------------------------
 */

/* One depth: its plan, and the fastest of the parts seen. */
typedef struct sample {
    gf_plan plan;
    double prepare_ms, pass_ms;
} sample;

static gf_status time_pass(gf_backend *backend, sample *at, gf_error *error)
{
    const gf_sink nobody = {0};
    gf_scaled loss;
    gf_times times;
    at->plan.spec.seed += 2; /* else the weights of the pass before would do */
    GF_TRY(gf_compute_run(backend, &at->plan, 1, NULL, &nobody, &loss, &times, error));
    const double passes = times.forward_ms + times.backward_ms + times.statistics_ms;
    at->prepare_ms = fmin(at->prepare_ms, times.total_ms - passes);
    at->pass_ms = fmin(at->pass_ms, passes);
    return GF_OK;
}

static void forget(sample *at)
{
    at->prepare_ms = at->pass_ms = INFINITY;
}

static gf_status begin(const probe *of, bool deep, const gf_device *device, sample *out,
                       gf_error *error)
{
    gf_spec spec = of->spec;
    spec.depth = deep ? of->deep : of->shallow;
    spec.seed += deep; /* every pass has its own */
    forget(out);
    return gf_plan_create(&spec, device, &out->plan, error);
}

/* The first pass of each makes memory and kernels and is not counted. */
static gf_status time_both(gf_backend *backend, const gf_device *device, const probe *of,
                           double budget_ms, sample out[2], gf_error *error)
{
    const double start_ms = gf_clock_ms();
    double round_ms = 0.0;
    GF_TRY(begin(of, false, device, &out[0], error));
    GF_TRY(begin(of, true, device, &out[1], error));
    for (int round = 0; round <= ROUNDS_MAX; round++) {
        const double begin_ms = gf_clock_ms();
        if (round > ROUNDS_MIN && begin_ms - start_ms + round_ms > budget_ms) break;
        for (int i = 0; round == 1 && i < 2; i++)
            forget(&out[i]);
        GF_TRY(time_pass(backend, &out[0], error));
        GF_TRY(time_pass(backend, &out[1], error));
        round_ms = gf_clock_ms() - begin_ms;
    }
    return GF_OK;
}

void gf_rates_note_memory(gf_device *device, const gf_plan *plan)
{
    const bool kept = !plan->generated && !plan->recomputed;
    device->rates.used_bytes = kept ? plan->total_bytes : 0;
}

/* ---- From times to rates ----------------------------------------------------------------------
 */

/* What the terms first..last were predicted to take. */
static double terms_ms(const gf_plan *plan, gf_term first, gf_term last)
{
    double seconds = 0.0;
    for (int term = (int)first; term <= (int)last; term++)
        seconds += plan->seconds[term];
    return 1e3 * seconds;
}

/* Brings terms first..last to what the difference between the depths took. */
static void scale(gf_rates *rates, const sample at[2], gf_term first, gf_term last,
                  double measured_ms)
{
    const double predicted_ms =
        terms_ms(&at[1].plan, first, last) - terms_ms(&at[0].plan, first, last);
    if (!(predicted_ms > 0.0) || !(measured_ms > 0.0)) return;
    const double factor = fmin(fmax(measured_ms / predicted_ms, 1.0 / MOST_FACTOR), MOST_FACTOR);
    for (int term = (int)first; term <= (int)last; term++)
        rates->ns[term] *= factor;
}

/* What is left of the shallow pass beside its layers. */
static void set_pass(gf_device *device, const sample *shallow)
{
    gf_plan plan;
    if (gf_plan_create(&shallow->plan.spec, device, &plan, NULL) != GF_OK) return;
    const double others_ms = 1e3 * (gf_plan_steady_seconds(&plan) - plan.seconds[GF_TERM_PASS]);
    const double rest_ms = shallow->prepare_ms + shallow->pass_ms - others_ms;
    if (rest_ms > 0.0) device->rates.ns[GF_TERM_PASS] = 1e6 * rest_ms;
}

static gf_status measure_part(gf_backend *backend, const gf_spec *spec, double budget_ms,
                              gf_device *device, gf_error *error)
{
    const probe chosen = choose(spec, device, budget_ms);
    sample at[2];
    GF_TRY(time_both(backend, device, &chosen, budget_ms, at, error));
    device->rates = gf_rates_of(device);
    scale(&device->rates, at, GF_TERM_PRODUCTS, GF_TERM_LAYERS, at[1].pass_ms - at[0].pass_ms);
    scale(&device->rates, at, GF_TERM_GENERATION, GF_TERM_ORTHOGONAL,
          at[1].prepare_ms - at[0].prepare_ms);
    set_pass(device, &at[0]);
    gf_rates_note_memory(device, &at[1].plan);
    return GF_OK;
}

/* Pages that nobody has used, four megabytes of them. Memory of a GPU is not touched by the host.
 */
static void measure_touch(gf_device *device)
{
    const size_t bytes = (size_t)4 << 20, page = 4096;
    if (device->kind != GF_DEVICE_HOST && device->kind != GF_DEVICE_CPU) return;
    char *fresh = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED) return;
    const double start_ms = gf_clock_ms();
    for (size_t at = 0; at < bytes; at += page)
        fresh[at] = 1;
    device->rates.ns[GF_TERM_TOUCH] = 1e6 * (gf_clock_ms() - start_ms) / (double)bytes;
    munmap(fresh, bytes);
}

/* Within a factor of the square root of 2. */
static bool are_near(int32_t one, int32_t other)
{
    return fabs(log2((double)one / other)) <= 0.5;
}

bool gf_rates_are_due(const gf_device *device, const gf_plan *plan)
{
    const gf_rates *of = &device->rates;
    if (plan->predicted_seconds < (of->width == 0 ? MATTERS_SECONDS : WORTH_AGAIN_SECONDS))
        return false;
    if (of->width == 0) return true;
    return !are_near(of->width, plan->spec.width) || !are_near(of->batch, plan->spec.batch);
}

gf_status gf_rates_measure(gf_backend *backend, const gf_plan *plan, gf_device *device,
                           gf_error *error)
{
    const gf_spec *spec = &plan->spec;
    const bool first = device->rates.width == 0;
    device->rates.width = spec->width;
    device->rates.batch = spec->batch;
    if (first) GF_TRY(measure_part(backend, spec, LEAST_MS, device, error));
    const double whole_ms = predict_ms(spec, spec->depth, device);
    if (whole_ms < 1e3 * WORTH_SECONDS) return GF_OK;
    if (first) measure_touch(device);
    return measure_part(backend, spec, fmin(SHARE * whole_ms, MOST_MS), device, error);
}
