/* The verdict, the rule that fired and the reason, for passes made by hand. */
#include "gradflow/diagnosis.h"

#include "support/test.h"

#define DEPTH 5

/* Gradients and deltas whose logarithms go linearly from layer 1 to the last layer's 1. */
static gf_run make_run(double log10_first_gradient, double log10_first_delta)
{
    gf_spec spec = gf_spec_default();
    spec.depth = DEPTH;
    gf_run run;
    assert_int_equal(gf_run_create(&spec, 1, &run, NULL), GF_OK);
    for (int32_t l = 1; l <= DEPTH; l++) {
        const double share = (double)(DEPTH - l) / (DEPTH - 1);
        run.layers[l - 1].weight_grad_norm =
            gf_scaled_make(pow(10.0, share * log10_first_gradient), 0);
        run.layers[l - 1].delta_rms = gf_scaled_make(pow(10.0, share * log10_first_delta), 0);
    }
    run.first_ready = 1;
    run.complete = true;
    return run;
}

static gf_diagnosis diagnose(gf_run *run)
{
    const gf_thresholds thresholds = gf_thresholds_default();
    gf_diagnosis out;
    gf_diagnose(run, &thresholds, &out);
    assert_true(strlen(out.why) > 0);
    gf_run_destroy(run);
    return out;
}

/* Rule `index` is the one named, with a source. */
static void assert_rule(const gf_diagnosis *diagnosis, int32_t index, const char *rule)
{
    assert_true(diagnosis->rule_count > index);
    assert_string_equal(diagnosis->rules[index].rule, rule);
    assert_true(strlen(diagnosis->rules[index].source) > 0);
}

static void level_gradients_are_healthy(void **state)
{
    (void)state;
    gf_run run = make_run(-2.9, -2.9);
    gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_HEALTHY);
    assert_true(found.viable);
    assert_int_equal(found.rule_count, 0);
    assert_close(gf_scaled_log10(found.ratio), -2.9, 1e-12);
    assert_close(found.per_layer_factor, pow(10.0, -2.9 / 4), 1e-12);
    run = make_run(1.8, 1.8);
    assert_int_equal(diagnose(&run).verdict, GF_HEALTHY);
}

static void ratio_beyond_the_bounds_decides(void **state)
{
    (void)state;
    gf_run run = make_run(-3.1, -3.1);
    gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_VANISHING);
    assert_false(found.viable);
    assert_int_equal(found.rule_count, 2);
    assert_rule(&found, 0, "delta, first/last layer");
    assert_rule(&found, 1, "weight gradient, first/last layer");
    assert_true(found.rules[0].threshold == 1e-3 && found.rules[1].threshold == 1e-3);
    run = make_run(1.9, 1.9);
    found = diagnose(&run);
    assert_int_equal(found.verdict, GF_EXPLODING);
    assert_int_equal(found.rule_count, 2);
    assert_true(found.rules[0].threshold == 70.0 && found.rules[1].threshold == 70.0);
}

/* ReLU: the same dL/dW in all layers, and yet delta fades or grows. */
static void delta_shows_what_level_gradients_hide(void **state)
{
    (void)state;
    gf_run run = make_run(0.0, -4.5);
    gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_VANISHING);
    assert_int_equal(found.rule_count, 1);
    assert_rule(&found, 0, "delta, first/last layer");
    assert_close(found.per_layer_factor, pow(10.0, -4.5 / 4), 1e-12);
    run = make_run(0.0, 44.0);
    found = diagnose(&run);
    assert_int_equal(found.verdict, GF_EXPLODING);
    assert_int_equal(found.rule_count, 1);
    run = make_run(-4.0, 0.0);
    found = diagnose(&run);
    assert_int_equal(found.verdict, GF_VANISHING);
    assert_int_equal(found.rule_count, 1);
    assert_rule(&found, 0, "weight gradient, first/last layer");
}

static void zero_gradient_vanishes_even_if_all_are_zero(void **state)
{
    (void)state;
    gf_run run = make_run(0.0, 0.0);
    for (int32_t l = 0; l < DEPTH; l++) {
        run.layers[l].weight_grad_norm = (gf_scaled){0};
        run.layers[l].delta_rms = (gf_scaled){0};
        run.layers[l].dead_share = 1.0;
    }
    const gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_VANISHING);
    assert_false(found.viable);
    assert_rule(&found, 0, "gradient of the first layer");
    assert_true(found.ratio.mantissa == 0.0 && found.per_layer_factor == 0.0);
    assert_says(found.why, "exactly zero");
    assert_says(found.why, "100 % of all units are dead");
}

static void nan_is_unstable_and_names_the_layer(void **state)
{
    (void)state;
    gf_run run = make_run(-9.0, -9.0);
    run.layers[1].inf_count = 1;
    run.layers[2].nan_count = 4;
    const gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_UNSTABLE);
    assert_false(found.viable);
    assert_rule(&found, 0, "NaN or Inf entries");
    assert_int_equal(found.rules[0].layer, 3);
    assert_says(found.why, "layer 3");
}

static void dead_or_saturated_networks_are_not_viable(void **state)
{
    (void)state;
    gf_run run = make_run(0.0, 0.0);
    for (int32_t l = 0; l < DEPTH; l++)
        run.layers[l].dead_share = 0.6;
    gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_HEALTHY);
    assert_false(found.viable);
    assert_rule(&found, 0, "dead units");
    assert_close(found.dead_share, 0.6, 1e-12);
    run = make_run(0.0, 0.0);
    for (int32_t l = 0; l < DEPTH; l++)
        run.layers[l].saturated_share = 0.6;
    found = diagnose(&run);
    assert_false(found.viable);
    assert_rule(&found, 0, "saturated activations");
}

/* What is said and decides nothing: a spread of the signal, and the one test with an absolute
 * number. */
static void spread_and_absolute_size_are_said_without_deciding(void **state)
{
    (void)state;
    gf_run run = make_run(0.0, 0.0);
    for (int32_t l = 0; l < DEPTH; l++)
        run.layers[l].a = (gf_moments){.std = pow(10.0, 0.3 * l), .exponent = -4000};
    gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_HEALTHY);
    assert_true(found.viable);
    assert_int_equal(found.rule_count, 1);
    assert_rule(&found, 0, "activation std, largest/smallest layer");
    assert_close(gf_scaled_log10(found.activation_spread), 1.2, 1e-12);

    run = make_run(0.0, 0.0);
    for (int32_t l = 0; l < DEPTH; l++)
        run.layers[l].weight_grad_norm =
            gf_scaled_make(l == 2 ? 5e-6 : 7e-6, 0); /* of 64 x 64: 7.8e-8, 1.1e-7 */
    found = diagnose(&run);
    assert_true(found.viable);
    assert_int_equal(found.rule_count, 1);
    assert_rule(&found, 0, "absolute: rms entry of dL/dW");
    assert_int_equal(found.rules[0].layer, 3);
    assert_close(gf_scaled_double(found.rules[0].value), 5e-6 / 64.0, 1e-12);
}

static void pace_says_how_deep_the_network_may_be(void **state)
{
    (void)state;
    gf_run run = make_run(-2.0, -2.0); /* half a decade a layer: 1e-3 after 6 steps */
    gf_diagnosis found = diagnose(&run);
    assert_close(found.e_folding_depth, 1.0 / (0.5 * log(10.0)), 1e-12);
    assert_close(found.limit_depth, 7.0, 1e-12);
    run = make_run(1.0, 1.0);
    found = diagnose(&run);
    assert_close(found.limit_depth, 1.0 + log10(70.0) / 0.25, 1e-12);
    run = make_run(0.0, 0.0);
    found = diagnose(&run);
    assert_true(isinf(found.e_folding_depth) && isinf(found.limit_depth));
}

static void thresholds_can_be_replaced(void **state)
{
    (void)state;
    gf_run run = make_run(-3.1, -3.1);
    gf_thresholds thresholds = gf_thresholds_default();
    thresholds.vanishing_ratio = 1e-4;
    gf_diagnosis found;
    gf_diagnose(&run, &thresholds, &found);
    assert_int_equal(found.verdict, GF_HEALTHY);
    gf_run_destroy(&run);
}

static void one_layer_is_its_own_first_and_last(void **state)
{
    (void)state;
    gf_run run = make_run(-1.0, -1.0);
    run.spec.depth = 1;
    const gf_diagnosis found = diagnose(&run);
    assert_int_equal(found.verdict, GF_HEALTHY);
    assert_true(found.per_layer_factor == 1.0);
}

static void layers_have_words(void **state)
{
    (void)state;
    static const struct {
        double log10_delta;
        const char *word;
    } known[] = {{-3.1, "vanished"}, {-2.5, "weak"},  {-1.9, "healthy"},
                 {0, "healthy"},     {1.5, "strong"}, {2.0, "exploded"}};
    const gf_thresholds thresholds = gf_thresholds_default();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        gf_run run = make_run(0.0, known[i].log10_delta);
        assert_string_equal(gf_layer_word(&run, 1, &thresholds), known[i].word);
        run.layers[0].delta_rms = gf_scaled_make(0.0, 0);
        assert_string_equal(gf_layer_word(&run, 1, &thresholds), "zero");
        run.layers[0].delta_rms = gf_scaled_make(NAN, 0);
        assert_string_equal(gf_layer_word(&run, 1, &thresholds), "nan");
        gf_run_destroy(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(level_gradients_are_healthy),
        cmocka_unit_test(ratio_beyond_the_bounds_decides),
        cmocka_unit_test(delta_shows_what_level_gradients_hide),
        cmocka_unit_test(zero_gradient_vanishes_even_if_all_are_zero),
        cmocka_unit_test(nan_is_unstable_and_names_the_layer),
        cmocka_unit_test(dead_or_saturated_networks_are_not_viable),
        cmocka_unit_test(spread_and_absolute_size_are_said_without_deciding),
        cmocka_unit_test(pace_says_how_deep_the_network_may_be),
        cmocka_unit_test(thresholds_can_be_replaced),
        cmocka_unit_test(one_layer_is_its_own_first_and_last),
        cmocka_unit_test(layers_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
