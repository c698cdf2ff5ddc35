/* What can be clicked, what the keyboard is on, what lies over what, and the words for a mouse that
 * rests. */
#include "ui/ui_bridge.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double HINT_SECONDS = 0.7; /* how long the mouse rests before words come */

const char *bridge_bare(const char *id)
{
    return id + (strncmp(id, "##", 2) == 0 ? 2 : 0);
}

void bridge_mark(gf_ui *ui, const char *id, gf_rect rect)
{
    if (ui->mark_count == GF_UI_MARKS_MAX) return;
    gf_ui_mark *added = &ui->marks[ui->mark_count++];
    snprintf(added->id, sizeof added->id, "%s", bridge_bare(id));
    added->rect = rect;
}

int32_t gf_ui_marks(const gf_ui *ui, const gf_ui_mark **out)
{
    *out = ui->marks;
    return ui->mark_count;
}

static bool mouse_in(const gf_ui *ui, gf_rect rect)
{
    return gf_rect_has(rect, ui->input.mouse_x, ui->input.mouse_y);
}

void gf_ui_cover_begin(gf_ui *ui, gf_rect rect, bool keyboard)
{
    ui->covered = mouse_in(ui, rect) && !ImGui::IsAnyItemActive();
    ui->no_stops = keyboard;
    ui->covered_mouse = ImGui::GetIO().MousePos;
    /* A disabled item would still keep the mouse from those over it. */
    if (ui->covered) ImGui::GetIO().MousePos = ImVec2(-FLT_MAX, -FLT_MAX);
}

void gf_ui_cover_end(gf_ui *ui)
{
    ImGui::GetIO().MousePos = ui->covered_mouse;
    ui->no_stops = ui->covered = false;
}

gf_focus gf_ui_focus(gf_ui *ui, const char *id, gf_rect rect)
{
    gf_focus focus = {};
    if (ui->no_stops || !gf_focus_stop(&ui->ring, ImGui::GetID(id))) return focus;
    ui->focus_rect = rect;
    snprintf(ui->focus_id, sizeof ui->focus_id, "%s", bridge_bare(id));
    ui->focus_stop = ui->ring.count - 1;
    const float scale = ui->frame.scale, out = 2 * scale;
    const gf_rect ring = {rect.x - out, rect.y - out, rect.width + 2 * out, rect.height + 2 * out};
    gf_ui_outline(ui, ring, 8 * scale, fmaxf(1, 2 * scale), ui->frame.theme->accent);
    focus = ui->pressed;
    focus.has = true;
    focus.moved = ui->ring.moved;
    return focus;
}

const char *gf_ui_focus_id(const gf_ui *ui)
{
    return ui->has_focus ? ui->focus_id : "";
}

int32_t gf_ui_focus_stops(const gf_ui *ui)
{
    return ui->ring.count;
}

int32_t gf_ui_focus_arrival(const gf_ui *ui, gf_rect *rect)
{
    if (!ui->ring.moved || ui->focus_stop < 0) return -1;
    *rect = ui->focus_rect;
    return ui->focus_stop;
}

void gf_ui_drop_focus(gf_ui *ui)
{
    ui->ring.current = 0;
    ui->has_focus = false;
    ui->focus_id[0] = 0; /* or the next one would have this name until it is drawn */
}

void gf_ui_hint(gf_ui *ui, gf_rect rect, const char *text)
{
    if (!mouse_in(ui, rect) || !ui->input.mouse_free || ui->covered) return;
    const gf_rect *last = &ui->hint.rect;
    const bool same = last->x == rect.x && last->y == rect.y;
    ui->hint.seconds = same ? ui->hint.seconds + ui->frame.seconds : 0;
    ui->hint.rect = rect;
    ui->hint.seen = true;
    snprintf(ui->hint.text, sizeof ui->hint.text, "%s", text);
}

const char *gf_ui_hint_due(const gf_ui *ui, gf_rect *rect)
{
    if (!ui->hint.seen || ui->hint.seconds < HINT_SECONDS) return NULL;
    *rect = ui->hint.rect;
    return ui->hint.text;
}

bool gf_ui_copy(gf_ui *ui, const char *text)
{
    if (!ui->window) return false;
    glfwSetClipboardString(ui->window, text);
    return true;
}

bool gf_ui_is_held(const gf_ui *)
{
    return ImGui::IsAnyItemActive();
}
