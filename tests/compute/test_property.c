/* Random networks, all fields at once, on every device against the reference. A failing one is
 * printed as a command.
 *
 *   test_compute_property [NETWORKS [SEED]]    3000 of seed 1 unless said otherwise */
#include <stdlib.h>

#include "base/clock.h"
#include "oracle.h"

typedef struct generator {
    uint64_t state;
} generator;

static int32_t whole(generator *from, int32_t least, int32_t most) /* both included */
{
    return least + (int32_t)(next_random(&from->state) % (uint64_t)(most - least + 1));
}

static bool one_in(generator *from, int32_t count)
{
    return whole(from, 1, count) == 1;
}

/* Logarithmically between two powers of ten. */
static double scale(generator *from, double low, double high)
{
    return pow(10.0, low + (high - low) * next_share(&from->state));
}

/* Small is where most edges are; every fourth is one of the extremes. */
static int32_t size(generator *from, int32_t most)
{
    return one_in(from, 4) ? (one_in(from, 2) ? 1 : most) : whole(from, 1, most);
}

static double factor(generator *from)
{
    switch (whole(from, 0, 9)) {
    case 0: return 0.0;
    case 1: return scale(from, -6.0, 6.0);
    case 2:
    case 3: return scale(from, -2.0, 2.0);
    default: return scale(from, -0.3, 0.3);
    }
}

static void random_sizes(generator *from, gf_spec *spec)
{
    spec->width = size(from, 24);
    spec->depth = one_in(from, 12) ? whole(from, 60, 150) : size(from, 12);
    if (spec->depth > 12 && spec->width > 10) spec->width = 10;
    spec->batch = size(from, 19);
    spec->input_width = one_in(from, 2) ? 0 : size(from, 33);
    spec->output_width = one_in(from, 2) ? 0 : size(from, 33);
}

static void random_overrides(generator *from, gf_spec *spec)
{
    spec->override_count = one_in(from, 4) ? whole(from, 1, 4) : 0;
    for (int32_t i = 0; i < spec->override_count; i++) {
        gf_override *at = &spec->overrides[i];
        at->first = whole(from, 1, spec->depth);
        at->last = whole(from, at->first, spec->depth);
        at->activation = (gf_activation)whole(from, 0, GF_ACTIVATION_COUNT);
        at->init = (gf_init)whole(from, 0, GF_INIT_COUNT);
    }
}

static gf_spec random_spec(generator *from)
{
    gf_spec spec = gf_spec_default();
    random_sizes(from, &spec);
    spec.activation = (gf_activation)whole(from, 0, GF_ACTIVATION_COUNT - 1);
    spec.init = (gf_init)whole(from, 0, GF_INIT_COUNT - 1);
    spec.seed = next_random(&from->state) >> 1;
    spec.sigma = one_in(from, 2) ? scale(from, -1.0, 0.5) : factor(from);
    spec.gain = one_in(from, 2) ? 1.0 : factor(from);
    spec.bias_std = one_in(from, 3) ? factor(from) : 0.0;
    /* A third has nothing but what every device runs. */
    if (one_in(from, 3)) return spec;
    spec.skip = (gf_skip)whole(from, 0, GF_SKIP_COUNT - 1);
    spec.skip_scale = one_in(from, 2) ? 1.0 : factor(from);
    spec.norm = (gf_norm)whole(from, 0, GF_NORM_COUNT - 1);
    if (spec.norm == GF_NORM_BATCH && spec.batch < 2) spec.batch = 2;
    spec.output = (gf_output)whole(from, 0, GF_OUTPUT_COUNT - 1);
    spec.precision =
        one_in(from, 2) ? GF_PRECISION_EXACT : (gf_precision)whole(from, 0, GF_PRECISION_COUNT - 1);
    if (spec.precision != GF_PRECISION_EXACT && one_in(from, 2))
        spec.loss_scale = ldexp(1.0, whole(from, -4, 19));
    random_overrides(from, &spec);
    return spec;
}

static int32_t network_count = 3000;
static uint64_t first_seed = 1;

static void random_networks_agree_with_the_reference(void **state)
{
    (void)state;
    devices all = devices_open();
    const double start = gf_clock_ms();
    int32_t refused = 0;
    int bad = 0, failed = 0;
    for (int32_t i = 0; i < network_count && failed < 12; i++) {
        generator from = {first_seed * 1000003u + (uint64_t)i};
        const gf_spec spec = random_spec(&from);
        gf_error error = {0};
        if (gf_spec_validate(&spec, &error) != GF_OK) fail_msg("network %d: %s", i, error.text);
        const int own = oracle_compare_all(&all, &spec, &refused);
        failed += own > 0;
        bad += own;
    }
    print_message("%d networks in %.1f s; devices refused %d times\n", network_count,
                  (gf_clock_ms() - start) / 1000.0, refused);
    devices_close(&all);
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) network_count = (int32_t)strtol(argv[1], NULL, 10);
    if (argc > 2) first_seed = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_networks_agree_with_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
