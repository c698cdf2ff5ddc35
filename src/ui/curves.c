/* f and f' of the activation, and over them where the pre-activations z of a layer lie: a normal
 * with the measured mean and standard deviation. Where that hill leaves the slope of f', the
 * gradient is lost. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define SAMPLES 96
#define Z_REACH 5.0

typedef struct gf_plot {
    gf_rect area;
    double low, high; /* of the values */
} gf_plot;

static float plot_x(const gf_plot *plot, double z)
{
    return plot->area.x + plot->area.width * (float)((z + Z_REACH) / (2 * Z_REACH));
}

static float plot_y(const gf_plot *plot, double value)
{
    const double inside = fmin(fmax(value, plot->low), plot->high);
    const double share = (inside - plot->low) / (plot->high - plot->low);
    return plot->area.y + plot->area.height * (1 - (float)share);
}

static double sample_z(int32_t index)
{
    return -Z_REACH + 2 * Z_REACH * index / (SAMPLES - 1);
}

/* Bounded functions fill the plot; the others are cut where they leave it. */
static gf_plot plot_of(gf_activation activation, gf_rect area)
{
    gf_plot plot = {area, 0, 1};
    for (int32_t i = 0; i < SAMPLES; i++) {
        const double z = sample_z(i);
        const double f = gf_activation_value(activation, z);
        const double slope = gf_activation_derivative(activation, z);
        plot.low = fmin(plot.low, fmax(f, -2));
        plot.high = fmax(plot.high, fmax(fmin(f, 2.4), slope));
    }
    const double air = 0.04 * (plot.high - plot.low);
    plot.low -= air;
    plot.high += air;
    return plot;
}

typedef double (*gf_curve)(gf_activation activation, double z);

static void draw_curve(gf_ui *ui, const gf_plot *plot, gf_curve curve, gf_activation activation,
                       gf_color color)
{
    float points[2 * SAMPLES];
    int32_t count = 0;
    for (int32_t i = 0; i < SAMPLES; i++) {
        const double value = curve(activation, sample_z(i));
        if (value > plot->high || value < plot->low)
            continue; /* monotone there: only the ends leave */
        points[2 * count] = plot_x(plot, sample_z(i));
        points[2 * count + 1] = plot_y(plot, value);
        count++;
    }
    if (count > 1) gf_ui_curve(ui, points, count, fmaxf(1.5f, 3 * gf_ui_scale(ui)), color);
}

/* The hill's height is the plot's whatever its width: it shows where z is, not how much of it. */
static void draw_density(gf_ui *ui, const gf_plot *plot, double mean, double std, gf_color color)
{
    float points[2 * SAMPLES];
    const double base = fmax(plot->low, fmin(0, plot->high));
    const double spread =
        fmax(std, 2 * Z_REACH / SAMPLES); /* thinner than this would fall between samples */
    for (int32_t i = 0; i < SAMPLES; i++) {
        const double distance = (sample_z(i) - mean) / spread;
        points[2 * i] = plot_x(plot, sample_z(i));
        points[2 * i + 1] =
            plot_y(plot, base + 0.92 * (plot->high - base) * exp(-0.5 * distance * distance));
    }
    gf_ui_area(ui, points, SAMPLES, plot_y(plot, base), color);
    gf_ui_curve(ui, points, SAMPLES, fmaxf(1, 1.5f * gf_ui_scale(ui)), color);
}

/* The layer whose z is shown: the held one, the one under the mouse, else the last one the wave has
 * lit. */
static int32_t layer_shown(const gf_explorer *explorer, const gf_run *run)
{
    if (explorer->selected_layer) return explorer->selected_layer;
    if (explorer->hover_layer) return explorer->hover_layer;
    const int32_t front = (int32_t)ceil(gf_timeline_front(&explorer->timeline));
    return front > run->spec.depth ? run->spec.depth : front;
}

static void draw_axis(gf_ui *ui, const gf_plot *plot)
{
    const gf_rect area = plot->area;
    const gf_color color = gf_ui_theme(ui)->grid;
    const float zero_x = roundf(plot_x(plot, 0)), zero_y = roundf(plot_y(plot, 0));
    gf_ui_line(ui, area.x, zero_y, area.x + area.width, zero_y, 1, color);
    gf_ui_line(ui, zero_x, area.y, zero_x, area.y + area.height, 1, color);
}

static void draw_caption(gf_ui *ui, gf_rect row, int32_t layer, double mean, double std)
{
    char text[96];
    snprintf(text, sizeof text, "z of layer %d: %.2g ± %.2g", layer, mean, std);
    gf_ui_text_fit(ui, row.x + 4 * gf_ui_scale(ui), row.y + row.height / 2, row.width,
                   gf_style_small(ui), text);
}

static void draw_z(const gf_explorer *explorer, gf_ui *ui, const gf_plot *plot, gf_rect caption,
                   int32_t layer)
{
    const gf_layer_record *record = gf_explorer_layer(explorer, layer);
    if (!record) return;
    const int exponent = (int)fmin(fmax((double)record->z.exponent, -5000), 5000);
    const double mean = ldexp(record->z.mean, exponent), std = ldexp(record->z.std, exponent);
    if (isfinite(mean) && isfinite(std))
        draw_density(ui, plot, mean, std, (gf_ui_theme(ui)->underflow & 0xffffff00u) | 0x50u);
    draw_caption(ui, caption, layer, mean, std);
}

static void draw_legend(gf_ui *ui, gf_rect row)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), y = row.y + row.height / 2, right = row.x + row.width;
    gf_text_style text = {
        .size = GF_TEXT_SMALL, .color = theme->accent, .align = GF_ALIGN_RIGHT, .bold = true};
    gf_ui_text(ui, right - 62 * scale, y, text, "f");
    text.color = theme->underflow;
    gf_ui_text(ui, right - 32 * scale, y, text, "f′");
    text.color = theme->text_dim;
    gf_ui_text(ui, right - 4 * scale, y, text, "z");
}

void gf_curves_sketch(gf_ui *ui, gf_rect rect, gf_activation activation)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_plot plot = plot_of(activation, rect);
    draw_axis(ui, &plot);
    draw_curve(ui, &plot, gf_activation_derivative, activation, theme->underflow);
    draw_curve(ui, &plot, gf_activation_value, activation, theme->accent);
}

void gf_curves_draw_layer(gf_explorer *explorer, gf_ui *ui, gf_rect rect, int32_t layer)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), caption = 26 * scale;
    gf_rect area = gf_rect_inset(rect, 4 * scale, 0);
    area.height -= caption + 6 * scale;
    const gf_run *run = gf_explorer_run(explorer);
    const gf_activation activation =
        run && layer > 0 ? gf_spec_activation(&run->spec, layer) : explorer->spec.activation;
    const gf_plot plot = plot_of(activation, area);
    draw_axis(ui, &plot);
    draw_z(explorer, ui, &plot,
           (gf_rect){rect.x, area.y + area.height + 6 * scale, rect.width, caption}, layer);
    draw_curve(ui, &plot, gf_activation_derivative, activation, theme->underflow);
    draw_curve(ui, &plot, gf_activation_value, activation, theme->accent);
}

void gf_curves_draw(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const gf_rect heading = gf_rect_take_top(&rect, GF_HEADING * scale);
    const gf_run *run = gf_explorer_run(explorer);
    gf_widget_heading(
        ui, (gf_rect){heading.x - 4 * scale, heading.y, heading.width, heading.height}, "f AND f′");
    draw_legend(ui, heading);
    gf_ui_hint(ui, rect,
               "f, its derivative f′, and where the pre-activations z of a layer lie. Where that "
               "hill is over the "
               "flat part of f, f′ is near zero and the gradient is lost.");
    gf_curves_draw_layer(explorer, ui, rect, run ? layer_shown(explorer, run) : 0);
}
