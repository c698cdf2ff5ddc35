/* The magnitude map is ordered, and colours that mean something are told apart by deuteranopes too.
 */
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

/* CIE L*a*b* of a colour as a deuteranope sees it (Machado et al. 2009, severity 1). */
static void lab_of_deuteranope(gf_color color, double lab[3])
{
    static const double machado[3][3] = {{0.367322, 0.860646, -0.227968},
                                         {0.280085, 0.672501, 0.047413},
                                         {-0.011820, 0.042940, 0.968881}};
    static const double to_xyz[3][3] = {
        {0.4339, 0.3763, 0.1899}, {0.2126, 0.7152, 0.0722}, {0.0177, 0.1095, 0.8728}};
    double rgb[3], seen[3], f[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = pow((double)(color >> (24 - 8 * i) & 0xff) / 255.0, 2.2);
    for (int i = 0; i < 3; i++)
        seen[i] =
            fmax(machado[i][0] * rgb[0] + machado[i][1] * rgb[1] + machado[i][2] * rgb[2], 0.0);
    for (int i = 0; i < 3; i++) {
        const double x = to_xyz[i][0] * seen[0] + to_xyz[i][1] * seen[1] + to_xyz[i][2] * seen[2];
        f[i] = x > 0.008856 ? cbrt(x) : 7.787 * x + 16.0 / 116.0;
    }
    lab[0] = 116.0 * f[1] - 16.0;
    lab[1] = 500.0 * (f[0] - f[1]);
    lab[2] = 200.0 * (f[1] - f[2]);
}

static double apart(gf_color one, gf_color other)
{
    double a[3], b[3];
    lab_of_deuteranope(one, a);
    lab_of_deuteranope(other, b);
    return sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2));
}

/* A difference of 2.3 is just noticeable; ten times that is plain across a lecture hall. */
#define PLAIN 23.0

static void verdicts_differ_for_deuteranopes(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luminance_is_strictly_ordered),
        cmocka_unit_test(ends_are_clamped_and_nan_has_its_own_colour),
        cmocka_unit_test(mixing_and_fading_are_exact_at_the_ends),
        cmocka_unit_test(verdicts_differ_for_deuteranopes),
        cmocka_unit_test(nan_is_in_no_place_of_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
