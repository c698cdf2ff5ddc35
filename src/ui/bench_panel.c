/* The benchmark over the picture: a bar for every device and shape, and the words that keep it
 * honest. */
#include "ui/bench_panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define WIDTH       1240.0f
#define PAD         30.0f
#define SHAPE_ROOM  250.0f /* the words left of the bars */
#define DEVICE_ROOM 104.0f
#define NUMBER_ROOM 330.0f /* the numbers right of them */
#define BAR_ROW     31.0f
#define SHAPE_GAP   13.0f
#define BUTTON      150.0f

static const char *const conditions =
    "float32. A step is forward pass, loss, backward pass and the record of every layer on the "
    "host. Each device was checked before it was timed; devices take turns, and the median "
    "counts. A bar is the share of the highest rate of multiply-adds that was measured on the same "
    "device. Of the network on screen only the shape counts: all are timed with sigmoid and "
    "PyTorch's weights.";

void gf_explorer_show_bench(gf_explorer *explorer, bool on)
{
    if (explorer->bench && !on) explorer->requests.bench_cancel = true;
    if (!explorer->bench && on) explorer->requests.bench_start = true;
    explorer->bench = on;
    explorer->bench_scroll = (gf_scroll){0};
}

/* "opencl:0" */
static gf_color color_of(const gf_theme *theme, const gf_bench_report *report, const char *device)
{
    const gf_color colors[] = {theme->accent, theme->second, theme->forward, theme->vanishing};
    for (int32_t i = 0; i < report->device_count; i++)
        if (strcmp(report->devices[i].id, device) == 0) return colors[i % 4];
    return theme->text;
}

/* ---- Bars --------------------------------------------------------------------------------------
 */

static void draw_bar(gf_ui *ui, const gf_bench_report *report, const gf_bench_mark *mark,
                     gf_rect row)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), middle = row.y + row.height / 2;
    const gf_color color = color_of(theme, report, mark->device);
    const float share = (float)fmin(mark->share, 1.0);
    const gf_rect track = {row.x + DEVICE_ROOM * scale, row.y + 5 * scale,
                           row.width - (DEVICE_ROOM + NUMBER_ROOM) * scale,
                           row.height - 10 * scale};
    gf_text_style name = {GF_TEXT_BODY, color, GF_ALIGN_RIGHT, true};
    char text[96] = "takes no part";
    gf_ui_text_fit(ui, track.x - 12 * scale, middle, (DEVICE_ROOM - 14) * scale, name,
                   mark->device);
    gf_ui_fill(ui, track, 3 * scale, theme->control);
    if (!mark->refused)
        snprintf(text, sizeof text,
                 mark->ms < 100 ? "%.3g ms · %.3g GFLOP/s · %.0f %%"
                                : "%.0f ms · %.3g GFLOP/s · %.0f %%",
                 mark->ms, mark->gflops, 100 * mark->share);
    if (!mark->refused)
        gf_ui_fill(ui, (gf_rect){track.x, track.y, fmaxf(track.width * share, 2), track.height},
                   3 * scale, color);
    gf_ui_text_fit(ui, track.x + track.width + 12 * scale, middle, (NUMBER_ROOM - 12) * scale,
                   gf_style_body(ui), text);
}

/* How the fastest compares with the slowest of one shape. */
static void compare_devices(const gf_bench_report *report, int32_t first, int32_t last,
                            char text[96])
{
    const gf_bench_mark *fast = NULL, *slow = NULL;
    for (int32_t i = first; i < last; i++) {
        const gf_bench_mark *mark = &report->marks[i];
        if (mark->refused || !(mark->ms > 0)) continue;
        if (!fast || mark->ms < fast->ms) fast = mark;
        if (!slow || mark->ms > slow->ms) slow = mark;
    }
    text[0] = '\0';
    if (fast && slow != fast)
        snprintf(text, 96, "%s %.1f × as fast", fast->device, slow->ms / fast->ms);
}

static void draw_shape_name(gf_ui *ui, const gf_bench_report *report, int32_t first, int32_t last,
                            gf_rect row)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const char *shape = report->marks[first].shape;
    const bool own = strcmp(shape, report->own) == 0;
    gf_text_style name = {GF_TEXT_BODY, own ? theme->accent : theme->text, GF_ALIGN_LEFT, true};
    char text[96], compared[96];
    compare_devices(report, first, last, compared);
    snprintf(text, sizeof text, "%s%s", shape,
             !own              ? ""
             : report->own_cut ? " (first layers)"
                               : " (this)");
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, SHAPE_ROOM * scale, name, text);
    gf_ui_text_fit(ui, row.x, row.y + row.height * 1.4f, SHAPE_ROOM * scale, gf_style_small(ui),
                   compared);
}

/* Marks of one shape stand one after the other. Returns the height. */
static float draw_shapes(gf_ui *ui, const gf_bench_report *report, gf_rect place)
{
    const float scale = gf_ui_scale(ui), height = BAR_ROW * scale;
    float y = place.y;
    for (int32_t first = 0, last; first < report->count; first = last) {
        last = first + 1;
        while (last < report->count &&
               strcmp(report->marks[last].shape, report->marks[first].shape) == 0)
            last++;
        draw_shape_name(ui, report, first, last, (gf_rect){place.x, y, place.width, height});
        for (int32_t i = first; i < last; i++, y += height)
            draw_bar(ui, report, &report->marks[i],
                     (gf_rect){place.x + SHAPE_ROOM * scale, y, place.width - SHAPE_ROOM * scale,
                               height});
        if (last - first == 1) y += 0.7f * height; /* the comparison's line */
        y += SHAPE_GAP * scale;
    }
    return y - place.y;
}

/* ---- Words -------------------------------------------------------------------------------------
 */

static float draw_devices(gf_ui *ui, const gf_bench_report *report, gf_rect place)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), indent = DEVICE_ROOM * scale, top = place.y;
    gf_text_style words = gf_style_small(ui);
    words.size = 16;
    for (int32_t i = 0; i < report->device_count; i++) {
        const gf_bench_device *device = &report->devices[i];
        const gf_text_style name = {16, color_of(theme, report, device->id), GF_ALIGN_LEFT, true};
        gf_ui_text(ui, place.x, place.y + 12 * scale, name, device->id);
        place.y +=
            gf_ui_text_wrapped(ui, (gf_rect){place.x + indent, place.y, place.width - indent, 1e6f},
                               words, device->words) +
            4 * scale;
    }
    place.y +=
        gf_ui_text_wrapped(ui, (gf_rect){place.x, place.y, place.width, 1e6f}, words, conditions);
    return place.y - top;
}

static void say_progress(const gf_bench_report *report, char *text, size_t room)
{
    if (report->failed[0])
        snprintf(text, room, "%s", report->failed);
    else if (report->running)
        snprintf(text, room, "timing %s; the picture stands still meanwhile", report->doing);
    else if (report->shape < report->shape_count)
        snprintf(text, room, "called off after %d of %d shapes", report->shape,
                 report->shape_count);
    else
        snprintf(text, room, "%d shapes timed", report->shape_count);
}

static void draw_progress(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const gf_bench_report *report = explorer->now.bench;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), button = BUTTON * scale;
    const gf_rect track = {row.x, row.y + row.height - 5 * scale, row.width - button - 20 * scale,
                           5 * scale};
    const float share = (float)report->shape / (float)fmaxf((float)report->shape_count, 1);
    char text[560];
    say_progress(report, text, sizeof text);
    gf_ui_text_fit(ui, row.x, row.y + 13 * scale, track.width, gf_style_body(ui), text);
    gf_ui_fill(ui, track, 2 * scale, theme->control);
    gf_ui_fill(ui, (gf_rect){track.x, track.y, track.width * share, track.height}, 2 * scale,
               theme->accent);
    const gf_rect place = {row.x + row.width - button, row.y, button, row.height};
    if (report->running && gf_widget_button(ui, "##bench.cancel", place, "Cancel"))
        explorer->requests.bench_cancel = true;
    if (!report->running && gf_widget_button(ui, "##bench.again", place, "Run again"))
        explorer->requests.bench_start = true;
}

/* ---- The box -----------------------------------------------------------------------------------
 */

static void draw_head(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const float scale = gf_ui_scale(ui), close = 40 * scale;
    const gf_text_style head = {GF_TEXT_VALUE, gf_ui_theme(ui)->text, GF_ALIGN_LEFT, true};
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, row.width - 2 * close, head,
                   "Benchmark: every device of this computer, as a share of its own peak");
    if (gf_widget_button(ui, "##bench.close",
                         (gf_rect){row.x + row.width - close, row.y, close, row.height}, "×"))
        gf_explorer_show_bench(explorer, false);
}

void gf_bench_panel_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_bench_report *report = explorer->now.bench;
    if (!explorer->bench || !report) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const gf_rect all = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    const float width = fminf(WIDTH * scale, all.width - 20 * scale);
    const gf_rect box = {roundf((all.width - width) / 2), roundf(30 * scale), width,
                         all.height - 60 * scale};
    gf_ui_fill(ui, all, 0, 0x000000a0);
    gf_ui_fill(ui, box, 12 * scale, theme->panel);
    gf_ui_outline(ui, box, 12 * scale, 1, theme->text_dim);
    gf_rect rest = gf_rect_inset(box, PAD * scale, 20 * scale);
    draw_head(explorer, ui, gf_rect_take_top(&rest, 38 * scale));
    gf_rect_take_top(&rest, 12 * scale);
    draw_progress(explorer, ui, gf_rect_take_top(&rest, 38 * scale));
    gf_rect_take_top(&rest, 18 * scale);
    gf_rect page = rest;
    page.width -= 14 * scale; /* the scroll bar */
    page.y = gf_scroll_begin(ui, rest, explorer->bench_height, &explorer->bench_scroll);
    const float top = page.y;
    page.y += draw_shapes(ui, report, page) + 6 * scale;
    page.y += draw_devices(ui, report, page);
    explorer->bench_height = page.y - top;
    gf_scroll_end(ui, rest, explorer->bench_height, &explorer->bench_scroll);
}
