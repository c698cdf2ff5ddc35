/* Every activation with every initialisation at depths 2, 10 and 30 against PyTorch in float64, on
 * every device: the loss, and ||dL/dW||, ||dL/db|| and rms of dL/dz of each layer.
 *
 * Allowed relative error: 1e-9 for the reference, which computes in double (the table has 13
 * digits, and the most sensitive network amplifies double's 1e-16 about a million times). 1e-5 for
 * float32 devices, or four times what float32 evaluations of the network in another order deviate,
 * where that is more (make_expected.py). */
#include "support/networks.h"
#include "support/pass.h"
#include "support/test.h"

#define REFERENCE_TOLERANCE 1e-9
#define FLOAT32_TOLERANCE   1e-5
#define FLOAT32_FACTOR      4.0

/* Cuts that leave a rest at every depth of the table. */
#define LAYERS_PER_SEGMENT 4

static double tolerance_of(const gf_device *device, const gf_expected_network *network)
{
    if (strcmp(device->id, "reference") == 0) return REFERENCE_TOLERANCE;
    return fmax(FLOAT32_TOLERANCE, FLOAT32_FACTOR * network->float32_error);
}

static void describe(const gf_expected_network *network, char text[120])
{
    snprintf(text, 120, "%s %s depth %d seed %llu", gf_activation_get(network->activation)->name,
             gf_init_get(network->init)->name, network->depth, (unsigned long long)network->seed);
}

/* Relative error of the worst number of `run`; prints each one beyond `tolerance`. */
static double worst_of(const gf_run *run, const gf_expected_network *network,
                       const gf_expected_layer *layers, double tolerance)
{
    char name[120];
    describe(network, name);
    double worst = gf_test_relative(gf_scaled_double(run->loss), network->loss);
    if (!(worst <= tolerance))
        print_error("%s: loss is %.2e apart, allowed %.2e\n", name, worst, tolerance);
    for (int32_t l = 0; l < network->depth; l++) {
        const gf_layer_record *record = &run->layers[l];
        const double pairs[3][2] = {
            {gf_scaled_double(record->weight_grad_norm), layers[l].weight_grad_norm},
            {gf_scaled_double(record->bias_grad_norm), layers[l].bias_grad_norm},
            {gf_scaled_double(record->delta_rms), layers[l].delta_rms},
        };
        static const char *const names[3] = {"||dW||", "||db||", "delta rms"};
        for (int i = 0; i < 3; i++) {
            const double apart = gf_test_relative(pairs[i][0], pairs[i][1]);
            if (!(apart <= tolerance))
                print_error(
                    "%s: %s of layer %d is %.12e, expected %.12e: %.2e apart, allowed %.2e\n", name,
                    names[i], l + 1, pairs[i][0], pairs[i][1], apart, tolerance);
            worst = fmax(worst, apart);
        }
    }
    return worst;
}

static void check_device(gf_backend *backend, const gf_device *device)
{
    const gf_expected_layer *layers = gf_expected_layers;
    int wider = 0, beyond = 0, failures = 0;
    double worst_ordinary = 0.0, worst_wider = 0.0;
    for (int32_t i = 0; i < GF_EXPECTED_NETWORK_COUNT; i++) {
        const gf_expected_network *network = &gf_expected_networks[i];
        const gf_spec spec = gf_expected_spec(network);
        const double tolerance = tolerance_of(device, network);
        gf_run run;
        gf_error error = {0};
        if (gf_test_pass(backend, device, &spec, LAYERS_PER_SEGMENT, &run, &error) != GF_OK)
            fail_msg("%s: %s", device->id, error.text);
        const double worst = worst_of(&run, network, layers, tolerance);
        if (tolerance > FLOAT32_TOLERANCE) {
            wider++;
            worst_wider = fmax(worst_wider, worst / network->float32_error);
        } else {
            worst_ordinary = fmax(worst_ordinary, worst);
        }
        beyond += worst > FLOAT32_TOLERANCE;
        failures += !(worst <= tolerance);
        layers += network->depth;
        gf_run_destroy(&run);
    }
    print_message("%s: %d networks, largest relative error %.1e", device->id,
                  GF_EXPECTED_NETWORK_COUNT - wider, worst_ordinary);
    if (wider)
        print_message("; of %d that amplify rounding %d lie beyond 1e-5, at most %.1f times the "
                      "error measured for them",
                      wider, beyond, worst_wider);
    print_message("\n");
    if (failures) fail_msg("%s: %d networks differ from PyTorch", device->id, failures);
}

static void every_device_agrees_with_pytorch(void **state)
{
    (void)state;
    gf_test_each_device(check_device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_device_agrees_with_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
