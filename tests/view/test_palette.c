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

/* ---- Colours as others see them ---------------------------------------------------------------
 */

/* Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color
 * vision deficiency", table 1, severity 1; for linear sRGB. The first row is usual vision. */
#define VISIONS 3
static const double machado[VISIONS][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                              {{0.367322, 0.860646, -0.227968},
                                               {0.280085, 0.672501, 0.047413},
                                               {-0.011820, 0.042940, 0.968881}},
                                              {{0.152286, 1.052583, -0.204868},
                                               {0.114503, 0.786281, 0.099216},
                                               {-0.003882, -0.048116, 1.051998}}};
static const char *const visions[VISIONS] = {"anybody", "a deuteranope", "a protanope"};

typedef struct lab {
    double l, a, b;
} lab;

static double linear(double encoded)
{
    return encoded <= 0.04045 ? encoded / 12.92 : pow((encoded + 0.055) / 1.055, 2.4);
}

/* CIE L*a*b* under D65. */
static lab lab_of(int eyes, gf_color color)
{
    static const double to_xyz[3][3] = {
        {0.4339, 0.3763, 0.1899}, {0.2126, 0.7152, 0.0722}, {0.0177, 0.1095, 0.8728}};
    double rgb[3], seen[3], f[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = linear((double)(color >> (24 - 8 * i) & 0xff) / 255.0);
    for (int i = 0; i < 3; i++) {
        const double *row = machado[eyes][i];
        seen[i] = fmin(fmax(row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2], 0.0), 1.0);
    }
    for (int i = 0; i < 3; i++) {
        const double x = to_xyz[i][0] * seen[0] + to_xyz[i][1] * seen[1] + to_xyz[i][2] * seen[2];
        f[i] = x > 0.008856 ? cbrt(x) : 7.787 * x + 16.0 / 116.0;
    }
    return (lab){116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])};
}

#define DEGREE (3.14159265358979323846 / 180.0)

static double hue_of(double a, double b)
{
    const double degrees = atan2(b, a) / DEGREE;
    return degrees < 0 ? degrees + 360 : degrees;
}

static double mean_hue(double one, double other)
{
    if (fabs(one - other) <= 180) return (one + other) / 2;
    return one + other < 360 ? (one + other + 360) / 2 : (one + other - 360) / 2;
}

static double saturation(double chroma) /* R_C / 2 of the standard */
{
    return sqrt(pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7)));
}

/* CIEDE2000 (ISO/CIE 11664-6): unlike distances in L*a*b* it does not make too much of blue and
 * violet, which is where curves lie. Names as in Sharma, Wu and Dalal 2005. */
static double difference(lab one, lab two)
{
    const double g = 1.5 - 0.5 * saturation((hypot(one.a, one.b) + hypot(two.a, two.b)) / 2);
    const double a1 = g * one.a, a2 = g * two.a, c1 = hypot(a1, one.b), c2 = hypot(a2, two.b);
    const double h1 = hue_of(a1, one.b), h2 = hue_of(a2, two.b);
    double turn = h2 - h1;
    if (turn > 180) turn -= 360;
    if (turn < -180) turn += 360;
    const double dl = two.l - one.l, dc = c2 - c1;
    const double dh = 2 * sqrt(c1 * c2) * sin(turn / 2 * DEGREE);
    const double l = (one.l + two.l) / 2, c = (c1 + c2) / 2, h = mean_hue(h1, h2);
    const double t = 1 - 0.17 * cos((h - 30) * DEGREE) + 0.24 * cos(2 * h * DEGREE) +
                     0.32 * cos((3 * h + 6) * DEGREE) - 0.20 * cos((4 * h - 63) * DEGREE);
    const double sl = 1 + 0.015 * pow(l - 50, 2) / sqrt(20 + pow(l - 50, 2));
    const double sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    const double turned = 60 * exp(-pow((h - 275) / 25, 2));
    const double rt = -2 * saturation(c) * sin(turned * DEGREE);
    return sqrt(pow(dl / sl, 2) + pow(dc / sc, 2) + pow(dh / sh, 2) + rt * dc / sc * dh / sh);
}

/* Three pairs of the published test data (Sharma, Wu and Dalal 2005, table 1). */
static void differences_are_those_of_the_standard(void **state)
{
    (void)state;
    assert_close(difference((lab){50, 2.6772, -79.7751}, (lab){50, 0, -82.7485}), 2.0425, 1e-4);
    assert_close(difference((lab){50, 2.5, 0}, (lab){58, 24, 15}), 19.4535, 1e-4);
    assert_close(difference((lab){2.0776, 0.0795, -1.135}, (lab){0.9033, -0.0636, -0.5514}), 0.9082,
                 2e-4);
}

/* For whoever tells them apart worst, who is *eyes. */
static double apart_for(gf_color one, gf_color other, int *eyes)
{
    double least = INFINITY;
    for (int i = 0; i < VISIONS; i++) {
        const double here = difference(lab_of(i, one), lab_of(i, other));
        if (here >= least) continue;
        least = here;
        *eyes = i;
    }
    return least;
}

static double apart(gf_color one, gf_color other)
{
    int eyes;
    return apart_for(one, other, &eyes);
}

/* A difference of 1 is just noticeable in patches that touch, 2 to 3 in thin lines; three times
 * that is plain across a lecture hall. */
#define PLAIN 9.0
/* Areas that touch along a wide edge, and are not told apart by their colour alone. */
#define TOUCHING 3.0

typedef struct named_color {
    const char *name;
    gf_color color;
} named_color;

/* Colours with a meaning that may be looked at together. Sets complaint[0] to 0 when all of them
 * are `least` apart. */
static void compare_all(const named_color *colors, int count, double least, char complaint[200])
{
    complaint[0] = 0;
    for (int one = 0; one < count; one++)
        for (int other = 0; other < one; other++) {
            int eyes = 0;
            const double here = apart_for(colors[one].color, colors[other].color, &eyes);
            if (here < least)
                snprintf(complaint, 200, "%s and %s are %.1f apart for %s, %.0f are needed",
                         colors[one].name, colors[other].name, here, visions[eyes], least);
        }
}

static gf_color over_panel(const gf_theme *theme, gf_color color, double alpha)
{
    return gf_color_mix(theme->panel, color, alpha);
}

static void compare_verdicts(const gf_theme *theme, char complaint[200])
{
    named_color colors[GF_VERDICT_COUNT];
    for (int i = 0; i < GF_VERDICT_COUNT; i++)
        colors[i] =
            (named_color){gf_verdict_name((gf_verdict)i), gf_theme_verdict(theme, (gf_verdict)i)};
    compare_all(colors, GF_VERDICT_COUNT, PLAIN, complaint);
}

/* As chart_lines.c and chart_curves.c draw them. */
static void compare_lines(const gf_theme *theme, char complaint[200])
{
    const named_color colors[] = {
        {"curve A", theme->accent},
        {"curve B", theme->second},
        {"the theory", theme->theory},
        {"an underflow line", over_panel(theme, theme->underflow, 0.75)},
    };
    const named_color words[] = {{"curve B", theme->second},
                                 {"the theory's words", theme->theory},
                                 {"an underflow line's words", theme->underflow}};
    compare_all(colors, 4, PLAIN, complaint);
    if (!complaint[0]) compare_all(words, 3, PLAIN, complaint);
}

static void compare_areas(const gf_theme *theme, char complaint[200])
{
    const named_color colors[] = {{"the panel", theme->panel},
                                  {"the band of seeds", over_panel(theme, theme->accent, 0.18)},
                                  {"the healthy band", theme->healthy_band}};
    compare_all(colors, 3, TOUCHING, complaint);
}

typedef void comparison(const gf_theme *theme, char complaint[200]);

static void all_are_apart(comparison *compare)
{
    char complaint[200];
    const gf_theme *themes[] = {gf_theme_dark(), gf_theme_projector()};
    for (int t = 0; t < 2; t++) {
        compare(themes[t], complaint);
        if (complaint[0]) fail_msg("theme %d: %s", t, complaint);
    }
}

static void verdicts_differ_for_any_colour_vision(void **state)
{
    (void)state;
    all_are_apart(compare_verdicts);
}

static void curves_and_lines_differ_for_any_colour_vision(void **state)
{
    (void)state;
    all_are_apart(compare_lines);
    all_are_apart(compare_areas);
}

static void waves_differ_for_any_colour_vision(void **state)
{
    (void)state;
    assert_true(apart(gf_theme_dark()->accent, gf_theme_dark()->forward) > PLAIN);
    assert_true(apart(gf_theme_projector()->accent, gf_theme_projector()->forward) > PLAIN);
}

/* Colours that only some can tell apart are found. */
static void a_mistaken_palette_is_found(void **state)
{
    (void)state;
    char complaint[200];
    gf_theme theme = *gf_theme_dark();
    theme.healthy = 0x2bb82bff; /* traffic lights */
    theme.exploding = 0xd05a2bff;
    compare_verdicts(&theme, complaint);
    assert_non_null(strstr(complaint, "exploding and healthy"));
    theme = *gf_theme_dark();
    theme.second = 0x7880c4ff; /* violet beside the blue of the underflow lines */
    compare_lines(&theme, complaint);
    assert_non_null(strstr(complaint, "an underflow line and curve B"));
    theme = *gf_theme_projector();
    theme.healthy_band = theme.panel;
    compare_areas(&theme, complaint);
    assert_non_null(strstr(complaint, "the healthy band and the panel"));
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
        cmocka_unit_test(differences_are_those_of_the_standard),
        cmocka_unit_test(verdicts_differ_for_any_colour_vision),
        cmocka_unit_test(curves_and_lines_differ_for_any_colour_vision),
        cmocka_unit_test(waves_differ_for_any_colour_vision),
        cmocka_unit_test(a_mistaken_palette_is_found),
        cmocka_unit_test(nan_is_in_no_place_of_the_map),
        cmocka_unit_test(activations_have_a_map_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
