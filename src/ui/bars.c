/* From records to bars, and from bars to shapes. */
#include "ui/bars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/metrics.h"
#include "ui/widgets.h"
#include "view/palette.h"

#define TICKS_MAX      6
#define PLAIN_EXPONENT 900

double gf_tick_step(double length, int32_t most)
{
    if (!(length > 0) || most < 1) return 1;
    const double least = length / most, decade = pow(10, floor(log10(least)));
    const double factors[] = {1, 2, 5, 10};
    for (int i = 0; i < 4; i++)
        if (factors[i] * decade >= least * (1 - 1e-9)) return factors[i] * decade;
    return 10 * decade;
}

static uint64_t sum(const uint64_t *bins, int32_t count)
{
    uint64_t total = 0;
    for (int32_t i = 0; i < count; i++)
        total += bins[i];
    return total;
}

gf_bars gf_bars_of_values(const char *title, const gf_histogram *histogram, int64_t exponent,
                          gf_color color)
{
    gf_bars bars = {
        .low = histogram->low, .high = histogram->high, .count = GF_HISTOGRAM_BINS, .color = color};
    snprintf(bars.title, sizeof bars.title, "%s", title);
    if (exponent != 0)
        snprintf(bars.note, sizeof bars.note, "in units of 2^%lld", (long long)exponent);
    memcpy(bars.bins, histogram->bins, sizeof bars.bins);
    bars.total = sum(bars.bins, bars.count);
    return bars;
}

gf_bars gf_bars_of_detail(const char *title, const gf_detail_values *values, gf_color color)
{
    const bool plain = llabs(values->exponent) < PLAIN_EXPONENT; /* a double has room for it */
    gf_bars bars =
        gf_bars_of_values(title, &values->histogram, plain ? 0 : values->exponent, color);
    const size_t used = strlen(bars.note);
    if (plain) {
        bars.low = ldexp(bars.low, (int)values->exponent);
        bars.high = ldexp(bars.high, (int)values->exponent);
    }
    if (values->not_finite_share > 0)
        snprintf(bars.note, sizeof bars.note, "%.3g %% are NaN or Inf",
                 100 * values->not_finite_share);
    else if (values->zero_share > 0)
        snprintf(bars.note + used, sizeof bars.note - used, "%s%.3g %% are zero", used ? ", " : "",
                 100 * values->zero_share);
    return bars;
}

gf_bars gf_bars_of_octaves(const char *title, const gf_octaves *octaves, gf_color color)
{
    int32_t first = 0, last = GF_HISTOGRAM_BINS - 1;
    gf_bars bars = {.color = color};
    while (first < last && octaves->bins[first] == 0)
        first++;
    while (last > first && octaves->bins[last] == 0)
        last--;
    snprintf(bars.title, sizeof bars.title, "%s", title);
    bars.count = last - first + 1;
    bars.low = (double)(octaves->top_octave - (GF_HISTOGRAM_BINS - 1 - first));
    bars.high = bars.low + bars.count;
    memcpy(bars.bins, &octaves->bins[first], sizeof *bars.bins * (size_t)bars.count);
    bars.total = sum(bars.bins, bars.count) + octaves->zeros;
    if (octaves->zeros > 0)
        snprintf(bars.note, sizeof bars.note, "%.3g %% are zero",
                 100.0 * (double)octaves->zeros / (double)bars.total);
    return bars;
}

/* ---- Drawing ----------------------------------------------------------------------------------
 */

static uint64_t highest(const gf_bars *bars)
{
    uint64_t most = 0;
    for (int32_t i = 0; i < bars->count; i++)
        if (bars->bins[i] > most) most = bars->bins[i];
    return most;
}

static void draw_ticks(gf_ui *ui, gf_rect plot, const gf_bars *bars)
{
    const float scale = gf_ui_scale(ui);
    const gf_theme *theme = gf_ui_theme(ui);
    const double length = bars->high - bars->low, step = gf_tick_step(length, TICKS_MAX);
    const float bottom = plot.y + plot.height;
    gf_text_style text = {.size = 14, .color = theme->text_dim, .align = GF_ALIGN_CENTRE};
    gf_ui_line(ui, plot.x, bottom, plot.x + plot.width, bottom, 1, theme->text_dim);
    if (!(length > 0) || !isfinite(length)) return;
    const double first = ceil(bars->low / step) * step;
    /* Counted: far from zero a step may be too small to change a double. */
    for (int i = 0; i <= 2 * TICKS_MAX; i++) {
        char label[24];
        const double at = first + i * step;
        if (at > bars->high + 1e-9 * length) break;
        const float x = roundf(plot.x + plot.width * (float)((at - bars->low) / length));
        gf_ui_line(ui, x, bottom, x, bottom + 4 * scale, 1, theme->text_dim);
        snprintf(label, sizeof label, "%.4g", fabs(at) < 1e-6 * step ? 0 : at);
        gf_ui_text(ui, x, bottom + 14 * scale, text, label);
    }
}

static void draw_bins(gf_ui *ui, gf_rect plot, const gf_bars *bars, uint64_t most)
{
    const float slot = plot.width / (float)bars->count;
    for (int32_t i = 0; i < bars->count; i++) {
        const float height = plot.height * (float)((double)bars->bins[i] / (double)most);
        const float left = roundf(plot.x + slot * (float)i),
                    right = roundf(plot.x + slot * (float)(i + 1));
        const float shown = bars->bins[i] > 0 ? fmaxf(height, 1) : 0;
        const gf_rect bar = {left, plot.y + plot.height - shown,
                             fmaxf(right - left - (slot > 5 ? 1 : 0), 1), shown};
        if (shown > 0) gf_ui_fill(ui, bar, 0, bars->color);
    }
}

static void draw_words(gf_ui *ui, gf_rect row, const gf_bars *bars, uint64_t most)
{
    const gf_theme *theme = gf_ui_theme(ui);
    char share[96];
    const double percent = 100.0 * (double)most / (double)(bars->total ? bars->total : 1);
    gf_text_style title = {.size = GF_TEXT_SMALL, .color = theme->text, .bold = true};
    gf_text_style note = {.size = 14, .color = theme->text_dim, .align = GF_ALIGN_RIGHT};
    snprintf(share, sizeof share, "%s", bars->note);
    if (most > 0 && !bars->note[0])
        snprintf(share, sizeof share, "highest bar %.*f %%", percent < 9.95 ? 1 : 0, percent);
    const float y = row.y + row.height / 2, width = gf_ui_text_width(ui, title, bars->title);
    gf_ui_text_fit(ui, row.x, y, row.width, title, bars->title);
    gf_ui_text_fit(ui, row.x + row.width, y, row.width - width - 12 * gf_ui_scale(ui), note, share);
}

void gf_bars_draw(gf_ui *ui, gf_rect rect, const gf_bars *bars)
{
    const float scale = gf_ui_scale(ui);
    const uint64_t most = highest(bars);
    draw_words(ui, gf_rect_take_top(&rect, 24 * scale), bars, most);
    gf_rect plot = rect;
    plot.height -= 24 * scale;
    if (plot.height < 8) return;
    if (most == 0)
        gf_ui_line(ui, plot.x, plot.y + plot.height, plot.x + plot.width, plot.y + plot.height, 1,
                   gf_ui_theme(ui)->grid);
    if (most > 0) draw_bins(ui, plot, bars, most);
    if (most > 0) draw_ticks(ui, plot, bars);
}
