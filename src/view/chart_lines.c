/* Grid, healthy range, and where a gradient leaves a float format. */

#include "view/chart_drawing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view/chart_room.h"
#include "view/palette.h"

/* ---- The healthy range -------------------------------------------------------------------------
 */

/* In the unit of the axis. False: nothing is known to be healthy, or the output layer is not. */
static bool healthy_range(const gf_chart_drawing *chart, gf_range *out)
{
    const gf_thresholds thresholds =
        chart->scene->thresholds ? *chart->scene->thresholds : gf_thresholds_default();
    const double last = gf_chart_value(chart, chart->summary, chart->summary->spec.depth);
    switch (chart->scene->measure) {
    case GF_MEASURE_WEIGHT_GRAD:
    case GF_MEASURE_DELTA:
        *out = (gf_range){last + log10(thresholds.vanishing_ratio),
                          last + log10(thresholds.exploding_ratio)};
        return isfinite(last);
    case GF_MEASURE_SATURATED:
        *out = (gf_range){-100.0, 100.0 * thresholds.saturated_share};
        return true;
    case GF_MEASURE_DEAD: *out = (gf_range){-100.0, 100.0 * thresholds.dead_share}; return true;
    case GF_MEASURE_UPDATE_RATIO: /* around 1e-3: Karpathy, "makemore", part 3 */
        *out = (gf_range){-3.5, -2.5};
        return true;
    default: return false; /* what is healthy depends on the activation */
    }
}

static void name_range(gf_chart_drawing *chart, float top, float bottom)
{
    const gf_rect plot = chart->layout.plot;
    const float inset = gf_chart_pixels(chart, 10.0f), half = gf_chart_pixels(chart, 13.0f);
    const float left = plot.x + inset, right = plot.x + plot.width - inset;
    const gf_words words = {"healthy range", gf_chart_pixels(chart, GF_CHART_FONT),
                            chart->scene->theme->try_text, false, true};
    const float middle = plot.x + 0.5f * plot.width;
    const gf_words_place places[] = {
        {left, top + half, GF_ALIGN_LEFT},      {left, bottom - half, GF_ALIGN_LEFT},
        {right, bottom - half, GF_ALIGN_RIGHT}, {right, top + half, GF_ALIGN_RIGHT},
        {middle, top + half, GF_ALIGN_CENTRE},  {middle, bottom - half, GF_ALIGN_CENTRE}};
    gf_chart_place_words(chart, &words, places, 6);
}

void gf_chart_draw_range(gf_chart_drawing *chart)
{
    const gf_rect plot = chart->layout.plot;
    gf_range range;
    if (!healthy_range(chart, &range)) return;
    const float top = fmaxf(gf_chart_y(&chart->layout, range.high), plot.y);
    const float bottom = fminf(gf_chart_y(&chart->layout, range.low), plot.y + plot.height);
    if (bottom - top < 1.0f) return;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){plot.x, top, plot.width, bottom - top},
                   chart->scene->theme->healthy_band);
    if (bottom - top >= gf_chart_pixels(chart, 2.0f * GF_CHART_FONT))
        name_range(chart, top, bottom);
}

/* ---- The grid ----------------------------------------------------------------------------------
 */

static void draw_values(const gf_chart_drawing *chart)
{
    const gf_theme *theme = chart->scene->theme;
    const gf_log_axis axis = chart->layout.y;
    const bool logarithmic = gf_measure_get(chart->scene->measure)->logarithmic;
    for (int32_t tick = axis.first; tick <= axis.last; tick += axis.step) {
        char text[16];
        if (logarithmic)
            gf_log_axis_format(tick, text);
        else
            snprintf(text, sizeof text, "%d %%", tick);
        const float y = gf_chart_y(&chart->layout, tick);
        gf_chart_row(chart, y, theme->grid);
        gf_chart_label(chart, chart->layout.plot.x - gf_chart_pixels(chart, 10.0f), y,
                       GF_ALIGN_RIGHT, theme->text_dim, text);
    }
}

static void draw_layers(const gf_chart_drawing *chart)
{
    const gf_rect plot = chart->layout.plot;
    const gf_theme *theme = chart->scene->theme;
    const double first = chart->layout.from, last = first + chart->layout.layers - 1.0;
    gf_layer_ticks ticks;
    gf_layer_ticks_make((int32_t)ceil(first - 0.5), (int32_t)floor(last + 0.5), chart->layout.depth,
                        plot.width / gf_chart_pixels(chart, 130.0f), &ticks);
    for (int32_t i = 0; i < ticks.count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", ticks.layers[i]);
        const float x = gf_chart_x(&chart->layout, ticks.layers[i]);
        gf_chart_column(chart, x, theme->grid);
        gf_chart_label(chart, x, plot.y + plot.height + gf_chart_pixels(chart, 18.0f),
                       GF_ALIGN_CENTRE, theme->text_dim, text);
    }
}

void gf_chart_draw_grid(const gf_chart_drawing *chart)
{
    const gf_color grid = chart->scene->theme->grid;
    const gf_rect plot = chart->layout.plot;
    draw_values(chart);
    draw_layers(chart);
    gf_chart_row(chart, plot.y, grid);
    gf_chart_row(chart, plot.y + plot.height, grid);
    gf_chart_column(chart, plot.x, grid);
    gf_chart_column(chart, plot.x + plot.width, grid);
}

/* ---- Limits of float formats -------------------------------------------------------------------
 */

/* Smallest subnormal and largest finite number as log10, from below. bfloat16 overflows where
 * float32 does. */
static const struct {
    double decade;
    const char *name;
    bool under;
} limits[] = {
    {-44.85, "fp32", true}, /* 2^-149 */
    {-40.04, "bf16", true}, /* 2^-133 */
    {-7.22, "fp16", true},  /* 2^-24 */
    {4.82, "fp16", false},  /* 65504 */
    {38.53, "fp32", false}, /* 2^128 */
};
#define LIMIT_COUNT (int)(sizeof limits / sizeof *limits)

static bool is_on_plot(const gf_chart_drawing *chart, float y)
{
    const gf_rect plot = chart->layout.plot;
    return y > plot.y && y < plot.y + plot.height;
}

static bool has_limits(const gf_chart_drawing *chart)
{
    const gf_measure measure = chart->scene->measure;
    return gf_measure_get(measure)->logarithmic && measure != GF_MEASURE_UPDATE_RATIO;
}

bool gf_chart_has_limit_in(const gf_chart_drawing *chart, gf_rect box)
{
    for (int i = 0; i < LIMIT_COUNT && has_limits(chart); i++) {
        const float y = gf_chart_y(&chart->layout, limits[i].decade);
        if (is_on_plot(chart, y) && y > box.y && y < box.y + box.height) return true;
    }
    return false;
}

static void name_limit(gf_chart_drawing *chart, float y, const char *text)
{
    const gf_rect plot = chart->layout.plot;
    const float inset = gf_chart_pixels(chart, 8.0f), apart = gf_chart_pixels(chart, 11.0f);
    const float left = plot.x + inset, right = plot.x + plot.width - inset;
    const gf_words words = {text, gf_chart_pixels(chart, GF_CHART_FONT),
                            chart->scene->theme->underflow, false, false};
    const gf_words_place places[] = {{right, y - apart, GF_ALIGN_RIGHT},
                                     {left, y - apart, GF_ALIGN_LEFT},
                                     {right, y + apart, GF_ALIGN_RIGHT},
                                     {left, y + apart, GF_ALIGN_LEFT},
                                     {plot.x + 0.5f * plot.width, y - apart, GF_ALIGN_CENTRE}};
    gf_chart_place_words(chart, &words, places, 5);
}

/* Lines too close for a name each share one. Returns the first limit that is not in the group. */
static int draw_group(gf_chart_drawing *chart, int first)
{
    const float thick = fmaxf(rintf(gf_chart_pixels(chart, 1.2f)), 1.0f);
    const gf_rect plot = chart->layout.plot;
    const float bottom = gf_chart_y(&chart->layout, limits[first].decade);
    float top = bottom;
    char names[24] = "";
    int i = first;
    for (; i < LIMIT_COUNT && limits[i].under == limits[first].under; i++) {
        const float y = gf_chart_y(&chart->layout, limits[i].decade);
        if (!is_on_plot(chart, y) || top - y >= gf_chart_pixels(chart, 1.3f * GF_CHART_FONT)) break;
        gf_canvas_dashes(&chart->view->canvas, plot.x, plot.x + plot.width, rintf(y), thick,
                         gf_color_fade(chart->scene->theme->underflow, 0.75));
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", limits[i].name);
        top = y;
    }
    char text[64];
    const bool many = i > first + 1;
    snprintf(text, sizeof text, "%s %s", names,
             limits[first].under ? many ? "underflow below here" : "underflows below here"
             : many              ? "overflow above here"
                                 : "overflows above here");
    name_limit(chart, top, text);
    for (int line = first; line < i; line++)
        gf_chart_take(chart, (gf_rect){plot.x, gf_chart_y(&chart->layout, limits[line].decade),
                                       plot.width, thick});
    return i;
}

void gf_chart_draw_limits(gf_chart_drawing *chart)
{
    if (!has_limits(chart)) return;
    for (int i = 0; i < LIMIT_COUNT;)
        if (is_on_plot(chart, gf_chart_y(&chart->layout, limits[i].decade)))
            i = draw_group(chart, i);
        else
            i++;
}
