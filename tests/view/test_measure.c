/* Numbers of the chart, and the range of its axis while they come in. */
#include "support/test.h"
#include "view/measure.h"
#include "view/range.h"

static void measures_are_in_the_unit_of_their_axis(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = 3;
    spec.width = 100;
    spec.init = GF_INIT_XAVIER_NORMAL; /* std 0.1 between 100 and 100 */
    const gf_layer_record record = {
        .weight_grad_norm = gf_scaled_make(1.0, -2000),
        .delta_rms = gf_scaled_make(0.001, 0),
        .a = {.std = 0.5, .exponent = 3000},
        .saturated_share = 0.125,
        .dead_share = 0.5,
    };
    const double decades = -2000.0 * log10(2.0);
    assert_close(gf_measure_of(GF_MEASURE_WEIGHT_GRAD, &spec, 2, &record), decades, 1e-12);
    assert_close(gf_measure_of(GF_MEASURE_DELTA, &spec, 2, &record), -3.0, 1e-12);
    assert_close(gf_measure_of(GF_MEASURE_ACTIVATION_STD, &spec, 2, &record), 2999 * log10(2.0),
                 1e-12);
    assert_true(gf_measure_of(GF_MEASURE_SATURATED, &spec, 2, &record) == 12.5);
    assert_true(gf_measure_of(GF_MEASURE_DEAD, &spec, 2, &record) == 50.0);
    /* 0.01 times the norm over 100 for the rms of dW, over 0.1 for that of W */
    assert_close(gf_measure_of(GF_MEASURE_UPDATE_RATIO, &spec, 2, &record), decades - 3.0, 1e-12);
    spec.init = GF_INIT_ZEROS;
    assert_true(isnan(gf_measure_of(GF_MEASURE_UPDATE_RATIO, &spec, 2, &record)));
}

static void zero_and_nan_are_what_they_are(void **state)
{
    (void)state;
    const gf_spec spec = gf_spec_default();
    const gf_layer_record zero = {0}, nan = {.weight_grad_norm = {NAN, 0}};
    assert_true(gf_measure_of(GF_MEASURE_WEIGHT_GRAD, &spec, 1, &zero) == -INFINITY);
    assert_true(isnan(gf_measure_of(GF_MEASURE_WEIGHT_GRAD, &spec, 1, &nan)));
    assert_true(gf_measure_of(GF_MEASURE_DEAD, &spec, 1, &zero) == 0.0);
}

static void check_text(gf_measure measure, double value, const char *expected)
{
    char text[40];
    gf_measure_format(measure, value, text);
    assert_string_equal(text, expected);
}

static void values_are_written_for_people(void **state)
{
    (void)state;
    check_text(GF_MEASURE_WEIGHT_GRAD, log10(4.83e-6), "4.83e-06");
    check_text(GF_MEASURE_WEIGHT_GRAD, -601.5, "3.16e-602");
    check_text(GF_MEASURE_DELTA, log10(9.999), "1.00e+01");
    check_text(GF_MEASURE_DELTA, -INFINITY, "0");
    check_text(GF_MEASURE_DELTA, INFINITY, "inf");
    check_text(GF_MEASURE_DELTA, NAN, "nan");
    check_text(GF_MEASURE_DEAD, 12.5, "12.5 %");
}

static void every_measure_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < GF_MEASURE_COUNT; i++) {
        assert_non_null(gf_measure_get((gf_measure)i)->label);
        assert_true(strlen(gf_measure_get((gf_measure)i)->title) < 64); /* fits in a label */
    }
}

static void a_range_takes_finite_values(void **state)
{
    (void)state;
    gf_range range = gf_range_none();
    assert_true(gf_range_is_empty(range));
    const double values[] = {NAN, -INFINITY, 3.0, INFINITY, -7.0, 2.0};
    for (int i = 0; i < 6; i++)
        range = gf_range_widen(range, values[i]);
    assert_true(range.low == -7.0 && range.high == 3.0);
}

/* A run of 1000 layers, one a frame, from 0 down to -100 decades. */
static void a_scale_moves_a_few_times_while_layers_come(void **state)
{
    (void)state;
    gf_range held = gf_range_none(), known = gf_range_none();
    int moves = 0;
    for (int layer = 1000; layer >= 1; layer--) {
        known = gf_range_widen(known, -0.1 * (1000 - layer));
        const gf_range next = gf_range_follow(held, known, layer == 1);
        moves += next.low != held.low || next.high != held.high;
        assert_true(next.low <= known.low && next.high >= known.high);
        held = next;
    }
    assert_true(moves >= 3 && moves < 25);
    assert_true(held.low == known.low && held.high == known.high);
}

static void a_scale_stays_while_a_new_run_is_within_it(void **state)
{
    (void)state;
    const gf_range before = {-20.0, 1.0};
    gf_range held = before, known = gf_range_none();
    for (int layer = 30; layer > 1; layer--) {
        known = gf_range_widen(known, -0.3 * (30 - layer));
        held = gf_range_follow(held, known, false);
        assert_true(held.low == before.low && held.high == before.high);
    }
    held = gf_range_follow(held, known, true);
    assert_true(held.low == known.low && held.high == known.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_in_the_unit_of_their_axis),
        cmocka_unit_test(zero_and_nan_are_what_they_are),
        cmocka_unit_test(values_are_written_for_people),
        cmocka_unit_test(every_measure_has_its_words),
        cmocka_unit_test(a_range_takes_finite_values),
        cmocka_unit_test(a_scale_moves_a_few_times_while_layers_come),
        cmocka_unit_test(a_scale_stays_while_a_new_run_is_within_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
