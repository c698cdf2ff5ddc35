/* The chart: its panel, its axes, the order of what is on it, and the crosshair. */
#include <math.h>
#include <stdio.h>

#include "view/chart_drawing.h"
#include "view/palette.h"

#define RADIUS 10.0f /* design pixels, like all below */
#define RING   7.0f

double gf_chart_value(const gf_chart_drawing *chart, const gf_summary *summary, int32_t layer)
{
    return summary->values[chart->scene->measure][layer - 1];
}

float gf_chart_pixels(const gf_chart_drawing *chart, float design)
{
    return design * chart->scene->scale;
}

void gf_chart_label(const gf_chart_drawing *chart, float x, float y, gf_align align, gf_color color,
                    const char *text)
{
    gf_label label = {.x = x,
                      .y = y,
                      .size = gf_chart_pixels(chart, GF_CHART_FONT),
                      .color = color,
                      .align = align};
    snprintf(label.text, sizeof label.text, "%s", text);
    gf_label_add(chart->labels, label);
}

void gf_chart_row(const gf_chart_drawing *chart, float y, gf_color color)
{
    const gf_rect plot = chart->layout.plot;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){plot.x, rintf(y), plot.width, 1.0f}, color);
}

void gf_chart_column(const gf_chart_drawing *chart, float x, gf_color color)
{
    const gf_rect plot = chart->layout.plot;
    if (x < plot.x - 0.5f || x > plot.x + plot.width + 0.5f) return;
    gf_canvas_rect(&chart->view->canvas, (gf_rect){rintf(x), plot.y, 1.0f, plot.height}, color);
}

/* ---- The crosshair -----------------------------------------------------------------------------
 */

static void draw_ring(const gf_chart_drawing *chart, gf_point place, gf_color color)
{
    gf_canvas_disc(&chart->view->canvas, place, gf_chart_pixels(chart, RING), color);
    gf_canvas_disc(&chart->view->canvas, place, gf_chart_pixels(chart, RING - 2.5f),
                   chart->scene->theme->panel);
}

/* The layer's value of one network on the crosshair. False: it has none. */
static bool cross(const gf_chart_drawing *chart, const gf_summary *summary, gf_color color,
                  double *value)
{
    const int32_t layer = chart->scene->hover_layer;
    if (!summary || layer < summary->first_ready || layer > summary->spec.depth) return false;
    *value = gf_chart_value(chart, summary, layer);
    if (!isfinite(*value)) return true;
    const gf_point place = {gf_chart_x(&chart->layout, layer), gf_chart_y(&chart->layout, *value)};
    gf_chart_row(chart, place.y, gf_color_fade(chart->scene->theme->text_dim, 0.4));
    draw_ring(chart, place, color);
    return true;
}

static void draw_hover(const gf_chart_drawing *chart)
{
    const gf_scene *scene = chart->scene;
    const gf_theme *theme = scene->theme;
    const gf_rect plot = chart->layout.plot;
    const float x = gf_chart_x(&chart->layout, scene->hover_layer);
    if (scene->hover_layer < 1 || x < plot.x || x > plot.x + plot.width) return;
    gf_chart_column(chart, x, theme->text_dim);
    double value = NAN, other = NAN;
    char text[64], first[40], second[40];
    const bool has_other = cross(chart, chart->other, theme->second, &other);
    if (!cross(chart, chart->summary, theme->text, &value)) return;
    gf_measure_format(scene->measure, value, first);
    gf_measure_format(scene->measure, other, second);
    if (has_other)
        snprintf(text, sizeof text, "layer %d:  %.20s | %.20s", scene->hover_layer, first, second);
    else
        snprintf(text, sizeof text, "layer %d:  %.40s", scene->hover_layer, first);
    const bool right = x > plot.x + 0.5f * plot.width;
    const bool low =
        isfinite(value) && gf_chart_y(&chart->layout, value) > plot.y + 0.5f * plot.height;
    const float side = gf_chart_pixels(chart, right ? -10.0f : 10.0f);
    const float inset = gf_chart_pixels(chart, 14.0f);
    gf_chart_label(chart, x + side, low ? plot.y + inset : plot.y + plot.height - inset,
                   right ? GF_ALIGN_RIGHT : GF_ALIGN_LEFT, theme->text, text);
}

/* ---- Axes --------------------------------------------------------------------------------------
 */

static gf_range widen_by(gf_range range, const double *values, int32_t count)
{
    for (int32_t i = 0; values && i < count; i++)
        range = gf_range_widen(range, values[i]);
    return range;
}

/* A theory that is off by hundreds of decades must not press the measurement into a line: it widens
 * the axis by no more than the measurement's own height. */
static gf_range add_theory(gf_range measured, gf_range theory)
{
    if (gf_range_is_empty(measured) || gf_range_is_empty(theory)) return measured;
    const double room = fmax(measured.high - measured.low, 4.0);
    return (gf_range){fmin(measured.low, fmax(theory.low, measured.low - room)),
                      fmax(measured.high, fmin(theory.high, measured.high + room))};
}

static gf_range range_of(const gf_chart_drawing *chart)
{
    const gf_scene *scene = chart->scene;
    const int32_t depth = scene->run->spec.depth;
    gf_range range = chart->summary->known[scene->measure];
    if (chart->other) range = gf_range_join(range, chart->other->known[scene->measure]);
    gf_range theory = widen_by(gf_range_none(), scene->theory, depth);
    theory = widen_by(theory, scene->ensemble_low, depth);
    return add_theory(range, widen_by(theory, scene->ensemble_high, depth));
}

/* The axis stays while layers come in, as far as they are on it. */
static void set_axis(gf_chart_drawing *chart)
{
    static const gf_log_axis percent = {-3.0, 115.0, 0, 100, 25};
    gf_view *view = chart->view;
    const gf_measure measure = chart->scene->measure;
    const bool complete = chart->summary->complete && (!chart->other || chart->other->complete);
    if (view->axis_measure != measure) view->axis = gf_range_none();
    view->axis_measure = measure;
    view->axis = gf_range_follow(view->axis, range_of(chart), complete);
    chart->layout.y = gf_measure_get(measure)->logarithmic
                          ? gf_log_axis_make(view->axis.low, view->axis.high)
                          : percent;
}

static void label_head(const gf_chart_drawing *chart, gf_rect rect)
{
    const gf_theme *theme = chart->scene->theme;
    gf_label label = {.x = rect.x + gf_chart_pixels(chart, 24.0f),
                      .y = rect.y + gf_chart_pixels(chart, 27.0f),
                      .size = gf_chart_pixels(chart, 16.0f),
                      .color = theme->text_dim,
                      .bold = true};
    snprintf(label.text, sizeof label.text, "%s", gf_measure_get(chart->scene->measure)->title);
    gf_label_add(chart->labels, label);
    label.x = rect.x + rect.width - gf_chart_pixels(chart, 24.0f);
    label.align = GF_ALIGN_RIGHT;
    label.bold = false;
    snprintf(label.text, sizeof label.text, "input ←  layer  → output");
    gf_label_add(chart->labels, label);
}

/* ---- The whole ---------------------------------------------------------------------------------
 */

static void draw_plot(gf_chart_drawing *chart)
{
    set_axis(chart);
    const bool ready = chart->summary->first_ready <= chart->summary->spec.depth;
    if (ready) gf_chart_draw_range(chart);
    gf_chart_draw_grid(chart);
    gf_chart_draw_limits(chart); /* first: names of curves keep clear of its lines */
    if (ready) gf_chart_draw_theory(chart);
    if (ready) gf_chart_draw_curves(chart);
    if (!ready) return;
    gf_chart_draw_marks(chart);
    draw_hover(chart);
}

void gf_view_chart(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    gf_chart_drawing chart = {.view = view,
                              .scene = scene,
                              .labels = labels,
                              .layout = gf_chart_layout_make(scene, rect),
                              .summary = &view->sides[0].summary};
    gf_view_panel(view, rect, gf_chart_pixels(&chart, RADIUS), theme->panel, theme->panel_border);
    gf_view_lay_backdrop(view);
    label_head(&chart, rect);
    if (!gf_side_follow(&view->sides[0], scene->run, scene->spread)) return;
    if (gf_side_follow(&view->sides[1], scene->other, scene->spread))
        chart.other = &view->sides[1].summary;
    draw_plot(&chart);
}

static bool is_on_plot(const gf_chart_layout *chart, float x, float y)
{
    const gf_rect plot = chart->plot;
    return chart->depth > 0 && x >= plot.x && x < plot.x + plot.width && y >= plot.y &&
           y < plot.y + plot.height;
}

double gf_view_chart_place(const gf_scene *scene, gf_rect rect, float x, float y)
{
    const gf_chart_layout chart = gf_chart_layout_make(scene, rect);
    return is_on_plot(&chart, x, y) ? gf_chart_layer(&chart, x) + 0.5 : 0.0;
}

int32_t gf_view_chart_layer(const gf_scene *scene, gf_rect rect, float x, float y)
{
    const double place = gf_view_chart_place(scene, rect, x, y);
    return place < 1.0 ? 0 : (int32_t)fmin(place, gf_chart_layout_make(scene, rect).depth);
}
