/* Arrays read back from every backend: generated values bit for bit, and gradients entry by entry
 * against differences of the loss. */
#include <stdlib.h>

#include "model/activation.h"
#include "model/init.h"
#include "model/orthogonal.h"
#include "outcome.h"

static gf_plan plan_of(const gf_spec *spec, const gf_device *device)
{
    gf_plan plan;
    gf_error error = {0};
    if (gf_plan_create(spec, device, &plan, &error) != GF_OK) fail_msg("%s", error.text);
    return plan;
}

static size_t size_of(const gf_spec *spec, int32_t l, gf_tensor tensor)
{
    const size_t B = (size_t)spec->batch, last = (size_t)gf_spec_fan_out(spec, spec->depth);
    if (tensor == GF_TENSOR_INPUT) return B * (size_t)gf_spec_fan_out(spec, 0);
    if (tensor == GF_TENSOR_TARGET) return B * last;
    const size_t out = (size_t)gf_spec_fan_out(spec, l), in = (size_t)gf_spec_fan_in(spec, l);
    if (tensor == GF_TENSOR_WEIGHT || tensor == GF_TENSOR_WEIGHT_GRAD) return out * in;
    return tensor == GF_TENSOR_BIAS || tensor == GF_TENSOR_BIAS_GRAD ? out : B * out;
}

static float *read_stored(gf_backend *backend, const gf_spec *spec, int32_t l, gf_tensor tensor,
                          int64_t *exponent)
{
    float *values = malloc(size_of(spec, l, tensor) * sizeof *values);
    gf_error error = {0};
    assert_non_null(values);
    if (backend->ops->read(backend, l, tensor, values, exponent, &error) != GF_OK)
        fail_msg("%s", error.text);
    return values;
}

static void compare_rows(gf_backend *backend, const gf_spec *spec, int32_t l, gf_tensor tensor,
                         gf_fill fill, int32_t rows, int32_t columns)
{
    int64_t exponent;
    float *got = read_stored(backend, spec, l, tensor, &exponent);
    float *want = malloc((size_t)columns * sizeof *want);
    const bool has_layer = tensor == GF_TENSOR_WEIGHT || tensor == GF_TENSOR_BIAS;
    assert_int_equal(exponent, 0);
    for (int32_t row = 0; row < rows; row++) {
        gf_fill_row(&fill, spec->seed, has_layer ? l : 0, row, columns, want);
        assert_memory_equal(&got[(size_t)row * (size_t)columns], want,
                            (size_t)columns * sizeof *want);
    }
    free(want);
    free(got);
}

/* No function of a place: made whole on the host, and the same bits everywhere. */
static void compare_orthogonal(gf_backend *backend, const gf_spec *spec, int32_t l)
{
    const size_t count = size_of(spec, l, GF_TENSOR_WEIGHT);
    int64_t exponent;
    float *got = read_stored(backend, spec, l, GF_TENSOR_WEIGHT, &exponent);
    float *want = malloc(count * sizeof *want);
    assert_int_equal(gf_orthogonal_make(spec, l, want, NULL), GF_OK);
    assert_memory_equal(got, want, count * sizeof *want);
    free(want);
    free(got);
}

static void generated_values_are_the_host_s_bits(void **state)
{
    (void)state;
    devices all = devices_open();
    for (int init = 0; init < GF_INIT_COUNT; init++)
        for (int32_t i = 0; i < all.count; i++) {
            gf_spec spec = gf_spec_default();
            spec.depth = 3;
            spec.width = 67;
            spec.input_width = 13;
            spec.output_width = 5;
            spec.batch = 35;
            spec.seed = 0x123456789abcdefu;
            spec.init = (gf_init)init;
            spec.bias_std = init % 2 ? 0.3 : 0.0;
            const gf_plan plan = plan_of(&spec, &all.device[i]);
            gf_error error = {0};
            assert_int_equal(all.backend[i]->ops->prepare(all.backend[i], &plan, &error), GF_OK);
            for (int32_t l = 1; l <= spec.depth; l++) {
                const int32_t out = gf_spec_fan_out(&spec, l);
                if (init == GF_INIT_ORTHOGONAL)
                    compare_orthogonal(all.backend[i], &spec, l);
                else
                    compare_rows(all.backend[i], &spec, l, GF_TENSOR_WEIGHT,
                                 gf_fill_weight(&spec, l), out, gf_spec_fan_in(&spec, l));
                compare_rows(all.backend[i], &spec, l, GF_TENSOR_BIAS, gf_fill_bias(&spec, l), 1,
                             out);
            }
            compare_rows(all.backend[i], &spec, 1, GF_TENSOR_INPUT, gf_fill_input(), spec.batch,
                         13);
            compare_rows(all.backend[i], &spec, 1, GF_TENSOR_TARGET, gf_fill_target(), spec.batch,
                         5);
        }
    devices_close(&all);
}

/* A network written out once more in double, whose weights can be moved one at a time. */
typedef struct copy {
    gf_spec spec;
    double *weight[4], *bias[4]; /* of layer 1.. */
    double *input, *target;
} copy;

static double *widen(float *stored, size_t count)
{
    double *values = malloc(count * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (double)stored[i];
    free(stored);
    return values;
}

static double *read_wide(gf_backend *backend, const gf_spec *spec, int32_t l, gf_tensor tensor)
{
    int64_t exponent;
    float *stored = read_stored(backend, spec, l, tensor, &exponent);
    double *values = widen(stored, size_of(spec, l, tensor));
    for (size_t i = 0; i < size_of(spec, l, tensor); i++)
        values[i] = ldexp(values[i], (int)exponent);
    return values;
}

static copy copy_make(gf_backend *backend, const gf_spec *spec)
{
    copy made = {.spec = *spec};
    for (int32_t l = 1; l <= spec->depth; l++) {
        made.weight[l - 1] = read_wide(backend, spec, l, GF_TENSOR_WEIGHT);
        made.bias[l - 1] = read_wide(backend, spec, l, GF_TENSOR_BIAS);
    }
    made.input = read_wide(backend, spec, 1, GF_TENSOR_INPUT);
    made.target = read_wide(backend, spec, 1, GF_TENSOR_TARGET);
    return made;
}

static void copy_free(copy *made)
{
    for (int32_t l = 0; l < made->spec.depth; l++) {
        free(made->weight[l]);
        free(made->bias[l]);
    }
    free(made->input);
    free(made->target);
}

#define WIDEST 8

static double sample_loss(const copy *net, int32_t sample)
{
    const gf_spec *spec = &net->spec;
    double a[WIDEST], z[WIDEST], sum = 0.0;
    memcpy(a, net->input + sample * gf_spec_fan_out(spec, 0),
           (size_t)gf_spec_fan_out(spec, 0) * sizeof *a);
    for (int32_t l = 1; l <= spec->depth; l++) {
        const int32_t in = gf_spec_fan_in(spec, l), out = gf_spec_fan_out(spec, l);
        for (int32_t o = 0; o < out; o++) {
            z[o] = net->bias[l - 1][o];
            for (int32_t i = 0; i < in; i++)
                z[o] += net->weight[l - 1][o * in + i] * a[i];
        }
        for (int32_t o = 0; o < out; o++)
            a[o] = gf_activation_value(spec->activation, z[o]);
    }
    const int32_t last = gf_spec_fan_out(spec, spec->depth);
    for (int32_t o = 0; o < last; o++) {
        const double apart = a[o] - net->target[sample * last + o];
        sum += apart * apart;
    }
    return sum / last;
}

static double loss_of(const copy *net)
{
    double sum = 0.0;
    for (int32_t b = 0; b < net->spec.batch; b++)
        sum += sample_loss(net, b);
    return sum / net->spec.batch;
}

/* Error of a central difference with h = 1e-5: h^2 times third derivatives near 1, and 1e-16 / h:
 * about 1e-10 of gradients near 0.1. What is compared is float32: 1e-5 of the largest entry of the
 * array. */
#define STEP              1e-5
#define GRADIENT_ACCURACY 1e-5

static void compare_gradient(const char *device, copy *net, double *values, const double *gradient,
                             size_t count, const char *name)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(gradient[i]));
    assert_true(largest > 0.0);
    for (size_t i = 0; i < count; i++) {
        const double kept = values[i];
        values[i] = kept + STEP;
        const double above = loss_of(net);
        values[i] = kept - STEP;
        const double slope = (above - loss_of(net)) / (2.0 * STEP);
        values[i] = kept;
        if (!(fabs(slope - gradient[i]) <= GRADIENT_ACCURACY * largest))
            fail_msg("%s, %s: %s[%zu] is %.9g, the slope of the loss %.9g (largest %.3g)", device,
                     gf_activation_get(net->spec.activation)->name, name, i, gradient[i], slope,
                     largest);
    }
}

static void compare_all_gradients(gf_backend *backend, const gf_device *device, const gf_spec *spec)
{
    outcome got = outcome_run(backend, device, spec, 0);
    copy net = copy_make(backend, spec);
    assert_close(gf_scaled_double(got.loss), loss_of(&net), 1e-6);
    for (int32_t l = 1; l <= spec->depth; l++) {
        double *weight_grad = read_wide(backend, spec, l, GF_TENSOR_WEIGHT_GRAD);
        double *bias_grad = read_wide(backend, spec, l, GF_TENSOR_BIAS_GRAD);
        compare_gradient(device->id, &net, net.weight[l - 1], weight_grad,
                         size_of(spec, l, GF_TENSOR_WEIGHT), "dW");
        compare_gradient(device->id, &net, net.bias[l - 1], bias_grad,
                         size_of(spec, l, GF_TENSOR_BIAS), "db");
        free(weight_grad);
        free(bias_grad);
    }
    copy_free(&net);
    outcome_free(&got);
}

static void gradients_are_slopes_of_the_loss(void **state)
{
    (void)state;
    devices all = devices_open();
    for (int activation = 0; activation < GF_ACTIVATION_COUNT; activation++)
        for (int32_t i = 0; i < all.count; i++) {
            gf_spec spec = gf_spec_default();
            spec.depth = 3;
            spec.width = 7;
            spec.input_width = 5;
            spec.output_width = 3;
            spec.batch = 5;
            spec.gain = 2.0;
            spec.activation = (gf_activation)activation;
            compare_all_gradients(all.backend[i], &all.device[i], &spec);
        }
    devices_close(&all);
}

static void naive_kernels_too(void **state)
{
    setenv("GRADFLOW_KERNELS", "naive", 1);
    gradients_are_slopes_of_the_loss(state);
    unsetenv("GRADFLOW_KERNELS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_values_are_the_host_s_bits),
        cmocka_unit_test(gradients_are_slopes_of_the_loss),
        cmocka_unit_test(naive_kernels_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
