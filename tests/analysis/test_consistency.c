/* What must hold of any device without knowing an expected value: the same seed gives the same
 * bits, segments change nothing, and the gradient is the slope of the loss. */
#include <stdlib.h>

#include "support/pass.h"
#include "support/test.h"

static gf_run run_network(gf_backend *backend, const gf_device *device, const gf_spec *spec,
                          int32_t layers_per_segment)
{
    gf_run run;
    gf_error error = {0};
    if (gf_test_pass(backend, device, spec, layers_per_segment, &run, &error) != GF_OK)
        fail_msg("%s: %s", device->id, error.text);
    return run;
}

static bool same_bits(const gf_run *one, const gf_run *other)
{
    const size_t depth = (size_t)one->spec.depth;
    return memcmp(&one->loss, &other->loss, sizeof one->loss) == 0 &&
           memcmp(one->layers, other->layers, depth * sizeof *one->layers) == 0 &&
           memcmp(one->cells, other->cells, depth * (size_t)one->rows * sizeof *one->cells) == 0;
}

static gf_spec odd_network(void)
{
    gf_spec spec = gf_spec_default();
    spec.depth = 13;
    spec.width = 37;
    spec.input_width = 20;
    spec.output_width = 11;
    spec.batch = 17;
    spec.activation = GF_ACTIVATION_SELU;
    spec.seed = 99;
    return spec;
}

static void check_same_bits(gf_backend *backend, const gf_device *device)
{
    gf_spec spec = odd_network();
    gf_run first = run_network(backend, device, &spec, 0);
    spec.seed = 100;
    gf_run other =
        run_network(backend, device, &spec, 0); /* another network in between leaves no trace */
    spec.seed = 99;
    gf_run again = run_network(backend, device, &spec, 0);
    gf_run cut = run_network(backend, device, &spec, 1);
    assert_true(same_bits(&first, &again));
    assert_true(same_bits(&first, &cut));
    assert_false(same_bits(&first, &other));
    gf_run_destroy(&first);
    gf_run_destroy(&other);
    gf_run_destroy(&again);
    gf_run_destroy(&cut);
}

static void same_seed_gives_the_same_bits_in_any_segments(void **state)
{
    (void)state;
    gf_test_each_device(check_same_bits);
}

static double *read_tensor(gf_backend *backend, int32_t layer, gf_tensor tensor, size_t count)
{
    float *stored = malloc(count * sizeof *stored);
    double *out = malloc(count * sizeof *out);
    int64_t exponent;
    gf_error error = {0};
    assert_true(stored && out);
    if (backend->ops->read(backend, layer, tensor, stored, &exponent, &error) != GF_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < count; i++)
        out[i] = ldexp(stored[i], (int)exponent);
    free(stored);
    return out;
}

static double dot(gf_backend *backend, int32_t layer, gf_tensor one, gf_tensor other, size_t count)
{
    double *a = read_tensor(backend, layer, one, count),
           *b = read_tensor(backend, layer, other, count), sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    free(a);
    free(b);
    return sum;
}

/* The gain multiplies every weight and, with pytorch_default, every bias. So dL/dgain = (sum of W
 * dL/dW + b dL/db) / gain, entry by entry: signs and places count, where norms would not notice.
 * The slope comes from the reference: central differences with h = 1e-3 are good to about h^2 =
 * 1e-6, and the scale of the weights is rounded to float, which moves the loss by up to 6e-8 / h =
 * 6e-5 of itself. */
static double slope_of_loss(gf_spec spec)
{
    gf_device devices[GF_TEST_DEVICES_MAX], reference;
    gf_backend *backend;
    const int32_t count = gf_compute_list(devices, GF_TEST_DEVICES_MAX, true);
    assert_int_equal(gf_compute_find(devices, count, "reference", &reference, NULL), GF_OK);
    assert_int_equal(gf_compute_open(&reference, NULL, &backend, NULL), GF_OK);
    const double gain = spec.gain, h = 1e-3;
    double loss[2];
    for (int i = 0; i < 2; i++) {
        spec.gain = i ? gain + h : gain - h;
        gf_run run = run_network(backend, &reference, &spec, 0);
        loss[i] = gf_scaled_double(run.loss);
        gf_run_destroy(&run);
    }
    backend->ops->close(backend);
    return (loss[1] - loss[0]) / (2 * h);
}

static void check_slope(gf_backend *backend, const gf_device *device)
{
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++) {
        gf_spec spec = odd_network();
        spec.depth = 3;
        spec.gain = 1.5;
        spec.activation = (gf_activation)a;
        const double slope = slope_of_loss(spec);
        gf_run run = run_network(backend, device, &spec, 0);
        double sum = 0.0;
        for (int32_t l = 1; l <= spec.depth; l++) {
            const size_t out = (size_t)gf_spec_fan_out(&spec, l),
                         in = (size_t)gf_spec_fan_in(&spec, l);
            sum += dot(backend, l, GF_TENSOR_WEIGHT, GF_TENSOR_WEIGHT_GRAD, out * in);
            sum += dot(backend, l, GF_TENSOR_BIAS, GF_TENSOR_BIAS_GRAD, out);
        }
        /* The corners of hard tanh lie where its units are: some cross one within the step. */
        assert_close(sum / spec.gain, slope,
                     spec.activation == GF_ACTIVATION_HARD_TANH ? 1e-2 : 1e-3);
        gf_run_destroy(&run);
    }
}

static void gradient_is_the_slope_of_the_loss(void **state)
{
    (void)state;
    gf_test_each_device(check_slope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_bits_in_any_segments),
        cmocka_unit_test(gradient_is_the_slope_of_the_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
