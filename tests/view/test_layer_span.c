/* Zoom and pan of the layer axis. */
#include "support/test.h"
#include "view/layer_span.h"

static const gf_layer_span whole = {0.0, 0.0};

static double place_on_screen(gf_layer_span span, int32_t depth, double place)
{
    const gf_layer_span now = gf_layer_span_resolve(span, depth);
    return (place - now.first) / gf_layer_span_layers(now);
}

static void zero_is_all_of_it(void **state)
{
    (void)state;
    const int32_t depths[] = {1, 2, 24, 1000000};
    for (int i = 0; i < 4; i++) {
        const gf_layer_span all = gf_layer_span_resolve(whole, depths[i]);
        assert_true(all.first == 1.0 && all.last == depths[i]);
        assert_true(gf_layer_span_is_whole(whole, depths[i]));
    }
    assert_false(gf_layer_span_is_whole((gf_layer_span){3.0, 20.0}, 24));
}

static void a_zoom_keeps_its_anchor_where_it_is(void **state)
{
    (void)state;
    gf_layer_span span = whole;
    const double anchor = 617.25, before = place_on_screen(span, 1000, anchor);
    for (int i = 0; i < 10; i++) {
        span = gf_layer_span_zoom(span, 1000, anchor, 1.5);
        assert_close(place_on_screen(span, 1000, anchor), before, 1e-9);
    }
    assert_close(gf_layer_span_layers(span), 1000.0 / pow(1.5, 10), 1e-9); /* ten roundings */
}

static void a_zoom_has_ends(void **state)
{
    (void)state;
    gf_layer_span span = whole;
    for (int i = 0; i < 100; i++)
        span = gf_layer_span_zoom(span, 1000, 1.0, 2.0);
    assert_close(gf_layer_span_layers(span), GF_SPAN_LAYERS_MIN, 1e-12);
    assert_true(span.first == 1.0);
    for (int i = 0; i < 100; i++)
        span = gf_layer_span_zoom(span, 1000, 700.0, 0.5);
    assert_true(span.first == 0.0 && span.last == 0.0);
    assert_true(gf_layer_span_is_whole(gf_layer_span_zoom(whole, 3, 2.0, 8.0), 3));
}

static void a_pan_stops_at_the_ends(void **state)
{
    (void)state;
    const gf_layer_span start = {100.0, 199.0};
    gf_layer_span span = gf_layer_span_pan(start, 1000, 50.5);
    assert_true(span.first == 150.5 && span.last == 249.5);
    span = gf_layer_span_pan(start, 1000, 1e9);
    assert_true(span.first == 901.0 && span.last == 1000.0);
    span = gf_layer_span_pan(start, 1000, -1e9);
    assert_true(span.first == 1.0 && span.last == 100.0);
    span = gf_layer_span_centre(start, 1000, 500.0);
    assert_close(0.5 * (span.first + span.last + 1.0), 500.0, 1e-12);
    assert_true(gf_layer_span_is_whole(gf_layer_span_pan(whole, 1000, 3.0), 1000));
}

static void nonsense_is_brought_into_the_network(void **state)
{
    (void)state;
    const gf_layer_span odd[] = {{-5.0, 3.0},  {990.0, 2000.0},      {NAN, 5.0},    {7.0, NAN},
                                 {50.0, 20.0}, {INFINITY, INFINITY}, {500.0, 500.0}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const gf_layer_span span = gf_layer_span_resolve(odd[i], 1000);
        if (!(span.first >= 1.0 && span.last <= 1000.0 && gf_layer_span_layers(span) >= 4.0))
            fail_msg("case %zu: %g..%g", i, span.first, span.last);
    }
    const gf_layer_span span = {100.0, 199.0};
    assert_true(gf_layer_span_zoom(span, 1000, NAN, 2.0).first == 100.0);
    assert_true(gf_layer_span_zoom(span, 1000, 150.0, 0.0).first == 100.0);
    assert_true(gf_layer_span_pan(span, 1000, NAN).first == 100.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_is_all_of_it),
        cmocka_unit_test(a_zoom_keeps_its_anchor_where_it_is),
        cmocka_unit_test(a_zoom_has_ends),
        cmocka_unit_test(a_pan_stops_at_the_ends),
        cmocka_unit_test(nonsense_is_brought_into_the_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
