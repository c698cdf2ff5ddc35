/* The maps are ordered, and colours that mean something are told apart by deuteranopes and
 * protanopes too. */
#include "support/test.h"
#include "view/palette.h"

static void luminance_is_strictly_ordered(void **state)
{
    (void)state;
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++) {
        const double sign = themes[t]->light ? -1.0 : 1.0;
        double before = gf_color_luminance(gf_palette_color(themes[t], 0.0));
        for (int i = 1; i <= 100; i++) {
            const double here = gf_color_luminance(gf_palette_color(themes[t], i / 100.0));
            assert_true(sign * (here - before) > 0.0);
            before = here;
        }
    }
}

static void a_ratio_is_darker_the_further_it_is_from_one(void **state)
{
    (void)state;
    for (int side = -1; side <= 1; side += 2)
        for (int i = 1; i <= 100; i++)
            assert_true(gf_color_luminance(gf_palette_signed(side * i / 100.0)) <
                        gf_color_luminance(gf_palette_signed(side * (i - 1) / 100.0)));
    assert_int_equal(gf_palette_signed(-7.0), gf_palette_signed(-1.0));
    assert_int_equal(gf_palette_signed(INFINITY), gf_palette_signed(1.0));
}

static void ends_are_clamped_and_nan_has_its_own_colour(void **state)
{
    (void)state;
    const gf_theme *theme = gf_theme_dark();
    assert_int_equal(gf_palette_color(theme, -3.0), gf_palette_color(theme, 0.0));
    assert_int_equal(gf_palette_color(theme, 9.0), gf_palette_color(theme, 1.0));
    assert_int_equal(gf_palette_color(theme, NAN), theme->not_finite);
}

static void mixing_and_fading_are_exact_at_the_ends(void **state)
{
    (void)state;
    assert_int_equal(gf_color_mix(0x102030ff, 0xf0e0d000, 0.0), 0x102030ff);
    assert_int_equal(gf_color_mix(0x102030ff, 0xf0e0d000, 1.0), 0xf0e0d000);
    assert_int_equal(gf_color_fade(0x102030ff, 0.5), 0x10203080);
    assert_close(gf_color_luminance(0xffffffff), 1.0, 1e-9);
    assert_true(gf_color_luminance(0x000000ff) == 0.0);
}

typedef enum vision { DEUTERANOPE, PROTANOPE, VISIONS } vision;

/* CIE L*a*b* of a colour as somebody sees it (Machado et al. 2009, severity 1). */
static void lab_of(vision eyes, gf_color color, double lab[3])
{
    static const double machado[VISIONS][3][3] = {{{0.367322, 0.860646, -0.227968},
                                                   {0.280085, 0.672501, 0.047413},
                                                   {-0.011820, 0.042940, 0.968881}},
                                                  {{0.152286, 1.052583, -0.204868},
                                                   {0.114503, 0.786281, 0.099216},
                                                   {-0.003882, -0.048116, 1.051998}}};
    static const double to_xyz[3][3] = {
        {0.4339, 0.3763, 0.1899}, {0.2126, 0.7152, 0.0722}, {0.0177, 0.1095, 0.8728}};
    double rgb[3], seen[3], f[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = pow((double)(color >> (24 - 8 * i) & 0xff) / 255.0, 2.2);
    for (int i = 0; i < 3; i++) {
        const double *row = machado[eyes][i];
        seen[i] = fmax(row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2], 0.0);
    }
    for (int i = 0; i < 3; i++) {
        const double x = to_xyz[i][0] * seen[0] + to_xyz[i][1] * seen[1] + to_xyz[i][2] * seen[2];
        f[i] = x > 0.008856 ? cbrt(x) : 7.787 * x + 16.0 / 116.0;
    }
    lab[0] = 116.0 * f[1] - 16.0;
    lab[1] = 500.0 * (f[0] - f[1]);
    lab[2] = 200.0 * (f[1] - f[2]);
}

/* For whoever tells them apart worst. */
static double apart(gf_color one, gf_color other)
{
    double least = INFINITY;
    for (int eyes = 0; eyes < VISIONS; eyes++) {
        double a[3], b[3];
        lab_of((vision)eyes, one, a);
        lab_of((vision)eyes, other, b);
        least = fmin(least, sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2)));
    }
    return least;
}

/* A difference of 2.3 is just noticeable; ten times that is plain across a lecture hall. */
#define PLAIN 23.0

static void verdicts_differ_for_any_colour_vision(void **state)
{
    (void)state;
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++)
        for (int one = 0; one < GF_VERDICT_COUNT; one++)
            for (int other = 0; other < one; other++) {
                const double here = apart(gf_theme_verdict(themes[t], (gf_verdict)one),
                                          gf_theme_verdict(themes[t], (gf_verdict)other));
                if (here < PLAIN)
                    fail_msg("theme %d: verdicts %d and %d are %.1f apart", t, one, other, here);
            }
}

static void nan_is_in_no_place_of_the_map(void **state)
{
    (void)state;
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++)
        for (int i = 0; i <= 50; i++) {
            const double here = apart(gf_palette_color(themes[t], i / 50.0), themes[t]->not_finite);
            if (here < PLAIN)
                fail_msg("theme %d: place %.2f of the map is %.1f from NaN", t, i / 50.0, here);
        }
}

/* Of the chart, curves that may be there together, and the waves of the stage. */
static void curves_and_waves_differ_for_any_colour_vision(void **state)
{
    (void)state;
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++) {
        const gf_theme *theme = themes[t];
        const gf_color pairs[][2] = {{theme->accent, theme->second},
                                     {theme->accent, theme->theory},
                                     {theme->accent, theme->underflow},
                                     {theme->accent, theme->forward}};
        for (int i = 0; i < 4; i++)
            if (apart(pairs[i][0], pairs[i][1]) < PLAIN)
                fail_msg("theme %d, pair %d: %.1f apart", t, i, apart(pairs[i][0], pairs[i][1]));
    }
}

static void activations_have_a_map_of_their_own(void **state)
{
    (void)state;
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++) {
        const double sign = themes[t]->light ? -1.0 : 1.0;
        for (int side = -1; side <= 1; side += 2) {
            double before = gf_color_luminance(gf_palette_activation(themes[t], side * 1e-9));
            for (int i = 1; i <= 50; i++) {
                const gf_color color = gf_palette_activation(themes[t], side * i / 50.0);
                assert_true(sign * (gf_color_luminance(color) - before) > 0.0);
                assert_true(apart(color, themes[t]->not_finite) > PLAIN);
                before = gf_color_luminance(color);
            }
        }
        assert_true(apart(gf_palette_activation(themes[t], -0.6),
                          gf_palette_activation(themes[t], 0.6)) > PLAIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luminance_is_strictly_ordered),
        cmocka_unit_test(a_ratio_is_darker_the_further_it_is_from_one),
        cmocka_unit_test(ends_are_clamped_and_nan_has_its_own_colour),
        cmocka_unit_test(mixing_and_fading_are_exact_at_the_ends),
        cmocka_unit_test(verdicts_differ_for_any_colour_vision),
        cmocka_unit_test(nan_is_in_no_place_of_the_map),
        cmocka_unit_test(curves_and_waves_differ_for_any_colour_vision),
        cmocka_unit_test(activations_have_a_map_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
