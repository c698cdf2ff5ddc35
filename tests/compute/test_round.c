/* The fast rounding of rows against the written-out rounding of single values. */
#include "base/bits.h"
#include "compute/cpu/round.h"
#include "model/precision.h"
#include "support/test.h"

/* Both signs of a value, in a row of their own and at the end of a longer one (vectors and the rest
 * of them). */
static void check(gf_precision precision, float value)
{
    float row[21] = {0.0f};
    for (int sign = 0; sign < 2; sign++) {
        const float given = sign ? -value : value;
        const float want = (float)gf_precision_round(precision, (double)given);
        for (int i = 0; i < 21; i++)
            row[i] = given;
        gf_round_row(precision, row, 21);
        const bool same = isnan(want) ? isnan(row[0]) && isnan(row[20])
                                      : gf_bits_of(row[0]) == gf_bits_of(want) &&
                                            gf_bits_of(row[20]) == gf_bits_of(want);
        if (!same)
            fail_msg("%s of %a is %a and %a, expected %a", gf_precision_names[precision],
                     (double)given, (double)row[0], (double)row[20], (double)want);
    }
}

static void check_around(gf_precision precision, float value)
{
    check(precision, value);
    check(precision, nextafterf(value, 0.0f));
    check(precision, nextafterf(value, INFINITY));
}

/* The value of 16 bits that are an fp16: sign, 5 bits of exponent, 10 of significand. */
static float half_of(uint32_t bits)
{
    const uint32_t exponent = (bits >> 10) & 31u, rest = bits & 1023u;
    const float size = exponent == 31u  ? rest ? NAN : INFINITY
                       : exponent == 0u ? ldexpf((float)rest, -24)
                                        : ldexpf((float)(rest + 1024u), (int)exponent - 25);
    return bits >> 15 ? -size : size;
}

/* Numbers of the type stay; the middle between two goes to the even one, what is beside the middle
 * to the nearer. */
static void every_fp16_and_every_tie(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 65536u; bits++) {
        const float value = half_of(bits);
        float row = value;
        gf_round_row(GF_PRECISION_FP16, &row, 1);
        assert_true(isnan(value) ? isnan(row) : gf_bits_of(row) == gf_bits_of(value));
        if (bits < 0x7c00u) check_around(GF_PRECISION_FP16, value);
        if (bits < 0x7bffu) check_around(GF_PRECISION_FP16, (value + half_of(bits + 1)) / 2.0f);
    }
    check_around(GF_PRECISION_FP16, 65520.0f); /* half a place above the largest: infinite */
    check_around(GF_PRECISION_FP16, 0x1p-25f); /* half of the smallest: zero */
}

static void every_bf16_and_every_tie(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 65536u; bits++) {
        const float value = gf_float_of(bits << 16);
        float row = value;
        gf_round_row(GF_PRECISION_BF16, &row, 1);
        assert_true(isnan(value) ? isnan(row) : gf_bits_of(row) == gf_bits_of(value));
        if (bits >= 0x7f80u) continue;
        check_around(GF_PRECISION_BF16, value);
        check_around(GF_PRECISION_BF16, gf_float_of(bits << 16 | 0x8000u));
    }
}

static void any_float(void **state)
{
    (void)state;
    const float special[] = {0.0f, INFINITY, NAN, 0x1p-149f, 0x1p-126f, 0x1.fffffep127f, 1.0f};
    uint32_t bits = 1;
    for (int precision = GF_PRECISION_EXACT; precision < GF_PRECISION_COUNT; precision++) {
        for (size_t i = 0; i < sizeof special / sizeof *special; i++)
            check((gf_precision)precision, special[i]);
        for (int i = 0; i < 200000; i++) {
            bits = bits * 1664525u + 1013904223u;
            check((gf_precision)precision, gf_float_of(bits & 0x7fffffffu));
        }
    }
}

/* The processor's treatment of subnormals must not show; a NaN with all its bits low stays one. */
static void not_a_number_stays(void **state)
{
    (void)state;
    float row[2] = {gf_float_of(0x7f800001u), gf_float_of(0xff800001u)};
    gf_round_row(GF_PRECISION_BF16, row, 2);
    assert_true(isnan(row[0]) && isnan(row[1]));
    gf_round_row(GF_PRECISION_FP16, row, 2);
    assert_true(isnan(row[0]) && isnan(row[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fp16_and_every_tie),
        cmocka_unit_test(every_bf16_and_every_tie),
        cmocka_unit_test(any_float),
        cmocka_unit_test(not_a_number_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
