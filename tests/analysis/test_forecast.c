/* What the records of an exact pass say of plain float32, against a pass that rounds to float32
 * wherever it would. */
#include "analysis/forecast.h"

#include <stdlib.h>

#include "support/pass.h"
#include "support/test.h"

/* What really happened, by the same definitions; 0: nowhere. */
typedef struct events {
    int32_t a_inf, delta_inf, delta_subnormal, delta_zero, weight_grad_zero;
} events;

static bool is_infinite(const gf_moments *moments)
{
    return !isfinite(moments->min) || !isfinite(moments->max);
}

/* Moments skip what is not finite, so an infinite activation shows as a count, and no delta has
 * made one yet. */
static events observe(const gf_run *run)
{
    events out = {0};
    const int32_t depth = run->spec.depth;
    for (int32_t l = depth; l >= 1; l--) {
        const gf_layer_record *record = &run->layers[l - 1];
        const double largest = gf_scaled_double(record->delta_max);
        if (!out.delta_inf && !isfinite(record->delta_rms.mantissa)) out.delta_inf = l;
        if (out.delta_inf) continue;
        if (!out.delta_subnormal && largest < 0x1p-126) out.delta_subnormal = l;
        if (!out.delta_zero && largest == 0.0) out.delta_zero = l;
    }
    const bool broken = out.delta_inf == depth;
    for (int32_t l = depth; broken && l >= 1; l--) {
        const gf_layer_record *record = &run->layers[l - 1];
        const uint64_t entries =
            (uint64_t)run->spec.batch * (uint64_t)gf_spec_fan_out(&run->spec, l);
        const uint64_t backward = entries + (uint64_t)gf_spec_fan_in(&run->spec, l) *
                                                (uint64_t)gf_spec_fan_out(&run->spec, l);
        if (record->nan_count + record->inf_count > backward || is_infinite(&record->a))
            out.a_inf = l;
    }
    for (int32_t l = 1; l <= depth && run->layers[l - 1].weight_grad_norm.mantissa == 0.0; l++)
        out.weight_grad_zero = l;
    return out;
}

static gf_run run_network(gf_backend *backend, const gf_device *device, gf_spec spec,
                          gf_precision precision)
{
    gf_run run;
    gf_error error = {0};
    spec.precision = precision;
    if (gf_test_pass(backend, device, &spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    return run;
}

static void open_reference(gf_backend **backend, gf_device *device)
{
    gf_device devices[GF_TEST_DEVICES_MAX];
    const int32_t count = gf_compute_list(devices, GF_TEST_DEVICES_MAX, true);
    assert_int_equal(gf_compute_find(devices, count, "reference", device, NULL), GF_OK);
    assert_int_equal(gf_compute_open(device, NULL, backend, NULL), GF_OK);
}

static const struct {
    gf_activation activation;
    gf_init init;
    double gain;
    int32_t depths[3];
    int32_t slack; /* layers */
} kinds[] = {
    {GF_ACTIVATION_SIGMOID, GF_INIT_XAVIER_NORMAL, 1.0, {75, 200, 400}, 0},   /* delta dies */
    {GF_ACTIVATION_SIGMOID, GF_INIT_PYTORCH_DEFAULT, 1.0, {75, 200, 400}, 0}, /* sooner */
    {GF_ACTIVATION_RELU,
     GF_INIT_PYTORCH_DEFAULT,
     1.0,
     {75, 200, 400},
     0}, /* delta dies, activations stay */
    {GF_ACTIVATION_RELU,
     GF_INIT_XAVIER_NORMAL,
     0.5,
     {75, 200, 400},
     0}, /* activations die, and with them f' */
    {GF_ACTIVATION_TANH,
     GF_INIT_XAVIER_NORMAL,
     0.4,
     {75, 200, 400},
     1}, /* activations die, f' stays; see forecast.h on the last bit */
    {GF_ACTIVATION_RELU, GF_INIT_HE_NORMAL, 1.0, {75, 200, 400}, 0}, /* nothing happens */
    {GF_ACTIVATION_RELU, GF_INIT_NORMAL, 1.0, {75, 200, 400}, 0},    /* activations overflow */
    {GF_ACTIVATION_RELU, GF_INIT_NORMAL, 1.0, {30, 40, 50}, 0}, /* they do not, but delta does */
    {GF_ACTIVATION_LINEAR, GF_INIT_NORMAL, 1.0, {30, 40, 50}, 0},
    {GF_ACTIVATION_TANH,
     GF_INIT_NORMAL,
     2.0,
     {75, 200, 400},
     8}, /* chaotic: in float32 it is another network */
};
#define CASES (3 * sizeof kinds / sizeof *kinds)

static void plain_float32_breaks_where_the_forecast_says(void **state)
{
    (void)state;
    gf_backend *backend;
    gf_device device;
    int wrong = 0;
    open_reference(&backend, &device);
    for (size_t i = 0; i < CASES; i++) {
        gf_spec spec = gf_spec_default();
        spec.activation = kinds[i / 3].activation;
        spec.init = kinds[i / 3].init;
        spec.gain = kinds[i / 3].gain;
        spec.depth = kinds[i / 3].depths[i % 3];
        spec.width = 32;
        spec.batch = 8;
        gf_run exact = run_network(backend, &device, spec, GF_PRECISION_EXACT);
        gf_run plain = run_network(backend, &device, spec, GF_PRECISION_FP32);
        const gf_forecast said = gf_forecast_make(&exact, GF_PRECISION_FP32);
        const events seen = observe(&plain);
        const int32_t pairs[5][2] = {{said.a_inf, seen.a_inf},
                                     {said.delta_inf, seen.delta_inf},
                                     {said.delta_subnormal, seen.delta_subnormal},
                                     {said.delta_zero, seen.delta_zero},
                                     {said.weight_grad_zero, seen.weight_grad_zero}};
        static const char *const names[5] = {"a inf", "delta inf", "delta subnormal", "delta zero",
                                             "dW zero"};
        print_message("%s %s x%g, %d layers:", gf_activation_get(spec.activation)->name,
                      gf_init_get(spec.init)->name, spec.gain, spec.depth);
        for (int k = 0; k < 5; k++) {
            if (pairs[k][0] || pairs[k][1]) print_message(" %s %d", names[k], pairs[k][1]);
            if (pairs[k][0] != pairs[k][1]) print_message(" (forecast %d)", pairs[k][0]);
            wrong += abs(pairs[k][0] - pairs[k][1]) > kinds[i / 3].slack;
        }
        print_message("\n");
        assert_true(said.applies && !gf_forecast_make(&plain, GF_PRECISION_FP32).applies);
        gf_run_destroy(&exact);
        gf_run_destroy(&plain);
    }
    assert_int_equal(wrong, 0);
    backend->ops->close(backend);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_float32_breaks_where_the_forecast_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
