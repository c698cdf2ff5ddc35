/* Every backend against the reference in double, layer by layer.
 *
 * The tolerance is the network's own: deep random networks amplify any disturbance (tanh with sigma
 * = 1 about threefold a layer), so no fixed number is right. The reference is run again with every
 * weight moved by 2^-20 of itself, up and down: sixteen float32 roundings, about what a product
 * over a thousand float32 terms accumulates. A float32 backend may be as far from the reference as
 * the reference is from itself under that, times 4 for the difference between one disturbance and
 * one in every operation, plus 1e-5. Where that allows half of the size of z itself the network is
 * chaotic: the nudged runs are then independent draws, and only the orders of magnitude of
 * gradients are compared, to one decade or that spread. */
#include "outcome.h"

#define NUDGE       0x1p-20
#define NUDGES      4
#define ALLOWED     4.0
#define FLOOR       1e-5
#define CHAOTIC     0.5
#define LOG10_LOOSE 1.0

/* The numbers of a record that are compared, each with the size it is measured against. Numbers of
 * one kind in one layer depend on the same arrays and share a spread, which four nudges estimate
 * better than one number of them. */
typedef enum kind { GRADIENT, Z, A, COUNT } kind; /* GRADIENT: log10 */
typedef struct number {
    const char *name;
    double value, size;
    kind kind;
} number;

#define NUMBERS 16

/* What float32 takes for zero is more than 63 octaves below the largest: where the reference has
 * it, it is in bin 0. */
static double count_of_smallest(const gf_octaves *octaves)
{
    return (double)(octaves->zeros + octaves->bins[0]);
}

static void numbers_of(const gf_layer_record *r, const gf_spec *spec, int32_t l,
                       number out[NUMBERS])
{
    const double entries = (double)spec->batch * gf_spec_fan_out(spec, l);
    const number all[NUMBERS] = {
        {"log10 weight_grad_norm", gf_scaled_log10(r->weight_grad_norm), 1.0 / M_LN10, GRADIENT},
        {"log10 bias_grad_norm", gf_scaled_log10(r->bias_grad_norm), 1.0 / M_LN10, GRADIENT},
        {"log10 delta_rms", gf_scaled_log10(r->delta_rms), 1.0 / M_LN10, GRADIENT},
        {"log10 delta_max", gf_scaled_log10(r->delta_max), 1.0 / M_LN10, GRADIENT},
        {"z.mean", r->z.mean, r->z.std + fabs(r->z.mean), Z},
        {"z.std", r->z.std, r->z.std + fabs(r->z.mean), Z},
        {"z.min", r->z.min, r->z.std + fabs(r->z.mean), Z},
        {"z.max", r->z.max, r->z.std + fabs(r->z.mean), Z},
        {"a.mean", r->a.mean, r->a.std + fabs(r->a.mean), A},
        {"a.std", r->a.std, r->a.std + fabs(r->a.mean), A},
        {"a.min", r->a.min, r->a.std + fabs(r->a.mean), A},
        {"a.max", r->a.max, r->a.std + fabs(r->a.mean), A},
        /* Counts near a threshold: two entries more or less are no error. */
        {"saturated", r->saturated_share * entries, 2.0 / FLOOR, COUNT},
        {"dead", r->dead_share * gf_spec_fan_out(spec, l), 1.0 / FLOOR, COUNT},
        {"smallest deltas", count_of_smallest(&r->delta), 2.0 / FLOOR, COUNT},
        {"nan and inf", (double)(r->nan_count + r->inf_count), 0.0, COUNT},
    };
    memcpy(out, all, sizeof all);
}

/* The reference and what it becomes when nudged. */
typedef struct oracle {
    outcome exact, nudged[NUDGES];
} oracle;

static oracle oracle_make(const devices *all, const gf_spec *spec)
{
    const int32_t i = devices_find(all, "reference");
    const double steps[NUDGES] = {NUDGE, -NUDGE, 3 * NUDGE, -2 * NUDGE};
    oracle made = {.exact = outcome_run(all->backend[i], &all->device[i], spec, 0)};
    for (int n = 0; n < NUDGES; n++) {
        gf_spec moved = *spec;
        moved.gain = spec->gain * (1.0 + steps[n]);
        made.nudged[n] = outcome_run(all->backend[i], &all->device[i], &moved, 0);
    }
    return made;
}

static void oracle_free(oracle *made)
{
    outcome_free(&made->exact);
    for (int n = 0; n < NUDGES; n++)
        outcome_free(&made->nudged[n]);
}

/* How far a disturbance of NUDGE moves the numbers of layer `l`, by kind, as a share of their size.
 * NaN where it makes or unmakes a NaN. */
static void spreads_of(const oracle *made, int32_t l, double out[COUNT])
{
    number exact[NUMBERS], moved[NUMBERS];
    memset(out, 0, COUNT * sizeof *out);
    numbers_of(&made->exact.layers[l - 1], &made->exact.spec, l, exact);
    for (int n = 0; n < NUDGES; n++) {
        numbers_of(&made->nudged[n].layers[l - 1], &made->exact.spec, l, moved);
        for (int i = 0; i < NUMBERS; i++) {
            if (exact[i].kind == COUNT || exact[i].value == moved[i].value) continue;
            const double apart = fabs(exact[i].value - moved[i].value) / exact[i].size;
            out[exact[i].kind] = apart <= out[exact[i].kind] ? out[exact[i].kind] : apart;
        }
    }
}

static double count_spread_of(const oracle *made, int32_t l, int i)
{
    number exact[NUMBERS], moved[NUMBERS];
    double most = 0.0;
    numbers_of(&made->exact.layers[l - 1], &made->exact.spec, l, exact);
    for (int n = 0; n < NUDGES; n++) {
        numbers_of(&made->nudged[n].layers[l - 1], &made->exact.spec, l, moved);
        most = fmax(most, fabs(exact[i].value - moved[i].value));
    }
    return most;
}

/* A gradient depends on the z of its own layer and of all above: it is chaotic where one of them
 * is. */
static bool is_chaotic(const oracle *made, int32_t from, int32_t to)
{
    for (int32_t l = from; l <= to; l++) {
        double spreads[COUNT];
        spreads_of(made, l, spreads);
        if (!(ALLOWED * spreads[Z] < CHAOTIC)) return true;
    }
    return false;
}

static void describe(const gf_spec *spec, char *text, size_t capacity)
{
    snprintf(text, capacity, "%dx%d batch %d %s %s", spec->depth, spec->width, spec->batch,
             gf_activation_get(spec->activation)->name, gf_init_get(spec->init)->name);
}

/* What number `i` may be apart from the reference; negative: nothing can be said. */
static double allowed_of(const oracle *made, int32_t l, const number *expected, int i,
                         const double spreads[COUNT])
{
    const number *at = &expected[i];
    if (at->kind == COUNT && is_chaotic(made, 1, made->exact.spec.depth) && at->size > 0.0)
        return -1.0;
    if (at->kind == COUNT) return ALLOWED * count_spread_of(made, l, i) + FLOOR * at->size;
    const double allowed = (ALLOWED * spreads[at->kind] + FLOOR) * at->size;
    if (at->kind == GRADIENT)
        return is_chaotic(made, l, made->exact.spec.depth) ? fmax(allowed, LOG10_LOOSE) : allowed;
    return is_chaotic(made, 1, l) ? -1.0 : allowed;
}

static int compare_layer(const char *device, const oracle *made, const outcome *got, int32_t l)
{
    char text[120];
    number expected[NUMBERS], actual[NUMBERS];
    double spreads[COUNT];
    int bad = 0;
    numbers_of(&made->exact.layers[l - 1], &made->exact.spec, l, expected);
    numbers_of(&got->layers[l - 1], &made->exact.spec, l, actual);
    spreads_of(made, l, spreads);
    for (int i = 0; i < NUMBERS; i++) {
        if (expected[i].value == actual[i].value) continue;
        const double allowed = allowed_of(made, l, expected, i, spreads);
        const double apart = fabs(expected[i].value - actual[i].value);
        if (apart <= allowed || allowed < 0.0) continue;
        describe(&made->exact.spec, text, sizeof text);
        print_error("%s: %s, layer %d: %s is %.9g, reference %.9g, %.2e apart, allowed %.2e\n",
                    device, text, l, expected[i].name, actual[i].value, expected[i].value, apart,
                    allowed);
        bad++;
    }
    return bad;
}

/* The three histograms of a record; zeros count as smallest, see count_of_smallest(). */
static void bins_of(const gf_layer_record *r, uint64_t out[3][GF_HISTOGRAM_BINS])
{
    memcpy(out[0], r->activation.bins, sizeof out[0]);
    memcpy(out[1], r->delta.bins, sizeof out[1]);
    memcpy(out[2], r->weight_grad.bins, sizeof out[2]);
    out[1][0] += r->delta.zeros;
    out[2][0] += r->weight_grad.zeros;
}

/* Entries that are in another bin than in the reference, as a share of all. */
static double bins_apart(const uint64_t *one, const uint64_t *other)
{
    double apart = 0.0, all = 0.0;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        apart += fabs((double)one[i] - (double)other[i]);
        all += (double)one[i];
    }
    return all > 0.0 ? apart / 2.0 / all : apart;
}

static int compare_histograms(const char *device, const oracle *made, const outcome *got, int32_t l)
{
    uint64_t expected[3][GF_HISTOGRAM_BINS], actual[3][GF_HISTOGRAM_BINS],
        moved[3][GF_HISTOGRAM_BINS];
    int bad = 0;
    char text[120];
    bins_of(&made->exact.layers[l - 1], expected);
    bins_of(&got->layers[l - 1], actual);
    for (int h = 0; h < 3; h++) {
        double spread = 0.0;
        for (int n = 0; n < NUDGES; n++) {
            bins_of(&made->nudged[n].layers[l - 1], moved);
            spread = fmax(spread, bins_apart(expected[h], moved[h]));
        }
        /* Three entries on an edge, or one in five hundred. */
        const double entries =
            (double)made->exact.spec.batch * gf_spec_fan_out(&made->exact.spec, l);
        const double allowed = ALLOWED * spread + fmax(3.0 / entries, 0.002);
        const double apart = bins_apart(expected[h], actual[h]);
        if (apart <= allowed || allowed > 0.5) continue;
        describe(&made->exact.spec, text, sizeof text);
        print_error(
            "%s: %s, layer %d: histogram %d has %.4f of its entries elsewhere, allowed %.4f\n",
            device, text, l, h, apart, allowed);
        bad++;
    }
    return bad;
}

static int compare_all(const devices *all, const gf_spec *spec)
{
    oracle made = oracle_make(all, spec);
    int bad = 0;
    for (int32_t i = 0; i < all->count; i++) {
        if (strcmp(all->device[i].id, "reference") == 0) continue;
        outcome got = outcome_run(all->backend[i], &all->device[i], spec, 0);
        for (int32_t l = 1; l <= spec->depth && bad < 20; l++) {
            bad += compare_layer(all->device[i].id, &made, &got, l);
            bad += compare_histograms(all->device[i].id, &made, &got, l);
        }
        outcome_free(&got);
    }
    oracle_free(&made);
    return bad;
}

/* Sizes around the tile of 12 units x 32 samples. */
static void every_activation_and_init_at_every_depth(void **state)
{
    (void)state;
    devices all = devices_open();
    static const int32_t depths[] = {1, 2, 10, 30};
    int bad = 0;
    for (int activation = 0; activation < GF_ACTIVATION_COUNT; activation++)
        for (int init = 0; init < GF_INIT_COUNT; init++)
            for (size_t d = 0; d < sizeof depths / sizeof *depths && bad < 20; d++) {
                gf_spec spec = gf_spec_default();
                spec.activation = (gf_activation)activation;
                spec.init = (gf_init)init;
                spec.depth = depths[d];
                spec.width = 33;
                spec.batch = 7;
                bad += compare_all(&all, &spec);
            }
    devices_close(&all);
    assert_int_equal(bad, 0);
}

static void every_size(void **state)
{
    (void)state;
    devices all = devices_open();
    static const int32_t sizes[] = {1, 2, 7, 11, 12, 13, 31, 32, 33, 64};
    static const int32_t batches[] = {1, 2, 31, 32, 33};
    int bad = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t b = 0; b < sizeof batches / sizeof *batches && bad < 20; b++) {
            gf_spec spec = gf_spec_default();
            spec.depth = 3;
            spec.width = sizes[s];
            spec.batch = batches[b];
            spec.input_width = sizes[(s + 3) % 10];
            spec.output_width = sizes[(s + 7) % 10];
            spec.activation = (gf_activation)((s + b) % GF_ACTIVATION_COUNT);
            spec.bias_std = b % 2 ? 0.5 : 0.0;
            bad += compare_all(&all, &spec);
        }
    devices_close(&all);
    assert_int_equal(bad, 0);
}

static void large_layers(void **state)
{
    (void)state;
    devices all = devices_open();
    int bad = 0;
    for (int activation = 0; activation < 3; activation++) {
        gf_spec spec = gf_spec_default();
        spec.depth = 3;
        spec.width = 257;
        spec.batch = 161;
        spec.activation = (gf_activation)activation;
        spec.init = GF_INIT_HE_NORMAL;
        bad += compare_all(&all, &spec);
    }
    devices_close(&all);
    assert_int_equal(bad, 0);
}

/* The naive kernels are the truth the tiles are tested against; they face the same reference. */
static void naive_kernels_of_every_size(void **state)
{
    setenv("GRADFLOW_KERNELS", "naive", 1);
    every_size(state);
    large_layers(state);
    unsetenv("GRADFLOW_KERNELS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_activation_and_init_at_every_depth),
        cmocka_unit_test(every_size),
        cmocka_unit_test(large_layers),
        cmocka_unit_test(naive_kernels_of_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
