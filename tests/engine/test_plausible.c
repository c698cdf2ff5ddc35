/* A record whose exponents no network can have is not used. */
#include "engine/plausible.h"

#include "support/test.h"

#define MOST ((int64_t)1 << 40)

static void assert_bounded(gf_layer_record *record, int64_t *exponent)
{
    assert_true(gf_record_is_plausible(record));
    *exponent = MOST;
    assert_true(gf_record_is_plausible(record));
    *exponent = MOST + 1;
    assert_false(gf_record_is_plausible(record));
    *exponent = -MOST;
    assert_true(gf_record_is_plausible(record));
    *exponent = -MOST - 1;
    assert_false(gf_record_is_plausible(record));
    *exponent = 0;
}

static void every_exponent_of_a_record_is_looked_at(void **state)
{
    (void)state;
    gf_layer_record record = {.dead_share = NAN};
    assert_bounded(&record, &record.weight_grad_norm.exponent);
    assert_bounded(&record, &record.bias_grad_norm.exponent);
    assert_bounded(&record, &record.delta_rms.exponent);
    assert_bounded(&record, &record.delta_max.exponent);
    assert_bounded(&record, &record.z.exponent);
    assert_bounded(&record, &record.a.exponent);
    assert_bounded(&record, &record.delta.top_octave);
    assert_bounded(&record, &record.weight_grad.top_octave);
}

static void a_number_without_end_is_plausible_and_its_exponent_not(void **state)
{
    (void)state;
    assert_true(gf_scaled_is_plausible((gf_scaled){INFINITY, 0}));
    assert_false(gf_scaled_is_plausible((gf_scaled){1.0, INT64_MIN}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exponent_of_a_record_is_looked_at),
        cmocka_unit_test(a_number_without_end_is_plausible_and_its_exponent_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
