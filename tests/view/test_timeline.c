/* The playhead as arithmetic. */
#include "support/test.h"
#include "view/timeline.h"

static gf_timeline playing(int32_t depth)
{
    gf_timeline timeline = {0};
    gf_timeline_reset(&timeline, depth);
    return timeline;
}

static double seconds_of_a_pass(int32_t depth)
{
    gf_timeline timeline = playing(depth);
    int frames = 0;
    for (; timeline.playing && frames < 100000; frames++)
        gf_timeline_advance(&timeline, 1.0 / 60.0, 1);
    return frames / 60.0;
}

static void a_pass_takes_the_same_seconds_at_any_depth(void **state)
{
    (void)state;
    const double two = seconds_of_a_pass(2);
    assert_true(two > 2.0 && two < 10.0);
    assert_close(seconds_of_a_pass(10000), two, 0.01); /* one frame of 300 */
    assert_close(seconds_of_a_pass(1), two, 0.01);
}

static void it_starts_unlit_and_ends_with_every_layer_lit(void **state)
{
    (void)state;
    gf_timeline timeline = playing(24);
    assert_true(gf_timeline_front(&timeline) == 25.0);
    gf_timeline_seek(&timeline, 1.0);
    assert_true(gf_timeline_front(&timeline) == 1.0);
    gf_timeline_seek(&timeline, 7.0);
    assert_true(timeline.moment == 1.0);
    gf_timeline_seek(&timeline, -1.0);
    assert_true(timeline.moment == 0.0);
}

static void a_stall_is_no_jump(void **state)
{
    (void)state;
    gf_timeline stalled = playing(10), steady = playing(10);
    gf_timeline_advance(&stalled, 30.0, 1);
    gf_timeline_advance(&steady, 0.1, 1);
    assert_true(stalled.moment == steady.moment);
    assert_true(stalled.moment > 0.0);
    gf_timeline_advance(&steady, -5.0, 1); /* a clock that went back */
    assert_true(stalled.moment == steady.moment);
}

static void it_waits_for_layers_that_are_not_computed(void **state)
{
    (void)state;
    gf_timeline timeline = playing(10);
    for (int i = 0; i < 1000; i++)
        gf_timeline_advance(&timeline, 0.1, 6);
    assert_true(timeline.playing);
    assert_true(gf_timeline_front(&timeline) == 6.0);
    gf_timeline_advance(&timeline, 0.1,
                        11); /* a new run: nothing is ready, the wave does not go back */
    assert_true(gf_timeline_front(&timeline) == 6.0);
    for (int i = 0; i < 1000; i++)
        gf_timeline_advance(&timeline, 0.1, 1);
    assert_true(gf_timeline_front(&timeline) == 1.0);
    assert_false(timeline.playing);
}

static void a_step_lands_on_a_layer_and_pauses(void **state)
{
    (void)state;
    gf_timeline timeline = playing(7); /* sevenths are no exact binary fractions */
    for (int layer = 7; layer >= 1; layer--) {
        gf_timeline_step(&timeline, 1);
        assert_true(gf_timeline_front(&timeline) == layer);
    }
    gf_timeline_step(&timeline, 1);
    assert_true(gf_timeline_front(&timeline) == 1.0);
    gf_timeline_step(&timeline, -2);
    assert_true(gf_timeline_front(&timeline) == 3.0);
    assert_false(timeline.playing);
    gf_timeline_seek(&timeline, 0.5); /* front 4.5 */
    gf_timeline_step(&timeline, 1);
    assert_true(gf_timeline_front(&timeline) == 4.0);
    gf_timeline_seek(&timeline, 0.5);
    gf_timeline_step(&timeline, -1);
    assert_true(gf_timeline_front(&timeline) == 5.0);
}

static void speed_is_kept_by_a_reset_and_scales_the_way(void **state)
{
    (void)state;
    gf_timeline timeline = {.speed = 2.0}, plain = playing(10);
    gf_timeline_reset(&timeline, 10);
    gf_timeline_advance(&timeline, 0.05, 1);
    gf_timeline_advance(&plain, 0.05, 1);
    assert_close(timeline.moment, 2.0 * plain.moment, 1e-12); /* one rounding */
}

static void a_zeroed_timeline_does_nothing(void **state)
{
    (void)state;
    gf_timeline timeline = {0};
    gf_timeline_advance(&timeline, 0.1, 1);
    gf_timeline_step(&timeline, 1);
    assert_true(timeline.moment == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_takes_the_same_seconds_at_any_depth),
        cmocka_unit_test(it_starts_unlit_and_ends_with_every_layer_lit),
        cmocka_unit_test(a_stall_is_no_jump),
        cmocka_unit_test(it_waits_for_layers_that_are_not_computed),
        cmocka_unit_test(a_step_lands_on_a_layer_and_pauses),
        cmocka_unit_test(speed_is_kept_by_a_reset_and_scales_the_way),
        cmocka_unit_test(a_zeroed_timeline_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
