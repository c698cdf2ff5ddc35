/* Every structure a network can have, on every device that takes it, against the reference. */
#include "oracle.h"

typedef struct zoo {
    devices all;
    int bad;
    int32_t run, refused;
} zoo;

static zoo zoo_open(void)
{
    return (zoo){.all = devices_open()};
}

static void zoo_visit(zoo *self, const gf_spec *spec)
{
    if (self->bad > 30) return;
    self->run++;
    self->bad += oracle_compare_all(&self->all, spec, &self->refused);
}

static void zoo_close(zoo *self)
{
    devices_close(&self->all);
    if (self->refused)
        print_message("%d networks, %d times refused by a device\n", self->run, self->refused);
    assert_int_equal(self->bad, 0);
}

/* Odd sizes, none of which is another's, so that no transposed matrix fits by chance. */
static gf_spec odd_sizes(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 9;
    spec.width = 19;
    spec.batch = 7;
    spec.input_width = 13;
    spec.output_width = 5;
    spec.init = GF_INIT_HE_NORMAL;
    return spec;
}

static void every_skip_norm_output_and_precision(void **state)
{
    (void)state;
    static const gf_activation activations[] = {GF_ACTIVATION_SIGMOID, GF_ACTIVATION_TANH,
                                                GF_ACTIVATION_RELU, GF_ACTIVATION_GELU,
                                                GF_ACTIVATION_SOFTPLUS};
    zoo at = zoo_open();
    for (int skip = 0; skip < GF_SKIP_COUNT; skip++)
        for (int norm = 0; norm < GF_NORM_COUNT; norm++)
            for (int output = 0; output < GF_OUTPUT_COUNT; output++)
                for (int precision = 0; precision < GF_PRECISION_COUNT; precision++)
                    for (size_t a = 0; a < sizeof activations / sizeof *activations; a++) {
                        gf_spec spec = odd_sizes();
                        spec.skip = (gf_skip)skip;
                        spec.skip_scale = 0.7;
                        spec.norm = (gf_norm)norm;
                        spec.output = (gf_output)output;
                        spec.precision = (gf_precision)precision;
                        spec.loss_scale = precision == GF_PRECISION_FP16 ? 1024.0 : 1.0;
                        spec.activation = activations[a];
                        spec.bias_std = a % 2 ? 0.3 : 0.0;
                        zoo_visit(&at, &spec);
                    }
    zoo_close(&at);
}

static void every_activation_behind_every_norm(void **state)
{
    (void)state;
    zoo at = zoo_open();
    for (int activation = 0; activation < GF_ACTIVATION_COUNT; activation++)
        for (int norm = 0; norm < GF_NORM_COUNT; norm++)
            for (int32_t batch = 2; batch < 70; batch = batch * 5 + 1) {
                gf_spec spec = odd_sizes();
                spec.activation = (gf_activation)activation;
                spec.norm = (gf_norm)norm;
                spec.batch = batch;
                spec.skip = batch > 10 ? GF_SKIP_RESIDUAL : GF_SKIP_NONE;
                zoo_visit(&at, &spec);
            }
    zoo_close(&at);
}

static void orthogonal_and_single_layers(void **state)
{
    (void)state;
    zoo at = zoo_open();
    for (int activation = 0; activation < GF_ACTIVATION_COUNT; activation++) {
        gf_spec spec = odd_sizes();
        spec.activation = (gf_activation)activation;
        spec.init = GF_INIT_ORTHOGONAL;
        zoo_visit(&at, &spec);
        spec.override_count = 3;
        spec.overrides[0] = (gf_override){1, 4, GF_ACTIVATION_TANH, GF_INIT_COUNT};
        spec.overrides[1] = (gf_override){3, 7, GF_ACTIVATION_COUNT, GF_INIT_PYTORCH_DEFAULT};
        spec.overrides[2] = (gf_override){4, 4, GF_ACTIVATION_SIGMOID, GF_INIT_LECUN_UNIFORM};
        zoo_visit(&at, &spec);
    }
    zoo_close(&at);
}

/* Products are cut into tiles and the gradient into blocks: sizes on both sides of their edges. */
static void sizes_around_the_edges_of_tiles(void **state)
{
    (void)state;
    static const int32_t widths[] = {1, 2, 15, 16, 17, 63, 65, 127, 129, 161};
    static const int32_t batches[] = {2, 16, 33, 130};
    zoo at = zoo_open();
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
            gf_spec spec = gf_spec_default();
            spec.depth = 3;
            spec.width = widths[w];
            spec.batch = batches[b];
            spec.input_width = w % 2 ? 0 : widths[(w + 3) % 10];
            spec.output_width = w % 3 ? 0 : widths[(w + 7) % 10];
            spec.init = GF_INIT_HE_NORMAL;
            spec.activation = (gf_activation)((w * 4 + b) % GF_ACTIVATION_COUNT);
            spec.skip = (gf_skip)(w % 2);
            spec.norm = (gf_norm)((w + b) % 3);
            zoo_visit(&at, &spec);
        }
    zoo_close(&at);
}

/* Exponents beside a skip, behind a normalisation that shrinks, and where only the skip carries
 * anything. */
static void exponents_beside_skip_and_norm(void **state)
{
    (void)state;
    zoo at = zoo_open();
    for (int activation = 0; activation < GF_ACTIVATION_COUNT; activation++)
        for (int norm = 0; norm < GF_NORM_COUNT; norm++)
            for (int skip = 0; skip < GF_SKIP_COUNT; skip++) {
                gf_spec spec = odd_sizes();
                spec.depth = 40;
                spec.width = 8;
                spec.activation = (gf_activation)activation;
                spec.norm = (gf_norm)norm;
                spec.skip = (gf_skip)skip;
                spec.gain = 20.0;
                zoo_visit(&at, &spec);
                spec.gain = norm ? 0.01 : 1e-3;
                zoo_visit(&at, &spec);
                spec.skip_scale = 1e3;
                if (skip) zoo_visit(&at, &spec);
            }
    zoo_close(&at);
}

/* fp16 ends at 65504: from the layer where the reference overflows everything is Inf or NaN on a
 * device as well. */
static void fp16_overflows_where_the_reference_does(void **state)
{
    (void)state;
    devices all = devices_open();
    const int32_t reference_index = devices_find(&all, "reference"),
                  cpu = devices_find(&all, "cpu");
    gf_spec spec = odd_sizes();
    spec.activation = GF_ACTIVATION_RELU;
    spec.precision = GF_PRECISION_FP16;
    spec.gain = 8.0;
    outcome expected =
        outcome_run(all.backend[reference_index], &all.device[reference_index], &spec, 0);
    outcome got = outcome_run(all.backend[cpu], &all.device[cpu], &spec, 0);
    assert_true(
        expected.layers[spec.depth - 1].inf_count + expected.layers[spec.depth - 1].nan_count > 0);
    for (int32_t l = 0; l < spec.depth; l++) {
        assert_int_equal(got.layers[l].inf_count, expected.layers[l].inf_count);
        assert_int_equal(got.layers[l].nan_count, expected.layers[l].nan_count);
    }
    outcome_free(&expected);
    outcome_free(&got);
    devices_close(&all);
}

/* A real number type holds nothing else: W, b, z, a, delta, dW and db as read back, to the last
 * entry. */
static void every_array_is_rounded(void **state)
{
    (void)state;
    devices all = devices_open();
    static float values[19 * 19];
    const int32_t cpu = devices_find(&all, "cpu");
    const gf_backend_ops *ops = all.backend[cpu]->ops;
    for (int variant = 0; variant < 4; variant++) {
        gf_spec spec = odd_sizes();
        spec.precision = variant % 2 ? GF_PRECISION_FP16 : GF_PRECISION_BF16;
        spec.norm = variant / 2 ? GF_NORM_BATCH : GF_NORM_NONE;
        spec.skip = variant / 2 ? GF_SKIP_RESIDUAL : GF_SKIP_NONE;
        spec.skip_scale = 0.7;
        spec.bias_std = 0.5;
        outcome done = outcome_run(all.backend[cpu], &all.device[cpu], &spec, 0);
        for (int32_t l = 1; l <= spec.depth; l++)
            for (int tensor = GF_TENSOR_WEIGHT; tensor <= GF_TENSOR_BIAS_GRAD; tensor++) {
                const int32_t O = gf_spec_fan_out(&spec, l), I = gf_spec_fan_in(&spec, l);
                const bool matrix = tensor == GF_TENSOR_WEIGHT || tensor == GF_TENSOR_WEIGHT_GRAD;
                const bool row = tensor == GF_TENSOR_BIAS || tensor == GF_TENSOR_BIAS_GRAD;
                const int32_t count = O * (matrix ? I : row ? 1 : spec.batch);
                int64_t exponent;
                assert_int_equal(
                    ops->read(all.backend[cpu], l, (gf_tensor)tensor, values, &exponent, NULL),
                    GF_OK);
                assert_int_equal(exponent, 0);
                for (int32_t i = 0; i < count; i++)
                    if ((double)values[i] != gf_precision_round(spec.precision, (double)values[i]))
                        fail_msg("layer %d, array %d, entry %d: %a is no %s", l, tensor, i,
                                 (double)values[i], gf_precision_names[spec.precision]);
            }
        outcome_free(&done);
    }
    devices_close(&all);
}

/* Buffers and weights stay from run to run: what they held before must not show. */
static void a_used_backend_gives_the_bits_of_a_fresh_one(void **state)
{
    (void)state;
    gf_device device;
    gf_backend *used = NULL;
    gf_device list[GF_TEST_DEVICES];
    const int32_t count = gf_compute_list(list, GF_TEST_DEVICES, true);
    assert_int_equal(gf_compute_find(list, count, "cpu", &device, NULL), GF_OK);
    assert_int_equal(gf_compute_open(&device, NULL, &used, NULL), GF_OK);
    gf_spec spec = odd_sizes();
    for (int change = 0; change < 14; change++) {
        gf_backend *fresh = NULL;
        if (change == 1) spec.activation = GF_ACTIVATION_RELU;
        if (change == 2) spec.gain = 1.5;
        if (change == 3) spec.depth = 5;
        if (change == 4) spec.depth = 7;
        if (change == 5) spec.seed = 9;
        if (change == 6) spec.precision = GF_PRECISION_BF16;
        if (change == 7) spec.batch = 31;
        if (change == 8) spec.width = 12;
        if (change == 9) spec.init = GF_INIT_ORTHOGONAL;
        if (change == 10) spec.gain = 1.25;
        if (change == 11) spec.bias_std = 0.5;
        if (change == 12) spec.init = GF_INIT_XAVIER_UNIFORM;
        if (change == 13) spec.width = 200;
        assert_int_equal(gf_compute_open(&device, NULL, &fresh, NULL), GF_OK);
        outcome first = outcome_run(fresh, &device, &spec, 0),
                again = outcome_run(used, &device, &spec, 0);
        assert_memory_equal(first.layers, again.layers, (size_t)spec.depth * sizeof *first.layers);
        assert_memory_equal(first.cells, again.cells,
                            (size_t)spec.depth * OUTCOME_ROWS * sizeof *first.cells);
        outcome_free(&first);
        outcome_free(&again);
        fresh->ops->close(fresh);
    }
    used->ops->close(used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_skip_norm_output_and_precision),
        cmocka_unit_test(every_activation_behind_every_norm),
        cmocka_unit_test(orthogonal_and_single_layers),
        cmocka_unit_test(sizes_around_the_edges_of_tiles),
        cmocka_unit_test(exponents_beside_skip_and_norm),
        cmocka_unit_test(fp16_overflows_where_the_reference_does),
        cmocka_unit_test(every_array_is_rounded),
        cmocka_unit_test(a_used_backend_gives_the_bits_of_a_fresh_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
