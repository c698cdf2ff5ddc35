/* The playhead as arithmetic. */
#include <math.h>

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

/* ---- The forward phase --------------------------------------------------------------------------
 */

static gf_timeline playing_forward(int32_t depth)
{
    gf_timeline timeline = {.has_forward = true};
    gf_timeline_reset(&timeline, depth);
    return timeline;
}

static void the_signal_goes_forward_before_the_gradient_comes_back(void **state)
{
    (void)state;
    gf_timeline timeline = playing_forward(24);
    double forward = -1.0, front = 26.0;
    int frames = 0, forward_frames = 0;
    for (; timeline.playing && frames < 10000; frames++) {
        const double now = gf_timeline_forward(&timeline), back = gf_timeline_front(&timeline);
        assert_true(now >= forward && back <= front);
        assert_true(now == 24.0 || back == 25.0); /* never both on their way */
        forward_frames += gf_timeline_is_forward(&timeline);
        forward = now;
        front = back;
        gf_timeline_advance(&timeline, 1.0 / 60.0, 1);
    }
    assert_true(gf_timeline_front(&timeline) == 1.0 && gf_timeline_forward(&timeline) == 24.0);
    assert_close(frames / 60.0, 7.0, 0.01); /* two seconds and five; a frame or two of 420 */
    assert_close(forward_frames / 60.0, 2.0, 0.01);
}

static void without_a_forward_phase_nothing_is_lit_by_it(void **state)
{
    (void)state;
    gf_timeline timeline = playing(24);
    assert_true(gf_timeline_forward(&timeline) == 0.0);
    gf_timeline_seek(&timeline, -0.5);
    assert_false(gf_timeline_is_forward(&timeline));
    gf_timeline_seek(&timeline, 1.0);
    assert_true(gf_timeline_forward(&timeline) == 0.0);
}

/* Layers come from the output down: the first ones would be missing. */
static void while_layers_are_missing_there_is_no_forward_wave(void **state)
{
    (void)state;
    gf_timeline timeline = playing_forward(10);
    gf_timeline_advance(&timeline, 0.1, 11);
    assert_false(gf_timeline_is_forward(&timeline));
    assert_true(gf_timeline_front(&timeline) == 11.0);
    gf_timeline_advance(&timeline, 0.1, 6);
    assert_true(gf_timeline_front(&timeline) < 11.0);
}

static void steps_go_through_both_phases(void **state)
{
    (void)state;
    gf_timeline timeline = playing_forward(7);
    for (int layer = 1; layer <= 7; layer++) {
        gf_timeline_step(&timeline, 1);
        assert_true(gf_timeline_forward(&timeline) == layer);
        assert_true(gf_timeline_front(&timeline) == 8.0);
    }
    gf_timeline_step(&timeline, 1);
    assert_true(gf_timeline_front(&timeline) == 7.0);
    gf_timeline_step(&timeline, -2);
    assert_true(gf_timeline_forward(&timeline) == 6.0 && gf_timeline_front(&timeline) == 8.0);
    gf_timeline_step(&timeline, -100);
    assert_true(timeline.moment == -1.0);
    gf_timeline_seek(&timeline, -0.5); /* forward 3.5 */
    gf_timeline_step(&timeline, 1);
    assert_true(gf_timeline_forward(&timeline) == 4.0);
    assert_false(timeline.playing);
}

static void a_reset_keeps_the_forward_phase(void **state)
{
    (void)state;
    gf_timeline timeline = playing_forward(10);
    gf_timeline_seek(&timeline, 1.0);
    gf_timeline_reset(&timeline, 20);
    assert_true(timeline.moment == -1.0 && timeline.has_forward);
}

/* A film shows what the window plays: the same moments at the same time, at an even pace. */
static void a_film_moves_as_the_window_does(void **state)
{
    (void)state;
    gf_timeline timeline = playing_forward(10);
    double before = gf_timeline_moment_at(0.0);
    assert_true(before == -1.0);
    assert_true(gf_timeline_moment_at(1.0) == 1.0 && gf_timeline_moment_at(7.0) == 1.0);
    for (int frame = 1; frame <= 140; frame++) { /* 7 seconds in 140 steps */
        const double moment = gf_timeline_moment_at(frame / 140.0);
        gf_timeline_advance(&timeline, 0.05, 1);
        assert_true(fabs(moment - timeline.moment) < 1e-12); /* 140 roundings near 1 */
        const double step = frame <= 40 ? 0.05 / 2.0 : 0.05 / 5.0;
        assert_true(fabs(moment - before - step) < 1e-12);
        before = moment;
    }
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
        cmocka_unit_test(the_signal_goes_forward_before_the_gradient_comes_back),
        cmocka_unit_test(without_a_forward_phase_nothing_is_lit_by_it),
        cmocka_unit_test(while_layers_are_missing_there_is_no_forward_wave),
        cmocka_unit_test(steps_go_through_both_phases),
        cmocka_unit_test(a_reset_keeps_the_forward_phase),
        cmocka_unit_test(a_film_moves_as_the_window_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
