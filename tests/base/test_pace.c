/* Ranks of gaps are upper edges of milliseconds; the worst gap is exact, however long. */
#include "base/pace.h"

#include "support/test.h"

static void no_frame_has_no_gap(void **state)
{
    (void)state;
    const gf_pace pace = {0};
    assert_float_equal(gf_pace_rank(&pace, 0.99), 0, 0);
}

static void ranks_of_a_hundred_gaps(void **state)
{
    (void)state;
    gf_pace pace = {0};
    for (int i = 0; i < 98; i++)
        gf_pace_add(&pace, 16.7);
    gf_pace_add(&pace, 33.3);
    gf_pace_add(&pace, 250.5);
    assert_int_equal(pace.count, 100);
    assert_float_equal(gf_pace_rank(&pace, 0.50), 17, 0);
    assert_float_equal(gf_pace_rank(&pace, 0.98), 17, 0);
    assert_float_equal(gf_pace_rank(&pace, 0.99), 34, 0);
    assert_float_equal(gf_pace_rank(&pace, 1.00), 250.5, 0);
    assert_float_equal(pace.worst_ms, 250.5, 0);
}

static void what_is_longer_than_all_bins(void **state)
{
    (void)state;
    gf_pace pace = {0};
    gf_pace_add(&pace, 61000);
    gf_pace_add(&pace, -1); /* a clock that was put back */
    assert_float_equal(gf_pace_rank(&pace, 1), 61000, 0);
    assert_float_equal(gf_pace_rank(&pace, 0.5), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_frame_has_no_gap),
        cmocka_unit_test(ranks_of_a_hundred_gaps),
        cmocka_unit_test(what_is_longer_than_all_bins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
