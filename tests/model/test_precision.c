/* Rounding to half, bfloat and float: known values (IEEE 754-2019 binary16 and binary32; bfloat16
 * is the upper half of binary32), and every half there is. */
#include "model/precision.h"

#include "support/test.h"

typedef struct known {
    double value, rounded;
} known;

static void assert_rounds(gf_precision precision, const known *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const double rounded = gf_precision_round(precision, sign * values[i].value);
            if (rounded != sign * values[i].rounded || signbit(rounded) != (sign < 0))
                fail_msg("%s of %.17g is %.17g, not %.17g", gf_precision_names[precision],
                         sign * values[i].value, rounded, sign * values[i].rounded);
        }
}

static void halves_are_the_nearest(void **state)
{
    (void)state;
    static const known values[] = {
        {0.0, 0.0},
        {1.0, 1.0},
        {0.1, 0.0999755859375},               /* 0x2e66 */
        {1.0 / 3.0, 0.333251953125},          /* 0x3555 */
        {1 + 0x1p-11, 1.0},                   /* a tie goes to the even neighbour: down */
        {1 + 3 * 0x1p-11, 1 + 0x1p-9},        /* and up */
        {1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-10}, /* just above the tie */
        {2049.0, 2048.0},
        {2051.0, 2052.0},
        {65504.0, 65504.0}, /* the largest */
        {65519.99, 65504.0},
        {65520.0, INFINITY}, /* half a step above it */
        {1e300, INFINITY},
        {0x1p-14, 0x1p-14},                     /* the smallest normal */
        {0x1p-14 - 0x1p-24, 0x1p-14 - 0x1p-24}, /* the largest subnormal */
        {0x1p-14 - 0x1p-25, 0x1p-14},           /* a tie over the border */
        {0x1p-24, 0x1p-24},                     /* the smallest */
        {1.5 * 0x1p-24, 0x1p-23},
        {2.5 * 0x1p-24, 0x1p-23},
        {0x1.000001p-25, 0x1p-24},
        {0x1p-25, 0.0}, /* a tie with 0, which is even */
        {0x1p-1074, 0.0},
    };
    assert_rounds(GF_PRECISION_FP16, values, sizeof values / sizeof *values);
}

static void bfloats_are_the_nearest(void **state)
{
    (void)state;
    static const known values[] = {
        {0.0, 0.0},
        {1.0, 1.0},
        {0.1, 0.10009765625},         /* 0x3dcd */
        {1.0 / 3.0, 0.333984375},     /* 0x3eab */
        {3.14159265358979, 3.140625}, /* 0x4049 */
        {1 + 0x1p-8, 1.0},
        {1 + 3 * 0x1p-8, 1 + 0x1p-6},
        {1 + 0x1p-8 + 0x1p-50,
         1 + 0x1p-7}, /* rounded once: by way of float32 this would be a tie */
        {257.0, 256.0},
        {65520.0, 65536.0},
        {0x1.fep127, 0x1.fep127}, /* the largest */
        {0x1.fefp127, 0x1.fep127},
        {0x1.ffp127, INFINITY},
        {0x1p-126, 0x1p-126},
        {0x1p-133, 0x1p-133}, /* the smallest */
        {1.5 * 0x1p-133, 0x1p-132},
        {0x1p-134, 0.0},
    };
    assert_rounds(GF_PRECISION_BF16, values, sizeof values / sizeof *values);
}

/* The machine's own conversion knows how. */
static void floats_are_the_nearest(void **state)
{
    (void)state;
    double value = 1.234567890123e-46;
    for (int i = 0; i < 1400; i++, value *= 1.1732987) {
        if (!(value < 1e39)) break;
        assert_true(gf_precision_round(GF_PRECISION_FP32, value) == (double)(float)value);
        assert_true(gf_precision_round(GF_PRECISION_FP32, -value) == (double)(float)-value);
    }
    assert_true(value > 1e38);
    assert_true(gf_precision_round(GF_PRECISION_EXACT, 0.1) == 0.1);
    assert_true(gf_precision_round(GF_PRECISION_EXACT, 1e300) == 1e300);
}

/* By its bits: sign, 5 of exponent, 10 of fraction. */
static double half_of(unsigned bits)
{
    const int exponent = (int)(bits >> 10 & 31);
    const double fraction = (double)(bits & 1023) / 1024.0;
    return exponent ? ldexp(1.0 + fraction, exponent - 15) : ldexp(fraction, -14);
}

/* Each half is itself; between two of them the nearer one is taken, and in the middle the one with
 * the even last bit. */
static void every_half_keeps_its_place(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 0x7bff; bits++) {
        const double here = half_of(bits), next = half_of(bits + 1), middle = 0.5 * (here + next);
        assert_true(gf_precision_round(GF_PRECISION_FP16, here) == here);
        assert_true(gf_precision_round(GF_PRECISION_FP16, nextafter(middle, here)) == here);
        assert_true(gf_precision_round(GF_PRECISION_FP16, nextafter(middle, next)) == next);
        assert_true(gf_precision_round(GF_PRECISION_FP16, middle) == (bits & 1 ? next : here));
    }
}

static void not_numbers_stay(void **state)
{
    (void)state;
    for (int p = 0; p < GF_PRECISION_COUNT; p++) {
        assert_true(isnan(gf_precision_round((gf_precision)p, NAN)));
        assert_true(gf_precision_round((gf_precision)p, INFINITY) == INFINITY);
        assert_true(gf_precision_round((gf_precision)p, -INFINITY) == -INFINITY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_the_nearest), cmocka_unit_test(bfloats_are_the_nearest),
        cmocka_unit_test(floats_are_the_nearest), cmocka_unit_test(every_half_keeps_its_place),
        cmocka_unit_test(not_numbers_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
