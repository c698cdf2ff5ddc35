/* The numbers a network starts from: bit for bit those of the independent implementation in
 * make_expected.py, with the moments that theory gives them. */
#include "model/init.h"

#include "base/bits.h"
#include "model/philox.h"
#include "support/networks.h"
#include "support/test.h"

/* CRC-32 as in zlib, continued from `crc`, over the little-endian bytes of `values`. */
static uint32_t checksum(uint32_t crc, const float *values, int32_t count)
{
    crc = ~crc;
    for (int32_t i = 0; i < count; i++) {
        const uint32_t bits = gf_bits_of(values[i]);
        for (int b = 0; b < 32; b++) {
            const uint32_t low = (crc ^ (bits >> b)) & 1u;
            crc = (crc >> 1) ^ (low ? 0xEDB88320u : 0u);
        }
    }
    return ~crc;
}

static uint32_t checksum_matrix(uint32_t crc, gf_fill fill, uint64_t seed, int32_t layer,
                                int32_t rows, int32_t columns)
{
    float row[64];
    assert_in_range(columns, 1, 64);
    for (int32_t r = 0; r < rows; r++) {
        gf_fill_row(&fill, seed, layer, r, columns, row);
        crc = checksum(crc, row, columns);
    }
    return crc;
}

static uint32_t checksum_network(const gf_spec *spec)
{
    uint32_t crc = 0;
    for (int32_t l = 1; l <= spec->depth; l++) {
        const int32_t out = gf_spec_fan_out(spec, l);
        crc = checksum_matrix(crc, gf_fill_weight(spec, l), spec->seed, l, out,
                              gf_spec_fan_in(spec, l));
        const gf_fill bias = gf_fill_bias(spec, l);
        float row[64];
        gf_fill_row(&bias, spec->seed, l, 0, out, row);
        for (int32_t i = 0; i < out; i++)
            row[i] += 0.0f; /* no bias is +0 and -0 alike */
        crc = checksum(crc, row, out);
    }
    crc =
        checksum_matrix(crc, gf_fill_input(), spec->seed, 0, spec->batch, gf_spec_fan_out(spec, 0));
    return checksum_matrix(crc, gf_fill_target(), spec->seed, 0, spec->batch,
                           gf_spec_fan_out(spec, spec->depth));
}

static void networks_have_the_expected_bits(void **state)
{
    (void)state;
    for (int32_t i = 0; i < GF_EXPECTED_NETWORK_COUNT; i++) {
        const gf_spec spec = gf_expected_spec(&gf_expected_networks[i]);
        if (!gf_expected_networks[i].checksum) continue; /* orthogonal: test_orthogonal.c */
        assert_int_equal(checksum_network(&spec), gf_expected_networks[i].checksum);
    }
}

/* A row asked for in part is the beginning of the whole row: a value depends on its place alone. */
static void values_depend_on_their_place_alone(void **state)
{
    (void)state;
    const gf_fill fill = gf_fill_input();
    float whole[33], part[33];
    gf_fill_row(&fill, 7, 3, 5, 33, whole);
    for (int32_t count = 1; count < 33; count++) {
        gf_fill_row(&fill, 7, 3, 5, count, part);
        assert_memory_equal(part, whole, (size_t)count * sizeof *part);
    }
    gf_fill_row(&fill, 8, 3, 5, 33, part);
    assert_memory_not_equal(part, whole, sizeof part);
    gf_fill_row(&fill, 7, 4, 5, 33, part);
    assert_memory_not_equal(part, whole, sizeof part);
    gf_fill_row(&fill, 7, 3, 6, 33, part);
    assert_memory_not_equal(part, whole, sizeof part);
    gf_fill_row(&fill, 7 + (1ull << 32), 3, 5, 33, part); /* the high half of the seed counts */
    assert_memory_not_equal(part, whole, sizeof part);
}

typedef struct moments {
    double mean, variance, skewness, kurtosis;
} moments;

#define SAMPLE_ROWS    1000
#define SAMPLE_COLUMNS 1000

static moments measure(gf_distribution distribution)
{
    const gf_fill fill = {GF_STREAM_WEIGHT, distribution, 1.0f};
    double power[5] = {0};
    static float row[SAMPLE_COLUMNS];
    for (int32_t r = 0; r < SAMPLE_ROWS; r++) {
        gf_fill_row(&fill, 12345, 1, r, SAMPLE_COLUMNS, row);
        for (int32_t c = 0; c < SAMPLE_COLUMNS; c++)
            for (int k = 1; k <= 4; k++)
                power[k] += pow(row[c], k) / ((double)SAMPLE_ROWS * SAMPLE_COLUMNS);
    }
    const double m = power[1], variance = power[2] - m * m;
    const double third = power[3] - 3 * m * power[2] + 2 * m * m * m;
    const double fourth = power[4] - 4 * m * power[3] + 6 * m * m * power[2] - 3 * m * m * m * m;
    return (moments){m, variance, third / pow(variance, 1.5), fourth / (variance * variance)};
}

/* Of N = 10^6 values the standard errors are sqrt(v/N) for the mean, sqrt((k-1)/N) v for the
 * variance, about sqrt(6/N) and sqrt(24/N) for skewness and kurtosis of a normal sample; five of
 * them are allowed. */
static void normal_values_have_the_moments_of_theory(void **state)
{
    (void)state;
    const moments m = measure(GF_NORMAL);
    assert_true(fabs(m.mean) < 5e-3);
    assert_true(fabs(m.variance - 1.0) < 5 * 1.42e-3);
    assert_true(fabs(m.skewness) < 5 * 2.45e-3);
    assert_true(fabs(m.kurtosis - 3.0) < 5 * 4.9e-3);
}

static void uniform_values_have_the_moments_of_theory(void **state)
{
    (void)state;
    const moments m = measure(GF_UNIFORM);
    assert_true(fabs(m.mean) < 5 * 5.8e-4);
    assert_true(fabs(m.variance - 1.0 / 3.0) < 5 * 3e-4);
    assert_true(fabs(m.skewness) < 5 * 2.45e-3);
    assert_true(fabs(m.kurtosis - 1.8) < 5 * 4.9e-3);
}

/* Over 10^6 biases, as above: N(0, bias_std) whatever the init, and the uniform ones of nn.Linear
 * without it. */
static void biases_have_the_deviation_asked_for(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = SAMPLE_ROWS;
    spec.width = SAMPLE_COLUMNS;
    static float row[SAMPLE_COLUMNS];
    for (int own = 0; own < 2; own++) {
        double sum = 0.0, squares = 0.0, largest = 0.0;
        spec.bias_std = own ? 0.3 : 0.0;
        for (int32_t l = 1; l <= spec.depth; l++) {
            const gf_fill fill = gf_fill_bias(&spec, l);
            gf_fill_row(&fill, spec.seed, l, 0, SAMPLE_COLUMNS, row);
            for (int32_t i = 0; i < SAMPLE_COLUMNS; i++) {
                sum += row[i];
                squares += (double)row[i] * row[i];
                largest = fmax(largest, fabs((double)row[i]));
            }
        }
        const double n = (double)SAMPLE_ROWS * SAMPLE_COLUMNS, bound = 1.0 / sqrt(SAMPLE_COLUMNS);
        const double variance = own ? 0.09 : bound * bound / 3.0;
        assert_true(fabs(sum / n) < 5 * sqrt(variance / n));
        assert_true(fabs(squares / n / variance - 1.0) < 5 * 1.42e-3);
        assert_true(own ? largest > 4 * 0.3 : largest <= bound * (1 + 1e-7));
    }
}

/* Quantiles of the standard normal distribution (Abramowitz and Stegun 26.2, 10 digits), by the
 * share that lies below. The word is the share times 2^32, from 0.5 down to the tail; the cubics
 * are good to 6e-5 (make_normal_table.py). */
static void normal_values_are_the_quantiles(void **state)
{
    (void)state;
    static const struct {
        double tail, quantile;
    } known[] = {{0.25, 0.6744897502},  {0.1, 1.2815515655},  {0.05, 1.6448536270},
                 {0.025, 1.9599639845}, {0.01, 2.3263478740}, {0.005, 2.5758293035},
                 {0.001, 3.0902323062}, {1e-4, 3.7190164855}, {1e-5, 4.2648907939},
                 {1e-6, 4.7534243088},  {1e-7, 5.1993375821}, {1e-8, 5.6120012442}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint32_t m = (uint32_t)(known[i].tail * 4294967296.0);
        const double upper = gf_philox_normal(m), lower = gf_philox_normal(m | 0x80000000u);
        assert_true(upper == -lower);
        /* m is cut to a whole number: allow for what one step of it moves the quantile, about 1 /
         * (m q) */
        assert_true(fabs(upper - known[i].quantile) < 1e-4 + 1.0 / (m + 1.0));
    }
    assert_true(gf_philox_normal(0) > 6.0 && gf_philox_normal(0) <= 6.34f);
    assert_true(gf_philox_normal(0x7fffffffu) > 0.0f && gf_philox_normal(0x7fffffffu) < 1e-6f);
}

static void uniform_values_stay_inside(void **state)
{
    (void)state;
    assert_true(gf_philox_uniform(0) == -1.0f + 0x1p-23f);
    assert_true(gf_philox_uniform(0xffffffffu) == 1.0f - 0x1p-23f);
    assert_true(gf_philox_uniform(0x7fffffffu) == -0x1p-23f);
    assert_true(gf_philox_uniform(0x80000000u) == 0x1p-23f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_have_the_expected_bits),
        cmocka_unit_test(values_depend_on_their_place_alone),
        cmocka_unit_test(normal_values_have_the_moments_of_theory),
        cmocka_unit_test(uniform_values_have_the_moments_of_theory),
        cmocka_unit_test(biases_have_the_deviation_asked_for),
        cmocka_unit_test(normal_values_are_the_quantiles),
        cmocka_unit_test(uniform_values_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
