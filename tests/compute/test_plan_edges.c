/* What a planner says when there is no way, and the ways at the edges of a device: arithmetic only,
 * nothing runs. */
#include "compute/plan.h"

#include "support/test.h"

#define MIB ((uint64_t)1 << 20)

/* 8 layers of 1024, batch 16: 4.004 MiB of weights and 64 KiB of z a layer. */
static gf_spec network(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 8;
    spec.width = 1024;
    spec.batch = 16;
    spec.init = GF_INIT_HE_NORMAL;
    return spec;
}

static gf_device roomy(void)
{
    return (gf_device){.name = "abacus",
                       .compute_units = 1,
                       .unit_multiple = 8,
                       .sample_multiple = 16,
                       .memory_bytes = 4096 * MIB,
                       .allocation_bytes = 1024 * MIB};
}

static void assert_refused(const gf_spec *spec, const gf_device *device, gf_status status,
                           const char *beginning, const char *end)
{
    gf_plan plan = {.segment_count = 77};
    gf_error error = {0};
    assert_int_equal(gf_plan_create(spec, device, &plan, &error), status);
    assert_int_equal(plan.segment_count, 77);
    const size_t length = strlen(error.text), tail = strlen(end);
    if (strncmp(error.text, beginning, strlen(beginning)) != 0 || length < tail ||
        strcmp(error.text + length - tail, end) != 0)
        fail_msg("'%s' is not '%s ... %s'", error.text, beginning, end);
}

static void what_is_no_network_has_no_plan(void **state)
{
    (void)state;
    gf_spec spec = network();
    const gf_device device = roomy();
    spec.depth = 0;
    assert_refused(&spec, &device, GF_INVALID, "depth is 0", "allowed are 1 to 1000000");
}

/* The samples of one layer are never cut. */
static void a_layer_s_samples_need_one_buffer(void **state)
{
    (void)state;
    const gf_spec spec = network();
    gf_device device = roomy();
    gf_plan plan;
    device.allocation_bytes = 1024 * 16 * sizeof(float);
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_true(plan.generated && plan.block_units > 0);
    device.allocation_bytes--;
    assert_refused(&spec, &device, GF_MEMORY, "one layer of 1024 with batch 16 needs a buffer of",
                   "abacus gives out 0.1 MiB at once");
}

/* Who can make no blocks needs a buffer for the weights of a layer. */
static void a_layer_s_weights_need_one_buffer_where_they_are_not_cut(void **state)
{
    (void)state;
    gf_spec spec = network();
    gf_device device = roomy();
    gf_plan plan;
    const char *const beginning = "the weights of one layer of 1024 need a buffer of 4.0 MiB";
    const char *const end = "; abacus gives out 2.0 MiB at once";
    device.allocation_bytes = 2 * MIB;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    device.only_stores = true;
    assert_refused(&spec, &device, GF_MEMORY, beginning, end);
    device.only_stores = false;
    device.whole_layers = true;
    assert_refused(&spec, &device, GF_MEMORY, beginning, end);
    device.whole_layers = false;
    spec.init = GF_INIT_ORTHOGONAL;
    assert_refused(&spec, &device, GF_MEMORY,
                   "the weights of one layer of 1024 need a buffer of 4.0 MiB (orthogonal", end);
    device.allocation_bytes = 1024 * 1025 * sizeof(float);
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
}

static void memory_that_is_too_small_is_said_with_what_was_tried(void **state)
{
    (void)state;
    const gf_spec spec = network();
    gf_device device = roomy();
    device.memory_bytes = MIB;
    assert_refused(&spec, &device, GF_MEMORY, "8 layers of 1024 with batch 16 need",
                   "even when all is made again that can be; abacus has 1.0 MiB");
    device.allocation_bytes = 2 * MIB; /* blocks would do; it is not for that */
    assert_refused(&spec, &device, GF_MEMORY, "8 layers of 1024 with batch 16 need",
                   "even when all is made again that can be; abacus has 1.0 MiB");
    device = roomy();
    device.memory_bytes = MIB;
    device.only_stores = true;
    assert_refused(&spec, &device, GF_MEMORY, "8 layers of 1024 with batch 16 need",
                   "of it weights); abacus has 1.0 MiB");
}

/* dL/da of a layer and of the next beside a skip; deviations of a normalisation. */
static void skips_and_normalisations_need_more(void **state)
{
    (void)state;
    const uint64_t entries = 1024 * 16 * sizeof(float);
    gf_spec spec = network();
    const gf_device device = roomy();
    gf_plan plain, more;
    assert_int_equal(gf_plan_create(&spec, &device, &plain, NULL), GF_OK);
    spec.skip = GF_SKIP_RESIDUAL;
    assert_int_equal(gf_plan_create(&spec, &device, &more, NULL), GF_OK);
    assert_int_equal(more.total_bytes - plain.total_bytes, 2 * entries);
    spec.norm = GF_NORM_LAYER;
    assert_int_equal(gf_plan_create(&spec, &device, &more, NULL), GF_OK);
    assert_int_equal(more.total_bytes - plain.total_bytes, 2 * entries + entries / 4);
}

/* A device that holds the memory of the run before has nothing to touch for the first time. */
static void memory_that_is_there_costs_nothing(void **state)
{
    (void)state;
    const gf_spec spec = network();
    gf_device device = roomy();
    gf_plan first, next;
    device.rates.ns[GF_TERM_TOUCH] = 0.25;
    assert_int_equal(gf_plan_create(&spec, &device, &first, NULL), GF_OK);
    assert_true(first.seconds[GF_TERM_TOUCH] > 0.0);
    device.rates.used_bytes = first.total_bytes + 1;
    assert_int_equal(gf_plan_create(&spec, &device, &next, NULL), GF_OK);
    assert_true(next.seconds[GF_TERM_TOUCH] == 0.0);
    device.rates.used_bytes = first.total_bytes / 2;
    assert_int_equal(gf_plan_create(&spec, &device, &next, NULL), GF_OK);
    assert_close(next.seconds[GF_TERM_TOUCH], first.seconds[GF_TERM_TOUCH] / 2.0, 1e-6);
}

/* Where segments would be longer than a buffer holds, they are shorter, and nothing is cut. */
static void segments_are_as_long_as_a_buffer_allows(void **state)
{
    (void)state;
    gf_spec spec = network();
    gf_device device = roomy();
    gf_plan plan;
    spec.depth = 3000; /* 32 layers a segment would need least */
    spec.width = 64;
    spec.batch = 1024;
    device.memory_bytes = 512 * MIB;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_true(plan.recomputed);
    assert_int_equal(plan.layers_per_segment, 32);
    device.allocation_bytes = 9 * 64 * 1024 * sizeof(float);
    device.memory_bytes = 1024 * MIB;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_true(plan.recomputed);
    assert_int_equal(plan.layers_per_segment, 9);
}

/* A byte less than all needs, and weights may be made again, or activations: what is cheaper. */
static void the_faster_of_the_ways_that_fit_is_taken(void **state)
{
    (void)state;
    gf_spec spec = network();
    gf_device device = roomy();
    gf_plan plan;
    spec.depth = 64;
    spec.width = 64;
    spec.batch = 1024;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_false(plan.generated || plan.recomputed);
    assert_false(gf_plan_is_checkpoint(&plan, plan.layers_per_segment));
    device.memory_bytes = plan.total_bytes - 1;
    device.rates.ns[GF_TERM_GENERATION] = 1e6;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_true(plan.recomputed && !plan.generated);
    device.rates.ns[GF_TERM_GENERATION] = 1e-3;
    device.rates.ns[GF_TERM_PRODUCTS] = 1e6;
    assert_int_equal(gf_plan_create(&spec, &device, &plan, NULL), GF_OK);
    assert_true(plan.generated && !plan.recomputed);
}

/* The a below a segment is kept: of its last layer, but for the network's own last one. */
static void checkpoints_end_segments(void **state)
{
    (void)state;
    const gf_plan plan = {
        .spec = {.depth = 9}, .recomputed = true, .layers_per_segment = 3, .segment_count = 3};
    for (int32_t layer = 1; layer <= 9; layer++)
        assert_int_equal(gf_plan_is_checkpoint(&plan, layer), layer == 3 || layer == 6);
}

/* Down to where nothing fits: what is promised to fit does. */
static void memory_is_kept_to_at_every_size(void **state)
{
    (void)state;
    gf_spec spec = network();
    gf_device device = roomy();
    gf_plan plan = {0};
    spec.depth = 100;
    int fitting = 0;
    for (device.memory_bytes = 600 * MIB; device.memory_bytes > MIB;
         device.memory_bytes -= device.memory_bytes / 20) {
        if (gf_plan_create(&spec, &device, &plan, NULL) != GF_OK) continue;
        assert_true(plan.total_bytes <= device.memory_bytes);
        fitting++;
    }
    assert_true(fitting > 10 && fitting < 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_network_has_no_plan),
        cmocka_unit_test(a_layer_s_samples_need_one_buffer),
        cmocka_unit_test(a_layer_s_weights_need_one_buffer_where_they_are_not_cut),
        cmocka_unit_test(memory_that_is_too_small_is_said_with_what_was_tried),
        cmocka_unit_test(skips_and_normalisations_need_more),
        cmocka_unit_test(memory_that_is_there_costs_nothing),
        cmocka_unit_test(the_faster_of_the_ways_that_fit_is_taken),
        cmocka_unit_test(checkpoints_end_segments),
        cmocka_unit_test(memory_is_kept_to_at_every_size),
        cmocka_unit_test(segments_are_as_long_as_a_buffer_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
