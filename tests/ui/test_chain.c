/* The chain rule in numbers, the ticks of an axis, the ring of controls, and the history:
 * arithmetic behind panels. */
#include "support/test.h"

#include <stdlib.h>

#include "support/pass.h"
#include "ui/bars.h"
#include "ui/chain.h"
#include "ui/focus.h"
#include "ui/history.h"

static void slopes_are_what_integrals_give(void **unused)
{
    (void)unused;
    /* Half of a centred normal is where ReLU has slope 1. */
    assert_close(gf_chain_slope(GF_ACTIVATION_RELU, 0, 1), sqrt(0.5),
                 2e-3); /* one sample of 1201 is on the kink */
    assert_close(gf_chain_slope(GF_ACTIVATION_LINEAR, 3, 2), 1, 1e-12);
    /* All of it at 0, where sigmoid' is a quarter. */
    assert_close(gf_chain_slope(GF_ACTIVATION_SIGMOID, 0, 0), 0.25, 1e-12);
    /* By a sum over 200001 points; six standard deviations leave out 2e-9. */
    assert_close(gf_chain_slope(GF_ACTIVATION_TANH, 0, 1), 0.6814711310453845, 1e-6);
}

static void check_steps(gf_backend *backend, const gf_device *device)
{
    gf_spec spec = gf_spec_default();
    gf_run run;
    gf_error error = {0};
    double log_product = 0;
    spec.depth = 12;
    if (gf_test_pass(backend, device, &spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    for (int32_t layer = spec.depth; layer >= 1; layer--) {
        const gf_chain chain = gf_chain_of(&run, layer);
        assert_int_equal(chain.steps, spec.depth - layer);
        assert_true(chain.has_step == (layer < spec.depth));
        if (chain.has_step) log_product += log10(chain.step);
        /* Twelve roundings. */
        assert_true(fabs(gf_scaled_log10(chain.product) - log_product) < 1e-9);
        if (chain.has_factors) assert_close(chain.slope * chain.weights, chain.step, 1e-12);
    }
    gf_run_destroy(&run);
}

static void steps_multiply_to_the_product(void **unused)
{
    (void)unused;
    gf_test_each_device(check_steps);
}

static void ticks_are_few_and_round(void **unused)
{
    (void)unused;
    assert_close(gf_tick_step(1, 6), 0.2, 1e-12);
    assert_close(gf_tick_step(10, 6), 2, 1e-12);
    assert_close(gf_tick_step(64, 6), 20, 1e-12);
    assert_close(gf_tick_step(3e-7, 6), 5e-8, 1e-9);
    for (double length = 1e-9; length < 1e9; length *= 1.37)
        assert_true(length / gf_tick_step(length, 6) <= 6 + 1e-9);
}

static void draw_stops(gf_focus_ring *ring, const uint32_t *ids, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        gf_focus_stop(ring, ids[i]);
    gf_focus_turn(ring);
}

static void tab_goes_round_what_is_drawn(void **unused)
{
    (void)unused;
    const uint32_t ids[] = {11, 22, 33};
    gf_focus_ring ring = {0};
    draw_stops(&ring, ids, 3);
    assert_int_equal(ring.current, 0);
    ring.turns = 1;
    draw_stops(&ring, ids, 3);
    assert_int_equal(ring.current, 11);
    ring.turns = 4;
    draw_stops(&ring, ids, 3);
    assert_int_equal(ring.current, 22);
    ring.turns = -2;
    draw_stops(&ring, ids, 3);
    assert_int_equal(ring.current, 33);
    draw_stops(&ring, ids, 2); /* it is gone */
    assert_int_equal(ring.current, 0);
    ring.turns = -1;
    draw_stops(&ring, ids, 3);
    assert_int_equal(ring.current, 33);
}

static gf_snapshot of_depth(int32_t depth)
{
    gf_snapshot snapshot = {.specs = {gf_spec_default()}};
    snapshot.specs[0].depth = depth;
    return snapshot;
}

static void history_goes_back_and_forth(void **unused)
{
    (void)unused;
    gf_history *history = calloc(1, sizeof *history);
    gf_snapshot out;
    assert_false(gf_history_undo(history, &out));
    for (int32_t depth = 1; depth <= GF_HISTORY_MAX + 6; depth++) {
        const gf_snapshot snapshot = of_depth(depth);
        gf_history_note(history, &snapshot);
        gf_history_note(history, &snapshot); /* the same is no change */
    }
    assert_int_equal(history->count, GF_HISTORY_MAX);
    assert_true(gf_history_undo(history, &out));
    assert_int_equal(out.specs[0].depth, GF_HISTORY_MAX + 5);
    assert_true(gf_history_redo(history, &out));
    assert_int_equal(out.specs[0].depth, GF_HISTORY_MAX + 6);
    assert_false(gf_history_redo(history, &out));
    for (int i = 0; i < 3; i++)
        assert_true(gf_history_undo(history, &out));
    const gf_snapshot other = of_depth(5000);
    gf_history_note(history, &other);
    assert_false(gf_history_redo(history, &out));
    while (gf_history_undo(history, &out)) {
    }
    assert_int_equal(out.specs[0].depth, 7); /* the oldest six are forgotten */
    free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_what_integrals_give),
        cmocka_unit_test(steps_multiply_to_the_product),
        cmocka_unit_test(ticks_are_few_and_round),
        cmocka_unit_test(tab_goes_round_what_is_drawn),
        cmocka_unit_test(history_goes_back_and_forth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
