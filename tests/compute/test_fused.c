/* Runs of layers in one launch where the guess is wrong that nothing has to be rescaled: the same
 * numbers as layer by layer, whatever the segments. Batches of one panel and of several. */
#include <stdlib.h>

#include "outcome.h"

/* Both sum in the same order but for the place of the scale; exponents are the same. */
#define TOLERANCE 1e-4

typedef struct family {
    gf_device device;
    gf_backend *backend;
} family;

static bool open_family(const char *kernels, family *out)
{
    gf_device all[GF_TEST_DEVICES];
    gf_error error = {0};
    const int32_t count = gf_compute_list(all, GF_TEST_DEVICES, false);
    if (gf_compute_find(all, count, "opencl", &out->device, &error) != GF_OK) return false;
    setenv("GRADFLOW_KERNELS", kernels, 1);
    const gf_status status = gf_compute_open(&out->device, NULL, &out->backend, &error);
    unsetenv("GRADFLOW_KERNELS");
    if (status != GF_OK) fail_msg("%s: %s", out->device.id, error.text);
    return true;
}

static void compare(const char *name, int32_t l, gf_scaled got, gf_scaled expected)
{
    if (got.mantissa == 0.0 && expected.mantissa == 0.0) return;
    const double ratio = gf_scaled_double(gf_scaled_divide(got, expected));
    if (!(fabs(ratio - 1.0) <= TOLERANCE))
        fail_msg("layer %d: %s is %.9g of what it is layer by layer", l, name, ratio);
}

static void compare_layers(const outcome *got, const outcome *expected)
{
    for (int32_t l = 1; l <= got->spec.depth; l++) {
        const gf_layer_record *a = &got->layers[l - 1], *b = &expected->layers[l - 1];
        assert_int_equal(a->z.exponent, b->z.exponent);
        assert_int_equal(a->a.exponent, b->a.exponent);
        compare("std of z", l, gf_scaled_make(a->z.std, 0), gf_scaled_make(b->z.std, 0));
        compare("std of a", l, gf_scaled_make(a->a.std, 0), gf_scaled_make(b->a.std, 0));
        compare("max of delta", l, a->delta_max, b->delta_max);
        compare("rms of delta", l, a->delta_rms, b->delta_rms);
        compare("norm of dW", l, a->weight_grad_norm, b->weight_grad_norm);
        assert_int_equal(a->nan_count + a->inf_count, 0);
        assert_int_equal(a->delta.top_octave, b->delta.top_octave);
    }
    compare("loss", 0, got->loss, expected->loss);
}

static void check(const gf_spec *spec)
{
    static const int32_t segments[] = {0, 1, 7, 64};
    family fused, naive;
    if (!open_family("fused", &fused)) skip();
    open_family("naive", &naive);
    outcome expected = outcome_run(naive.backend, &naive.device, spec, 0);
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
        outcome got = outcome_run(fused.backend, &fused.device, spec, segments[i]);
        compare_layers(&got, &expected);
        outcome_free(&got);
    }
    outcome_free(&expected);
    fused.backend->ops->close(fused.backend);
    naive.backend->ops->close(naive.backend);
}

static gf_spec network(gf_activation activation, gf_init init, int32_t depth)
{
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = 40;
    spec.input_width = 13;
    spec.output_width = 5;
    spec.activation = activation;
    spec.init = init;
    return spec;
}

/* A factor of sqrt(40 / 2) a layer, forward and backward: a rescaling every 18 layers. */
static void relu_that_explodes(void **state)
{
    (void)state;
    gf_spec spec = network(GF_ACTIVATION_RELU, GF_INIT_NORMAL, 130);
    for (spec.batch = 32; spec.batch < 100; spec.batch += 33)
        check(&spec);
}

/* About a quarter a layer, backward only. */
static void sigmoid_that_vanishes(void **state)
{
    (void)state;
    gf_spec spec = network(GF_ACTIVATION_SIGMOID, GF_INIT_XAVIER_NORMAL, 130);
    for (spec.batch = 32; spec.batch < 100; spec.batch += 33)
        check(&spec);
}

/* With what goes down beside the skips, which a launch that went too far must not have spoilt. */
static void skips_that_explode(void **state)
{
    (void)state;
    gf_spec spec = network(GF_ACTIVATION_RELU, GF_INIT_NORMAL, 60);
    spec.skip = GF_SKIP_RESIDUAL;
    for (spec.batch = 32; spec.batch < 100; spec.batch += 33)
        check(&spec);
}

/* Under a bias an exponent never goes below zero. */
static void leaky_relu_that_fades_beside_a_bias(void **state)
{
    (void)state;
    gf_spec spec = network(GF_ACTIVATION_LEAKY_RELU, GF_INIT_NORMAL, 60);
    spec.gain = 1e-3;
    spec.batch = 65;
    check(&spec);
    spec.bias_std = 0.5;
    check(&spec);
}

/* So short that the whole of them is one launch, which rescales nothing; one of them needs none. */
static void short_ones(void **state)
{
    (void)state;
    gf_spec spec = network(GF_ACTIVATION_RELU, GF_INIT_HE_NORMAL, 8);
    for (spec.batch = 7; spec.batch < 100; spec.batch += 30)
        for (spec.gain = 1e-6; spec.gain < 1e7; spec.gain *= 1e6)
            check(&spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_ones),
        cmocka_unit_test(relu_that_explodes),
        cmocka_unit_test(sigmoid_that_vanishes),
        cmocka_unit_test(skips_that_explode),
        cmocka_unit_test(leaky_relu_that_fades_beside_a_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
