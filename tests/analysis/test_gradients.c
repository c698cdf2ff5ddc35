/* Every activation with every initialisation at depths 2, 10 and 30, every skip with every norm and
 * output, biases, single layers and number types against PyTorch in float64, on every device: the
 * loss, and ||dL/dW||, ||dL/db|| and rms of dL/dz of the layers in the table.
 *
 * What is allowed, relatively: see tolerance_of(). */
#include "support/networks.h"
#include "support/pass.h"
#include "support/test.h"

/* Cuts that leave a rest at every depth of the table. */
#define LAYERS_PER_SEGMENT 4

/* The reference computes in double. The table has 11 digits and the most sensitive network
 * amplifies double's 1e-16 about a million times: 1e-9. Two QR routines may round an entry of an
 * orthogonal matrix to neighbouring floats, which moves that weight by up to 6e-8 of itself: 1e-7.
 * A float32 device is held to 1e-5, or to four times what float32 evaluations in another order
 * deviate where that is more (make_expected.py). In bf16 and fp16 an entry whose float32 sum falls
 * on the other side of a rounding boundary moves by a whole step, 2^-8 and 2^-11 of it; of the
 * hundred entries and more behind a norm a few do: a tenth of a step. */
static double tolerance_of(const gf_device *device, const gf_expected_network *network)
{
    if (strcmp(device->id, "reference") == 0) return network->checksum ? 1e-9 : 1e-7;
    const double least = network->other.precision == GF_PRECISION_BF16   ? 0.1 * 0x1p-8
                         : network->other.precision == GF_PRECISION_FP16 ? 0.1 * 0x1p-11
                                                                         : 1e-5;
    return fmax(least, 4.0 * network->float32_error);
}

static void describe(const gf_spec *spec, char text[200])
{
    snprintf(text, 200,
             "%s %s depth %d, skip %s %g, norm %s, output %s, %s loss scale %g, bias %g, seed %llu",
             gf_activation_get(spec->activation)->name, gf_init_get(spec->init)->name, spec->depth,
             gf_skip_names[spec->skip], spec->skip_scale, gf_norm_names[spec->norm],
             gf_output_names[spec->output], gf_precision_names[spec->precision], spec->loss_scale,
             spec->bias_std, (unsigned long long)spec->seed);
}

typedef struct comparison {
    const char *name;
    double tolerance, worst;
} comparison;

/* `scale` is what the difference is measured by; the expected value itself as a rule. */
static void compare(comparison *to, const char *what, int32_t layer, double actual, double expected,
                    double scale)
{
    double apart = actual == expected ? 0.0 : fabs(actual - expected) / fabs(scale);
    if (isnan(apart)) apart = INFINITY;
    if (!(apart <= to->tolerance))
        print_error("%s: %s of layer %d is %.12e, expected %.12e: %.2e apart, allowed %.2e\n",
                    to->name, what, layer, actual, expected, apart, to->tolerance);
    to->worst = fmax(to->worst, apart);
}

/* Relative error of the worst number of `run`; prints each one beyond `tolerance`. */
static double worst_of(const gf_run *run, const gf_expected_network *network,
                       const gf_expected_layer *layers, double tolerance)
{
    char name[200];
    describe(&run->spec, name);
    comparison to = {name, tolerance, 0.0};
    compare(&to, "loss", network->depth, gf_scaled_double(run->loss), network->loss, network->loss);
    for (int32_t i = 0; i < network->layer_count; i++) {
        const gf_expected_layer *expected = &layers[i];
        const gf_layer_record *record = &run->layers[expected->layer - 1];
        const int32_t units = gf_spec_fan_out(&run->spec, expected->layer);
        /* Batch norm takes the mean out of delta: db is 0 up to rounding, measured by the most it
         * could be. */
        const double bias_scale = run->spec.norm == GF_NORM_BATCH
                                      ? expected->delta_rms * network->batch * sqrt((double)units)
                                      : expected->bias_grad_norm;
        compare(&to, "||dW||", expected->layer, gf_scaled_double(record->weight_grad_norm),
                expected->weight_grad_norm, expected->weight_grad_norm);
        compare(&to, "||db||", expected->layer, gf_scaled_double(record->bias_grad_norm),
                expected->bias_grad_norm, bias_scale);
        compare(&to, "delta rms", expected->layer, gf_scaled_double(record->delta_rms),
                expected->delta_rms, expected->delta_rms);
    }
    return to.worst;
}

/* What came of one device. */
typedef struct outcome {
    int ran, failures;
    int wider, beyond; /* networks allowed more than 1e-5, and those that needed it */
    double worst_ordinary, worst_wider; /* relative error; share of what is allowed */
} outcome;

static void check_network(gf_backend *backend, const gf_device *device,
                          const gf_expected_network *network, const gf_expected_layer *layers,
                          outcome *to)
{
    const gf_spec spec = gf_expected_spec(network);
    const double tolerance = tolerance_of(device, network);
    gf_run run;
    gf_error error = {0};
    if (gf_test_pass(backend, device, &spec, LAYERS_PER_SEGMENT, &run, &error) != GF_OK)
        fail_msg("%s: %s", device->id, error.text);
    const double worst = worst_of(&run, network, layers, tolerance);
    gf_run_destroy(&run);
    if (tolerance > 1e-5) {
        to->wider++;
        to->worst_wider = fmax(to->worst_wider, worst / tolerance);
    } else {
        to->worst_ordinary = fmax(to->worst_ordinary, worst);
    }
    to->ran++;
    to->beyond += worst > 1e-5;
    to->failures += !(worst <= tolerance);
}

static void check_device(gf_backend *backend, const gf_device *device)
{
    const gf_expected_layer *layers = gf_expected_layers;
    outcome all = {0};
    for (int32_t i = 0; i < GF_EXPECTED_NETWORK_COUNT; i++) {
        check_network(backend, device, &gf_expected_networks[i], layers, &all);
        layers += gf_expected_networks[i].layer_count;
    }
    print_message("%s ran %d of %d networks, largest relative error %.1e", device->id, all.ran,
                  GF_EXPECTED_NETWORK_COUNT, all.worst_ordinary);
    if (all.wider)
        print_message(
            "; of %d that amplify rounding %d lie beyond 1e-5, at most %.0f %% of what is allowed",
            all.wider, all.beyond, 100.0 * all.worst_wider);
    print_message("\n");
    if (all.failures) fail_msg("%s: %d networks differ from PyTorch", device->id, all.failures);
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
