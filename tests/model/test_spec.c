/* What a network may be, how large it is, and how its weights are drawn. */
#include "gradflow/spec.h"

#include "support/test.h"

/* The sentence names the field, the value and the range. */
static void assert_refused(const gf_spec *spec, const char *sentence)
{
    gf_error error = {0};
    assert_int_equal(gf_spec_validate(spec, &error), GF_INVALID);
    assert_int_equal(error.status, GF_INVALID);
    assert_string_equal(error.text, sentence);
}

static void default_is_the_listing(void **state)
{
    (void)state;
    const gf_spec spec = gf_spec_default();
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
    assert_int_equal(spec.depth, 10);
    assert_int_equal(spec.width, 64);
    assert_int_equal(spec.batch, 32);
    assert_string_equal(gf_activation_get(spec.activation)->name, "sigmoid");
    assert_string_equal(gf_init_get(spec.init)->name, "pytorch_default");
    assert_int_equal(gf_spec_parameter_count(&spec), 10 * (64 * 64 + 64));
}

static void what_is_out_of_range_is_named(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = 0;
    assert_refused(&spec, "depth is 0; allowed are 1 to 1000000");
    spec.depth = 1000001;
    assert_refused(&spec, "depth is 1000001; allowed are 1 to 1000000");
    spec = gf_spec_default();
    spec.width = -1;
    assert_refused(&spec, "width is -1; allowed are 1 to 65536");
    spec = gf_spec_default();
    spec.batch = 65537;
    assert_refused(&spec, "batch is 65537; allowed are 1 to 65536");
    spec = gf_spec_default();
    spec.input_width = -5;
    assert_refused(&spec, "input_width is -5; allowed are 0 to 65536");
    spec = gf_spec_default();
    spec.output_width = 70000;
    assert_refused(&spec, "output_width is 70000; allowed are 0 to 65536");
    spec = gf_spec_default();
    spec.sigma = -0.5;
    assert_refused(&spec, "sigma is -0.5; allowed are 0 to 1e6");
    spec = gf_spec_default();
    spec.gain = NAN;
    assert_refused(&spec, "gain is nan; allowed are 0 to 1e6");
    spec.gain = INFINITY;
    assert_refused(&spec, "gain is inf; allowed are 0 to 1e6");
    spec = gf_spec_default();
    spec.activation = GF_ACTIVATION_COUNT;
    assert_refused(&spec, "activation number 13 does not exist");
    spec = gf_spec_default();
    spec.init = GF_INIT_COUNT;
    assert_refused(&spec, "init number 11 does not exist");
}

static void limits_themselves_are_allowed(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = GF_DEPTH_MAX;
    spec.width = GF_WIDTH_MAX;
    spec.batch = GF_BATCH_MAX;
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
    assert_true(gf_spec_parameter_count(&spec) == 1000000ull * (65536ull * 65536 + 65536));
    spec.depth = spec.width = spec.batch = 1;
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
    assert_int_equal(gf_spec_parameter_count(&spec), 2);
}

static void names_are_found_or_listed(void **state)
{
    (void)state;
    for (int i = 0; i < GF_ACTIVATION_COUNT; i++) {
        gf_activation found;
        assert_int_equal(
            gf_activation_find(gf_activation_get((gf_activation)i)->name, &found, NULL), GF_OK);
        assert_int_equal(found, i);
    }
    for (int i = 0; i < GF_INIT_COUNT; i++) {
        gf_init found;
        assert_int_equal(gf_init_find(gf_init_get((gf_init)i)->name, &found, NULL), GF_OK);
        assert_int_equal(found, i);
    }
    gf_error error = {0};
    gf_activation activation = GF_ACTIVATION_TANH;
    assert_int_equal(gf_activation_find("reluu", &activation, &error), GF_INVALID);
    assert_int_equal(activation, GF_ACTIVATION_TANH);
    assert_says(error.text, "'reluu'");
    assert_says(error.text, "sigmoid, tanh, relu, leaky_relu, elu, selu");
    gf_init init = GF_INIT_NORMAL;
    assert_int_equal(gf_init_find("", &init, &error), GF_INVALID);
    assert_int_equal(init, GF_INIT_NORMAL);
    assert_says(error.text, "xavier_normal, xavier_uniform, he_normal");
}

static void what_does_not_belong_together_is_named(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.norm = GF_NORM_BATCH;
    spec.batch = 1;
    assert_refused(&spec, "batch is 1; norm batch needs at least 2 samples to normalise over");
    spec.norm = GF_NORM_LAYER;
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
    spec = gf_spec_default();
    spec.loss_scale = 1024.0;
    assert_refused(&spec, "loss_scale is 1024; precision exact loses nothing and allows only 1");
    spec.precision = GF_PRECISION_FP16;
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
    spec.loss_scale = 0.0;
    assert_refused(&spec, "loss_scale is 0; it must be above 0");
    spec = gf_spec_default();
    spec.bias_std = -1.0;
    assert_refused(&spec, "bias_std is -1; allowed are 0 to 1e6");
    spec = gf_spec_default();
    spec.skip_scale = 2e6;
    assert_refused(&spec, "skip_scale is 2e+06; allowed are 0 to 1e6");
}

static void layers_outside_the_network_are_named(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.override_count = 2;
    spec.overrides[0] = (gf_override){1, 10, GF_ACTIVATION_RELU, GF_INIT_COUNT};
    spec.overrides[1] = (gf_override){10, 11, GF_ACTIVATION_RELU, GF_INIT_COUNT};
    assert_refused(&spec, "layers 10 to 11 are not in a network of 10 layers");
    spec.overrides[1] = (gf_override){0, 3, GF_ACTIVATION_RELU, GF_INIT_COUNT};
    assert_refused(&spec, "layers 0 to 3 are not in a network of 10 layers");
    spec.overrides[1] = (gf_override){5, 4, GF_ACTIVATION_RELU, GF_INIT_COUNT};
    assert_refused(&spec, "layers 5 to 4 are not in a network of 10 layers");
    spec.overrides[1] = (gf_override){5, 5, GF_ACTIVATION_RELU, GF_INIT_COUNT};
    assert_int_equal(gf_spec_validate(&spec, NULL), GF_OK);
}

/* A later entry wins where it says something; what it leaves open stays; the linear output wins
 * over all. */
static void single_layers_have_their_own(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.override_count = 3;
    spec.overrides[0] = (gf_override){2, 5, GF_ACTIVATION_RELU, GF_INIT_HE_NORMAL};
    spec.overrides[1] = (gf_override){4, 4, GF_ACTIVATION_TANH, GF_INIT_COUNT};
    spec.overrides[2] = (gf_override){5, 10, GF_ACTIVATION_COUNT, GF_INIT_ZEROS};
    static const gf_activation activations[] = {GF_ACTIVATION_SIGMOID, GF_ACTIVATION_RELU,
                                                GF_ACTIVATION_RELU,    GF_ACTIVATION_TANH,
                                                GF_ACTIVATION_RELU,    GF_ACTIVATION_SIGMOID};
    static const gf_init inits[] = {GF_INIT_PYTORCH_DEFAULT, GF_INIT_HE_NORMAL, GF_INIT_HE_NORMAL,
                                    GF_INIT_HE_NORMAL,       GF_INIT_ZEROS,     GF_INIT_ZEROS};
    for (int32_t l = 1; l <= 6; l++) {
        assert_int_equal(gf_spec_activation(&spec, l), activations[l - 1]);
        assert_int_equal(gf_spec_init(&spec, l), inits[l - 1]);
    }
    assert_close(gf_spec_weight_std(&spec, 2), sqrt(2.0 / 64), 1e-15);
    assert_true(gf_spec_weight_std(&spec, 5) == 0.0);
    assert_int_equal(gf_spec_activation(&spec, 10), GF_ACTIVATION_SIGMOID);
    spec.output = GF_OUTPUT_LINEAR;
    assert_int_equal(gf_spec_activation(&spec, 10), GF_ACTIVATION_LINEAR);
    assert_int_equal(gf_spec_activation(&spec, 9), GF_ACTIVATION_SIGMOID);
    spec.overrides[0].activation = GF_ACTIVATION_TANH;
    spec.overrides[0].first = spec.overrides[0].last = 10;
    assert_int_equal(gf_spec_activation(&spec, 10), GF_ACTIVATION_LINEAR);
}

static void one_layer_with_a_bias_is_enough(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.init = GF_INIT_HE_NORMAL;
    assert_false(gf_spec_has_bias(&spec));
    spec.override_count = 1;
    spec.overrides[0] = (gf_override){3, 3, GF_ACTIVATION_COUNT, GF_INIT_PYTORCH_DEFAULT};
    assert_true(gf_spec_has_bias(&spec));
    spec.override_count = 0;
    spec.bias_std = 0.1;
    assert_true(gf_spec_has_bias(&spec));
}

/* 12 -> 20 -> 20 -> 5: only the middle layer can add its input. */
static void skips_are_where_shapes_allow(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = 3;
    spec.width = 20;
    spec.input_width = 12;
    spec.output_width = 5;
    assert_false(gf_spec_has_skip(&spec, 2));
    spec.skip = GF_SKIP_RESIDUAL;
    assert_false(gf_spec_has_skip(&spec, 1));
    assert_true(gf_spec_has_skip(&spec, 2));
    assert_false(gf_spec_has_skip(&spec, 3));
}

/* fan_in, fan_out of layers 1, 2, 3 of a 3-layer network 12 -> 20 -> 20 -> 5 */
static void parameters_and_fans_follow_the_widths(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = 3;
    spec.width = 20;
    spec.input_width = 12;
    spec.output_width = 5;
    assert_int_equal(gf_spec_fan_out(&spec, 0), 12);
    assert_int_equal(gf_spec_fan_in(&spec, 1), 12);
    assert_int_equal(gf_spec_fan_out(&spec, 2), 20);
    assert_int_equal(gf_spec_fan_out(&spec, 3), 5);
    assert_int_equal(gf_spec_parameter_count(&spec), 12 * 20 + 20 + 20 * 20 + 20 + 20 * 5 + 5);
    spec.depth = 1;
    assert_int_equal(gf_spec_parameter_count(&spec), 12 * 5 + 5);
}

static void weights_have_the_published_deviations(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.input_width = 12;
    spec.width = 20;
    spec.depth = 2;
    spec.gain = 3.0;
    spec.sigma = 0.25;
    /* layer 1: fan_in 12, fan_out 20 */
    static const struct {
        gf_init init;
        double variance;
    } known[] = {
        {GF_INIT_XAVIER_NORMAL, 2.0 / 32},
        {GF_INIT_XAVIER_UNIFORM, 2.0 / 32},
        {GF_INIT_HE_NORMAL, 2.0 / 12},
        {GF_INIT_HE_UNIFORM, 2.0 / 12},
        {GF_INIT_LECUN_NORMAL, 1.0 / 12},
        {GF_INIT_NORMAL, 0.0625},
        {GF_INIT_PYTORCH_DEFAULT, 1.0 / 36},
        {GF_INIT_LECUN_UNIFORM, 1.0 / 12},
        {GF_INIT_UNIFORM, 0.0625},
        {GF_INIT_ORTHOGONAL, 1.0 / 20},
        {GF_INIT_ZEROS, 0.0},
    };
    assert_int_equal(sizeof known / sizeof *known, GF_INIT_COUNT);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        spec.init = known[i].init;
        assert_close(gf_spec_weight_std(&spec, 1), 3.0 * sqrt(known[i].variance), 1e-15);
        assert_int_equal(gf_spec_has_bias(&spec), known[i].init == GF_INIT_PYTORCH_DEFAULT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_is_the_listing),
        cmocka_unit_test(what_is_out_of_range_is_named),
        cmocka_unit_test(what_does_not_belong_together_is_named),
        cmocka_unit_test(layers_outside_the_network_are_named),
        cmocka_unit_test(single_layers_have_their_own),
        cmocka_unit_test(one_layer_with_a_bias_is_enough),
        cmocka_unit_test(skips_are_where_shapes_allow),
        cmocka_unit_test(limits_themselves_are_allowed),
        cmocka_unit_test(names_are_found_or_listed),
        cmocka_unit_test(parameters_and_fans_follow_the_widths),
        cmocka_unit_test(weights_have_the_published_deviations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
