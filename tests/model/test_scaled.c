/* Numbers with a carried exponent: arithmetic, logarithm and text where no double reaches. */
#include "gradflow/records.h"

#include "support/test.h"

static const double LOG2_10 = 3.32192809488736234787;

static void assert_text(gf_scaled value, int digits, const char *expected)
{
    char text[40];
    gf_scaled_format(value, digits, text);
    assert_string_equal(text, expected);
}

/* 10^decade, good to about twelve digits at decade 1000. */
static gf_scaled power_of_ten(int decade)
{
    const double exponent = decade * LOG2_10;
    return gf_scaled_make(exp2(exponent - floor(exponent)), (int64_t)floor(exponent));
}

static void mantissa_is_normalised(void **state)
{
    (void)state;
    const gf_scaled value = gf_scaled_make(-12.0, 100);
    assert_true(value.mantissa == -0.75);
    assert_int_equal(value.exponent, 104);
    const gf_scaled subnormal = gf_scaled_make(0x1p-1070, -1000);
    assert_true(subnormal.mantissa == 0.5);
    assert_int_equal(subnormal.exponent, -2069);
    assert_int_equal(gf_scaled_make(0.0, 77).exponent, 0);
    assert_true(isinf(gf_scaled_make(-INFINITY, 3).mantissa));
    assert_true(isnan(gf_scaled_make(NAN, 3).mantissa));
}

static void square_root_halves_odd_and_negative_exponents(void **state)
{
    (void)state;
    for (int64_t exponent = -2003; exponent <= -1998; exponent++) {
        const gf_scaled value = gf_scaled_make(0.7, exponent), root = gf_scaled_sqrt(value);
        assert_close(gf_scaled_log10(root), gf_scaled_log10(value) / 2, 1e-14);
    }
    assert_close(gf_scaled_double(gf_scaled_sqrt(gf_scaled_make(2.0, 0))), 1.4142135623730951,
                 1e-15);
    assert_true(gf_scaled_sqrt(gf_scaled_make(0.0, 0)).mantissa == 0.0);
    assert_true(isinf(gf_scaled_sqrt(gf_scaled_make(INFINITY, 0)).mantissa));
}

static void quotients_reach_beyond_double(void **state)
{
    (void)state;
    const gf_scaled tiny = gf_scaled_make(1.5, -3000), huge = gf_scaled_make(1.25, 3000);
    const gf_scaled ratio = gf_scaled_divide(tiny, huge);
    assert_close(gf_scaled_log10(ratio), log10(1.2) - 6000 * 0.30102999566398119521, 1e-14);
    assert_true(gf_scaled_double(ratio) == 0.0);
    assert_true(isinf(gf_scaled_double(gf_scaled_divide(huge, tiny))));
    assert_true(isinf(gf_scaled_divide(tiny, gf_scaled_make(0.0, 0)).mantissa));
    assert_true(isnan(gf_scaled_divide(gf_scaled_make(0.0, 0), gf_scaled_make(0.0, 0)).mantissa));
}

static void logarithm_knows_zero_and_infinity(void **state)
{
    (void)state;
    assert_true(gf_scaled_log10(gf_scaled_make(0.0, 0)) == -INFINITY);
    assert_true(gf_scaled_log10(gf_scaled_make(-INFINITY, 0)) == INFINITY);
    assert_true(isnan(gf_scaled_log10(gf_scaled_make(NAN, 0))));
    assert_close(gf_scaled_log10(gf_scaled_make(-1000.0, 0)), 3.0, 1e-15);
}

static void text_has_no_floor_and_no_ceiling(void **state)
{
    (void)state;
    assert_text(power_of_ten(-602), 0, "1e-602");
    assert_text(power_of_ten(-602), 2, "1.00e-602");
    assert_text(power_of_ten(900), 1, "1.0e+900");
    assert_text(gf_scaled_make(1.5, 0), 1, "1.5e+00");
    assert_text(gf_scaled_make(-2.5, 0), 1, "-2.5e+00");
    gf_scaled negative = power_of_ten(-602);
    negative.mantissa = -negative.mantissa;
    assert_text(negative, 1, "-1.0e-602");
}

static void text_carries_into_the_next_decade(void **state)
{
    (void)state;
    assert_text(gf_scaled_make(9.99, 0), 1, "1.0e+01");
    gf_scaled almost = power_of_ten(-601); /* 0.999 of it is 9.99e-602 */
    almost.mantissa *= 0.999;
    assert_text(gf_scaled_make(almost.mantissa, almost.exponent), 2, "9.99e-602");
    assert_text(gf_scaled_make(almost.mantissa, almost.exponent), 1, "1.0e-601");
    assert_text(gf_scaled_make(almost.mantissa, almost.exponent), 0, "1e-601");
}

static void text_of_classes(void **state)
{
    (void)state;
    assert_text(gf_scaled_make(0.0, 0), 3, "0");
    assert_text(gf_scaled_make(INFINITY, 0), 3, "inf");
    assert_text(gf_scaled_make(NAN, 0), 3, "nan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mantissa_is_normalised),
        cmocka_unit_test(square_root_halves_odd_and_negative_exponents),
        cmocka_unit_test(quotients_reach_beyond_double),
        cmocka_unit_test(logarithm_knows_zero_and_infinity),
        cmocka_unit_test(text_has_no_floor_and_no_ceiling),
        cmocka_unit_test(text_carries_into_the_next_decade),
        cmocka_unit_test(text_of_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
