/* Buttons of the wave, its speed, and what is drawn beside the columns. */
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

static const gf_slider speed_slider = {"speed", "Speed", 0.25, 4,   true,
                                       false,   2,       "How fast the wave goes."};

/* A sign is triangles and bars in a box of +-1 around its centre. */
typedef struct gf_pen {
    gf_ui *ui;
    float x, y, unit;
    gf_color color;
} gf_pen;

static void draw_bar(const gf_pen *pen, float left, float right)
{
    const gf_rect bar = {pen->x + left * pen->unit, pen->y - pen->unit, (right - left) * pen->unit,
                         2 * pen->unit};
    gf_ui_fill(pen->ui, bar, 1, pen->color);
}

static void draw_wedge(const gf_pen *pen, float from, float to)
{
    const float u = pen->unit;
    gf_ui_triangle(pen->ui,
                   (float[]){pen->x + from * u, pen->y - u, pen->x + from * u, pen->y + u,
                             pen->x + to * u, pen->y},
                   pen->color);
}

typedef void (*gf_sign)(const gf_pen *pen);

static void sign_restart(const gf_pen *pen)
{
    draw_bar(pen, -1.1f, -0.75f);
    draw_wedge(pen, 0.9f, -0.7f);
}

static void sign_back(const gf_pen *pen)
{
    draw_wedge(pen, 0.2f, -1.0f);
    draw_bar(pen, 0.5f, 0.85f);
}

static void sign_play(const gf_pen *pen)
{
    draw_wedge(pen, -0.7f, 1.0f);
}

static void sign_pause(const gf_pen *pen)
{
    draw_bar(pen, -0.75f, -0.2f);
    draw_bar(pen, 0.2f, 0.75f);
}

static void sign_forward(const gf_pen *pen)
{
    draw_bar(pen, -0.85f, -0.5f);
    draw_wedge(pen, -0.2f, 1.0f);
}

static void sign_end(const gf_pen *pen)
{
    draw_wedge(pen, -0.9f, 0.7f);
    draw_bar(pen, 0.75f, 1.1f);
}

static bool sign_button(gf_ui *ui, const char *id, gf_rect rect, gf_sign sign)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_hit hit = gf_widget_press(ui, id, rect);
    if (hit.hovered) gf_ui_fill(ui, rect, 8 * gf_ui_scale(ui), theme->panel_border);
    const gf_pen pen = {ui, rect.x + rect.width / 2, rect.y + rect.height / 2, 9 * gf_ui_scale(ui),
                        hit.held ? theme->accent : theme->text};
    sign(&pen);
    return hit.clicked;
}

static void draw_buttons(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float radius = 10 * gf_ui_scale(ui), width = box.width / 5;
    gf_ui_fill(ui, box, radius, theme->control);
    gf_ui_outline(ui, box, radius, 1, theme->panel_border);
    gf_rect place = {box.x, box.y, width, box.height};
    if (sign_button(ui, "##restart", place, sign_restart)) gf_explorer_replay(explorer);
    place.x += width;
    if (sign_button(ui, "##back", place, sign_back)) gf_timeline_step(&explorer->timeline, -1);
    place.x += width;
    if (sign_button(ui, "##play", place, explorer->timeline.playing ? sign_pause : sign_play))
        gf_explorer_toggle_play(explorer);
    place.x += width;
    if (sign_button(ui, "##forward", place, sign_forward)) gf_timeline_step(&explorer->timeline, 1);
    place.x += width;
    if (sign_button(ui, "##end", place, sign_end)) gf_explorer_seek(explorer, 1);
}

void gf_panel_playback(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui), inset = GF_PADDING * 0.5f * scale;
    gf_widget_heading(ui, gf_rect_take_top(&rect, GF_HEADING * scale), "PLAYBACK");
    draw_buttons(explorer, ui, gf_rect_take_top(&rect, 54 * scale));
    gf_rect_take_top(&rect, 12 * scale);
    const gf_rect speed = gf_rect_take_top(&rect, GF_ROW * scale);
    gf_widget_slider(ui, gf_rect_inset(speed, inset, 0), &speed_slider, &explorer->timeline.speed);
    const gf_rect toggle = gf_rect_take_top(&rect, GF_ROW * scale);
    gf_widget_toggle(ui, "##histograms", gf_rect_inset(toggle, inset, 0), "Histograms",
                     &explorer->histograms);
}
