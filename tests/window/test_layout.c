/* The panels never overlap, never leave the window, and the centre is always there. */
#include "support/test.h"

#include "ui/layout.h"

#define CONTROLS_HEIGHT 320 /* design pixels, about what the network panel asks for */

static const struct {
    int32_t width, height;
} sizes[] = {{1920, 1080}, {1280, 720}, {800, 450},  {640, 360}, {3840, 2160},
             {1024, 768},  {900, 1600}, {2560, 800}, {320, 180}, {1366, 768}};

#define SIZE_COUNT   (sizeof sizes / sizeof sizes[0])
#define COMMON_COUNT 3 /* the first of them */

static gf_layout layout_of(int32_t width, int32_t height, float zoom, bool hide_panels,
                           bool has_banner, bool has_caption)
{
    const gf_layout_desc desc = {
        .width = width,
        .height = height,
        .scale = gf_layout_scale(width, height) * zoom,
        .caption_height = has_caption ? 60 : 0,
        .network_height = CONTROLS_HEIGHT,
        .hide_panels = hide_panels,
        .banner_height = has_banner ? 40 : 0,
    };
    return gf_layout_make(&desc);
}

static bool inside(gf_rect rect, int32_t width, int32_t height)
{
    return rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0 &&
           rect.x + rect.width <= (float)width && rect.y + rect.height <= (float)height;
}

static bool apart(gf_rect a, gf_rect b)
{
    return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y ||
           b.y + b.height <= a.y;
}

static void check(int32_t width, int32_t height, float zoom, bool has_banner, bool has_caption)
{
    const gf_layout layout = layout_of(width, height, zoom, false, has_banner, has_caption);
    const gf_rect panels[] = {layout.stage, layout.chart,  layout.left,
                              layout.right, layout.banner, layout.caption};
    const bool there[] = {true,
                          true,
                          layout.has_left,
                          layout.has_right,
                          layout.banner.height > 0,
                          layout.caption.height > 0};
    for (int i = 0; i < 6; i++) {
        if (there[i] && !inside(panels[i], width, height))
            fail_msg("panel %d leaves %dx%d at zoom %g", i, width, height, (double)zoom);
        for (int j = 0; there[i] && j < i; j++)
            if (there[j] && !apart(panels[i], panels[j]))
                fail_msg("panels %d and %d overlap in %dx%d at zoom %g", j, i, width, height,
                         (double)zoom);
    }
}

static void panels_keep_apart_at_every_size(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_COUNT; i++)
        for (float zoom = 0.7f; zoom <= 2.0f; zoom += 0.1f) {
            for (int with = 0; with < 4; with++)
                check(sizes[i].width, sizes[i].height, zoom, with & 1, with & 2);
        }
}

static void sections_fill_the_left_panel_in_order(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        const gf_layout layout = layout_of(sizes[i].width, sizes[i].height, 1, false, false, false);
        assert_true(apart(layout.scenarios, layout.network));
        assert_true(apart(layout.network, layout.playback));
        assert_true(layout.scenarios.y >= layout.left.y);
        assert_true(layout.scenarios.height > 0 && layout.network.height > 0);
        assert_true(layout.playback.y + layout.playback.height <=
                    layout.left.y + layout.left.height);
    }
}

static void common_sizes_show_both_panels(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COMMON_COUNT; i++) {
        const gf_layout layout = layout_of(sizes[i].width, sizes[i].height, 1, false, false, false);
        assert_true(layout.has_left && layout.has_right);
        assert_true(layout.stage.width > 0.4f * (float)sizes[i].width);
        assert_true(
            layout_of(sizes[i].width, sizes[i].height, 1, false, true, true).caption.height > 0);
        assert_true(layout_of(sizes[i].width, sizes[i].height, 1, false, true, true).banner.height >
                    0);
    }
}

static void hidden_panels_give_their_room_to_the_centre(void **unused)
{
    (void)unused;
    const gf_layout layout = layout_of(1920, 1080, 1, true, false, false);
    assert_false(layout.has_left || layout.has_right);
    assert_true(layout.stage.width > 1800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panels_keep_apart_at_every_size),
        cmocka_unit_test(sections_fill_the_left_panel_in_order),
        cmocka_unit_test(common_sizes_show_both_panels),
        cmocka_unit_test(hidden_panels_give_their_room_to_the_centre),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
