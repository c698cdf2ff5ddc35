/* f and f' of every activation: known values, tails, agreement with each other, in double and in
 * float. */
#include "model/activation.h"

#include "analysis/statistics.h"

#include "support/test.h"

/* From the definitions, computed with 30 digits. */
static const struct {
    gf_activation activation;
    double z, value, derivative;
} known[] = {
    {GF_ACTIVATION_SIGMOID, 0, 0.5, 0.25},
    {GF_ACTIVATION_SIGMOID, 20, 0.99999999793884637, 2.0611536139418493e-9},
    {GF_ACTIVATION_SIGMOID, -20, 2.0611536181902037e-9, 2.0611536139418493e-9},
    {GF_ACTIVATION_SIGMOID, -700, 9.8596765437597708e-305, 9.8596765437597708e-305},
    {GF_ACTIVATION_TANH, 0.5, 0.46211715726000976, 0.78644773296592741},
    {GF_ACTIVATION_TANH, 20, 1.0, 1.6993417021166355e-17},
    {GF_ACTIVATION_TANH, -20, -1.0, 1.6993417021166355e-17},
    {GF_ACTIVATION_RELU, -3, 0, 0},
    {GF_ACTIVATION_RELU, 0, 0, 0},
    {GF_ACTIVATION_RELU, 3, 3, 1},
    {GF_ACTIVATION_LEAKY_RELU, -3, -0.03, 0.01},
    {GF_ACTIVATION_LEAKY_RELU, 3, 3, 1},
    {GF_ACTIVATION_ELU, -1, -0.63212055882855768, 0.36787944117144232},
    {GF_ACTIVATION_ELU, -1e-10, -9.9999999995e-11, 0.9999999999},
    {GF_ACTIVATION_ELU, 2, 2, 1},
    {GF_ACTIVATION_SELU, -1, -1.1113307378125627, 0.64676860303481400},
    {GF_ACTIVATION_SELU, 2, 2.1014019747109611, 1.0507009873554805},
};

static void known_values_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_close(gf_activation_value(known[i].activation, known[i].z), known[i].value, 4e-16);
        assert_close(gf_activation_derivative(known[i].activation, known[i].z), known[i].derivative,
                     4e-16);
    }
}

/* Central differences: error about h^2 |f'''| / 6 + 1e-16 |f| / h, below 1e-9 for h = 1e-5 where
 * |f'''| < 2. */
static void derivatives_are_the_slopes(void **state)
{
    (void)state;
    const double h = 1e-5;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++)
        for (double z = -5.03; z < 5.0; z += 0.1) {
            const gf_activation f = (gf_activation)a;
            const double slope =
                (gf_activation_value(f, z + h) - gf_activation_value(f, z - h)) / (2 * h);
            if (fabs(slope - gf_activation_derivative(f, z)) > 1e-9)
                fail_msg("%s'(%g) is %.12g, central differences give %.12g",
                         gf_activation_get(f)->name, z, gf_activation_derivative(f, z), slope);
        }
}

/* 4 units in the last place of float. In the lower tail of GELU the value goes like exp(-z^2 / 2):
 * rounding z / sqrt 2 to float changes it by z^2 units. */
static double float_tolerance(gf_activation f, double z)
{
    return f == GF_ACTIVATION_GELU && z < -1.0 ? 2.5e-7 * (1.0 + z * z) : 5e-7;
}

/* float against double, in the tails too; below 1e-37 float has no full digits. */
static void float_keeps_relative_accuracy(void **state)
{
    (void)state;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++)
        for (float z = -85.0f; z < 85.0f; z += 0.37f) {
            const gf_activation f = (gf_activation)a;
            const double value = gf_activation_value(f, z),
                         derivative = gf_activation_derivative(f, z);
            if (fabs(value) > 1e-37)
                assert_close(gf_activation_value_float(f, z), value, float_tolerance(f, z));
            /* Where the derivative of GELU, SiLU and Mish crosses zero its terms are about 0.3 and
             * cancel. */
            const double apart = fabs(gf_activation_derivative_float(f, z) - derivative);
            if (fabs(derivative) > 1e-37 && !(z > -5.0f && z < 0.0f && apart < 1e-7))
                assert_close(gf_activation_derivative_float(f, z), derivative,
                             float_tolerance(f, z));
        }
}

static void nan_comes_out_as_nan(void **state)
{
    (void)state;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++) {
        const gf_activation f = (gf_activation)a;
        assert_true(isnan(gf_activation_value(f, NAN)) && isnan(gf_activation_value_float(f, NAN)));
        assert_true(isnan(gf_activation_derivative(f, NAN)) &&
                    isnan(gf_activation_derivative_float(f, NAN)));
    }
}

/* The smallest value of f, at -far or between. */
static double lowest(gf_activation f, double far)
{
    double least = gf_activation_value(f, -far);
    for (double z = -20.0; z < 20.0; z += 1e-3)
        least = fmin(least, gf_activation_value(f, z));
    return least;
}

/* The row of the table says of f what f does. */
static void table_agrees_with_the_functions(void **state)
{
    (void)state;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++) {
        const gf_activation f = (gf_activation)a;
        const gf_activation_info *info = gf_activation_get(f);
        const double step = 1e-12, far = 1e9;
        assert_true(gf_activation_value(f, 0.0) == info->value_at_zero);
        assert_true(fabs(gf_activation_derivative(f, -step) - info->slope_below_zero) < 1e-11);
        assert_true(fabs(gf_activation_derivative(f, step) - info->slope_above_zero) < 1e-11);
        assert_true(fabs(gf_activation_derivative(f, -far) - info->slope_at_minus) < 1e-15);
        assert_true(fabs(gf_activation_derivative(f, far) - info->slope_at_plus) < 1e-15);
        /* softsign comes as near to its bounds as 1 / z, the grid to a minimum as its step squared
         */
        if (isfinite(info->bound_low)) assert_true(fabs(lowest(f, far) - info->bound_low) < 1e-6);
        if (isfinite(info->bound_high))
            assert_true(fabs(gf_activation_value(f, far) - info->bound_high) < 1e-8);
    }
}

/* Where exponents are carried, f is replaced by its asymptotes: right to float32 rounding from 2^40
 * on. */
static void far_values_are_the_limits(void **state)
{
    (void)state;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++)
        for (int e = -50; e <= 50; e += 100)
            for (int sign = -1; sign <= 1; sign += 2) {
                const gf_activation f = (gf_activation)a;
                const gf_far_activation at = gf_activation_far(f, e);
                const double z = sign * 0.75;
                const double stored = sign < 0 ? at.below_slope * z + at.below_value
                                               : at.above_slope * z + at.above_value;
                const double value = at.keeps_exponent ? ldexp(stored, e) : stored;
                const double exact = gf_activation_value(f, ldexp(z, e));
                /* selu and elu of -2^50 are bounded: beside values of 2^50 in the same array they
                 * count as 0 */
                if (fabs(value - exact) >
                    6e-8 * fmax(fabs(exact), e > 0 && at.keeps_exponent ? ldexp(0.5, e) : 0.0))
                    fail_msg("%s(%g * 2^%d) is %.9g, far says %.9g", gf_activation_get(f)->name, z,
                             e, exact, value);
            }
}

/* kernels/statistics.cl takes a unit with a z between 0 and 1 for alive without asking for f'. */
static void every_activation_rises_between_0_and_1(void **state)
{
    (void)state;
    for (int a = 0; a < GF_ACTIVATION_COUNT; a++)
        for (int i = 0; i < 1000; i++) {
            const gf_activation f = (gf_activation)a;
            const double z = i ? i / 1000.0 : 1e-300;
            if (!(gf_activation_derivative(f, z) > 100.0 * GF_DEAD_DERIVATIVE))
                fail_msg("%s'(%g) is %g", gf_activation_get(f)->name, z,
                         gf_activation_derivative(f, z));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_come_out),
        cmocka_unit_test(derivatives_are_the_slopes),
        cmocka_unit_test(float_keeps_relative_accuracy),
        cmocka_unit_test(nan_comes_out_as_nan),
        cmocka_unit_test(table_agrees_with_the_functions),
        cmocka_unit_test(far_values_are_the_limits),
        cmocka_unit_test(every_activation_rises_between_0_and_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
