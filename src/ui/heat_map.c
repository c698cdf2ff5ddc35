/* Title, cells, outlines, marks, axes, key. */
#include "ui/heat_map.h"

#include <math.h>
#include <stdio.h>

#include "ui/figure.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define TOP           150.0f /* design pixels from here on */
#define BOTTOM        104.0f
#define KEY           330.0f /* width of what stands at the right */
#define TICK_GAP      10.0f
#define MARK_ROOM     26.0f /* a mark in every cell that is so large, else in every nth */
#define NUMBER_ACROSS 96.0f /* a cell that is so large has its number in it */
#define NUMBER_DOWN   52.0f
#define DECADES_LEAST 4.0
#define DECADES_MOST  12.0

typedef struct page {
    gf_ui *ui;
    const gf_theme *theme;
    const gf_heat_map *map;
    gf_rect plot;
    float scale;
    double limit; /* decades at either end of the colours */
} page;

/* ---- Cells ------------------------------------------------------------------------------------
 */

static const gf_heat_cell *at(const gf_heat_map *map, int32_t x, int32_t y)
{
    return &map->cells[(size_t)y * (size_t)map->x.count + (size_t)x];
}

static double find_limit(const gf_heat_map *map)
{
    double most = DECADES_LEAST;
    for (int32_t i = 0; i < map->x.count * map->y.count; i++)
        if (isfinite(map->cells[i].decades)) most = fmax(most, fabs(map->cells[i].decades));
    return fmin(4.0 * ceil(most / 4.0), DECADES_MOST); /* ticks at its quarters are whole */
}

/* Whole pixels, so that neighbours neither overlap nor leave a gap. */
static gf_rect cell_rect(const page *self, int32_t x, int32_t y)
{
    const gf_rect plot = self->plot;
    const float width = plot.width / (float)self->map->x.count;
    const float height = plot.height / (float)self->map->y.count;
    const float left = roundf(plot.x + width * (float)x);
    const float right = roundf(plot.x + width * (float)(x + 1));
    const float bottom = roundf(plot.y + plot.height - height * (float)y);
    const float top = roundf(plot.y + plot.height - height * (float)(y + 1));
    return (gf_rect){left, top, right - left, bottom - top};
}

static gf_color cell_color(const page *self, const gf_heat_cell *cell)
{
    if (cell->missing) return self->theme->control;
    if (isnan(cell->decades)) return self->theme->not_finite;
    return gf_palette_signed(cell->decades / self->limit);
}

/* With one row only, the ratio is a height as well: bars up and down from 1. */
static gf_rect bar_rect(const page *self, int32_t x, double decades)
{
    gf_rect rect = cell_rect(self, x, 0);
    const float middle = roundf(rect.y + rect.height / 2);
    const float length = roundf(rect.height / 2 * (float)fmin(fabs(decades) / self->limit, 1.0));
    const float gap = rect.width > 12 ? 2 : 0;
    return (gf_rect){rect.x + gap, decades > 0 ? middle - length : middle, rect.width - 2 * gap,
                     length};
}

static void draw_column(const page *self, gf_rect rect, gf_color color)
{
    gf_ui_fill(self->ui, rect, 0, color);
    gf_ui_outline(self->ui, rect, 0, 1, self->theme->text_dim);
}

static void draw_bars(const page *self)
{
    gf_ui_fill(self->ui, self->plot, 0, self->theme->stage);
    for (int32_t x = 0; x < self->map->x.count; x++) {
        const gf_heat_cell *cell = at(self->map, x, 0);
        if (!cell->missing && !isnan(cell->decades))
            draw_column(self, bar_rect(self, x, cell->decades), cell_color(self, cell));
    }
    const float middle = self->plot.y + self->plot.height / 2;
    gf_ui_line(self->ui, self->plot.x, middle, self->plot.x + self->plot.width, middle, 1,
               self->theme->text_dim);
}

static void draw_cells(const page *self)
{
    for (int32_t y = 0; y < self->map->y.count; y++)
        for (int32_t x = 0; x < self->map->x.count; x++)
            gf_ui_fill(self->ui, cell_rect(self, x, y), 0, cell_color(self, at(self->map, x, y)));
}

static const char *mark_of(const gf_heat_cell *cell)
{
    if (cell->missing) return "?";
    switch (cell->verdict) {
    case GF_VANISHING: return "▼";
    case GF_EXPLODING: return "▲";
    case GF_UNSTABLE: return "■";
    default: return "●";
    }
}

static gf_color ink_on(gf_color color)
{
    return gf_color_luminance(color) > 0.3 ? 0x0c1117c0 : 0xffffffc0;
}

static int32_t mark_step(float cell, float room)
{
    return cell >= room ? 1 : (int32_t)ceilf(room / fmaxf(cell, 1e-3f));
}

/* "1e-5.3" */
static void format_ratio(double decades, char text[24])
{
    if (!isfinite(decades))
        snprintf(text, 24, "%s", isnan(decades) ? "NaN" : decades > 0 ? "Inf" : "0");
    else
        snprintf(text, 24, "1e%+.1f", decades);
}

static void draw_mark(const page *self, const gf_heat_cell *cell, gf_rect rect, gf_color ink)
{
    const float scale = self->scale, x = rect.x + rect.width / 2, y = rect.y + rect.height / 2;
    const bool roomy = rect.width >= NUMBER_ACROSS * scale && rect.height >= NUMBER_DOWN * scale;
    const gf_text_style style = {roomy ? 20 : 13, ink, GF_ALIGN_CENTRE, false};
    const gf_text_style number = {GF_TEXT_BODY, ink, GF_ALIGN_CENTRE, false};
    char text[24];
    format_ratio(cell->decades, text);
    gf_ui_text(self->ui, x, roomy ? y - 12 * scale : y, style, mark_of(cell));
    if (roomy && !cell->missing) gf_ui_text(self->ui, x, y + 14 * scale, number, text);
}

/* In the cells, or under the bars. */
static void draw_marks(const page *self)
{
    const gf_heat_map *map = self->map;
    const float room = MARK_ROOM * self->scale;
    const int32_t across = mark_step(self->plot.width / (float)map->x.count, room);
    const int32_t down = mark_step(self->plot.height / (float)map->y.count, room);
    for (int32_t y = down / 2; y < map->y.count; y += down)
        for (int32_t x = across / 2; x < map->x.count; x += across) {
            const gf_heat_cell *cell = at(map, x, y);
            gf_rect rect = cell_rect(self, x, y);
            gf_color ink = ink_on(cell_color(self, cell));
            if (map->y.count == 1) {
                rect = (gf_rect){rect.x, rect.y + rect.height, rect.width, room};
                ink = gf_theme_verdict(self->theme, cell->verdict);
            }
            draw_mark(self, cell, rect, ink);
        }
}

/* ---- Lines between unlike neighbours ----------------------------------------------------------
 */

static bool verdicts_differ(const gf_heat_cell *one, const gf_heat_cell *other)
{
    return one->missing != other->missing || (!one->missing && one->verdict != other->verdict);
}

static bool sides_differ(const gf_heat_cell *one, const gf_heat_cell *other)
{
    return one->side * other->side < 0;
}

/* The line lies between cell and the one right of it or above it. */
static void draw_border(const page *self, gf_rect cell, bool upper, float thickness, gf_color color)
{
    const float right = cell.x + cell.width;
    if (upper)
        gf_ui_line(self->ui, cell.x, cell.y, right, cell.y, thickness, color);
    else
        gf_ui_line(self->ui, right, cell.y, right, cell.y + cell.height, thickness, color);
}

static void draw_borders(const page *self,
                         bool (*differ)(const gf_heat_cell *, const gf_heat_cell *),
                         float thickness, gf_color color)
{
    const gf_heat_map *map = self->map;
    for (int32_t y = 0; y < map->y.count; y++)
        for (int32_t x = 0; x < map->x.count; x++) {
            const gf_heat_cell *here = at(map, x, y);
            const gf_rect rect = cell_rect(self, x, y);
            if (x + 1 < map->x.count && differ(here, at(map, x + 1, y)))
                draw_border(self, rect, false, thickness * self->scale, color);
            if (y + 1 < map->y.count && differ(here, at(map, x, y + 1)))
                draw_border(self, rect, true, thickness * self->scale, color);
        }
}

static void draw_map(const page *self)
{
    draw_cells(self);
    draw_borders(self, verdicts_differ, 2.5f, 0x0c1117ff);
    if (self->map->theory) draw_borders(self, sides_differ, 5.0f, self->theme->healthy);
}

/* ---- Axes -------------------------------------------------------------------------------------
 */

static gf_text_style tick_style(const page *self, gf_align align)
{
    return (gf_text_style){.size = GF_TEXT_BODY, .color = self->theme->text, .align = align};
}

static float widest(const page *self, const gf_heat_axis *axis)
{
    float width = 0;
    for (int32_t i = 0; i < axis->count && axis->texts; i++)
        width = fmaxf(width,
                      gf_ui_text_width(self->ui, tick_style(self, GF_ALIGN_LEFT), axis->texts[i]));
    return width;
}

/* Every how manyth value gets its number, so that they stand apart. */
static int32_t tick_step(float slot, float needed)
{
    return slot >= needed ? 1 : (int32_t)ceilf(needed / fmaxf(slot, 1e-3f));
}

static void draw_x_axis(const page *self)
{
    const gf_heat_axis *axis = &self->map->x;
    const float slot = self->plot.width / (float)axis->count, scale = self->scale;
    const float marks = self->map->y.count == 1 ? MARK_ROOM * scale : 0;
    const float bottom = self->plot.y + self->plot.height + marks;
    const int32_t step = tick_step(slot, widest(self, axis) + 14 * scale);
    const gf_text_style name = {GF_TEXT_VALUE, self->theme->text, GF_ALIGN_CENTRE, true};
    for (int32_t i = 0; i < axis->count; i += step) {
        const float x = self->plot.x + slot * ((float)i + 0.5f);
        gf_ui_line(self->ui, x, bottom, x, bottom + 6 * scale, 1, self->theme->text_dim);
        gf_ui_text_fit(self->ui, x, bottom + 22 * scale, slot * (float)step,
                       tick_style(self, GF_ALIGN_CENTRE), axis->texts[i]);
    }
    gf_ui_text(self->ui, self->plot.x + self->plot.width / 2, bottom + 62 * scale, name,
               axis->name);
}

static void draw_y_axis(const page *self)
{
    const gf_heat_axis *axis = &self->map->y;
    const float slot = self->plot.height / (float)axis->count, scale = self->scale;
    const float right = self->plot.x - TICK_GAP * scale;
    const int32_t step = tick_step(slot, 30 * scale);
    const gf_text_style name = {GF_TEXT_VALUE, self->theme->text, GF_ALIGN_LEFT, true};
    for (int32_t i = 0; i < axis->count; i += step) {
        const float y = self->plot.y + self->plot.height - slot * ((float)i + 0.5f);
        gf_ui_line(self->ui, self->plot.x - 6 * scale, y, self->plot.x, y, 1,
                   self->theme->text_dim);
        gf_ui_text(self->ui, right, y, tick_style(self, GF_ALIGN_RIGHT), axis->texts[i]);
    }
    gf_ui_text(self->ui, GF_FIGURE_MARGIN * scale, self->plot.y - 24 * scale, name, axis->name);
}

#define BAR_TICKS 4 /* on either side of 1 */

/* What the height of a bar means. */
static void draw_ratio_axis(const page *self)
{
    const float right = self->plot.x - TICK_GAP * self->scale;
    for (int i = -BAR_TICKS; i <= BAR_TICKS; i++) {
        char text[24] = "1";
        const double share = (double)i / BAR_TICKS;
        const float y = self->plot.y + self->plot.height * (float)(0.5 - 0.5 * share);
        if (i != 0) snprintf(text, sizeof text, "1e%+.0f", share * self->limit);
        gf_ui_line(self->ui, self->plot.x - 6 * self->scale, y, self->plot.x, y, 1,
                   self->theme->text_dim);
        gf_ui_text(self->ui, right, y, tick_style(self, GF_ALIGN_RIGHT), text);
    }
}

/* ---- Key --------------------------------------------------------------------------------------
 */

static void draw_bar_label(const page *self, gf_rect bar, double decades)
{
    char text[24];
    const float y = bar.y + bar.height * (float)(0.5 - 0.5 * decades / self->limit);
    const float right = bar.x + bar.width;
    const bool beyond = fabs(decades) >= self->limit;
    if (decades == 0)
        snprintf(text, sizeof text, "1");
    else
        snprintf(text, sizeof text, "1e%+.0f%s", decades,
                 !beyond       ? ""
                 : decades > 0 ? " or more"
                               : " or less");
    gf_ui_line(self->ui, right, y, right + 6 * self->scale, y, 1, self->theme->text_dim);
    gf_ui_text(self->ui, right + 12 * self->scale, y, tick_style(self, GF_ALIGN_LEFT), text);
}

#define BAR_STEPS 128

static void draw_bar(const page *self, gf_rect bar)
{
    for (int i = 0; i < BAR_STEPS; i++) {
        const float top = roundf(bar.y + bar.height * (float)i / BAR_STEPS);
        const float end = roundf(bar.y + bar.height * (float)(i + 1) / BAR_STEPS);
        gf_ui_fill(self->ui, (gf_rect){bar.x, top, bar.width, end - top}, 0,
                   gf_palette_signed(1.0 - 2.0 * (i + 0.5) / BAR_STEPS));
    }
    const double step = self->limit > 6 ? 4 : 2;
    for (double decades = 0; decades < self->limit - 0.4 * step; decades += step) {
        draw_bar_label(self, bar, decades);
        if (decades > 0) draw_bar_label(self, bar, -decades);
    }
    draw_bar_label(self, bar, self->limit);
    draw_bar_label(self, bar, -self->limit);
}

static int32_t count_verdict(const gf_heat_map *map, gf_verdict verdict)
{
    int32_t count = 0;
    for (int32_t i = 0; i < map->x.count * map->y.count; i++)
        count += !map->cells[i].missing && map->cells[i].verdict == verdict;
    return count;
}

static float draw_verdict(const page *self, float x, float y, gf_verdict verdict, const char *word)
{
    char text[64];
    const gf_heat_cell example = {.verdict = verdict};
    gf_text_style mark = {18, gf_theme_verdict(self->theme, verdict), GF_ALIGN_LEFT, false};
    const int32_t count = count_verdict(self->map, verdict);
    if (count == 0) return y;
    snprintf(text, sizeof text, "%s, %d", word, count);
    gf_ui_text(self->ui, x, y, mark, mark_of(&example));
    gf_ui_text(self->ui, x + 30 * self->scale, y, tick_style(self, GF_ALIGN_LEFT), text);
    return y + 32 * self->scale;
}

static float draw_verdicts(const page *self, float x, float y)
{
    y = draw_verdict(self, x, y, GF_EXPLODING, "exploding");
    y = draw_verdict(self, x, y, GF_HEALTHY, "healthy");
    y = draw_verdict(self, x, y, GF_VANISHING, "vanishing");
    return draw_verdict(self, x, y, GF_UNSTABLE, "NaN or Inf");
}

static void draw_key(const page *self, gf_rect key)
{
    const float scale = self->scale;
    const gf_text_style head = {GF_TEXT_BODY, self->theme->text, GF_ALIGN_LEFT, true};
    gf_ui_text(self->ui, key.x, key.y - 54 * scale, head, "Gradient at the first layer,");
    gf_ui_text(self->ui, key.x, key.y - 28 * scale, head, "over that at the last");
    const float room = key.height - 240 * scale;
    draw_bar(self, (gf_rect){key.x, key.y + 4 * scale, 40 * scale, room});
    float y = draw_verdicts(self, key.x, key.y + room + 52 * scale);
    if (!self->map->theory) return;
    gf_ui_line(self->ui, key.x, y, key.x + 22 * scale, y, 4 * scale, self->theme->healthy);
    gf_ui_text(self->ui, key.x + 30 * scale, y, tick_style(self, GF_ALIGN_LEFT),
               "edge of chaos, theory");
}

/* ---- The page ---------------------------------------------------------------------------------
 */

static gf_rect place_plot(const page *self, gf_rect all)
{
    const float scale = self->scale;
    const float numbers =
        self->map->y.texts ? widest(self, &self->map->y)
                           : gf_ui_text_width(self->ui, tick_style(self, GF_ALIGN_LEFT), "1e+99");
    const float left = GF_FIGURE_MARGIN * scale + numbers + 2 * TICK_GAP * scale;
    gf_rect plot = {roundf(left), roundf(TOP * scale), roundf(all.width - left - KEY * scale),
                    roundf(all.height - (TOP + BOTTOM) * scale)};
    if (self->map->y.count == 1) plot.height -= roundf(MARK_ROOM * scale);
    return plot;
}

void gf_heat_map_draw(const void *figure, gf_ui *ui, gf_rect all)
{
    page self = {.ui = ui,
                 .theme = gf_ui_theme(ui),
                 .map = figure,
                 .scale = gf_ui_scale(ui),
                 .limit = find_limit(figure)};
    self.plot = place_plot(&self, all);
    gf_figure_words(ui, all, self.map->title, self.map->subtitle);
    if (self.map->y.count == 1)
        draw_bars(&self);
    else
        draw_map(&self);
    gf_ui_outline(ui, self.plot, 0, 1, self.theme->text_dim);
    draw_marks(&self);
    draw_x_axis(&self);
    if (self.map->y.texts)
        draw_y_axis(&self);
    else if (self.map->y.count == 1)
        draw_ratio_axis(&self);
    const float x = self.plot.x + self.plot.width + 40 * self.scale;
    draw_key(&self,
             (gf_rect){x, self.plot.y, all.width - x, all.height - (TOP + BOTTOM) * self.scale});
}
