/* Buttons of the wave, its speed, and what is drawn beside the columns. */
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define TOGGLE_ROW 33.0f
#define HEIGHT     (50.0f + 6.0f + GF_ROW + 2.0f + 3 * TOGGLE_ROW)

static const gf_slider speed_slider = {"speed", "Speed", 0.25, 4,
                                       true,    false,   2,    "How fast the wave goes."};

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

/* In a film too, until its end. */
static bool is_playing(const gf_explorer *explorer)
{
    const gf_timeline *timeline = &explorer->timeline;
    return timeline->playing || (explorer->now.filmed && timeline->moment < 1);
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
    if (sign_button(ui, "##play", place, is_playing(explorer) ? sign_pause : sign_play))
        gf_explorer_toggle_play(explorer);
    place.x += width;
    if (sign_button(ui, "##forward", place, sign_forward)) gf_timeline_step(&explorer->timeline, 1);
    place.x += width;
    if (sign_button(ui, "##end", place, sign_end)) gf_explorer_seek(explorer, 1);
}

/* Two toggles in a row. */
typedef struct gf_toggle {
    const char *id, *label, *hint;
    bool *value;
} gf_toggle;

static gf_rect half_row(gf_ui *ui, gf_rect all, int32_t index)
{
    const float scale = gf_ui_scale(ui), gap = 22 * scale, row = TOGGLE_ROW * scale;
    const float width = (all.width - gap) / 2;
    return (gf_rect){all.x + (float)(index % 2) * (width + gap), all.y + (float)(index / 2) * row,
                     width, row};
}

static void draw_seeds(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const gf_ensemble *ensemble = explorer->now.ensemble;
    char state[24] = "off";
    const gf_hit hit = gf_widget_press(ui, "##seeds", row);
    gf_text_style style = gf_style_body(ui);
    const float y = row.y + row.height / 2;
    if (ensemble && ensemble->count < ensemble->capacity)
        snprintf(state, sizeof state, "%d/%d", ensemble->count, ensemble->capacity);
    else if (ensemble)
        snprintf(state, sizeof state, "on");
    gf_ui_text(ui, row.x, y, style, "8 seeds");
    style.align = GF_ALIGN_RIGHT;
    style.bold = true;
    style.color = ensemble ? gf_ui_theme(ui)->healthy : gf_ui_theme(ui)->text_dim;
    gf_ui_text(ui, row.x + row.width, y, style, state);
    gf_ui_hint(ui, row,
               "Runs eight seeds of this network and shows where nine tenths of them lie: is what "
               "we see luck?");
    if (hit.clicked) gf_explorer_ask_seeds(explorer);
}

static void draw_toggles(gf_explorer *explorer, gf_ui *ui, gf_rect all)
{
    bool forward = explorer->timeline.has_forward, perspective = explorer->perspective;
    const gf_toggle toggles[] = {
        {"##histograms", "Shapes",
         "How the gradients of a layer are distributed, beside its column.", &explorer->histograms},
        {"##theory", "Theory", "What mean-field theory says before anything is run.",
         &explorer->theory},
        {"##forward.phase", "Forward", "Play the forward pass before the gradient comes back.",
         &forward},
        {"##light", "Light", "Dark text on light ground, for bright rooms.", &explorer->light},
        {"##perspective", "3D",
         "The stage seen from the side: columns stand out as far as their gradient is large. The "
         "right mouse button turns it.",
         &perspective},
    };
    const int32_t count = (int32_t)(sizeof toggles / sizeof toggles[0]);
    for (int32_t i = 0; i < count; i++) {
        const gf_rect row = half_row(ui, all, i);
        gf_widget_toggle(ui, toggles[i].id, row, toggles[i].label, toggles[i].value);
        gf_ui_hint(ui, row, toggles[i].hint);
    }
    if (perspective != explorer->perspective) gf_explorer_set_perspective(explorer, perspective);
    if (forward != explorer->timeline.has_forward) gf_explorer_set_forward(explorer, forward);
    draw_seeds(explorer, ui, half_row(ui, all, count));
}

void gf_panel_playback(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui), inset = GF_PADDING * 0.5f * scale;
    gf_widget_heading(ui, gf_rect_take_top(&rect, GF_HEADING * scale), "PLAYBACK");
    const gf_rect place = rect;
    rect.y = gf_scroll_begin(ui, place, HEIGHT * scale, &explorer->playback_scroll);
    draw_buttons(explorer, ui, gf_rect_take_top(&rect, 50 * scale));
    gf_rect_take_top(&rect, 6 * scale);
    const gf_rect speed = gf_rect_take_top(&rect, GF_ROW * scale);
    gf_widget_slider(ui, gf_rect_inset(speed, inset, 0), &speed_slider, &explorer->timeline.speed);
    gf_rect_take_top(&rect, 2 * scale);
    draw_toggles(explorer, ui, gf_rect_inset(rect, inset, 0));
    gf_scroll_end(ui, place, HEIGHT * scale, &explorer->playback_scroll);
}
