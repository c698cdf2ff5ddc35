/* A slider's position is a share 0..1 of its track; log sliders move by factors. */
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/metrics.h"

gf_text_style gf_style_body(const gf_ui *ui)
{
    return (gf_text_style){.size = GF_TEXT_BODY, .color = gf_ui_theme(ui)->text};
}

gf_text_style gf_style_dim(const gf_ui *ui)
{
    return (gf_text_style){.size = GF_TEXT_BODY, .color = gf_ui_theme(ui)->text_dim};
}

gf_text_style gf_style_small(const gf_ui *ui)
{
    return (gf_text_style){.size = GF_TEXT_SMALL, .color = gf_ui_theme(ui)->text_dim};
}

gf_text_style gf_style_heading(const gf_ui *ui)
{
    return (gf_text_style){.size = GF_TEXT_SMALL, .color = gf_ui_theme(ui)->text_dim, .bold = true};
}

gf_rect gf_rect_take_top(gf_rect *rect, float height)
{
    const gf_rect top = {rect->x, rect->y, rect->width, height};
    rect->y += height;
    rect->height = fmaxf(rect->height - height, 0);
    return top;
}

gf_rect gf_rect_inset(gf_rect rect, float x, float y)
{
    return (gf_rect){rect.x + x, rect.y + y, fmaxf(rect.width - 2 * x, 0),
                     fmaxf(rect.height - 2 * y, 0)};
}

bool gf_rect_has(gf_rect rect, float x, float y)
{
    return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
}

void gf_widget_heading(gf_ui *ui, gf_rect row, const char *text)
{
    const float inset = GF_PADDING * 0.5f * gf_ui_scale(ui);
    gf_ui_text_fit(ui, row.x + inset, row.y + row.height / 2, row.width - 2 * inset,
                   gf_style_heading(ui), text);
}

static void draw_fold_sign(gf_ui *ui, float x, float y, bool folded)
{
    const float u = 5 * gf_ui_scale(ui);
    const gf_color color = gf_ui_theme(ui)->text_dim;
    if (folded)
        gf_ui_triangle(ui, (float[]){x - u / 2, y - u, x - u / 2, y + u, x + u, y}, color);
    else
        gf_ui_triangle(ui, (float[]){x - u, y - u / 2, x + u, y - u / 2, x, y + u}, color);
}

void gf_widget_fold(gf_ui *ui, const char *id, gf_rect row, const char *text, bool *folded)
{
    const gf_hit hit = gf_widget_press(ui, id, row);
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    if (hit.clicked) *folded = !*folded;
    if (hit.hovered) gf_ui_fill(ui, row, 6 * scale, theme->control);
    gf_widget_heading(ui, row, text);
    draw_fold_sign(ui, row.x + row.width - 16 * scale, row.y + row.height / 2, *folded);
}

gf_hit gf_widget_press(gf_ui *ui, const char *id, gf_rect rect)
{
    gf_hit hit = gf_ui_hit(ui, id, rect);
    const gf_focus focus = gf_ui_focus(ui, id, rect);
    hit.hovered = hit.hovered || focus.has;
    hit.clicked = hit.clicked || focus.enter;
    return hit;
}

/* ---- Slider -----------------------------------------------------------------------------------
 */

static double share_of(const gf_slider *slider, double value)
{
    const double clamped = fmin(fmax(value, slider->low), slider->high);
    if (!slider->log) return (clamped - slider->low) / (slider->high - slider->low);
    return log(clamped / slider->low) / log(slider->high / slider->low);
}

static double value_at(const gf_slider *slider, double share)
{
    const double at = fmin(fmax(share, 0), 1);
    const double value = slider->log ? slider->low * pow(slider->high / slider->low, at)
                                     : slider->low + at * (slider->high - slider->low);
    const double unit = slider->whole ? 1 : pow(10, slider->digits);
    return fmin(fmax(rint(value * unit) / unit, slider->low), slider->high);
}

static void draw_track(gf_ui *ui, gf_rect track, double share, bool lively)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const float y = track.y + track.height / 2, half = 3 * scale;
    const float lit = track.width * (float)share;
    gf_ui_fill(ui, (gf_rect){track.x, y - half, track.width, 2 * half}, half, theme->panel_border);
    gf_ui_fill(ui, (gf_rect){track.x, y - half, fmaxf(lit, 2 * half), 2 * half}, half,
               theme->accent);
    const float knob = (lively ? 8 : 6) * scale;
    gf_ui_fill(ui, (gf_rect){track.x + lit - knob, y - knob, 2 * knob, 2 * knob}, knob,
               theme->accent);
}

static gf_change drag_track(gf_ui *ui, gf_rect track, const gf_slider *slider, double *value)
{
    const float reach = 8 * gf_ui_scale(ui);
    const gf_input *input = gf_ui_input(ui);
    const gf_hit hit = gf_ui_hit(ui, slider->id, gf_rect_inset(track, -reach, 0));
    const double before = *value;
    if (hit.held)
        *value = value_at(slider, (double)(input->mouse_x - track.x) / (double)track.width);
    draw_track(ui, track, share_of(slider, *value), hit.hovered || hit.held);
    if (hit.released) return GF_CHANGE_DONE;
    if (before == *value) return GF_CHANGE_NONE;
    return hit.held ? GF_CHANGE_DRAG : GF_CHANGE_DONE;
}

/* Right and Left by a fortieth of the track, Up and Down by a tenth; a whole number by one at
 * least. */
static double stepped(const gf_slider *slider, double value, const gf_focus *focus)
{
    const double way = (double)focus->across / 40 - (double)focus->down / 10;
    if (way == 0) return value;
    const double there = value_at(slider, share_of(slider, value) + way);
    if (there != value) return there;
    const double unit = slider->whole ? 1 : pow(10, -slider->digits);
    return fmin(fmax(value + (way > 0 ? unit : -unit), slider->low), slider->high);
}

/* "1.00" as it is, 65536 without a point, 1e-05 where the digits would show nothing. */
static void format_value(const gf_slider *slider, double value, char text[32])
{
    const bool lost = value != 0 && fabs(value) < 0.5 * pow(10, -slider->digits);
    snprintf(text, 32, lost ? "%.*g" : "%.*f", lost ? 2 : slider->digits, value);
}

static bool type_value(gf_ui *ui, gf_rect box, const gf_slider *slider, bool open, double *value)
{
    char shown[32], id[40];
    format_value(slider, *value, shown);
    snprintf(id, sizeof id, "##%s.number", slider->id);
    if (open) gf_ui_entry_open(ui, id, shown);
    gf_text_style style = gf_style_body(ui);
    style.bold = true;
    double entered = 0;
    if (!gf_ui_entry(ui, id, box, style, shown, &entered)) return false;
    entered = fmin(fmax(entered, slider->low), slider->high);
    *value = slider->whole ? rint(entered) : entered;
    return true;
}

gf_change gf_widget_slider(gf_ui *ui, gf_rect row, const gf_slider *slider, double *value)
{
    const float scale = gf_ui_scale(ui);
    const float y = row.y + row.height / 2;
    const float label = 74 * scale, number = 62 * scale;
    gf_ui_text_fit(ui, row.x, y, label, gf_style_body(ui), slider->label);
    const gf_rect track = {row.x + label + 6 * scale, row.y,
                           row.width - label - number - 14 * scale, row.height};
    const gf_rect box = {row.x + row.width - number, y - 13 * scale, number, 26 * scale};
    const gf_rect whole = {row.x - 4 * scale, y - 16 * scale, row.width + 8 * scale, 32 * scale};
    const gf_focus focus = gf_ui_focus(ui, slider->id, whole);
    const double before = *value;
    *value = stepped(slider, before, &focus);
    const gf_change change =
        *value != before ? GF_CHANGE_DONE : drag_track(ui, track, slider, value);
    if (slider->hint) gf_ui_hint(ui, whole, slider->hint);
    return type_value(ui, box, slider, focus.enter, value) ? GF_CHANGE_DONE : change;
}

/* ---- Things to click --------------------------------------------------------------------------
 */

bool gf_widget_card(gf_ui *ui, gf_rect rect, const gf_card *card)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), radius = 8 * scale;
    const gf_hit hit = gf_ui_hit(ui, card->id, rect);
    const bool lively = card->current || hit.hovered;
    if (card->hint) gf_ui_hint(ui, rect, card->hint);
    gf_ui_fill(ui, rect, radius, lively ? theme->panel_border : theme->control);
    gf_ui_outline(ui, rect, radius, 1, theme->panel_border);
    if (card->current)
        gf_ui_fill(ui, (gf_rect){rect.x, rect.y, 6 * scale, rect.height}, 2 * scale, theme->accent);
    gf_text_style title = gf_style_body(ui);
    title.bold = true;
    const float x = rect.x + 16 * scale, width = rect.width - 24 * scale;
    gf_ui_text_fit(ui, x, rect.y + rect.height * 0.31f, width, title, card->title);
    gf_ui_text_fit(ui, x, rect.y + rect.height * 0.73f, width, gf_style_small(ui), card->subtitle);
    return hit.clicked;
}

bool gf_widget_button(gf_ui *ui, const char *id, gf_rect rect, const char *text)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float radius = 8 * gf_ui_scale(ui);
    const gf_hit hit = gf_widget_press(ui, id, rect);
    gf_ui_fill(ui, rect, radius, hit.hovered ? theme->panel_border : theme->control);
    gf_ui_outline(ui, rect, radius, 1, theme->panel_border);
    gf_text_style style = gf_style_body(ui);
    style.align = GF_ALIGN_CENTRE;
    gf_ui_text_fit(ui, rect.x + rect.width / 2, rect.y + rect.height / 2, rect.width - radius,
                   style, text);
    return hit.clicked;
}

bool gf_widget_toggle(gf_ui *ui, const char *id, gf_rect row, const char *label, bool *value)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_hit hit = gf_widget_press(ui, id, row);
    if (hit.clicked) *value = !*value;
    const float y = row.y + row.height / 2;
    gf_text_style state = gf_style_body(ui);
    state.align = GF_ALIGN_RIGHT;
    state.bold = true;
    state.color = *value ? theme->healthy : theme->text_dim;
    gf_ui_text(ui, row.x, y, gf_style_body(ui), label);
    gf_ui_text(ui, row.x + row.width, y, state, *value ? "on" : "off");
    return hit.clicked;
}

void gf_widget_list_arrow(gf_ui *ui, gf_rect box)
{
    const float half = 5 * gf_ui_scale(ui);
    const float x = box.x + box.width - 3 * half, y = box.y + box.height / 2 - half / 2;
    gf_ui_triangle(ui, (float[]){x - half, y, x + half, y, x, y + 1.3f * half},
                   gf_ui_theme(ui)->text_dim);
}

/* ---- Tooltip ----------------------------------------------------------------------------------
 */

static float tooltip_width(gf_ui *ui, const char *title, const gf_tooltip_line *lines,
                           int32_t count)
{
    const gf_text_style text = {.size = 16};
    const gf_text_style head = {.size = GF_TEXT_BODY, .bold = true};
    float width = gf_ui_text_width(ui, head, title);
    for (int32_t i = 0; i < count; i++)
        width = fmaxf(width, gf_ui_text_width(ui, text, lines[i].label) +
                                 gf_ui_text_width(ui, text, lines[i].value) + 24 * gf_ui_scale(ui));
    return width;
}

static gf_rect tooltip_box(float x, float y, float width, float height, float gap, gf_rect bounds)
{
    gf_rect box = {x + gap, y + gap, width, height};
    if (box.x + width > bounds.x + bounds.width) box.x = x - gap - width;
    if (box.y + height > bounds.y + bounds.height) box.y = y - gap - height;
    box.x = roundf(fmaxf(box.x, bounds.x));
    box.y = roundf(fmaxf(box.y, bounds.y));
    return box;
}

void gf_widget_tooltip(gf_ui *ui, float x, float y, gf_rect bounds, const char *title,
                       const gf_tooltip_line *lines, int32_t count)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), pad = 12 * scale, row = 24 * scale;
    const float width = tooltip_width(ui, title, lines, count) + 2 * pad;
    const float height = row * (float)(count + 1) + 2 * pad;
    const gf_rect box = tooltip_box(x, y, width, height, 14 * scale, bounds);
    gf_text_style head = {.size = GF_TEXT_BODY, .color = theme->text, .bold = true};
    gf_text_style label = {.size = 16, .color = theme->text_dim};
    gf_text_style value = {.size = 16, .color = theme->text, .align = GF_ALIGN_RIGHT};
    gf_ui_overlay(ui, true);
    gf_ui_fill(ui, box, 8 * scale, theme->control);
    gf_ui_outline(ui, box, 8 * scale, 1, theme->text_dim);
    gf_ui_text(ui, box.x + pad, box.y + pad + row / 2, head, title);
    for (int32_t i = 0; i < count; i++) {
        const float at = box.y + pad + row * ((float)i + 1.5f);
        gf_ui_text(ui, box.x + pad, at, label, lines[i].label);
        gf_ui_text(ui, box.x + width - pad, at, value, lines[i].value);
    }
    gf_ui_overlay(ui, false);
}

#define HINT_WIDTH 380.0f

void gf_widget_hint(gf_ui *ui, gf_rect bounds)
{
    gf_rect about;
    const char *text = gf_ui_hint_due(ui, &about);
    if (!text) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_input *input = gf_ui_input(ui);
    const float scale = gf_ui_scale(ui), pad = 12 * scale;
    const gf_text_style style = {.size = 16, .color = theme->text};
    const float natural =
        strchr(text, '\n') ? HINT_WIDTH * scale : gf_ui_text_width(ui, style, text);
    const float width = fminf(natural + scale, HINT_WIDTH * scale);
    const float height = gf_ui_text_height(ui, width, style, text);
    const gf_rect box = tooltip_box(input->mouse_x, input->mouse_y, width + 2 * pad,
                                    height + 2 * pad, 14 * scale, bounds);
    gf_ui_overlay(ui, true);
    gf_ui_fill(ui, box, 8 * scale, theme->control);
    gf_ui_outline(ui, box, 8 * scale, 1, theme->text_dim);
    gf_ui_text_wrapped(ui, gf_rect_inset(box, pad, pad), style, text);
    gf_ui_overlay(ui, false);
}

/* ---- Scrolling --------------------------------------------------------------------------------
 */

float gf_scroll_begin(gf_ui *ui, gf_rect rect, float content_height, gf_scroll *scroll)
{
    const gf_input *input = gf_ui_input(ui);
    const float most = fmaxf(content_height - rect.height, 0);
    if (input->mouse_free && most > 0 && gf_rect_has(rect, input->mouse_x, input->mouse_y))
        scroll->offset -= input->wheel * 48 * gf_ui_scale(ui);
    scroll->offset = fminf(fmaxf(scroll->offset, 0), most);
    scroll->stops = gf_ui_focus_stops(ui);
    gf_ui_clip_begin(ui, rect);
    return rect.y - roundf(scroll->offset);
}

/* A control that the focus has come to is brought into view, for the next frame. */
static void follow_focus(gf_ui *ui, gf_rect rect, gf_scroll *scroll)
{
    gf_rect focus;
    const float air = 8 * gf_ui_scale(ui);
    if (gf_ui_focus_arrival(ui, &focus) < scroll->stops) return;
    const float above = rect.y + air - focus.y;
    const float below = focus.y + focus.height + air - rect.y - rect.height;
    if (above > 0) scroll->offset -= above;
    if (below > 0) scroll->offset += below;
}

void gf_scroll_end(gf_ui *ui, gf_rect rect, float content_height, gf_scroll *scroll)
{
    gf_ui_clip_end(ui);
    follow_focus(ui, rect, scroll);
    if (content_height <= rect.height + 0.5f) return;
    const float scale = gf_ui_scale(ui), width = 4 * scale;
    const float length = fmaxf(rect.height * rect.height / content_height, 12 * scale);
    const float share = scroll->offset / (content_height - rect.height);
    const float way = (rect.height - length) * fminf(fmaxf(share, 0), 1);
    gf_ui_fill(ui, (gf_rect){rect.x + rect.width - width, rect.y + way, width, length}, width / 2,
               gf_ui_theme(ui)->panel_border);
}
