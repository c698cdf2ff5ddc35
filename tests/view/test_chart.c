/* The chart: what it can show, its names, and an axis that keeps still. */
#include <stdlib.h>

#include "support/picture.h"
#include "support/test.h"
#include "view/palette.h"

#define WIDTH  960
#define HEIGHT 900

static int count_on_chart(const uint32_t *pixels, gf_color color)
{
    int count = 0;
    for (int i = HEIGHT / 2 * WIDTH; i < HEIGHT * WIDTH; i++)
        count += pixels[i] == color >> 8;
    return count;
}

static const gf_label *find(const gf_label_list *labels, const char *text)
{
    for (int32_t i = 0; i < labels->count; i++)
        if (strstr(labels->labels[i].text, text)) return &labels->labels[i];
    return NULL;
}

static void expect(const gf_label_list *labels, const char *text)
{
    if (!find(labels, text)) fail_msg("no label says \"%s\"", text);
}

/* Where the axis has its ticks, as one number: the label of a decade and its height. */
static void axis_text(const gf_label_list *labels, char text[400])
{
    size_t used = 0;
    text[0] = 0;
    for (int32_t i = 0; i < labels->count && used < 300; i++)
        if (strncmp(labels->labels[i].text, "1e", 2) == 0)
            used += (size_t)snprintf(text + used, 400 - used, "%s@%.1f ", labels->labels[i].text,
                                     labels->labels[i].y);
}

static void draw_axis(const gf_scene *scenes, int32_t count, char text[400])
{
    static gf_label_list labels;
    free(gf_test_draw_last(scenes, count, WIDTH, HEIGHT, &labels));
    axis_text(&labels, text);
}

static void the_axis_keeps_still_while_layers_come(void **state)
{
    (void)state;
    char before[400], streaming[400], complete[400], fresh[400];
    gf_run old = {0}, run = {0}, part = {0};
    gf_test_made_run(40, 20, 0.0, 2.0, &old);
    gf_test_made_run(30, 20, -1.0, 0.5, &run);
    gf_test_made_run(30, 20, -1.0, 0.5, &part);
    part.first_ready = 11;
    part.complete = false;
    const gf_scene scenes[] = {gf_test_scene(&old, 1.0), gf_test_scene(&part, 11.0),
                               gf_test_scene(&run, 1.0)};
    draw_axis(scenes, 1, before);
    draw_axis(scenes, 2, streaming);
    draw_axis(scenes, 3, complete);
    draw_axis(&scenes[2], 1, fresh);
    assert_true(strlen(before) > 10);
    assert_string_equal(streaming, before);
    assert_string_equal(complete, fresh);
    assert_string_not_equal(complete, before);
    gf_run_destroy(&old);
    gf_run_destroy(&run);
    gf_run_destroy(&part);
}

static void the_axis_gives_way_to_layers_beyond_it(void **state)
{
    (void)state;
    char before[400], streaming[400];
    gf_run old = {0}, part = {0};
    gf_test_made_run(40, 20, 0.0, 0.2, &old);
    gf_test_made_run(300, 20, -1.0, 5.0, &part);
    part.first_ready = 11;
    part.complete = false;
    const gf_scene scenes[] = {gf_test_scene(&old, 1.0), gf_test_scene(&part, 11.0)};
    draw_axis(scenes, 1, before);
    draw_axis(scenes, 2, streaming);
    assert_string_not_equal(streaming, before);
    assert_says(streaming, "1e-400");
    gf_run_destroy(&old);
    gf_run_destroy(&part);
}

static void shares_are_on_a_scale_of_percent(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0};
    gf_test_made_run(24, 20, 0.0, 1.0, &run);
    for (int32_t layer = 0; layer < 24; layer++)
        run.layers[layer].dead_share = layer / 24.0;
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.measure = GF_MEASURE_DEAD;
    scene.hover_layer = 13;
    uint32_t *pixels = gf_test_draw(&scene, WIDTH, HEIGHT, &labels);
    expect(&labels, "DEAD UNITS");
    expect(&labels, "100 %");
    expect(&labels, "layer 13:  50 %");
    assert_null(find(&labels, "underflow"));
    assert_true(find(&labels, "100 %")->y < find(&labels, "25 %")->y);
    assert_true(count_on_chart(pixels, gf_theme_dark()->accent) > 500);
    free(pixels);
    gf_run_destroy(&run);
}

static void theory_and_ensemble_stand_beside_the_measurement(void **state)
{
    (void)state;
    static gf_label_list labels;
    double theory[24], low[24], high[24];
    gf_run run = {0};
    gf_test_made_run(24, 20, 0.0, 1.0, &run);
    for (int32_t i = 0; i < 24; i++) {
        theory[i] = -0.25 * (23 - i);
        low[i] = theory[i] - 1.0;
        high[i] = theory[i] + 1.0;
    }
    theory[5] = NAN;
    gf_scene scene = gf_test_scene(&run, 25.0);
    uint32_t *without = gf_test_draw(&scene, WIDTH, HEIGHT, NULL);
    scene.theory = theory;
    scene.theory_name = "mean-field theory";
    uint32_t *with = gf_test_draw(&scene, WIDTH, HEIGHT, &labels);
    expect(&labels, "mean-field theory");
    assert_int_equal(count_on_chart(without, gf_theme_dark()->theory), 0);
    assert_true(count_on_chart(with, gf_theme_dark()->theory) > 100);
    scene.ensemble_low = low;
    scene.ensemble_high = high;
    uint32_t *band = gf_test_draw(&scene, WIDTH, HEIGHT, NULL);
    int different = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        different += band[i] != with[i];
    assert_true(different > 10000);
    free(without);
    free(with);
    free(band);
    gf_run_destroy(&run);
}

static void two_networks_have_two_curves_with_names(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0}, other = {0};
    gf_test_made_run(24, 20, 0.0, 1.0, &run);
    gf_test_made_run(40, 20, 0.0, 0.1, &other);
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.other = &other;
    scene.other_front = 1.0f;
    scene.hover_layer = 30; /* only the second has it */
    uint32_t *pixels = gf_test_draw(&scene, WIDTH, HEIGHT, &labels);
    assert_true(count_on_chart(pixels, gf_theme_dark()->second) > 500);
    assert_true(count_on_chart(pixels, gf_theme_dark()->accent) > 500);
    const gf_label *one = NULL, *two = NULL;
    for (int32_t i = 0; i < labels.count; i++) {
        if (strcmp(labels.labels[i].text, "A") == 0) one = &labels.labels[i];
        if (strcmp(labels.labels[i].text, "B") == 0) two = &labels.labels[i];
    }
    assert_true(one && two);
    assert_int_equal(one->color, gf_theme_dark()->accent);
    assert_int_equal(two->color, gf_theme_dark()->second);
    assert_int_equal(
        gf_view_chart_layer(&scene, gf_test_half(false, WIDTH, HEIGHT), 925.0f, 600.0f), 40);
    free(pixels);
    gf_run_destroy(&run);
    gf_run_destroy(&other);
}

static void limits_of_formats_share_a_name_where_they_are_close(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0};
    gf_test_made_run(60, 20, 0.0, 3.0, &run); /* down to 1e-53 */
    gf_scene scene = gf_test_scene(&run, 1.0);
    free(gf_test_draw(&scene, WIDTH, HEIGHT, &labels));
    expect(&labels, "fp16 underflows");
    gf_run_destroy(&run);
    gf_test_made_run(300, 20, 0.0, 3.0, &run); /* down to 1e-270 */
    scene = gf_test_scene(&run, 1.0);
    free(gf_test_draw(&scene, WIDTH, HEIGHT, &labels));
    expect(&labels, "fp32, bf16 underflow below here");
    gf_run_destroy(&run);
}

static void a_window_shows_its_own_layers(void **state)
{
    (void)state;
    static gf_label_list labels;
    gf_run run = {0};
    gf_test_made_run(1000, 20, 0.0, 0.1, &run);
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.visible = (gf_layer_span){400.5, 500.5};
    uint32_t *pixels = gf_test_draw(&scene, WIDTH, HEIGHT, &labels);
    expect(&labels, "450");
    assert_null(find(&labels, "600"));
    /* Nothing of the curve outside of the plot: the gutter has no accent. */
    int outside = 0;
    for (int y = HEIGHT / 2 + 60; y < HEIGHT - 60; y++)
        for (int x = 0; x < 90; x++)
            outside += pixels[y * WIDTH + x] == gf_theme_dark()->accent >> 8;
    assert_int_equal(outside, 0);
    assert_true(count_on_chart(pixels, gf_theme_dark()->accent) > 500);
    free(pixels);
    gf_run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_axis_keeps_still_while_layers_come),
        cmocka_unit_test(the_axis_gives_way_to_layers_beyond_it),
        cmocka_unit_test(shares_are_on_a_scale_of_percent),
        cmocka_unit_test(theory_and_ensemble_stand_beside_the_measurement),
        cmocka_unit_test(two_networks_have_two_curves_with_names),
        cmocka_unit_test(limits_of_formats_share_a_name_where_they_are_close),
        cmocka_unit_test(a_window_shows_its_own_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
