/* What is really drawn: stage and chart without a display, looked at pixel by pixel. */
#include <stdlib.h>

#include "support/picture.h"
#include "support/test.h"
#include "view/palette.h"

#define WIDTH  960
#define HEIGHT 900

static int count_color(const uint32_t *pixels, gf_color color)
{
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        count += pixels[i] == color >> 8;
    return count;
}

static int count_different(const uint32_t *one, const uint32_t *other, int first_row, int last_row)
{
    int count = 0;
    for (int i = first_row * WIDTH; i < last_row * WIDTH; i++)
        count += one[i] != other[i];
    return count;
}

static uint32_t *draw(const gf_run *run, double front)
{
    const gf_scene scene = gf_test_scene(run, front);
    return gf_test_draw(&scene, WIDTH, HEIGHT, NULL);
}

/* The same network at depths that are drawn in three ways. */
static void the_picture_follows_the_front(void **state)
{
    (void)state;
    const int32_t depths[] = {1, 2, 24, 130, 3000};
    for (size_t i = 0; i < 5; i++) {
        gf_run run = {0};
        gf_test_made_run(depths[i], 20, -3.0, 30.0 / depths[i], &run);
        uint32_t *unlit = draw(&run, depths[i] + 1), *half = draw(&run, 0.5 * depths[i] + 1.0);
        uint32_t *lit = draw(&run, 1.0), *again = draw(&run, 1.0);
        const int unlit_cells = count_color(unlit, gf_theme_dark()->unlit);
        assert_true(unlit_cells > 2000);
        assert_true(count_color(half, gf_theme_dark()->unlit) < unlit_cells);
        assert_true(count_color(lit, gf_theme_dark()->unlit) < unlit_cells / 50);
        assert_true(count_different(unlit, half, 0, HEIGHT / 2) > 1000);
        assert_true(count_different(half, lit, 0, HEIGHT / 2) > 1000);
        assert_true(depths[i] == 1 || count_different(half, lit, HEIGHT / 2, HEIGHT) > 50);
        assert_int_equal(count_different(lit, again, 0, HEIGHT), 0);
        free(unlit);
        free(half);
        free(lit);
        free(again);
        gf_run_destroy(&run);
    }
}

/* Only what changed is painted again: no frame may depend on those before it. */
static void a_frame_does_not_depend_on_those_before(void **state)
{
    (void)state;
    gf_run run = {0}, other = {0}, part = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    gf_test_made_run(24, 30, 5.0, 2.0, &other);
    gf_test_made_run(24, 20, -3.0, 1.0, &part);
    part.first_ready = 13;
    gf_scene light = gf_test_scene(&run, 3.0), last = gf_test_scene(&run, 9.25);
    light.theme = gf_theme_projector();
    const gf_scene before[] = {gf_test_scene(&run, 25.0),  gf_test_scene(&run, 20.5),
                               gf_test_scene(&run, 1.0),   gf_test_scene(&other, 7.0),
                               gf_test_scene(&part, 14.5), light};
    uint32_t *fresh = gf_test_draw(&last, WIDTH, HEIGHT, NULL);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        const gf_scene scenes[] = {before[i], last};
        uint32_t *after = gf_test_draw_last(scenes, 2, WIDTH, HEIGHT, NULL);
        const int different = count_different(fresh, after, 0, HEIGHT);
        if (different) fail_msg("after frame %zu %d pixels differ", i, different);
        free(after);
    }
    free(fresh);
    gf_run_destroy(&run);
    gf_run_destroy(&other);
    gf_run_destroy(&part);
}

static int count_accent_left_of(const uint32_t *pixels, int column)
{
    int count = 0;
    for (int y = HEIGHT / 2; y < HEIGHT; y++)
        for (int x = 0; x < column; x++)
            count += pixels[y * WIDTH + x] == gf_theme_dark()->accent >> 8;
    return count;
}

static void the_curve_is_lit_up_to_the_front(void **state)
{
    (void)state;
    const int32_t depths[] = {24, 3000};
    for (int i = 0; i < 2; i++) {
        gf_run run = {0};
        gf_test_made_run(depths[i], 20, -3.0, 30.0 / depths[i], &run);
        uint32_t *half = draw(&run, 0.5 * depths[i] + 1.0), *lit = draw(&run, 1.0);
        assert_int_equal(count_accent_left_of(half, WIDTH / 2), 0);
        assert_true(count_accent_left_of(half, WIDTH) > 300);
        assert_true(count_accent_left_of(lit, WIDTH / 2) > 300);
        free(half);
        free(lit);
        gf_run_destroy(&run);
    }
}

static void set_layer(gf_run *run, int32_t layer, double value)
{
    run->layers[layer - 1].delta_rms = run->layers[layer - 1].weight_grad_norm =
        gf_scaled_make(value, 0);
    for (int32_t row = 0; row < run->rows; row++)
        run->cells[(size_t)(layer - 1) * (size_t)run->rows + (size_t)row].delta_log2 =
            (float)log2(value);
}

static void nan_inf_and_zero_have_their_own_look(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(20, 20, 0.0, 1.0, &run);
    uint32_t *plain = draw(&run, 1.0);
    assert_int_equal(count_color(plain, gf_theme_dark()->not_finite), 0);
    assert_int_equal(count_color(plain, gf_theme_dark()->zero), 0);
    set_layer(&run, 3, NAN);
    set_layer(&run, 4, INFINITY);
    set_layer(&run, 9, 0.0);
    uint32_t *odd = draw(&run, 1.0);
    assert_true(count_color(odd, gf_theme_dark()->not_finite) > 2000);
    assert_true(count_color(odd, gf_theme_dark()->zero) > 200);
    free(plain);
    free(odd);
    gf_run_destroy(&run);
}

/* One odd unit in one of many layers must be seen, however far things are reduced. */
static void a_single_nan_among_millions_is_seen(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(3000, 1024, 0.0, 0.01, &run);
    run.cells[1234 * 1024 + 777].delta_log2 = NAN;
    uint32_t *pixels = draw(&run, 1.0);
    assert_true(count_color(pixels, gf_theme_dark()->not_finite) >= 1);
    free(pixels);
    gf_run_destroy(&run);
}

static void layers_that_have_not_come_stay_dark(void **state)
{
    (void)state;
    gf_run run = {0};
    gf_test_made_run(24, 20, -3.0, 1.0, &run);
    for (int32_t layer = 1; layer <= 12; layer++)
        run.layers[layer - 1] = (gf_layer_record){0};
    run.first_ready = 13;
    run.complete = false;
    uint32_t *streaming = draw(&run, 1.0);
    assert_true(count_color(streaming, gf_theme_dark()->unlit) > 2000);
    run.first_ready = 25;
    uint32_t *nothing = draw(&run, 25.0);
    assert_true(count_color(nothing, gf_theme_dark()->unlit) > 4000);
    free(streaming);
    free(nothing);
    gf_run_destroy(&run);
}

static void no_run_is_an_empty_stage(void **state)
{
    (void)state;
    uint32_t *pixels = draw(NULL, 0.0);
    assert_true(count_color(pixels, gf_theme_dark()->stage) > WIDTH * HEIGHT / 3);
    free(pixels);
}

static const gf_label *find_label(const gf_label_list *labels, const char *text)
{
    for (int32_t i = 0; i < labels->count; i++)
        if (strstr(labels->labels[i].text, text)) return &labels->labels[i];
    return NULL;
}

static void labels_name_the_layer_and_the_loss(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0};
    gf_test_made_run(24, 20, -1.0, 2.0, &run);
    gf_scene scene = gf_test_scene(&run, 10.0);
    scene.hover_layer = 17;
    free(gf_test_draw(&scene, WIDTH, HEIGHT, &labels));
    const char *expected[] = {"layer 10 of 24",  "input",    "loss 0.5",
                              "fp16 underflows", "measured", "layer 17:"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!find_label(&labels, expected[i])) fail_msg("no label says \"%s\"", expected[i]);
    for (int32_t i = 0; i < labels.count; i++) {
        const gf_label label = labels.labels[i];
        assert_true(label.x >= 0 && label.x <= WIDTH && label.y >= 0 && label.y <= HEIGHT &&
                    label.size > 5);
    }
    assert_int_equal(find_label(&labels, "17")->color, gf_theme_dark()->accent);
    gf_run_destroy(&run);
}

static void full_lists_drop_labels(void **state)
{
    (void)state;
    static gf_label_list labels;
    for (int i = 0; i < GF_LABELS_MAX + 5; i++)
        gf_label_add(&labels, (gf_label){.size = 10.0f});
    assert_int_equal(labels.count, GF_LABELS_MAX);
}

static void hits_agree_with_the_layers_drawn(void **state)
{
    (void)state;
    const int32_t depths[] = {1, 2, 24, 130, 3000};
    for (size_t i = 0; i < 5; i++) {
        gf_run run = {.spec = {.depth = depths[i]}};
        const gf_scene scene = gf_test_scene(&run, 1.0);
        const gf_rect stage = gf_test_half(true, WIDTH, HEIGHT),
                      chart = gf_test_half(false, WIDTH, HEIGHT);
        int32_t stage_before = 0, chart_before = 0;
        for (float x = 0.5f; x < WIDTH; x += 1.0f) {
            const int32_t on_stage = gf_view_stage_layer(NULL, &scene, stage, x, 200.0f);
            const int32_t on_chart = gf_view_chart_layer(&scene, chart, x, 600.0f);
            assert_true(on_stage == 0 || on_stage >= stage_before);
            assert_true(on_chart == 0 || on_chart >= chart_before);
            if (on_stage) stage_before = on_stage;
            if (on_chart) chart_before = on_chart;
        }
        assert_true(stage_before > depths[i] - 5 && stage_before <= depths[i]);
        assert_true(chart_before > depths[i] - 5 && chart_before <= depths[i]);
        assert_int_equal(gf_view_stage_layer(NULL, &scene, stage, 480.0f, 5.0f), 0);
        assert_int_equal(gf_view_stage_layer(NULL, &scene, stage, 2.0f, 200.0f), 0);
        assert_int_equal(gf_view_chart_layer(&scene, chart, 480.0f, 455.0f), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_follows_the_front),
        cmocka_unit_test(a_frame_does_not_depend_on_those_before),
        cmocka_unit_test(the_curve_is_lit_up_to_the_front),
        cmocka_unit_test(nan_inf_and_zero_have_their_own_look),
        cmocka_unit_test(a_single_nan_among_millions_is_seen),
        cmocka_unit_test(layers_that_have_not_come_stay_dark),
        cmocka_unit_test(no_run_is_an_empty_stage),
        cmocka_unit_test(labels_name_the_layer_and_the_loss),
        cmocka_unit_test(full_lists_drop_labels),
        cmocka_unit_test(hits_agree_with_the_layers_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
