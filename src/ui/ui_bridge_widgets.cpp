/* Buttons, lists and entries, which need the toolkit. */
#include "ui/ui_bridge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <imgui_internal.h>

gf_hit gf_ui_hit(gf_ui *ui, const char *id, gf_rect rect)
{
    gf_hit hit = {};
    if (rect.width < 1 || rect.height < 1) return hit;
    bridge_mark(ui, id, rect);
    ImGui::SetCursorScreenPos(bridge_corner(rect));
    hit.clicked = ImGui::InvisibleButton(id, ImVec2(rect.width, rect.height));
    hit.hovered = ImGui::IsItemHovered();
    hit.held = ImGui::IsItemActive();
    hit.released = ImGui::IsItemDeactivated();
    return hit;
}

static void combo_item(gf_ui *ui, const char *text, const char *hint, bool *picked, bool selected)
{
    ImGui::PushID(text);
    *picked = ImGui::Selectable("##item", selected, 0, ImVec2(0, ImGui::GetTextLineHeight()));
    ImGui::PopID();
    if (selected && ui->pressed.down) ImGui::SetScrollHereY();
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    const float y = (low.y + high.y - ImGui::GetTextLineHeight()) / 2;
    ImDrawList *list = ImGui::GetWindowDrawList();
    list->AddText(ImVec2(low.x + 4 * ui->frame.scale, y), ImGui::GetColorU32(ImGuiCol_Text), text);
    if (!hint) return;
    const float width = ImGui::CalcTextSize(hint).x;
    list->AddText(ImVec2(high.x - width - 4 * ui->frame.scale, y),
                  ImGui::GetColorU32(ImGuiCol_TextDisabled), hint);
}

/* Up and Down move the cursor, Enter takes what it is on. */
static void combo_list(gf_ui *ui, const char *const *items, const char *const *hints, int32_t count,
                       int32_t *current)
{
    if (ImGui::IsWindowAppearing()) ui->combo_cursor = *current;
    const int32_t moved = ui->combo_cursor + ui->pressed.down;
    ui->combo_cursor = moved < 0 ? 0 : moved >= count ? count - 1 : moved;
    for (int32_t i = 0; i < count; i++) {
        bool picked = false;
        combo_item(ui, items[i], hints ? hints[i] : NULL, &picked, i == ui->combo_cursor);
        if (picked) *current = i;
    }
    if (ui->pressed.enter && !ImGui::IsWindowAppearing()) {
        *current = ui->combo_cursor;
        ImGui::CloseCurrentPopup();
    }
}

/* A closed list with the focus. True when it is to be opened. */
static bool combo_keys(gf_ui *ui, const char *id, gf_rect rect, int32_t count, int32_t *current)
{
    const gf_focus focus = gf_ui_focus(ui, id, rect);
    if (!focus.has || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup)) return false;
    const int32_t moved = *current + focus.down + focus.across;
    *current = moved < 0 ? 0 : moved >= count ? count - 1 : moved;
    return focus.enter;
}

static void open_combo(const char *id)
{
    ImGui::OpenPopupEx(ImHashStr("##ComboPopup", 0, ImGui::GetID(id)));
}

bool gf_ui_combo(gf_ui *ui, const char *id, gf_rect rect, const char *const *items,
                 const char *const *hints, int32_t count, int32_t *current)
{
    const float scale = ui->frame.scale;
    ImFont *font = bridge_font(ui, 17 * scale, false);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(
        ImGuiStyleVar_FramePadding,
        ImVec2(roundf(10 * scale), fmaxf(0, roundf((rect.height - font->FontSize) / 2))));
    /* Whole pixels, or a list that just fits gets a scroll bar. */
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(roundf(8 * scale), roundf(10 * scale)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        ImVec2(roundf(10 * scale), roundf(10 * scale)));
    ImGui::SetCursorScreenPos(bridge_corner(rect));
    ImGui::SetNextItemWidth(rect.width);
    if (hints) ImGui::SetNextWindowSizeConstraints(ImVec2(430 * scale, 0), ImVec2(9999, 9999));
    const int32_t before = *current;
    bridge_mark(ui, id, rect);
    if (combo_keys(ui, id, rect, count, current)) open_combo(id);
    if (ImGui::BeginCombo(id, items[*current],
                          ImGuiComboFlags_NoArrowButton | ImGuiComboFlags_HeightLargest)) {
        combo_list(ui, items, hints, count, current);
        ImGui::EndCombo();
    }
    ImGui::PopStyleVar(3);
    ImGui::PopFont();
    return *current != before;
}

static bool type_number(gf_ui *ui, const char *id, gf_rect rect, gf_text_style style,
                        double *entered)
{
    ImFont *font = bridge_font(ui, bridge_pixels(ui, style), style.bold);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                        ImVec2(4, fmaxf(0, (rect.height - font->FontSize) / 2)));
    ImGui::SetCursorScreenPos(bridge_corner(rect));
    ImGui::SetNextItemWidth(rect.width);
    if (ui->focus_entry) ImGui::SetKeyboardFocusHere();
    const bool entered_now = ImGui::InputText(id, ui->edited, sizeof ui->edited,
                                              ImGuiInputTextFlags_CharsScientific |
                                                  ImGuiInputTextFlags_EnterReturnsTrue |
                                                  ImGuiInputTextFlags_AutoSelectAll);
    const bool done = entered_now || ui->typed_enter;
    const bool left = !ui->focus_entry && ImGui::IsItemDeactivated();
    ui->focus_entry = false;
    ImGui::PopStyleVar();
    ImGui::PopFont();
    if (done || left) ui->editing[0] = 0;
    char *end = NULL;
    const double value = strtod(ui->edited, &end);
    if (!done || end == ui->edited || *end || !isfinite(value)) return false;
    *entered = value;
    return true;
}

bool gf_ui_entry(gf_ui *ui, const char *id, gf_rect rect, gf_text_style style, const char *shown,
                 double *entered)
{
    if (strcmp(ui->editing, id) == 0) return type_number(ui, id, rect, style, entered);
    char button[56];
    snprintf(button, sizeof button, "%s.open", id);
    const gf_hit hit = gf_ui_hit(ui, button, rect);
    if (hit.hovered) gf_ui_fill(ui, rect, 4 * ui->frame.scale, ui->frame.theme->control);
    style.align = GF_ALIGN_RIGHT;
    gf_ui_text(ui, rect.x + rect.width, rect.y + rect.height / 2, style, shown);
    if (hit.clicked) gf_ui_entry_open(ui, id, shown);
    return false;
}

void gf_ui_entry_open(gf_ui *ui, const char *id, const char *shown)
{
    snprintf(ui->editing, sizeof ui->editing, "%s", id);
    snprintf(ui->edited, sizeof ui->edited, "%s", shown);
    ui->focus_entry = true;
}

bool gf_ui_line_entry(gf_ui *ui, const char *id, gf_rect rect, char *text, size_t room, bool begin)
{
    ImFont *font = bridge_font(ui, roundf(18 * ui->frame.scale), false);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(
        ImGuiStyleVar_FramePadding,
        ImVec2(roundf(10 * ui->frame.scale), fmaxf(0, roundf((rect.height - font->FontSize) / 2))));
    ImGui::SetCursorScreenPos(bridge_corner(rect));
    ImGui::SetNextItemWidth(rect.width);
    if (begin) ImGui::SetKeyboardFocusHere();
    const bool done = ImGui::InputText(
        id, text, room, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopStyleVar();
    ImGui::PopFont();
    return done || ui->typed_enter;
}
