/* Where float32 alone would say 0, Inf or nothing: very deep networks, and arrays with NaN and Inf
 * in them. */
#include <stdlib.h>

#include "outcome.h"

/* Each layer of a float32 pass is off by about sqrt(width) roundings of 6e-8, say 1e-6 of itself;
 * over 1000 layers such errors add up to 1e-3 at worst, in log10 4e-4. */
#define LOG10_TOLERANCE 1e-3

static void compare_log10(const devices *all, const gf_spec *spec, double low, double high)
{
    const int32_t r = devices_find(all, "reference");
    outcome expected = outcome_run(all->backend[r], &all->device[r], spec, 0);
    const double first = gf_scaled_log10(expected.layers[0].weight_grad_norm);
    assert_true(first > low && first < high);
    for (int32_t i = 0; i < all->count; i++) {
        outcome got = outcome_run(all->backend[i], &all->device[i], spec, 0);
        for (int32_t l = 0; l < spec->depth; l++) {
            const double want = gf_scaled_log10(expected.layers[l].weight_grad_norm);
            const double have = gf_scaled_log10(got.layers[l].weight_grad_norm);
            if (want != have && !(fabs(want - have) <= LOG10_TOLERANCE))
                fail_msg("%s, layer %d: log10 ||dW|| is %.6f, expected %.6f", all->device[i].id,
                         l + 1, have, want);
            assert_int_equal(got.layers[l].nan_count + got.layers[l].inf_count, 0);
            assert_int_equal(got.layers[l].saturated_share > 0.5,
                             expected.layers[l].saturated_share > 0.5);
        }
        outcome_free(&got);
    }
    outcome_free(&expected);
}

static void thousand_sigmoid_layers_reach_1e_minus_600(void **state)
{
    (void)state;
    devices all = devices_open();
    gf_spec spec = gf_spec_default();
    spec.depth = 1000;
    spec.width = 32;
    spec.batch = 8;
    spec.init = GF_INIT_XAVIER_NORMAL;
    compare_log10(&all, &spec, -660.0, -560.0);
    devices_close(&all);
}

/* ReLU with sigma = 1 multiplies by sqrt(256 / 2) a layer, forward and backward. */
static void exploding_relu_passes_1e300(void **state)
{
    (void)state;
    devices all = devices_open();
    gf_spec spec = gf_spec_default();
    spec.depth = 320;
    spec.width = 256;
    spec.batch = 4;
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_NORMAL;
    compare_log10(&all, &spec, 300.0, 1000.0);
    devices_close(&all);
}

/* Weights of 1e9 and of 1e-9: sums of products leave float before they can be scaled. */
static void enormous_and_tiny_weights(void **state)
{
    (void)state;
    devices all = devices_open();
    gf_spec spec = gf_spec_default();
    spec.depth = 12;
    spec.width = 40;
    spec.activation = GF_ACTIVATION_LEAKY_RELU;
    spec.init = GF_INIT_NORMAL;
    spec.sigma = 1e6;
    spec.gain = 1e3;
    compare_log10(&all, &spec, 100.0, 1000.0);
    spec.sigma = 1e-6;
    spec.gain = 1e-3;
    compare_log10(&all, &spec, -1000.0, -80.0);
    devices_close(&all);
}

/* Depths one after the other, so that the output comes right after a rescaling once: there a
 * mistake in the target's scale is as large as the output. */
static void loss_under_exponents(void **state)
{
    (void)state;
    devices all = devices_open();
    const int32_t r = devices_find(&all, "reference");
    gf_spec spec = gf_spec_default();
    spec.width = 24;
    spec.activation = GF_ACTIVATION_RELU;
    spec.init = GF_INIT_NORMAL;
    spec.gain = 4.0;
    for (spec.depth = 20; spec.depth < 32; spec.depth++) {
        outcome expected = outcome_run(all.backend[r], &all.device[r], &spec, 0);
        assert_true(expected.loss.exponent > 80);
        for (int32_t i = 0; i < all.count; i++) {
            outcome got = outcome_run(all.backend[i], &all.device[i], &spec, 0);
            assert_close(gf_scaled_double(gf_scaled_divide(got.loss, expected.loss)), 1.0, 1e-4);
            outcome_free(&got);
        }
        outcome_free(&expected);
    }
    devices_close(&all);
}

/* Layers without weights have no delta of their own at z = 0; what comes down beside them, far
 * beyond float, must go on as it is. */
static void skips_carry_exploded_gradients_past_dead_layers(void **state)
{
    (void)state;
    devices all = devices_open();
    gf_spec spec = gf_spec_default();
    spec.depth = 24;
    spec.width = 40;
    spec.activation = GF_ACTIVATION_RELU;
    spec.skip = GF_SKIP_RESIDUAL;
    spec.init = GF_INIT_NORMAL;
    spec.gain = 1e4;
    spec.overrides[0] = (gf_override){3, 5, GF_ACTIVATION_COUNT, GF_INIT_ZEROS};
    spec.override_count = 1;
    compare_log10(&all, &spec, 80.0, 1000.0);
    devices_close(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thousand_sigmoid_layers_reach_1e_minus_600),
        cmocka_unit_test(exploding_relu_passes_1e300),
        cmocka_unit_test(enormous_and_tiny_weights),
        cmocka_unit_test(loss_under_exponents),
        cmocka_unit_test(skips_carry_exploded_gradients_past_dead_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
