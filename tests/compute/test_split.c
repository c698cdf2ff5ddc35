/* Products of the GPU family whose sums are made in parts by several work-groups: how many parts
 * there are, and that results are the reference's and the same every time. The device at hand,
 * which may be a processor of two cores, is said to have the 132 compute units of a large GPU. */
#define CL_TARGET_OPENCL_VERSION 120
#include "compute/opencl/gpu.h"
#include "compute/opencl/opencl.h"
#include "oracle.h"

#define UNITS_OF_A_GPU 132

static gf_device gpu_of(int32_t compute_units)
{
    return (gf_device){.compute_units = compute_units,
                       .allocation_bytes = 1 << 28,
                       .parts_bytes = gf_gpu_parts_bytes(compute_units)};
}

static void sizes_say_how_many_parts_there_are(void **state)
{
    (void)state;
    static const struct {
        int32_t compute_units;
        size_t units, samples, terms, parts;
    } cases[] = {
        {132, 516, 64, 516, 8},    /* 22 tiles leave room for 12; terms are enough for 8 */
        {132, 516, 128, 516, 6},   /* 44 tiles: 264 / 44 */
        {132, 516, 224, 516, 3},   /* 77 tiles */
        {132, 516, 352, 516, 2},   /* 121 tiles: half of the terms are saved */
        {132, 516, 384, 516, 2},   /* 132 tiles */
        {132, 516, 416, 516, 1},   /* 143 tiles */
        {132, 1032, 256, 1032, 1}, /* 176 tiles are enough to begin with */
        {132, 12, 32, 180, 1},     /* two parts would save 90 terms only */
        {132, 12, 32, 192, 3},     {132, 12, 32, 131076, 264}, {2, 12, 32, 516, 4},
        {2, 156, 32, 516, 1},      {1, 12, 32, 252, 1},        {1, 12, 32, 264, 2},
        {0, 12, 32, 264, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const gf_device device = gpu_of(cases[i].compute_units);
        const size_t parts =
            gf_gpu_part_count(&device, cases[i].units, cases[i].samples, cases[i].terms);
        if (parts != cases[i].parts)
            fail_msg("%d compute units, %zu units, %zu samples, %zu terms: %zu parts, not %zu",
                     cases[i].compute_units, cases[i].units, cases[i].samples, cases[i].terms,
                     parts, cases[i].parts);
    }
}

static void parts_stay_within_their_bytes(void **state)
{
    (void)state;
    for (int32_t compute_units = 1; compute_units < 300; compute_units += 7)
        for (size_t units = 12; units < 3000; units += 12 * (1 + units / 60))
            for (size_t samples = 32; samples < 600; samples += 32) {
                gf_device device = gpu_of(compute_units);
                const size_t bytes = units * samples * sizeof(float);
                size_t parts = gf_gpu_part_count(&device, units, samples, 100000);
                if (parts > 1) assert_true(parts * bytes <= device.parts_bytes);
                device.parts_bytes = 3 * bytes;
                parts = gf_gpu_part_count(&device, units, samples, 100000);
                assert_true(parts <= 3);
                device.parts_bytes = gf_gpu_parts_bytes(compute_units);
                device.allocation_bytes = 2 * bytes;
                assert_true(gf_gpu_part_count(&device, units, samples, 100000) <= 2);
                device.parts_bytes = 0;
                assert_int_equal(gf_gpu_part_count(&device, units, samples, 100000), 1);
            }
}

static void the_plan_has_the_bytes_of_parts(void **state)
{
    (void)state;
    const gf_spec spec = gf_spec_default();
    gf_device device = {.memory_bytes = 1 << 30, .allocation_bytes = 1 << 28};
    gf_plan without, with;
    assert_int_equal(gf_plan_create(&spec, &device, &without, NULL), GF_OK);
    device.parts_bytes = gf_gpu_parts_bytes(UNITS_OF_A_GPU);
    assert_int_equal(gf_plan_create(&spec, &device, &with, NULL), GF_OK);
    assert_int_equal(device.parts_bytes, 264 * 48 * 32 * 4);
    assert_int_equal(with.statistics_bytes - without.statistics_bytes, device.parts_bytes);
    assert_int_equal(with.total_bytes - without.total_bytes, device.parts_bytes);
}

/* The reference, and one OpenCL device with and without parts. */
enum { REFERENCE, SPLIT, WHOLE, COUNT_OF_DEVICES };

static gf_backend *open_form(const gf_device *device)
{
    int32_t count;
    gf_error error = {0};
    gf_backend *made;
    const gf_opencl_form form = {GF_FAMILY_GPU, gf_tunings_of(GF_FAMILY_GPU, &count)};
    if (gf_opencl_open_form(device, NULL, &form, &made, &error) != GF_OK)
        fail_msg("%s", error.text);
    return made;
}

static void open_gpu(devices *all, int which, const gf_device *device, uint64_t parts_bytes)
{
    all->device[which] = *device;
    all->device[which].compute_units = UNITS_OF_A_GPU;
    all->device[which].parts_bytes = parts_bytes;
    all->backend[which] = open_form(&all->device[which]);
}

/* False where there is no OpenCL. */
static bool find_opencl(gf_device *out)
{
    gf_device list[GF_DEVICES_MAX];
    const int32_t count = gf_compute_list(list, GF_DEVICES_MAX, false);
    for (int32_t i = 0; i < count; i++)
        if (strncmp(list[i].id, "opencl", 6) == 0) {
            *out = list[i];
            return true;
        }
    return false;
}

static bool open_all(devices *all)
{
    gf_device list[GF_DEVICES_MAX], opencl;
    const int32_t count = gf_compute_list(list, GF_DEVICES_MAX, true);
    if (!find_opencl(&opencl)) return false;
    *all = (devices){.count = COUNT_OF_DEVICES};
    assert_int_equal(gf_compute_find(list, count, "reference", &all->device[REFERENCE], NULL),
                     GF_OK);
    assert_int_equal(gf_compute_open(&all->device[REFERENCE], NULL, &all->backend[REFERENCE], NULL),
                     GF_OK);
    open_gpu(all, SPLIT, &opencl, gf_gpu_parts_bytes(UNITS_OF_A_GPU));
    open_gpu(all, WHOLE, &opencl, 0);
    return true;
}

static gf_spec spec_of(int32_t depth, int32_t width, int32_t batch)
{
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = width;
    spec.batch = batch;
    spec.init = GF_INIT_HE_NORMAL;
    spec.activation = GF_ACTIVATION_TANH;
    return spec;
}

static gf_spec wide_ends(int32_t depth, int32_t width, int32_t batch, int32_t ends)
{
    gf_spec spec = spec_of(depth, width, batch);
    spec.input_width = spec.output_width = ends;
    return spec;
}

/* Products of the network that are made in parts. */
static uint64_t split_products(const gf_spec *spec, const gf_device *device)
{
    const size_t samples = gf_ceil_divide((size_t)spec->batch, GF_LANES) * GF_LANES;
    uint64_t count = 0;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const size_t in = gf_pad((size_t)gf_spec_fan_in(spec, l)),
                     out = gf_pad((size_t)gf_spec_fan_out(spec, l));
        count += gf_gpu_part_count(device, out, samples, in) > 1;
        count += l > 1 && gf_gpu_part_count(device, in, samples, out) > 1;
    }
    return count;
}

static uint64_t launches_of(const devices *all, int which, const gf_spec *spec)
{
    const uint64_t before = all->backend[which]->launches;
    outcome done = outcome_run(all->backend[which], &all->device[which], spec, 0);
    outcome_free(&done);
    return all->backend[which]->launches - before;
}

/* Nearer to the reference than rounding moves it; every split product is one launch more. */
static void check(const devices *all, const gf_spec *spec, uint64_t expected_splits)
{
    int32_t refused = 0;
    const uint64_t splits = split_products(spec, &all->device[SPLIT]);
    print_message("  %d x %d, batch %d: %llu products in parts\n", spec->depth, spec->width,
                  spec->batch, (unsigned long long)splits);
    assert_int_equal(splits, expected_splits);
    assert_int_equal(launches_of(all, SPLIT, spec), launches_of(all, WHOLE, spec) + splits);
    assert_int_equal(oracle_compare_all(all, spec, &refused), 0);
    assert_int_equal(refused, 0);
}

static void sizes_that_are_no_multiple_of_anything(void **state)
{
    (void)state;
    devices all;
    if (!open_all(&all)) skip();
    gf_spec spec = wide_ends(2, 1, 31, 300);
    check(&all, &spec, 2);
    spec = wide_ends(2, 33, 64, 300);
    check(&all, &spec, 2);
    spec = wide_ends(3, 65, 1, 500);
    check(&all, &spec, 2);
    spec = wide_ends(3, 127, 31, 300);
    check(&all, &spec, 2);
    spec = spec_of(2, 300, 64);
    check(&all, &spec, 3);
    spec = spec_of(4, 300, 31);
    check(&all, &spec, 7);
    spec = wide_ends(1, 1, 1, 193);
    check(&all, &spec, 1);
    devices_close(&all);
}

static void skips_norms_outputs_and_exponents(void **state)
{
    (void)state;
    devices all;
    if (!open_all(&all)) skip();
    gf_spec spec = spec_of(4, 200, 33);
    spec.skip = GF_SKIP_RESIDUAL;
    spec.skip_scale = 0.7;
    spec.bias_std = 0.3;
    check(&all, &spec, 7);
    spec.norm = GF_NORM_BATCH;
    check(&all, &spec, 7);
    spec.norm = GF_NORM_LAYER;
    spec.output = GF_OUTPUT_LINEAR;
    check(&all, &spec, 7);
    spec = spec_of(4, 200, 31);
    spec.override_count = 1;
    spec.overrides[0] = (gf_override){3, 4, GF_ACTIVATION_RELU, GF_INIT_XAVIER_UNIFORM};
    check(&all, &spec, 7);
    spec = spec_of(8, 200, 7); /* sums are rescaled on the way */
    spec.activation = GF_ACTIVATION_RELU;
    spec.gain = 1e-6;
    check(&all, &spec, 15);
    spec.gain = 1e6;
    check(&all, &spec, 15);
    devices_close(&all);
}

static void every_number_type(void **state)
{
    (void)state;
    devices all;
    if (!open_all(&all)) skip();
    for (int precision = 0; precision < GF_PRECISION_COUNT; precision++) {
        gf_spec spec = spec_of(3, 260, 31);
        spec.precision = (gf_precision)precision;
        spec.loss_scale = precision == GF_PRECISION_FP16 ? 1024.0 : 1.0;
        spec.skip = GF_SKIP_RESIDUAL;
        check(&all, &spec, 5);
    }
    devices_close(&all);
}

/* On a backend of its own. */
static outcome run_on(const gf_device *device, const gf_spec *spec, gf_plan *plan)
{
    gf_error error = {0};
    if (gf_plan_create(spec, device, plan, &error) != GF_OK) fail_msg("%s", error.text);
    gf_backend *backend = open_form(device);
    const outcome done = outcome_run(backend, device, spec, 0);
    backend->ops->close(backend);
    return done;
}

static void assert_same_bits(const outcome *one, const outcome *other)
{
    const size_t depth = (size_t)one->spec.depth;
    assert_memory_equal(one->layers, other->layers, depth * sizeof *one->layers);
    assert_memory_equal(one->cells, other->cells, depth * OUTCOME_ROWS * sizeof *one->cells);
    assert_true(one->loss.mantissa == other->loss.mantissa &&
                one->loss.exponent == other->loss.exponent);
}

/* A block of weights has all terms of its units, and as many parts as the whole layer would have,
 * although fewer tiles: with so few compute units that tiles say how many parts there are. */
static void the_same_bits_every_time_and_from_weights_in_blocks(void **state)
{
    (void)state;
    gf_device device;
    gf_plan plan, blocks;
    if (!find_opencl(&device)) skip();
    device.compute_units = 16;
    device.parts_bytes = gf_gpu_parts_bytes(16);
    const gf_spec spec = wide_ends(4, 300, 31, 500);
    assert_int_equal(split_products(&spec, &device), 7);
    outcome first = run_on(&device, &spec, &plan), again = run_on(&device, &spec, &plan);
    assert_false(plan.generated);
    assert_same_bits(&first, &again);
    device.allocation_bytes = 400000; /* more than the parts have */
    outcome cut = run_on(&device, &spec, &blocks);
    assert_true(blocks.generated && blocks.block_units > 0 && blocks.block_units < 150);
    assert_same_bits(&first, &cut);
    outcome_free(&first);
    outcome_free(&again);
    outcome_free(&cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_say_how_many_parts_there_are),
        cmocka_unit_test(parts_stay_within_their_bytes),
        cmocka_unit_test(the_plan_has_the_bytes_of_parts),
        cmocka_unit_test(sizes_that_are_no_multiple_of_anything),
        cmocka_unit_test(skips_norms_outputs_and_exponents),
        cmocka_unit_test(every_number_type),
        cmocka_unit_test(the_same_bits_every_time_and_from_weights_in_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
