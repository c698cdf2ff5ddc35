/* Quantiles over seeds. */
#include "gradflow/ensemble.h"

#include "support/test.h"

static void add_value(gf_ensemble *ensemble, double value)
{
    gf_layer_record record = {.weight_grad_norm = gf_scaled_make(value, 0),
                              .delta_rms = gf_scaled_make(value, -2000)};
    const gf_run run = {.spec = {.depth = 1}, .layers = &record};
    gf_ensemble_add(ensemble, &run);
}

static void quantiles_interpolate_between_ordered_runs(void **state)
{
    (void)state;
    gf_ensemble ensemble;
    assert_int_equal(gf_ensemble_create(1, 21, &ensemble, NULL), GF_OK);
    for (int i = 0; i < 21; i++)
        add_value(&ensemble, pow(10.0, (i * 8) % 21)); /* 0..20 in another order */
    const gf_band band = gf_ensemble_band(&ensemble, GF_WEIGHT_GRAD, 1);
    assert_close(band.low, 1.0, 1e-12);
    assert_close(band.median, 10.0, 1e-12);
    assert_close(band.high, 19.0, 1e-12);
    const double far = -2000 * log10(2.0);
    assert_close(gf_ensemble_band(&ensemble, GF_DELTA, 1).median, 10.0 + far, 1e-12);
    gf_ensemble_destroy(&ensemble);
}

static void one_run_is_its_own_band(void **state)
{
    (void)state;
    gf_ensemble ensemble;
    assert_int_equal(gf_ensemble_create(1, 4, &ensemble, NULL), GF_OK);
    add_value(&ensemble, 100.0);
    const gf_band band = gf_ensemble_band(&ensemble, GF_WEIGHT_GRAD, 1);
    assert_true(band.low == band.high && band.median == band.low);
    assert_close(band.median, 2.0, 1e-12);
    gf_ensemble_destroy(&ensemble);
}

static void zero_and_nan_have_their_ends(void **state)
{
    (void)state;
    gf_ensemble ensemble;
    assert_int_equal(gf_ensemble_create(1, 3, &ensemble, NULL), GF_OK);
    add_value(&ensemble, NAN);
    add_value(&ensemble, 0.0);
    add_value(&ensemble, 1.0);
    const gf_band band = gf_ensemble_band(&ensemble, GF_WEIGHT_GRAD, 1);
    assert_true(band.median == 0.0);
    assert_true(isinf(band.high) && band.high > 0.0);
    assert_true(isinf(band.low) && band.low < 0.0);
    gf_ensemble_destroy(&ensemble);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_interpolate_between_ordered_runs),
        cmocka_unit_test(one_run_is_its_own_band),
        cmocka_unit_test(zero_and_nan_have_their_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
