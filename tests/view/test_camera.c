/* The perspective camera, and the stage seen through it. */
#include <stdlib.h>

#include "support/picture.h"
#include "support/test.h"
#include "view/camera.h"
#include "view/palette.h"

#define WIDTH  960
#define HEIGHT 900

static const gf_rect picture = {100.0f, 50.0f, 1200.0f, 500.0f};

#define RELIEF 110.0f

static gf_camera seen_from(float yaw, float pitch)
{
    return gf_camera_make(picture, (gf_angle){yaw, pitch}, RELIEF);
}

/* And the picture is as large as that allows: it touches two opposite edges. */
static void every_corner_stays_in_the_picture(void **state)
{
    (void)state;
    for (float yaw = -1.0f; yaw <= 1.0f; yaw += 0.1f) {
        const gf_camera camera = seen_from(yaw, 0.6f + 0.7f * yaw);
        float left = 1e9f, right = 0.0f, top = 1e9f, bottom = 0.0f;
        for (int i = 0; i < 8; i++) {
            const float x = i & 1 ? 1300.0f : 100.0f, y = i & 2 ? 550.0f : 50.0f;
            const gf_point seen = gf_camera_project(&camera, x, y, i & 4 ? RELIEF : 0.0f);
            left = fminf(left, seen.x);
            right = fmaxf(right, seen.x);
            top = fminf(top, seen.y);
            bottom = fmaxf(bottom, seen.y);
        }
        if (left < 99.9f || right > 1300.1f || top < 49.9f || bottom > 550.1f)
            fail_msg("at %.1f it is %.1f..%.1f, %.1f..%.1f", (double)yaw, (double)left,
                     (double)right, (double)top, (double)bottom);
        assert_true(right - left > 1199.0f || bottom - top > 499.0f);
    }
}

static void what_is_nearer_is_larger(void **state)
{
    (void)state;
    for (float yaw = -0.5f; yaw < 0.6f; yaw += 1.0f) {
        const gf_camera camera = seen_from(yaw, 0.2f);
        const float left = gf_camera_project(&camera, 100.0f, 550.0f, 0.0f).y -
                           gf_camera_project(&camera, 100.0f, 50.0f, 0.0f).y;
        const float right = gf_camera_project(&camera, 1300.0f, 550.0f, 0.0f).y -
                            gf_camera_project(&camera, 1300.0f, 50.0f, 0.0f).y;
        assert_true(fabsf(left - right) > 20.0f);
        assert_true((camera.eye_x < 0.0f) == (left > right)); /* the camera is on the near side */
        assert_true((yaw > 0.0f) == (left > right));
    }
}

static void a_pick_finds_what_was_projected(void **state)
{
    (void)state;
    for (float yaw = -0.7f; yaw < 0.8f; yaw += 0.11f) {
        const gf_camera camera = seen_from(yaw, 0.3f);
        for (float x = 110.0f; x < 1300.0f; x += 117.0f) {
            const float z = 0.05f * x;
            const gf_point seen = gf_camera_project(&camera, x, 0.4f * x, z);
            gf_point found = {0};
            assert_true(gf_camera_pick(&camera, seen.x, seen.y, z, &found));
            /* float, through an inverse matrix: a tenth of a pixel */
            assert_true(fabsf(found.x - x) < 0.1f);
            assert_true(fabsf(found.y - 0.4f * x) < 0.1f);
        }
    }
}

static void columns_are_hit_where_they_are_seen(void **state)
{
    (void)state;
    gf_run run = {.spec = {.depth = 24}};
    gf_scene scene = gf_test_scene(&run, 1.0);
    scene.perspective = true;
    scene.angle = (gf_angle){0.3f, 0.2f};
    const gf_rect rect = gf_test_half(true, WIDTH, HEIGHT);
    int32_t before = 0;
    for (float x = 0.5f; x < WIDTH; x += 1.0f) {
        const int32_t layer = gf_view_stage_layer(NULL, &scene, rect, x, 220.0f);
        assert_true(layer == 0 || layer == before || layer == before + 1);
        if (layer) before = layer;
    }
    assert_int_equal(before, 24);
}

static uint32_t *draw(const gf_run *run, float yaw)
{
    gf_scene scene = gf_test_scene(run, 1.0);
    scene.perspective = true;
    scene.angle = (gf_angle){yaw, 0.2f};
    return gf_test_draw(&scene, WIDTH, HEIGHT, NULL);
}

static int count_color(const uint32_t *pixels, gf_color color)
{
    int count = 0;
    for (int i = 0; i < WIDTH * HEIGHT / 2; i++)
        count += pixels[i] == color >> 8;
    return count;
}

/* The same data: the colours of the flat picture are there, and turning moves them. */
static void slabs_have_the_colours_of_the_columns(void **state)
{
    (void)state;
    const int32_t depths[] = {5, 24, 3000};
    for (int i = 0; i < 3; i++) {
        gf_run run = {0};
        gf_test_made_run(depths[i], 20, 0.0, 30.0 / depths[i], &run);
        uint32_t *one = draw(&run, 0.4f), *other = draw(&run, -0.3f);
        const gf_color brightest = gf_palette_color(gf_theme_dark(), 1.0);
        int different = 0;
        for (int p = 0; p < WIDTH * HEIGHT / 2; p++)
            different += one[p] != other[p];
        assert_true(count_color(one, brightest) > 20);
        assert_true(different > 20000);
        free(one);
        free(other);
        gf_run_destroy(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_corner_stays_in_the_picture),
        cmocka_unit_test(what_is_nearer_is_larger),
        cmocka_unit_test(a_pick_finds_what_was_projected),
        cmocka_unit_test(columns_are_hit_where_they_are_seen),
        cmocka_unit_test(slabs_have_the_colours_of_the_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
