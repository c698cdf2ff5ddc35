/* The same bits whatever is stored: a device is given less and less memory until the planner has
 * gone through every way, and all records and arrays are compared with those of the stored run. */
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "compute/compute.h"
#include "compute/rates.h"
#include "support/pass.h"
#include "support/test.h"

typedef struct way {
    bool generated, recomputed, in_blocks;
} way;

/* The most memory, and with `in_blocks` the largest buffer, with which the planner goes this way.
 */
static bool find_way(const gf_spec *spec, const gf_device *device, way wanted, gf_device *out)
{
    gf_plan plan, whole;
    gf_error error = {0};
    *out = *device;
    out->memory_bytes = (uint64_t)1 << 50;
    out->allocation_bytes = out->memory_bytes;
    if (gf_plan_create(spec, out, &whole, &error) != GF_OK) fail_msg("%s", error.text);
    const uint64_t layer =
        (uint64_t)gf_spec_fan_in(spec, 2) * (uint64_t)gf_spec_fan_out(spec, 2) * sizeof(float);
    if (wanted.in_blocks) out->allocation_bytes = layer; /* without its padding */
    for (uint64_t part = 1000; part > 0; part--) {
        out->memory_bytes = whole.total_bytes / 1000 * part + 1000;
        if (gf_plan_create(spec, out, &plan, &error) == GF_OK &&
            plan.generated == wanted.generated && plan.recomputed == wanted.recomputed &&
            (plan.block_units > 0) == wanted.in_blocks)
            return true;
    }
    return false;
}

static void compare_runs(const gf_run *run, const gf_run *expected)
{
    const size_t layers = (size_t)run->spec.depth;
    assert_memory_equal(&run->loss, &expected->loss, sizeof run->loss);
    for (size_t l = 0; l < layers; l++)
        if (memcmp(&run->layers[l], &expected->layers[l], sizeof *run->layers) != 0)
            fail_msg("layer %zu of %zu differs", l + 1, layers);
    assert_memory_equal(run->cells, expected->cells,
                        layers * (size_t)run->rows * sizeof *run->cells);
}

typedef struct tensors {
    float *values[GF_TENSOR_BIAS_GRAD + 1];
    size_t counts[GF_TENSOR_BIAS_GRAD + 1];
    int64_t exponents[GF_TENSOR_BIAS_GRAD + 1];
} tensors;

static tensors read_layer(gf_backend *backend, const gf_spec *spec, int32_t layer)
{
    const size_t in = (size_t)gf_spec_fan_in(spec, layer),
                 out = (size_t)gf_spec_fan_out(spec, layer), entries = out * (size_t)spec->batch;
    tensors got = {.counts = {in * out, out, entries, entries, entries, in * out, out}};
    gf_error error = {0};
    for (int t = 0; t <= GF_TENSOR_BIAS_GRAD; t++) {
        got.values[t] = malloc(got.counts[t] * sizeof(float));
        assert_non_null(got.values[t]);
        if (backend->ops->read(backend, layer, (gf_tensor)t, got.values[t], &got.exponents[t],
                               &error) != GF_OK)
            fail_msg("layer %d, tensor %d: %s", layer, t, error.text);
    }
    return got;
}

static void free_tensors(tensors *of)
{
    for (int t = 0; t <= GF_TENSOR_BIAS_GRAD; t++)
        free(of->values[t]);
}

static void compare_tensors(const tensors *got, const tensors *expected, int32_t layer)
{
    for (int t = 0; t <= GF_TENSOR_BIAS_GRAD; t++) {
        assert_int_equal(got->exponents[t], expected->exponents[t]);
        if (memcmp(got->values[t], expected->values[t], got->counts[t] * sizeof(float)) != 0)
            fail_msg("layer %d, tensor %d differs", layer, t);
    }
}

static const int32_t probes[] = {1, 7, 2, 23, 12, 24, 13};
#define PROBES (sizeof probes / sizeof *probes)

static void check_ways(gf_backend *backend, const gf_device *device, const gf_spec *spec)
{
    static const way ways[] = {{true, false, false},
                               {false, true, false},
                               {true, true, false},
                               {true, true, true},
                               {true, false, true}};
    gf_device stored = *device;
    gf_run expected, run;
    gf_error error = {0};
    tensors before[PROBES];
    stored.memory_bytes = stored.allocation_bytes = (uint64_t)1 << 34;
    if (gf_test_pass(backend, &stored, spec, 0, &expected, &error) != GF_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < PROBES; i++)
        before[i] = read_layer(backend, spec, probes[i]);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        gf_device small;
        if (ways[i].in_blocks && device->whole_layers) continue;
        const bool orthogonal = spec->init == GF_INIT_ORTHOGONAL;
        if (ways[i].in_blocks && orthogonal) continue;
        if (!find_way(spec, device, ways[i], &small))
            fail_msg("%s never goes the way %zu", device->id, i);
        if (gf_test_pass(backend, &small, spec, 0, &run, &error) != GF_OK)
            fail_msg("way %zu: %s", i, error.text);
        compare_runs(&run, &expected);
        for (size_t p = 0; p < PROBES; p++) {
            tensors got = read_layer(backend, spec, probes[p]);
            compare_tensors(&got, &before[p], probes[p]);
            free_tensors(&got);
        }
        gf_run_destroy(&run);
    }
    for (size_t i = 0; i < PROBES; i++)
        free_tensors(&before[i]);
    gf_run_destroy(&expected);
}

/* Wide enough for blocks to be several, deep enough for several segments; 33 samples fill a panel
 * and begin another. */
static gf_spec base_spec(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 24;
    spec.width = 150;
    spec.batch = 33;
    spec.input_width = 170;
    spec.output_width = 40;
    return spec;
}

static void check_device(gf_backend *backend, const gf_device *device)
{
    if (device->only_stores) return;
    gf_spec spec = base_spec();
    check_ways(backend, device, &spec);
    spec.activation = GF_ACTIVATION_RELU; /* carried exponents, and a bias under them */
    spec.init = GF_INIT_NORMAL;
    spec.sigma = 1e4;
    spec.bias_std = 0.5;
    check_ways(backend, device, &spec);
    spec = base_spec();
    spec.skip = GF_SKIP_RESIDUAL;
    spec.activation = GF_ACTIVATION_TANH;
    spec.norm = GF_NORM_LAYER;
    spec.precision = GF_PRECISION_BF16;
    check_ways(backend, device, &spec);
    spec = base_spec();
    spec.norm = GF_NORM_BATCH;
    spec.skip = GF_SKIP_RESIDUAL;
    spec.override_count = 1;
    spec.overrides[0] = (gf_override){7, 13, GF_ACTIVATION_GELU, GF_INIT_HE_UNIFORM};
    check_ways(backend, device, &spec);
    spec = base_spec();
    spec.init = GF_INIT_ORTHOGONAL;
    check_ways(backend, device, &spec);
}

static void every_way_gives_the_same_bits(void **state)
{
    (void)state;
    gf_test_each_device(check_device);
}

#define MIB ((uint64_t)1 << 20)

/* A planner's device: nothing is opened. */
static gf_device device_of(uint64_t memory, uint64_t allocation)
{
    return (gf_device){.id = "opencl:0",
                       .name = "a device",
                       .compute_units = 2,
                       .memory_bytes = memory,
                       .allocation_bytes = allocation,
                       .unit_multiple = 12,
                       .sample_multiple = 32};
}

static gf_spec spec_of(int32_t depth, int32_t width, int32_t batch)
{
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = width;
    spec.batch = batch;
    return spec;
}

static gf_plan plan_of(const gf_spec *spec, const gf_device *device)
{
    gf_plan plan;
    gf_error error = {0};
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK) fail_msg("%s", error.text);
    return plan;
}

static void ten_thousand_layers_of_4096_fit_four_gib(void **state)
{
    (void)state;
    const gf_spec spec = spec_of(10000, 4096, 64);
    const gf_device device = device_of(4096 * MIB, 1024 * MIB);
    const gf_plan plan = plan_of(&spec, &device);
    assert_true(plan.generated && plan.recomputed);
    assert_true(plan.total_bytes <= 4096 * MIB);
}

/* A byte less, and the next way is taken, down to none. */
static void every_limit_holds_to_the_byte(void **state)
{
    (void)state;
    const gf_spec spec = spec_of(300, 500, 40);
    gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    gf_error error = {0};
    gf_plan plan = plan_of(&spec, &device);
    assert_false(plan.generated || plan.recomputed);
    int ways = 0;
    for (;; ways++) {
        device.memory_bytes = plan.total_bytes;
        assert_int_equal(plan_of(&spec, &device).total_bytes, plan.total_bytes);
        device.memory_bytes--;
        gf_plan next;
        if (gf_plan_create(&spec, &device, &next, &error) != GF_OK) break;
        assert_true(next.total_bytes <= device.memory_bytes);
        plan = next;
    }
    assert_true(ways >= 2 && plan.generated && plan.recomputed);
    assert_int_equal(error.status, GF_MEMORY);
    assert_non_null(strstr(error.text, "MiB"));
}

static void a_layer_beyond_the_largest_buffer_is_made_in_blocks_or_refused(void **state)
{
    (void)state;
    gf_spec spec = spec_of(4, 1200, 32); /* a multiple of the tile: 1200 x 1201 floats */
    const uint64_t layer = 1200u * 1201u * sizeof(float);
    gf_device device = device_of(4096 * MIB, layer);
    gf_error error = {0};
    gf_plan plan = plan_of(&spec, &device);
    assert_int_equal(plan.block_units, 0);
    device.allocation_bytes--;
    plan = plan_of(&spec, &device);
    assert_true(plan.generated && plan.block_units > 0);
    spec.init = GF_INIT_ORTHOGONAL;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, &error), GF_MEMORY);
    spec.init = GF_INIT_HE_NORMAL;
    device.whole_layers = true;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, &error), GF_MEMORY);
}

static void the_largest_network_overflows_nothing(void **state)
{
    (void)state;
    gf_spec spec = spec_of(GF_DEPTH_MAX, GF_WIDTH_MAX, GF_BATCH_MAX);
    gf_device device = device_of(UINT64_MAX, UINT64_MAX);
    const double layers = GF_DEPTH_MAX, width = 65544.0;
    const gf_plan plan = plan_of(&spec, &device);
    assert_close((double)plan.weight_bytes, layers * width * (width + 1.0) * 4.0, 1e-9);
    assert_true((double)plan.activation_bytes >= 3.0 * layers * width * 65536.0 * 4.0);
    gf_plan none;
    gf_error error = {0};
    device = device_of(16384 * MIB, 4096 * MIB);
    assert_int_equal(gf_plan_create(&spec, &device, &none, &error), GF_MEMORY);
}

/* ---- Predicted time ---------------------------------------------------------------------------
 */

static void check_sum(const gf_plan *plan)
{
    double sum = 0.0;
    for (int term = 0; term < GF_TERM_COUNT; term++) {
        if (!(plan->seconds[term] >= 0.0))
            fail_msg("%s takes %g s", gf_term_names[term], plan->seconds[term]);
        sum += plan->seconds[term];
    }
    assert_close(sum, plan->predicted_seconds, 1e-12);
    assert_close(gf_plan_steady_seconds(plan), sum - plan->seconds[GF_TERM_TOUCH], 1e-12);
}

static void a_prediction_is_the_sum_of_its_terms(void **state)
{
    (void)state;
    gf_spec spec = spec_of(300, 500, 40);
    gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    gf_plan plan = plan_of(&spec, &device);
    check_sum(&plan);
    for (device.memory_bytes = 1024 * MIB; gf_plan_create(&spec, &device, &plan, NULL) == GF_OK;
         device.memory_bytes -= device.memory_bytes / 16)
        check_sum(&plan);
    assert_true(plan.generated && plan.recomputed);
}

/* With one rate, the time is the count. */
static double count_of(const gf_spec *spec, gf_device device, gf_term term)
{
    device.rates.ns[term] = 1.0;
    return 1e9 * plan_of(spec, &device).seconds[term];
}

/* The first layer passes no delta down: 2 operations a weight and sample for each of 3 L - 1
 * products. */
static void counts_are_those_of_the_network(void **state)
{
    (void)state;
    const gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    gf_spec spec = spec_of(10, 120, 64);
    const double weights = 120.0 * 120.0;
    assert_close(count_of(&spec, device, GF_TERM_PRODUCTS), 2.0 * 64.0 * weights * 29.0, 1e-12);
    assert_close(count_of(&spec, device, GF_TERM_WEIGHTS), 10.0 * weights, 1e-12);
    assert_close(count_of(&spec, device, GF_TERM_ENTRIES), 10.0 * 120.0 * 64.0, 1e-12);
    assert_close(count_of(&spec, device, GF_TERM_LAYERS), 10.0, 1e-12);
    assert_close(count_of(&spec, device, GF_TERM_GENERATION), 10.0 * weights, 1e-12);
    assert_true(count_of(&spec, device, GF_TERM_ORTHOGONAL) == 0.0);
    spec.override_count = 1;
    spec.overrides[0] = (gf_override){3, 4, spec.activation, GF_INIT_ORTHOGONAL};
    assert_close(count_of(&spec, device, GF_TERM_GENERATION), 8.0 * weights, 1e-12);
    assert_close(count_of(&spec, device, GF_TERM_ORTHOGONAL), 2.0 * weights * 120.0, 1e-12);
}

static void what_is_made_again_counts_again(void **state)
{
    (void)state;
    const gf_spec spec = spec_of(300, 240, 32);
    const double weights = 300.0 * 240.0 * 240.0;
    const gf_device large = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    gf_device device = large;
    gf_plan plan = plan_of(&spec, &large);
    while (!plan.generated || plan.recomputed) {
        device.memory_bytes -= device.memory_bytes / 16;
        plan = plan_of(&spec, &device);
    }
    assert_close(count_of(&spec, device, GF_TERM_GENERATION), 2.0 * weights, 1e-12);
    while (!plan.generated || !plan.recomputed) {
        device.memory_bytes -= device.memory_bytes / 16;
        plan = plan_of(&spec, &device);
    }
    assert_close(count_of(&spec, device, GF_TERM_PRODUCTS),
                 count_of(&spec, large, GF_TERM_PRODUCTS) + 2.0 * 32.0 * weights, 1e-12);
}

static void more_of_anything_takes_longer(void **state)
{
    (void)state;
    const gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    const gf_spec specs[] = {spec_of(10, 64, 32), spec_of(11, 64, 32), spec_of(11, 80, 32),
                             spec_of(11, 80, 65)};
    for (size_t i = 1; i < sizeof specs / sizeof *specs; i++)
        assert_true(plan_of(&specs[i], &device).predicted_seconds >
                    plan_of(&specs[i - 1], &device).predicted_seconds);
    gf_spec orthogonal = specs[0];
    orthogonal.init = GF_INIT_ORTHOGONAL;
    assert_true(plan_of(&orthogonal, &device).seconds[GF_TERM_ORTHOGONAL] > 0.0);
}

static void memory_that_was_used_is_not_touched_again(void **state)
{
    (void)state;
    const gf_spec spec = spec_of(30, 500, 40), larger = spec_of(60, 500, 40);
    gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    device.rates.ns[GF_TERM_TOUCH] = 1.0;
    const gf_plan first = plan_of(&spec, &device);
    assert_close(1e9 * first.seconds[GF_TERM_TOUCH], (double)first.total_bytes, 1e-12);
    gf_rates_note_memory(&device, &first);
    assert_true(plan_of(&spec, &device).seconds[GF_TERM_TOUCH] == 0.0);
    const gf_plan second = plan_of(&larger, &device);
    assert_close(1e9 * second.seconds[GF_TERM_TOUCH],
                 (double)(second.total_bytes - first.total_bytes), 1e-12);
    device.memory_bytes = first.total_bytes - 1;
    const gf_plan again = plan_of(&spec, &device);
    assert_close(1e9 * again.seconds[GF_TERM_TOUCH], (double)again.total_bytes, 1e-12);
    gf_rates_note_memory(&device, &again);
    assert_true(device.rates.used_bytes == 0);
}

/* That times are right is for tests/bench/predicted.py on a calm machine: here, that there are
 * some.
 */
static void check_rates(gf_backend *backend, const gf_device *device)
{
    gf_device timed = *device;
    gf_error error = {0};
    gf_spec specs[] = {spec_of(1, 70, 30), spec_of(30, 96, 33), spec_of(6, 150, 300)};
    specs[2].init = GF_INIT_ORTHOGONAL;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        const gf_plan plan = plan_of(&specs[i], &timed);
        timed.rates.width = 0;
        if (gf_rates_measure(backend, &plan, &timed, &error) != GF_OK) fail_msg("%s", error.text);
        assert_false(gf_rates_are_due(&timed, &plan));
        for (int term = 0; term < GF_TERM_COUNT; term++)
            if (!isfinite(timed.rates.ns[term]) || timed.rates.ns[term] < 0.0)
                fail_msg("%s: %g ns", gf_term_names[term], timed.rates.ns[term]);
        const gf_plan after = plan_of(&specs[i], &timed);
        assert_true(after.predicted_seconds > 0.0);
        assert_int_equal(after.total_bytes, plan.total_bytes);
    }
}

static void a_device_is_timed_once_for_what_is_alike(void **state)
{
    (void)state;
    gf_test_each_device(check_rates);
    gf_device device = device_of((uint64_t)1 << 50, (uint64_t)1 << 50);
    const gf_spec alike = spec_of(100000, 1400, 71), wider = spec_of(100000, 1500, 100),
                  small = spec_of(2, 16, 8);
    const gf_plan plans[] = {plan_of(&alike, &device), plan_of(&wider, &device),
                             plan_of(&small, &device)};
    assert_true(gf_rates_are_due(&device, &plans[0]));
    assert_false(gf_rates_are_due(&device, &plans[2]));
    device.rates.width = 1000;
    device.rates.batch = 100;
    assert_false(gf_rates_are_due(&device, &plans[0]));
    assert_true(gf_rates_are_due(&device, &plans[1]));
    assert_false(gf_rates_are_due(&device, &plans[2]));
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

/* What a driver takes for a queue and its kernels. */
#define OVERHEAD (48 * MIB)

static void check_peak(gf_backend *backend, const gf_device *device)
{
    gf_error error = {0};
    gf_run run;
    if (device->only_stores) return;
    gf_spec spec = spec_of(2, 1024, 64);
    if (gf_test_pass(backend, device, &spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    gf_run_destroy(&run);
    const uint64_t before = peak_bytes();
    gf_device small = *device;
    small.memory_bytes = small.allocation_bytes = 64 * MIB;
    spec.depth = 100; /* 400 MiB of weights */
    const gf_plan plan = plan_of(&spec, &small);
    if (gf_test_pass(backend, &small, &spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    gf_run_destroy(&run);
    print_message("plan %.1f MiB, %.1f MiB taken\n", (double)plan.total_bytes / MIB,
                  (double)(peak_bytes() - before) / MIB);
    assert_true(peak_bytes() - before <= plan.total_bytes + OVERHEAD);
}

/* The first test, because a peak never goes down again. */
static void a_plan_is_kept_to(void **state)
{
    (void)state;
    gf_test_each_device(check_peak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_kept_to),
        cmocka_unit_test(every_way_gives_the_same_bits),
        cmocka_unit_test(ten_thousand_layers_of_4096_fit_four_gib),
        cmocka_unit_test(every_limit_holds_to_the_byte),
        cmocka_unit_test(a_layer_beyond_the_largest_buffer_is_made_in_blocks_or_refused),
        cmocka_unit_test(the_largest_network_overflows_nothing),
        cmocka_unit_test(a_prediction_is_the_sum_of_its_terms),
        cmocka_unit_test(counts_are_those_of_the_network),
        cmocka_unit_test(what_is_made_again_counts_again),
        cmocka_unit_test(more_of_anything_takes_longer),
        cmocka_unit_test(memory_that_was_used_is_not_touched_again),
        cmocka_unit_test(a_device_is_timed_once_for_what_is_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
