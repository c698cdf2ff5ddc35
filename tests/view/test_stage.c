/* The stage beyond the wave of the gradient: activations, edges, zoom, two networks, spreading. */
#include <stdlib.h>

#include "support/picture.h"
#include "support/test.h"
#include "view/bands.h"
#include "view/palette.h"

#define WIDTH  960
#define HEIGHT 900
#define UPPER  (HEIGHT / 2)

static gf_rect stage_rect(void)
{
    return gf_test_half(true, WIDTH, HEIGHT);
}

/* Pixels of a colour on the stage between two columns. */
static int count_between(const uint32_t *pixels, gf_color color, int left, int right)
{
    int count = 0;
    for (int y = 0; y < UPPER; y++)
        for (int x = left; x < right; x++)
            count += pixels[y * WIDTH + x] == color >> 8;
    return count;
}

static int count_on_stage(const uint32_t *pixels, gf_color color)
{
    return count_between(pixels, color, 0, WIDTH);
}

static int count_different(const uint32_t *one, const uint32_t *other)
{
    int count = 0;
    for (int i = 0; i < UPPER * WIDTH; i++)
        count += one[i] != other[i];
    return count;
}

static uint32_t *draw(const gf_scene *scene)
{
    return gf_test_draw(scene, WIDTH, HEIGHT, NULL);
}

/* ---- Activations -------------------------------------------------------------------------------
 */

static void activations_light_up_from_the_input(void **state)
{
    (void)state;
    const gf_color unlit = gf_theme_dark()->unlit;
    const int32_t depths[] = {24, 130, 3000};
    for (int i = 0; i < 3; i++) {
        gf_run run = {0};
        gf_test_made_run(depths[i], 20, -3.0, 30.0 / depths[i], &run);
        gf_scene scene = gf_test_scene(&run, depths[i] + 1.0);
        scene.show_histograms = false;
        scene.forward = 0.5f * (float)depths[i];
        uint32_t *half = draw(&scene);
        scene.forward = (float)depths[i];
        uint32_t *all = draw(&scene);
        assert_int_equal(count_between(half, unlit, 0, WIDTH / 2 - 60), 0);
        assert_true(count_between(half, unlit, WIDTH / 2 + 60, WIDTH) > 20000);
        assert_int_equal(count_on_stage(all, unlit), 0);
        free(half);
        free(all);
        gf_run_destroy(&run);
    }
}

static void the_gradient_goes_over_the_activations(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    gf_scene scene = gf_test_scene(&run, 1.0);
    uint32_t *without = draw(&scene);
    scene.forward = 24.0f;
    uint32_t *with = draw(&scene);
    assert_int_equal(count_different(without, with), 0);
    free(without);
    free(with);
    gf_run_destroy(&run);
}

static gf_color largest(double sign)
{
    return gf_palette_activation(gf_theme_dark(), sign);
}

static void signs_have_colours_unless_size_alone_is_asked_for(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    gf_scene scene = gf_test_scene(&run, 25.0);
    scene.forward = 24.0f;
    uint32_t *by_sign = draw(&scene);
    scene.absolute = true;
    uint32_t *by_size = draw(&scene);
    assert_true(count_on_stage(by_sign, largest(-1.0)) > 500);
    assert_true(count_on_stage(by_sign, largest(1.0)) > 500);
    assert_int_equal(count_on_stage(by_size, largest(-1.0)), 0);
    assert_true(count_on_stage(by_size, largest(1.0)) > 1000);
    free(by_sign);
    free(by_size);
    gf_run_destroy(&run);
}

/* A unit that is silent for the whole batch is hollow, one that is not a number has its own colour.
 */
static void a_silent_unit_and_nan_are_seen(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    run.cells[23 * 20 + 7].activation = 0.0f; /* of the last layer, where the light is full */
    run.cells[23 * 20 + 12].activation = NAN;
    gf_scene scene = gf_test_scene(&run, 25.0);
    scene.forward = 24.0f;
    uint32_t *pixels = draw(&scene);
    assert_true(count_on_stage(pixels, gf_theme_dark()->zero) > 20);
    assert_true(count_on_stage(pixels, gf_theme_dark()->not_finite) > 50);
    free(pixels);
    gf_run_destroy(&run);
}

static void the_head_says_which_way_it_goes(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    gf_scene scene = gf_test_scene(&run, 25.0);
    scene.forward = 7.5f;
    free(gf_test_draw(&scene, WIDTH, HEIGHT, &labels));
    bool forward = false, backward = false;
    for (int32_t i = 0; i < labels.count; i++) {
        forward |= strstr(labels.labels[i].text, "signal flows forward   layer 7 of 24") != NULL;
        backward |= strstr(labels.labels[i].text, "backward") != NULL;
    }
    assert_true(forward && !backward);
    gf_run_destroy(&run);
}

/* ---- Edges -------------------------------------------------------------------------------------
 */

static void edges_are_drawn_where_there_is_a_gradient(void **state)
{
    (void)state;
    static float values[12 * 12];
    gf_run run = {0};
    gf_test_made_run(5, 12, 0.0, 1.0, &run);
    gf_edges edges = {0};
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.edges = &edges;
    uint32_t *none = draw(&scene);
    for (int32_t layer = 0; layer < 5; layer++)
        edges.values[layer] = values;
    uint32_t *zero = draw(&scene);
    assert_int_equal(count_different(none, zero), 0); /* no gradient, no edge */
    values[3 * 12 + 8] = -1e-30f;                     /* the only one of each layer */
    uint32_t *one = draw(&scene);
    assert_true(count_different(zero, one) > 500);
    edges.exponents[2] = -3000; /* far fainter than the others, and no smaller a number */
    uint32_t *faint = draw(&scene);
    assert_true(count_different(one, faint) > 100);
    free(faint);
    edges.exponents[2] = 0;
    edges.values[4] = NULL; /* not there yet */
    uint32_t *missing = draw(&scene);
    assert_true(count_different(one, missing) > 100);
    free(none);
    free(zero);
    free(one);
    free(missing);
    gf_run_destroy(&run);
}

static void edges_are_for_tiny_networks(void **state)
{
    (void)state;
    gf_spec spec = gf_spec_default();
    spec.depth = GF_EDGES_DEPTH_MAX;
    spec.width = GF_EDGES_WIDTH_MAX;
    assert_true(gf_edges_suit(&spec));
    spec.input_width = GF_EDGES_WIDTH_MAX + 1;
    assert_false(gf_edges_suit(&spec));
    spec.input_width = 0;
    spec.output_width = GF_EDGES_WIDTH_MAX + 1;
    assert_false(gf_edges_suit(&spec));
    spec.output_width = 0;
    spec.depth++;
    assert_false(gf_edges_suit(&spec));

    gf_run run = {0};
    const gf_edges edges = {0};
    gf_test_made_run(24, 20, 0.0, 1.0, &run);
    gf_scene scene = gf_test_scene(&run, 1.0);
    uint32_t *without = draw(&scene);
    scene.edges = &edges;
    uint32_t *with = draw(&scene);
    assert_int_equal(count_different(without, with), 0);
    free(without);
    free(with);
    gf_run_destroy(&run);
}

/* ---- Zoom --------------------------------------------------------------------------------------
 */

/* The odd unit stands out wherever the window is, and in the map when the window is elsewhere. */
static void nothing_is_lost_by_zooming(void **state)
{
    (void)state;
    const gf_color odd = gf_theme_dark()->not_finite;
    gf_run run = {0};
    gf_test_made_run(3000, 1024, 0.0, 0.01, &run);
    const gf_layer_span spans[] = {{0.0, 0.0}, {1000.0, 2000.3}, {1200.7, 1300.0}, {900.4, 1240.2}};
    for (int32_t i = 0; i < 24; i++) {
        gf_cell *cell = &run.cells[(1230 + i / 4) * 1024 + 777];
        gf_scene scene = gf_test_scene(&run, 1.0);
        scene.visible = spans[i % 4];
        cell->delta_log2 = NAN;
        uint32_t *pixels = draw(&scene);
        cell->delta_log2 = 0.0f;
        if (count_on_stage(pixels, odd) < 1)
            fail_msg("layer %d is not seen in window %d", 1231 + i / 4, i % 4);
        free(pixels);
    }
    run.layers[99].delta_rms = (gf_scaled){NAN, 0};
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.visible = (gf_layer_span){2000.0, 2100.0};
    scene.show_histograms = false;
    uint32_t *pixels = draw(&scene);
    assert_true(count_between(pixels, odd, 0, WIDTH / 2) == 0); /* veiled: not its pure colour */
    scene.visible = (gf_layer_span){50.0, 150.0};
    uint32_t *there = draw(&scene);
    assert_true(count_different(pixels, there) > 1000);
    free(pixels);
    free(there);
    gf_run_destroy(&run);
}

static void hits_agree_with_the_window(void **state)
{
    (void)state;
    gf_run run = {.spec = {.depth = 1000}};
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.visible = (gf_layer_span){400.5, 499.5};
    int32_t first = 0, last = 0;
    for (float x = 0.5f; x < WIDTH; x += 1.0f) {
        const int32_t layer = gf_view_stage_layer(NULL, &scene, stage_rect(), x, 150.0f);
        if (layer && !first) first = layer;
        if (layer) last = layer;
        assert_true(!layer || layer >= first);
    }
    assert_int_equal(first, 400);
    assert_int_equal(last, 500);
    const double step = gf_view_stage_layers_per_pixel(&scene, stage_rect());
    const double place = gf_view_stage_place(NULL, &scene, stage_rect(), 300.0f, 150.0f);
    assert_close(gf_view_stage_place(NULL, &scene, stage_rect(), 310.0f, 150.0f),
                 place + 10.0 * step, 1e-4);
}

static double map_place(const gf_scene *scene, float x)
{
    for (float y = UPPER; y > 0.0f; y -= 1.0f) {
        const double place = gf_view_minimap_place(scene, stage_rect(), x, y);
        if (place > 0.0) return place;
    }
    return 0.0;
}

static void the_map_is_of_the_whole_network(void **state)
{
    (void)state;
    gf_run run = {.spec = {.depth = 1000}};
    gf_scene scene = gf_test_scene(&run, 1.0);
    assert_true(map_place(&scene, 480.0f) == 0.0); /* all is on the stage: no map */
    scene.visible = (gf_layer_span){400.0, 499.0};
    assert_true(map_place(&scene, 27.0f) < 10.0);
    assert_close(map_place(&scene, 480.0f), 501.0, 0.01); /* a pixel is 1.1 layers */
    assert_true(map_place(&scene, 933.0f) > 990.0);
}

/* What was reduced and painted stays: a frame costs what has changed in it. */
static void the_same_layout_keeps_what_was_painted(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_summary summary = {0};
    gf_bands bands = {0};
    gf_test_made_run(300, 20, -3.0, 0.1, &run);
    gf_scene scene = gf_test_scene(&run, 1.0);
    for (int i = 0; i < 3; i++) {
        const gf_stage_layout layout = gf_stage_layout_make(&scene, stage_rect());
        assert_true(gf_summary_update(&summary, &run, 0));
        assert_true(gf_bands_update(&bands, &run, &summary, &layout));
        assert_int_equal(bands.bands[150].shown, i == 1 ? 77 : -1);
        bands.bands[150].shown = 77;
        if (i == 1) scene.visible = (gf_layer_span){1.0, 299.0};
    }
    gf_bands_destroy(&bands);
    gf_summary_destroy(&summary);
    gf_run_destroy(&run);
}

/* ---- Frames that follow each other
 * --------------------------------------------------------------- */

static void frames_do_not_depend_on_those_before(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(300, 20, -3.0, 0.1, &run);
    gf_scene last = gf_test_scene(&run, 120.25);
    last.forward = 300.0f;
    last.visible = (gf_layer_span){100.25, 150.5};
    gf_scene before[5];
    for (int i = 0; i < 5; i++)
        before[i] = last;
    before[0].visible = (gf_layer_span){0};
    before[1].visible.first += 3.3;
    before[2].forward = 110.0f;
    before[2].front = 301.0f;
    before[3].absolute = true;
    before[4].show_histograms = false;
    uint32_t *fresh = draw(&last);
    for (int i = 0; i < 5; i++) {
        const gf_scene scenes[] = {before[i], last};
        uint32_t *after = gf_test_draw_last(scenes, 2, WIDTH, HEIGHT, NULL);
        const int different = count_different(fresh, after);
        if (different) fail_msg("after frame %d %d pixels differ", i, different);
        free(after);
    }
    free(fresh);
    gf_run_destroy(&run);
}

static void two_sides_keep_their_own_painting(void **state)
{
    (void)state;
    gf_run one = {0}, other = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &one);
    gf_test_made_run(50, 20, 3.0, -1.0, &other);
    gf_scene scenes[4] = {gf_test_scene(&one, 9.5), gf_test_scene(&other, 20.5)};
    scenes[1].side = 1;
    scenes[2] = scenes[0];
    scenes[3] = scenes[1];
    uint32_t *alone = draw(&scenes[1]), *after = gf_test_draw_last(scenes, 4, WIDTH, HEIGHT, NULL);
    assert_int_equal(count_different(alone, after), 0);
    free(alone);
    free(after);
    gf_run_destroy(&one);
    gf_run_destroy(&other);
}

/* A run of 5000 layers comes over some frames; then the picture is what it is without spreading. */
static void a_spread_run_is_whole_after_a_few_frames(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(5000, 20, -3.0, 0.01, &run);
    gf_scene whole = gf_test_scene(&run, 1.0), scenes[6];
    for (int i = 0; i < 6; i++) {
        scenes[i] = whole;
        scenes[i].spread = true;
    }
    uint32_t *expected = draw(&whole);
    uint32_t *first = gf_test_draw_last(scenes, 1, WIDTH, HEIGHT, NULL);
    uint32_t *last = gf_test_draw_last(scenes, 6, WIDTH, HEIGHT, NULL);
    assert_true(count_different(expected, first) > 10000);
    assert_int_equal(count_different(expected, last), 0);
    free(expected);
    free(first);
    free(last);
    gf_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_light_up_from_the_input),
        cmocka_unit_test(the_gradient_goes_over_the_activations),
        cmocka_unit_test(signs_have_colours_unless_size_alone_is_asked_for),
        cmocka_unit_test(a_silent_unit_and_nan_are_seen),
        cmocka_unit_test(the_head_says_which_way_it_goes),
        cmocka_unit_test(edges_are_drawn_where_there_is_a_gradient),
        cmocka_unit_test(edges_are_for_tiny_networks),
        cmocka_unit_test(nothing_is_lost_by_zooming),
        cmocka_unit_test(hits_agree_with_the_window),
        cmocka_unit_test(the_map_is_of_the_whole_network),
        cmocka_unit_test(the_same_layout_keeps_what_was_painted),
        cmocka_unit_test(frames_do_not_depend_on_those_before),
        cmocka_unit_test(two_sides_keep_their_own_painting),
        cmocka_unit_test(a_spread_run_is_whole_after_a_few_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
