/* The chart: grid, healthy band, limits of float formats, and the measured curve. */
#include "view/view_internal.h"

#include <math.h>
#include <stdio.h>

#include "view/chart_layout.h"
#include "view/palette.h"

#define RADIUS   10.0f /* design pixels, like all below */
#define FONT     15.0f
#define DOT_SLOT 15.0f /* room a layer needs to get a dot */
#define DOT      5.0f
#define LINE     3.5f

typedef struct chart_drawing {
    gf_view *view;
    const gf_scene *scene;
    gf_label_list *labels;
    gf_chart_layout layout;
} chart_drawing;

static double strength(const chart_drawing *chart, int32_t layer)
{
    return chart->view->summary.strength[layer - 1];
}

static float pixels(const chart_drawing *chart, float design)
{
    return design * chart->scene->scale;
}

static void add_label(const chart_drawing *chart, float x, float y, gf_align align, gf_color color,
                      const char *text)
{
    gf_label label = {.x = x, .y = y, .size = pixels(chart, FONT), .color = color, .align = align};
    snprintf(label.text, sizeof label.text, "%s", text);
    gf_label_add(chart->labels, label);
}

static void draw_row(const chart_drawing *chart, float y, gf_color color)
{
    const gf_rect plot = chart->layout.plot;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){plot.x, rintf(y), plot.width, 1.0f}, color);
}

static void draw_column(const chart_drawing *chart, float x, gf_color color)
{
    const gf_rect plot = chart->layout.plot;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){rintf(x), plot.y, 1.0f, plot.height}, color);
}

static void draw_healthy_band(const chart_drawing *chart)
{
    const gf_rect plot = chart->layout.plot;
    const double last = strength(chart, chart->layout.depth);
    if (!isfinite(last)) return;
    const gf_thresholds thresholds =
        chart->scene->thresholds ? *chart->scene->thresholds : gf_thresholds_default();
    const float top =
        fmaxf(gf_chart_y(&chart->layout, last + log10(thresholds.exploding_ratio)), plot.y);
    const float bottom = fminf(gf_chart_y(&chart->layout, last + log10(thresholds.vanishing_ratio)),
                               plot.y + plot.height);
    if (bottom - top < 1.0f) return;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){plot.x, top, plot.width, bottom - top},
                   chart->scene->theme->healthy_band);
    if (bottom - top >= pixels(chart, 2.0f * FONT))
        add_label(chart, plot.x + pixels(chart, 10.0f), top + pixels(chart, 13.0f), GF_ALIGN_LEFT,
                  gf_color_fade(chart->scene->theme->healthy, 0.7), "healthy range");
}

static void draw_grid(const chart_drawing *chart)
{
    const gf_theme *theme = chart->scene->theme;
    const gf_rect plot = chart->layout.plot;
    const gf_log_axis axis = chart->layout.y;
    for (int32_t decade = axis.first; decade <= axis.last; decade += axis.step) {
        char text[16];
        gf_log_axis_format(decade, text);
        const float y = gf_chart_y(&chart->layout, decade);
        draw_row(chart, y, theme->grid);
        add_label(chart, plot.x - pixels(chart, 10.0f), y, GF_ALIGN_RIGHT, theme->text_dim, text);
    }
    int32_t ticks[GF_LAYER_TICKS_MAX];
    const int32_t count =
        gf_layer_ticks(chart->layout.depth, plot.width / pixels(chart, 130.0f), ticks);
    for (int32_t i = 0; i < count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", ticks[i]);
        const float x = gf_chart_x(&chart->layout, ticks[i]);
        draw_column(chart, x, theme->grid);
        add_label(chart, x, plot.y + plot.height + pixels(chart, 18.0f), GF_ALIGN_CENTRE,
                  theme->text_dim, text);
    }
    draw_row(chart, plot.y, theme->grid);
    draw_row(chart, plot.y + plot.height, theme->grid);
    draw_column(chart, plot.x, theme->grid);
    draw_column(chart, plot.x + plot.width, theme->grid);
}

/* Where a gradient of that size leaves a float format: smallest subnormal and largest finite
 * number, as log10. */
static const struct {
    double decade;
    const char *text;
} limits[] = {
    {-44.85, "fp32 underflows below here"}, /* 2^-149 */
    {-7.22, "fp16 underflows below here"},  /* 2^-24 */
    {4.82, "fp16 overflows above here"},    /* 65504 */
    {38.53, "fp32 overflows above here"},   /* 2^128 */
};

/* The curve's height at one end of the plot, where a line's name would stand. */
static float curve_end(const chart_drawing *chart, bool right)
{
    const int32_t layer = right ? chart->layout.depth : chart->view->summary.first_ready;
    const double decade = layer <= chart->layout.depth ? strength(chart, layer) : NAN;
    return isfinite(decade) ? gf_chart_y(&chart->layout, decade) : -1e6f;
}

static void draw_limits(const chart_drawing *chart)
{
    const gf_rect plot = chart->layout.plot;
    const gf_color color = chart->scene->theme->underflow;
    const float thick = fmaxf(rintf(pixels(chart, 1.2f)), 1.0f), inset = pixels(chart, 8.0f);
    float taken = INFINITY;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const float y = gf_chart_y(&chart->layout, limits[i].decade);
        if (y <= plot.y || y >= plot.y + plot.height) continue;
        const float above = y - pixels(chart, 11.0f);
        const float text_y = above < plot.y + inset ? y + pixels(chart, 12.0f) : above;
        if (taken - text_y < pixels(chart, 1.3f * FONT))
            continue; /* a line without a name says nothing */
        gf_canvas_dashes(&chart->view->canvas, plot.x, plot.x + plot.width, rintf(y), thick,
                         gf_color_fade(color, 0.75));
        const bool right =
            fabsf(curve_end(chart, true) - text_y) >= fabsf(curve_end(chart, false) - text_y);
        add_label(chart, right ? plot.x + plot.width - inset : plot.x + inset, text_y,
                  right ? GF_ALIGN_RIGHT : GF_ALIGN_LEFT, color, limits[i].text);
        taken = text_y;
    }
}

/* Strength between two layers, where the front is. */
static double strength_at(const chart_drawing *chart, double layer)
{
    const int32_t below = (int32_t)floor(layer);
    if (below >= chart->layout.depth) return strength(chart, chart->layout.depth);
    const double share = layer - below;
    return share == 0.0
               ? strength(chart, below)
               : (1.0 - share) * strength(chart, below) + share * strength(chart, below + 1);
}

static void draw_part(const chart_drawing *chart, double from, double to, float width,
                      gf_color color)
{
    if (from >= to) return;
    gf_curve curve = {.canvas = &chart->view->canvas,
                      .chart = &chart->layout,
                      .width = pixels(chart, width),
                      .color = color};
    if (from != ceil(from)) gf_curve_add(&curve, from, strength_at(chart, from));
    for (int32_t layer = (int32_t)ceil(from); layer <= to; layer++)
        gf_curve_add(&curve, layer, strength(chart, layer));
    if (to != floor(to)) gf_curve_add(&curve, to, strength_at(chart, to));
    gf_curve_end(&curve);
}

static void draw_dots(const chart_drawing *chart, double front, gf_color waiting)
{
    if (chart->layout.slot < pixels(chart, DOT_SLOT)) return;
    for (int32_t layer = chart->view->summary.first_ready; layer <= chart->layout.depth; layer++) {
        if (!isfinite(strength(chart, layer))) continue;
        const gf_point place = {gf_chart_x(&chart->layout, layer),
                                gf_chart_y(&chart->layout, strength(chart, layer))};
        const double lit = gf_stage_lit(layer, front);
        gf_canvas_disc(&chart->view->canvas, place, pixels(chart, DOT * (float)(0.75 + 0.25 * lit)),
                       gf_color_mix(waiting, chart->scene->theme->accent, lit));
    }
}

/* "measured" stands at the output end, over the lit curve or under it, wherever that leaves room.
 */
static void label_curve(const chart_drawing *chart)
{
    const gf_rect plot = chart->layout.plot;
    const float right = plot.x + plot.width - pixels(chart, 16.0f),
                left = right - pixels(chart, 105.0f);
    float top = INFINITY, bottom = -INFINITY;
    const int32_t lit = (int32_t)fmax(ceil(chart->scene->front), chart->view->summary.first_ready);
    for (int32_t layer = chart->layout.depth; layer >= lit; layer--) {
        const double decade = strength(chart, layer);
        if (isfinite(decade)) {
            top = fminf(top, gf_chart_y(&chart->layout, decade));
            bottom = fmaxf(bottom, gf_chart_y(&chart->layout, decade));
        }
        if (gf_chart_x(&chart->layout, layer) < left) break;
    }
    if (top > bottom) return;
    gf_label label = {.x = right,
                      .size = pixels(chart, 17.0f),
                      .color = chart->scene->theme->accent,
                      .align = GF_ALIGN_RIGHT,
                      .bold = true};
    const float above = top - pixels(chart, 20.0f);
    label.y = above > plot.y + pixels(chart, 10.0f) ? above : bottom + pixels(chart, 22.0f);
    snprintf(label.text, sizeof label.text, "measured");
    gf_label_add(chart->labels, label);
}

static void draw_curve(const chart_drawing *chart)
{
    const gf_theme *theme = chart->scene->theme;
    const int32_t first = chart->view->summary.first_ready, depth = chart->layout.depth;
    const double front = fmin(fmax(chart->scene->front, first), depth);
    const gf_color waiting = gf_color_mix(theme->panel, theme->text_dim, 0.45);
    draw_part(chart, first, front, 0.6f * LINE, waiting);
    draw_part(chart, front, depth, LINE, theme->accent);
    draw_dots(chart, chart->scene->front, waiting);
    label_curve(chart);
}

/* Layers that are on no logarithmic axis stand at its edge: zero at the bottom, NaN and Inf at the
 * top. */
static void draw_marks(const chart_drawing *chart, bool zero, gf_color color, const char *text)
{
    const gf_rect plot = chart->layout.plot;
    const float size = fmaxf(pixels(chart, 7.0f), 3.0f);
    const float y = zero ? plot.y + plot.height - size - 1.0f : plot.y + 1.0f;
    float next = -INFINITY, first = INFINITY;
    for (int32_t layer = chart->view->summary.first_ready; layer <= chart->layout.depth; layer++) {
        const double decade = strength(chart, layer);
        if (isfinite(decade) || (decade == -INFINITY) != zero) continue;
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
    add_label(chart, right ? first + size : first,
              zero ? y - pixels(chart, 11.0f) : y + size + pixels(chart, 11.0f),
              right ? GF_ALIGN_RIGHT : GF_ALIGN_LEFT, color, text);
}

static void draw_hover(const chart_drawing *chart)
{
    const int32_t layer = chart->scene->hover_layer;
    if (layer < chart->view->summary.first_ready || layer < 1 || layer > chart->layout.depth)
        return;
    const gf_theme *theme = chart->scene->theme;
    const gf_rect plot = chart->layout.plot;
    const float x = gf_chart_x(&chart->layout, layer);
    draw_column(chart, x, theme->text_dim);
    const double decade = strength(chart, layer);
    if (isfinite(decade)) {
        const gf_point place = {x, gf_chart_y(&chart->layout, decade)};
        gf_canvas_disc(&chart->view->canvas, place, pixels(chart, DOT + 2.0f), theme->text);
        gf_canvas_disc(&chart->view->canvas, place, pixels(chart, DOT - 0.5f), theme->panel);
    }
    char value[40], text[64];
    gf_scaled_format(chart->scene->run->layers[layer - 1].weight_grad_norm, 2, value);
    snprintf(text, sizeof text, "layer %d:  %s", layer, value);
    const bool right = x > plot.x + 0.5f * plot.width;
    const bool low =
        isfinite(decade) && gf_chart_y(&chart->layout, decade) > plot.y + 0.5f * plot.height;
    const float side = pixels(chart, right ? -10.0f : 10.0f), inset = pixels(chart, 14.0f);
    add_label(chart, x + side, low ? plot.y + inset : plot.y + plot.height - inset,
              right ? GF_ALIGN_RIGHT : GF_ALIGN_LEFT, theme->text, text);
}

static void label_head(const chart_drawing *chart, gf_rect rect)
{
    const gf_theme *theme = chart->scene->theme;
    gf_label label = {.x = rect.x + pixels(chart, 24.0f),
                      .y = rect.y + pixels(chart, 27.0f),
                      .size = pixels(chart, 16.0f),
                      .color = theme->text_dim,
                      .bold = true};
    snprintf(label.text, sizeof label.text, "GRADIENT STRENGTH   ‖∂L/∂W‖ per layer");
    gf_label_add(chart->labels, label);
    label.x = rect.x + rect.width - pixels(chart, 24.0f);
    label.align = GF_ALIGN_RIGHT;
    label.bold = false;
    snprintf(label.text, sizeof label.text, "input ←  layer  → output");
    gf_label_add(chart->labels, label);
}

void gf_view_chart(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    chart_drawing chart = {view, scene, labels, gf_chart_layout_make(scene, rect)};
    gf_canvas_panel(&view->canvas, rect, pixels(&chart, RADIUS), theme->panel, theme->panel_border);
    label_head(&chart, rect);
    if (!gf_view_follow(view, scene)) return;
    const gf_summary *summary = &view->summary;
    chart.layout.y = gf_log_axis_make(summary->strength_low, summary->strength_high);
    const bool ready = summary->first_ready <= chart.layout.depth;
    if (ready) draw_healthy_band(&chart);
    draw_grid(&chart);
    draw_limits(&chart);
    if (!ready) return;
    draw_curve(&chart);
    draw_marks(&chart, true, theme->text_dim, "exactly zero");
    draw_marks(&chart, false, theme->not_finite, "NaN or Inf");
    draw_hover(&chart);
}

int32_t gf_view_chart_layer(const gf_scene *scene, gf_rect rect, float x, float y)
{
    if (!scene->run || scene->run->spec.depth < 1) return 0;
    const gf_chart_layout chart = gf_chart_layout_make(scene, rect);
    const gf_rect plot = chart.plot;
    if (x < plot.x || x >= plot.x + plot.width || y < plot.y || y >= plot.y + plot.height) return 0;
    const int32_t layer = (int32_t)((x - plot.x) / chart.slot) + 1;
    return layer < chart.depth ? layer : chart.depth;
}
