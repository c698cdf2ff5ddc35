/* What is offered was measured, helps, and is a change. */
#include "gradflow/remedy.h"

#include "support/pass.h"
#include "support/test.h"

static gf_backend *backend;
static gf_device device;

static int open_reference(void **state)
{
    (void)state;
    gf_device devices[GF_TEST_DEVICES_MAX];
    const int32_t count = gf_compute_list(devices, GF_TEST_DEVICES_MAX, true);
    if (gf_compute_find(devices, count, "reference", &device, NULL) != GF_OK) return -1;
    return gf_compute_open(&device, NULL, &backend, NULL) == GF_OK ? 0 : -1;
}

static int close_reference(void **state)
{
    (void)state;
    backend->ops->close(backend);
    return 0;
}

static gf_diagnosis diagnose(const gf_spec *spec)
{
    gf_run run;
    gf_error error = {0};
    gf_diagnosis diagnosis;
    const gf_thresholds thresholds = gf_thresholds_default();
    if (gf_test_pass(backend, &device, spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    gf_diagnose(&run, &thresholds, &diagnosis);
    gf_run_destroy(&run);
    return diagnosis;
}

static gf_remedies remedies_of(const gf_spec *spec)
{
    const gf_diagnosis diagnosis = diagnose(spec);
    gf_remedies remedies;
    gf_spec small;
    gf_remedies_begin(&remedies, spec, &diagnosis);
    while (gf_remedies_next(&remedies, &small)) {
        gf_run run;
        gf_error error = {0};
        if (gf_test_pass(backend, &device, &small, 0, &run, &error) != GF_OK)
            fail_msg("%s", error.text);
        gf_remedies_take(&remedies, &run);
        gf_run_destroy(&run);
    }
    return remedies;
}

static void every_sick_network_has_a_remedy_that_works(void **state)
{
    (void)state;
    static const struct {
        gf_activation activation;
        gf_init init;
    } sick[] = {{GF_ACTIVATION_SIGMOID, GF_INIT_XAVIER_NORMAL},
                {GF_ACTIVATION_RELU, GF_INIT_XAVIER_NORMAL},
                {GF_ACTIVATION_RELU, GF_INIT_NORMAL},
                {GF_ACTIVATION_TANH, GF_INIT_NORMAL},
                {GF_ACTIVATION_RELU, GF_INIT_ZEROS}};
    for (size_t i = 0; i < sizeof sick / sizeof *sick; i++) {
        gf_spec spec = gf_spec_default();
        spec.depth = 24;
        spec.activation = sick[i].activation;
        spec.init = sick[i].init;
        assert_false(diagnose(&spec).viable);
        const gf_remedies remedies = remedies_of(&spec);
        assert_true(remedies.count >= 1);
        double best = 0.0;
        for (int32_t r = 0; r < remedies.count; r++) {
            const gf_remedy *remedy = &remedies.items[r];
            assert_true(remedy->measured && remedy->viable);
            assert_true(fabs(log(remedy->per_layer_factor)) >= best); /* best first */
            best = fabs(log(remedy->per_layer_factor));
        }
        /* Depth 24 and width 64 are no reduction: the network itself must become viable. */
        assert_true(diagnose(&remedies.items[0].spec).viable);
    }
}

static void a_viable_network_needs_none(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_HE_NORMAL;
    assert_int_equal(remedies_of(&spec).count, 0);
}

static void copies_are_small_and_what_failed_is_not_offered(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default(), small;
    spec.depth = 5000;
    spec.width = 4096;
    spec.batch = 512;
    const gf_diagnosis diagnosis = {.verdict = GF_VANISHING, .per_layer_factor = 0.5};
    gf_remedies remedies;
    gf_remedies_begin(&remedies, &spec, &diagnosis);
    assert_true(remedies.count > 4);
    while (gf_remedies_next(&remedies, &small)) {
        assert_true(small.depth <= 32 && small.width <= 128 && small.batch <= 32);
        assert_int_equal(gf_spec_validate(&small, NULL), GF_OK);
        gf_remedies_take(&remedies, NULL);
    }
    assert_int_equal(remedies.count, 0);
    assert_true(gf_remedies_are_done(&remedies));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sick_network_has_a_remedy_that_works),
        cmocka_unit_test(a_viable_network_needs_none),
        cmocka_unit_test(copies_are_small_and_what_failed_is_not_offered),
    };
    return cmocka_run_group_tests(tests, open_reference, close_reference);
}
