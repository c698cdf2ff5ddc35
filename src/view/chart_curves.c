/* Measured curves, the theory beside them, and the layers that have no place on the axis. */
#include "view/chart_room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view/curve.h"
#include "view/palette.h"

#define DOT_SLOT 15.0f /* room a layer needs to get a dot */
#define DOT      5.0f

/* One network's curve. */
typedef struct curve_of {
    const gf_summary *summary;
    double front;
    gf_color color;
    const char *name;
} curve_of;

/* The layers between which there is something to draw: those on screen, and the way to the next. */
static double first_shown(const gf_chart_drawing *chart)
{
    return fmax(chart->layout.from - 0.5, 1.0);
}

static double last_shown(const gf_chart_drawing *chart, int32_t depth)
{
    return fmin(chart->layout.from + chart->layout.layers - 0.5, depth);
}

/* ---- The measured ones -------------------------------------------------------------------------
 */

/* Between two layers, where the front is or the plot ends. */
static double value_at(const gf_chart_drawing *chart, const gf_summary *summary, double layer)
{
    const int32_t below = (int32_t)floor(layer);
    if (below >= summary->spec.depth) return gf_chart_value(chart, summary, summary->spec.depth);
    const double share = layer - below, value = gf_chart_value(chart, summary, below);
    if (share == 0.0) return value;
    return (1.0 - share) * value + share * gf_chart_value(chart, summary, below + 1);
}

static void draw_part(const gf_chart_drawing *chart, const gf_summary *summary, double from,
                      double to, float width, gf_color color)
{
    const double start = fmax(from, first_shown(chart));
    const double end = fmin(to, last_shown(chart, summary->spec.depth));
    if (start >= end) return;
    gf_curve curve;
    gf_curve_begin(&curve, &chart->view->canvas, &chart->layout, gf_chart_pixels(chart, width),
                   color);
    if (start != ceil(start)) gf_curve_add(&curve, start, value_at(chart, summary, start));
    for (int32_t layer = (int32_t)ceil(start); layer <= end; layer++)
        gf_curve_add(&curve, layer, gf_chart_value(chart, summary, layer));
    if (end != floor(end)) gf_curve_add(&curve, end, value_at(chart, summary, end));
    gf_curve_end(&curve);
}

static void draw_dots(const gf_chart_drawing *chart, const curve_of *curve, gf_color waiting)
{
    if (chart->layout.slot < gf_chart_pixels(chart, DOT_SLOT)) return;
    const int32_t first = (int32_t)fmax(ceil(first_shown(chart)), curve->summary->first_ready);
    const int32_t last = (int32_t)floor(last_shown(chart, curve->summary->spec.depth));
    for (int32_t layer = first; layer <= last; layer++) {
        const double value = gf_chart_value(chart, curve->summary, layer);
        if (!isfinite(value)) continue;
        const gf_point place = {gf_chart_x(&chart->layout, layer),
                                gf_chart_y(&chart->layout, value)};
        const double lit = gf_stage_lit(layer, curve->front);
        gf_canvas_disc(&chart->view->canvas, place,
                       gf_chart_pixels(chart, DOT * (float)(0.75 + 0.25 * lit)),
                       gf_color_mix(waiting, curve->color, lit));
    }
}

#define NAME_SIZE  17.0f
#define NAME_SPOTS 5

/* Over the curve or under it, at the output end or as near to it as there is room. */
static void name_curve(gf_chart_drawing *chart, const curve_of *curve)
{
    const gf_rect plot = chart->layout.plot;
    const float size = gf_chart_pixels(chart, NAME_SIZE), inset = gf_chart_pixels(chart, 16.0f);
    const gf_words words = {curve->name, size, curve->color, true, false};
    const gf_range all = gf_chart_heights(chart, curve->summary, plot.x, plot.x + plot.width);
    if (gf_range_is_empty(all)) return; /* nothing but zeros, NaN or Inf: those have their words */
    gf_words_place places[2 * NAME_SPOTS];
    for (int i = 0; i < NAME_SPOTS; i++) {
        const float x = plot.x + plot.width - inset - 0.2f * (float)i * plot.width;
        const gf_range near = gf_chart_heights(chart, curve->summary, x - 6.0f * size, x);
        const float above = (float)near.low - 1.1f * size, below = (float)near.high + 1.2f * size;
        places[2 * i] = (gf_words_place){x, above, GF_ALIGN_RIGHT};
        places[2 * i + 1] = (gf_words_place){x, below, GF_ALIGN_RIGHT};
        if (gf_range_is_empty(near)) places[2 * i].y = places[2 * i + 1].y = plot.y - plot.height;
    }
    gf_chart_place_words(chart, &words, places, 2 * NAME_SPOTS);
}

static void draw_curve(const gf_chart_drawing *chart, const curve_of *curve)
{
    const gf_theme *theme = chart->scene->theme;
    const int32_t first = curve->summary->first_ready, depth = curve->summary->spec.depth;
    if (first > depth) return;
    const double front = fmin(fmax(curve->front, first), depth);
    const gf_color waiting = gf_color_mix(theme->panel, theme->text_dim, 0.45);
    draw_part(chart, curve->summary, first, front, 0.6f * GF_CHART_LINE, waiting);
    draw_part(chart, curve->summary, front, depth, GF_CHART_LINE, curve->color);
    draw_dots(chart, curve, waiting);
}

static bool has_name(const curve_of *curve)
{
    const int32_t depth = curve->summary->spec.depth;
    return curve->front <= depth && curve->summary->first_ready <= depth;
}

void gf_chart_draw_curves(gf_chart_drawing *chart)
{
    const gf_scene *scene = chart->scene;
    const curve_of own = {chart->summary, scene->front, scene->theme->accent,
                          scene->name    ? scene->name
                          : chart->other ? "A"
                                         : "measured"};
    const curve_of other = {chart->other, scene->other_front, scene->theme->second,
                            scene->other_name ? scene->other_name : "B"};
    if (chart->other) draw_curve(chart, &other);
    draw_curve(chart, &own);
    if (has_name(&own)) name_curve(chart, &own);
    if (chart->other && has_name(&other)) name_curve(chart, &other);
}

/* ---- Theory ------------------------------------------------------------------------------------
 */

static void draw_ensemble(const gf_chart_drawing *chart, int32_t first, int32_t last)
{
    const gf_scene *scene = chart->scene;
    gf_curve band;
    gf_curve_begin(&band, &chart->view->canvas, &chart->layout, 0.0f,
                   gf_color_fade(scene->theme->accent, 0.18));
    band.is_band = true;
    for (int32_t layer = first; layer <= last; layer++)
        gf_curve_add_between(&band, layer, scene->ensemble_low[layer - 1],
                             scene->ensemble_high[layer - 1]);
    gf_curve_end(&band);
}

#define THEORY_SPOTS 4

/* In the band where it is wide, above or below it where it is not. */
static void name_ensemble(gf_chart_drawing *chart, int32_t first, int32_t last)
{
    const gf_scene *scene = chart->scene;
    const gf_words words = {scene->ensemble_name, gf_chart_pixels(chart, GF_CHART_FONT),
                            scene->theme->accent, false, true};
    gf_words_place places[2 * THEORY_SPOTS];
    int32_t count = 0;
    for (int i = 0; scene->ensemble_name && i < THEORY_SPOTS; i++) {
        const int32_t layer = first + (int32_t)(0.2 * (i + 1) * (last - first));
        const double low = scene->ensemble_low[layer - 1], high = scene->ensemble_high[layer - 1];
        if (!isfinite(low) || !isfinite(high)) continue;
        const float x = gf_chart_x(&chart->layout, layer), apart = 1.2f * words.size;
        places[count++] =
            (gf_words_place){x, gf_chart_y(&chart->layout, low) + apart, GF_ALIGN_CENTRE};
        places[count++] =
            (gf_words_place){x, gf_chart_y(&chart->layout, high) - apart, GF_ALIGN_CENTRE};
    }
    if (count > 0) gf_chart_place_words(chart, &words, places, count);
}

static void name_theory(gf_chart_drawing *chart, int32_t first, int32_t last)
{
    const gf_scene *scene = chart->scene;
    const gf_words words = {scene->theory_name ? scene->theory_name : "theory",
                            gf_chart_pixels(chart, GF_CHART_FONT), scene->theme->theory, false,
                            true};
    gf_words_place places[4 * THEORY_SPOTS];
    int32_t count = 0;
    for (int i = 0; i < THEORY_SPOTS; i++) {
        const int32_t layer = first + (int32_t)(0.2 * (i + 1) * (last - first));
        if (!isfinite(scene->theory[layer - 1])) continue;
        const float y = gf_chart_y(&chart->layout, scene->theory[layer - 1]);
        const float x = gf_chart_x(&chart->layout, layer), apart = 1.6f * words.size;
        places[count++] = (gf_words_place){x, y - apart, GF_ALIGN_RIGHT};
        places[count++] = (gf_words_place){x, y + apart, GF_ALIGN_LEFT};
        places[count++] = (gf_words_place){x, y - apart, GF_ALIGN_LEFT};
        places[count++] = (gf_words_place){x, y + apart, GF_ALIGN_RIGHT};
    }
    if (count > 0) gf_chart_place_words(chart, &words, places, count);
}

void gf_chart_draw_theory(gf_chart_drawing *chart)
{
    const gf_scene *scene = chart->scene;
    const int32_t depth = scene->run->spec.depth;
    const int32_t first = (int32_t)ceil(first_shown(chart)),
                  last = (int32_t)last_shown(chart, depth);
    if (first > last) return;
    const bool has_band = scene->ensemble_low && scene->ensemble_high;
    if (has_band) draw_ensemble(chart, first, last);
    if (has_band) name_ensemble(chart, first, last);
    if (!scene->theory) return;
    gf_curve curve;
    gf_curve_begin(&curve, &chart->view->canvas, &chart->layout, gf_chart_pixels(chart, 2.0f),
                   scene->theme->theory);
    curve.dash = gf_chart_pixels(chart, 8.0f);
    for (int32_t layer = first; layer <= last; layer++)
        gf_curve_add(&curve, layer, scene->theory[layer - 1]);
    gf_curve_end(&curve);
    name_theory(chart, first, last);
}

/* ---- What is on no axis ------------------------------------------------------------------------
 */

/* Zero stands at the bottom of a logarithmic axis, NaN and Inf at the top of any. */
static void draw_marks(const gf_chart_drawing *chart, bool zero, gf_color color, const char *text)
{
    const gf_rect plot = chart->layout.plot;
    const float size = fmaxf(gf_chart_pixels(chart, 7.0f), 3.0f);
    const float y = zero ? plot.y + plot.height - size - 1.0f : plot.y + 1.0f;
    const int32_t from = (int32_t)fmax(ceil(first_shown(chart)), chart->summary->first_ready);
    const int32_t to = (int32_t)last_shown(chart, chart->summary->spec.depth);
    float next = -INFINITY, first = INFINITY;
    for (int32_t layer = from; layer <= to; layer++) {
        const double value = gf_chart_value(chart, chart->summary, layer);
        if (isfinite(value) || (value == -INFINITY) != zero) continue;
        const float width = fmaxf(fminf(size, chart->layout.slot), 1.0f);
        const float x = gf_chart_x(&chart->layout, layer) - 0.5f * width;
        if (x < next) continue;
        const double lit = gf_stage_lit(layer, chart->scene->front);
        gf_canvas_rect(&chart->view->canvas, (gf_rect){x, y, width, size},
                       gf_color_fade(color, 0.3 + 0.7 * lit));
        next = x + width;
        first = fminf(first, x);
    }
    if (first > plot.x + plot.width) return;
    const bool right = first > plot.x + 0.7f * plot.width;
    const float apart = gf_chart_pixels(chart, 11.0f);
    gf_chart_label(chart, right ? first + size : first, zero ? y - apart : y + size + apart,
                   right ? GF_ALIGN_RIGHT : GF_ALIGN_LEFT, color, text);
}

void gf_chart_draw_marks(gf_chart_drawing *chart)
{
    draw_marks(chart, true, chart->scene->theme->text_dim, "exactly zero");
    draw_marks(chart, false, chart->scene->theme->not_finite, "NaN or Inf");
}
