/* Ticks of the logarithmic axis and of the row of layers. */
#include "support/test.h"
#include "view/axis.h"

static void check_axis(double low, double high)
{
    const gf_log_axis axis = gf_log_axis_make(low, high);
    const int count = (axis.last - axis.first) / axis.step + 1;
    assert_true(axis.low < low && axis.high > high);
    assert_true(axis.high - axis.low >= 3.0 - 1e-9);
    assert_true(axis.first >= axis.low && axis.last <= axis.high);
    assert_int_equal(axis.first % axis.step, 0);
    if (count < 2 || count > GF_AXIS_TICKS_MAX)
        fail_msg("%g..%g has %d ticks, step %d", low, high, count, axis.step);
}

static void every_range_has_two_to_six_ticks_inside(void **state)
{
    (void)state;
    check_axis(-16.3, -0.9);
    check_axis(-602.0, -1.0);
    check_axis(-0.85, -0.80);
    check_axis(0.0, 0.0);
    check_axis(3.0, 903.7);
    check_axis(-4600.0, 12.0);
    for (double span = 0.1; span < 5000.0; span *= 1.07)
        check_axis(-0.37 * span, 0.63 * span);
}

static void ends_that_are_no_numbers_give_a_usable_axis(void **state)
{
    (void)state;
    const double ends[][2] = {
        {INFINITY, -INFINITY}, {NAN, 0.0}, {0.0, NAN}, {-INFINITY, 0.0}, {2.0, 1.0}};
    for (size_t i = 0; i < 5; i++) {
        const gf_log_axis axis = gf_log_axis_make(ends[i][0], ends[i][1]);
        assert_true(axis.low <= -4.0 && axis.high >= 0.0 && axis.high < 10.0);
    }
}

static void place_is_linear_in_decades(void **state)
{
    (void)state;
    const gf_log_axis axis = {.low = -10.0, .high = 0.0};
    assert_close(gf_log_axis_place(&axis, -5.0), 0.5, 1e-12);
    assert_true(gf_log_axis_place(&axis, -11.0) < 0.0);
}

static void labels_are_short(void **state)
{
    (void)state;
    char text[16];
    gf_log_axis_format(0, text);
    assert_string_equal(text, "1");
    gf_log_axis_format(1, text);
    assert_string_equal(text, "10");
    gf_log_axis_format(-602, text);
    assert_string_equal(text, "1e-602");
    gf_log_axis_format(38, text);
    assert_string_equal(text, "1e+38");
}

static void layer_numbers_are_few_and_keep_apart(void **state)
{
    (void)state;
    gf_layer_ticks ticks;
    for (int32_t depth = 1; depth < 2000000; depth += depth / 7 + 1) {
        const double most = 30.0;
        gf_layer_ticks_make(1, depth, depth, most, &ticks);
        assert_true(ticks.count >= 1 && ticks.count <= most + 2);
        assert_int_equal(ticks.layers[ticks.count - 1], depth);
        for (int32_t i = 1; i < ticks.count; i++)
            assert_true(ticks.layers[i] - ticks.layers[i - 1] >= 0.69 * depth / most);
    }
    gf_layer_ticks_make(1, 24, 24, 40.0, &ticks);
    assert_int_equal(ticks.count, 24);
    gf_layer_ticks_make(1, 100, 100, 1e9, &ticks);
    assert_int_equal(ticks.count, 100); /* never more than the array holds */
    gf_layer_ticks_make(1, 1000000, 1000000, 1e9, &ticks);
    assert_true(ticks.count <= GF_LAYER_TICKS_MAX);
    gf_layer_ticks_make(1, 5, 5, 0.0, &ticks);
    assert_int_equal(ticks.count, 2);
}

static void a_part_of_the_layers_has_the_numbers_of_that_part(void **state)
{
    (void)state;
    gf_layer_ticks ticks;
    for (int32_t first = 1; first < 9900; first += 97) {
        gf_layer_ticks_make(first, first + 99, 10000, 12.0, &ticks);
        assert_true(ticks.count >= 9 && ticks.count <= 14);
        for (int32_t i = 0; i < ticks.count; i++) {
            assert_true(ticks.layers[i] >= first && ticks.layers[i] <= first + 99);
            assert_true(i == 0 || ticks.layers[i] - ticks.layers[i - 1] >= 7);
        }
    }
    gf_layer_ticks_make(9990, 10000, 10000, 20.0, &ticks);
    assert_int_equal(ticks.layers[ticks.count - 1], 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_range_has_two_to_six_ticks_inside),
        cmocka_unit_test(ends_that_are_no_numbers_give_a_usable_axis),
        cmocka_unit_test(place_is_linear_in_decades),
        cmocka_unit_test(labels_are_short),
        cmocka_unit_test(layer_numbers_are_few_and_keep_apart),
        cmocka_unit_test(a_part_of_the_layers_has_the_numbers_of_that_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
