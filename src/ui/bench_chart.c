/* Bars lie, so that their numbers stand beside them; lines are on two logarithmic axes, where a
 * power is a slope. */
#include "ui/bench_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/figure.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define TOP         130.0f /* design pixels from here on */
#define BOTTOM      100.0f
#define SHAPE_ROOM  270.0f /* the words left of the bars */
#define DEVICE_ROOM 130.0f
#define NUMBER_ROOM 370.0f /* the numbers right of them */
#define ROW_MOST    72.0f
#define END_ROOM    330.0f /* the words at the ends of lines */
#define LINE_GAP    28.0f  /* between two of them */
#define DEVICES     16

typedef struct page {
    gf_ui *ui;
    const gf_theme *theme;
    const gf_bench_chart *chart;
    gf_rect plot;
    float scale;
    const char *devices[DEVICES]; /* in the order of their first marks */
    int device_count;
} page;

static void find_devices(page *self)
{
    for (int32_t i = 0; i < self->chart->count; i++) {
        int at = 0;
        while (at < self->device_count &&
               strcmp(self->devices[at], self->chart->marks[i].device) != 0)
            at++;
        if (at == self->device_count && at < DEVICES)
            self->devices[self->device_count++] = self->chart->marks[i].device;
    }
}

static gf_color device_color(const page *self, const char *device)
{
    const gf_theme *theme = self->theme;
    const gf_color colors[] = {theme->accent, theme->second, theme->forward, theme->vanishing};
    for (int i = 0; i < self->device_count; i++)
        if (strcmp(self->devices[i], device) == 0) return colors[i % 4];
    return theme->text;
}

static gf_text_style plain(const page *self, gf_align align)
{
    return (gf_text_style){GF_TEXT_BODY, self->theme->text, align, false};
}

/* "0.0421", "3.25", "1254" */
static void format_ms(double ms, char text[24])
{
    snprintf(text, 24, ms < 100.0 ? "%.3g ms" : "%.0f ms", ms);
}

/* ---- Bars -------------------------------------------------------------------------------------
 */

static int32_t shape_count(const gf_bench_chart *chart)
{
    int32_t count = 0;
    for (int32_t i = 0; i < chart->count; i++)
        count += i == 0 || strcmp(chart->marks[i].shape, chart->marks[i - 1].shape) != 0;
    return count;
}

static double largest_share(const gf_bench_chart *chart)
{
    double most = 1.0;
    for (int32_t i = 0; i < chart->count; i++)
        if (!chart->marks[i].refused) most = fmax(most, chart->marks[i].share);
    return most;
}

static void draw_share_axis(const page *self, double most)
{
    const float bottom = self->plot.y + self->plot.height, scale = self->scale;
    const gf_text_style name = {GF_TEXT_VALUE, self->theme->text, GF_ALIGN_CENTRE, true};
    for (int percent = 0; percent <= 100; percent += 25) {
        char text[16];
        const float x = self->plot.x + self->plot.width * (float)(percent / 100.0 / most);
        snprintf(text, sizeof text, "%d %%", percent);
        gf_ui_line(self->ui, x, self->plot.y, x, bottom, 1, self->theme->grid);
        gf_ui_text(self->ui, x, bottom + 20 * scale, plain(self, GF_ALIGN_CENTRE), text);
    }
    gf_ui_text(self->ui, self->plot.x + self->plot.width / 2, bottom + 60 * scale, name,
               "share of the peak measured on the same device");
}

static void draw_bar(const page *self, const gf_bench_mark *mark, gf_rect row, double most)
{
    const float scale = self->scale, middle = row.y + row.height / 2;
    const gf_color color = device_color(self, mark->device);
    const gf_text_style device = {GF_TEXT_BODY, color, GF_ALIGN_RIGHT, true};
    const float length = mark->refused ? 0 : row.width * (float)(mark->share / most);
    char time[24], text[96] = "takes no part";
    format_ms(mark->ms, time);
    if (!mark->refused)
        snprintf(text, sizeof text, "%.0f %%    %s    %.3g GFLOP/s", 100.0 * mark->share, time,
                 mark->gflops);
    gf_ui_text_fit(self->ui, row.x - 14 * scale, middle, (DEVICE_ROOM - 14) * scale, device,
                   mark->device);
    gf_ui_fill(self->ui,
               (gf_rect){row.x, row.y + 3 * scale, fmaxf(length, 2), row.height - 6 * scale},
               3 * scale, color);
    const gf_text_style style = plain(self, GF_ALIGN_LEFT);
    const float x = row.x + length + 12 * scale; /* no line of the grid runs through the words */
    gf_ui_fill(self->ui,
               (gf_rect){x - 4 * scale, middle - 14 * scale,
                         gf_ui_text_width(self->ui, style, text) + 8 * scale, 28 * scale},
               0, self->theme->background);
    gf_ui_text(self->ui, x, middle, style, text);
}

static void draw_bars(page *self)
{
    const gf_bench_chart *chart = self->chart;
    const double most = largest_share(chart);
    const float rows = (float)chart->count + 0.6f * (float)shape_count(chart);
    const float height = fminf(self->plot.height / rows, ROW_MOST * self->scale);
    const gf_text_style shape = {GF_TEXT_BODY, self->theme->text, GF_ALIGN_LEFT, true};
    float y = self->plot.y + 0.3f * height;
    self->plot.height = height * rows; /* few bars need no page */
    draw_share_axis(self, most);
    for (int32_t i = 0; i < chart->count; i++) {
        const gf_bench_mark *mark = &chart->marks[i];
        const bool first = i == 0 || strcmp(mark->shape, mark[-1].shape) != 0;
        if (first && i > 0) y += 0.6f * height;
        if (first)
            gf_ui_text_fit(self->ui, GF_FIGURE_MARGIN * self->scale, y + height / 2,
                           (SHAPE_ROOM - GF_FIGURE_MARGIN) * self->scale, shape, mark->shape);
        draw_bar(self, mark, (gf_rect){self->plot.x, y, self->plot.width, height}, most);
        y += height;
    }
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

typedef struct range {
    double low, high;
} range;

static bool is_point(const gf_bench_mark *mark, const char *device)
{
    return !mark->refused && mark->ms > 0.0 && (!device || strcmp(mark->device, device) == 0);
}

double gf_bench_chart_growth(const gf_bench_chart *chart, const char *device)
{
    const gf_bench_mark *first = NULL, *last = NULL;
    for (int32_t i = 0; i < chart->count; i++) {
        const gf_bench_mark *mark = &chart->marks[i];
        if (!is_point(mark, device)) continue;
        if (!first) first = mark;
        last = mark;
    }
    if (!first || first->size == last->size) return NAN;
    return log(last->ms / first->ms) / log(last->size / first->size);
}

static range find_range(const gf_bench_chart *chart, bool of_time)
{
    range out = {INFINITY, -INFINITY};
    for (int32_t i = 0; i < chart->count; i++) {
        const gf_bench_mark *mark = &chart->marks[i];
        const double value = log10(of_time ? mark->ms : mark->size);
        if (!is_point(mark, NULL)) continue;
        out.low = fmin(out.low, value);
        out.high = fmax(out.high, value);
    }
    if (!(out.low <= out.high)) return (range){0, 1};
    return of_time ? (range){floor(out.low), fmax(ceil(out.high), floor(out.low) + 1)} : out;
}

static gf_point place(const page *self, range sizes, range times, double size, double ms)
{
    const double width = fmax(sizes.high - sizes.low, 1e-9), height = times.high - times.low;
    return (gf_point){self->plot.x + self->plot.width * (float)((log10(size) - sizes.low) / width),
                      self->plot.y +
                          self->plot.height * (float)(1.0 - (log10(ms) - times.low) / height)};
}

static void draw_time_axis(const page *self, range times)
{
    const gf_text_style name = {GF_TEXT_VALUE, self->theme->text, GF_ALIGN_LEFT, true};
    for (double decade = times.low; decade <= times.high; decade++) {
        char text[24];
        const float y = self->plot.y + self->plot.height * (float)((times.high - decade) /
                                                                   (times.high - times.low));
        snprintf(text, sizeof text, "%g ms", pow(10.0, decade));
        gf_ui_line(self->ui, self->plot.x, y, self->plot.x + self->plot.width, y, 1,
                   self->theme->grid);
        gf_ui_text(self->ui, self->plot.x - 12 * self->scale, y, plain(self, GF_ALIGN_RIGHT), text);
    }
    gf_ui_text(self->ui, GF_FIGURE_MARGIN * self->scale, self->plot.y - 36 * self->scale, name,
               "time of a step");
}

/* A tick for each size that was run. */
static void draw_size_axis(const page *self, range sizes, range times)
{
    const float bottom = self->plot.y + self->plot.height;
    const gf_text_style name = {GF_TEXT_VALUE, self->theme->text, GF_ALIGN_CENTRE, true};
    for (int32_t i = 0; i < self->chart->count; i++) {
        const gf_bench_mark *mark = &self->chart->marks[i];
        char text[24];
        if (!is_point(mark, NULL)) continue;
        const float x = place(self, sizes, times, mark->size, 1).x;
        snprintf(text, sizeof text, "%.0f", mark->size);
        gf_ui_line(self->ui, x, bottom, x, bottom + 6 * self->scale, 1, self->theme->text_dim);
        if (strcmp(mark->device, self->devices[0]) == 0)
            gf_ui_text(self->ui, x, bottom + 22 * self->scale, plain(self, GF_ALIGN_CENTRE), text);
    }
    gf_ui_text(self->ui, self->plot.x + self->plot.width / 2, bottom + 62 * self->scale, name,
               self->chart->size_name);
}

/* Returns where it ends. */
static gf_point draw_line(const page *self, range sizes, range times, const char *device)
{
    const gf_color color = device_color(self, device);
    const float radius = 6 * self->scale;
    float points[2 * GF_BENCH_MARKS_MAX];
    int32_t count = 0;
    for (int32_t i = 0; i < self->chart->count; i++) {
        const gf_bench_mark *mark = &self->chart->marks[i];
        if (!is_point(mark, device)) continue;
        const gf_point at = place(self, sizes, times, mark->size, mark->ms);
        gf_ui_fill(self->ui, (gf_rect){at.x - radius, at.y - radius, 2 * radius, 2 * radius},
                   radius, color);
        points[2 * count] = at.x;
        points[2 * count++ + 1] = at.y;
    }
    if (count > 1) gf_ui_curve(self->ui, points, count, 3 * self->scale, color);
    if (count == 0) return (gf_point){0, 0};
    return (gf_point){points[2 * count - 2], points[2 * count - 1]};
}

/* The words at the end of a line, below those of the lines that end close above it. */
static void draw_end(const page *self, const char *device, gf_point end, float *taken)
{
    char text[96];
    const double growth = gf_bench_chart_growth(self->chart, device);
    const gf_text_style style = {GF_TEXT_BODY, device_color(self, device), GF_ALIGN_LEFT, true};
    if (end.x <= 0) return;
    end.y = fmaxf(end.y, *taken + LINE_GAP * self->scale);
    *taken = end.y;
    if (isnan(growth))
        snprintf(text, sizeof text, "%s", device);
    else
        snprintf(text, sizeof text, "%s: %s^%.2f", device, self->chart->size_name, growth);
    gf_ui_text_fit(self->ui, end.x + 16 * self->scale, end.y, END_ROOM * self->scale, style, text);
}

static void draw_lines(const page *self)
{
    const range sizes = find_range(self->chart, false), times = find_range(self->chart, true);
    gf_point ends[DEVICES];
    bool done[DEVICES] = {false};
    float taken = -1e9f;
    draw_time_axis(self, times);
    draw_size_axis(self, sizes, times);
    for (int i = 0; i < self->device_count; i++)
        ends[i] = draw_line(self, sizes, times, self->devices[i]);
    for (int turn = 0; turn < self->device_count; turn++) { /* from the highest down */
        int next = 0;
        while (done[next])
            next++;
        for (int i = next + 1; i < self->device_count; i++)
            if (!done[i] && ends[i].y < ends[next].y) next = i;
        done[next] = true;
        draw_end(self, self->devices[next], ends[next], &taken);
    }
}

/* ---- The page ---------------------------------------------------------------------------------
 */

void gf_bench_chart_draw(const void *figure, gf_ui *ui, gf_rect all)
{
    page self = {.ui = ui, .theme = gf_ui_theme(ui), .chart = figure, .scale = gf_ui_scale(ui)};
    const bool lines = self.chart->size_name[0] != '\0';
    const float scale = self.scale;
    const float left = (lines ? 150.0f : SHAPE_ROOM + DEVICE_ROOM) * scale;
    const float right = (lines ? END_ROOM : NUMBER_ROOM) * scale;
    const float top = (lines ? TOP + 30.0f : TOP) * scale;
    self.plot = (gf_rect){left, top, all.width - left - right, all.height - top - BOTTOM * scale};
    find_devices(&self);
    gf_figure_words(ui, all, self.chart->title, self.chart->subtitle);
    if (lines)
        draw_lines(&self);
    else
        draw_bars(&self);
}
