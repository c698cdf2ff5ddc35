/* Rectangles, lines, curves. */
#include "ui/ui_bridge.h"

static ImVec2 opposite(gf_rect rect)
{
    return ImVec2(rect.x + rect.width, rect.y + rect.height);
}

void gf_ui_fill(gf_ui *ui, gf_rect rect, float radius, gf_color color)
{
    bridge_list(ui)->AddRectFilled(bridge_corner(rect), opposite(rect), bridge_color(color),
                                   radius);
}

void gf_ui_outline(gf_ui *ui, gf_rect rect, float radius, float thickness, gf_color color)
{
    bridge_list(ui)->AddRect(bridge_corner(rect), opposite(rect), bridge_color(color), radius, 0,
                             thickness);
}

void gf_ui_line(gf_ui *ui, float x0, float y0, float x1, float y1, float thickness, gf_color color)
{
    bridge_list(ui)->AddLine(ImVec2(x0, y0), ImVec2(x1, y1), bridge_color(color), thickness);
}

void gf_ui_curve(gf_ui *ui, const float *points, int32_t count, float thickness, gf_color color)
{
    static_assert(sizeof(ImVec2) == 2 * sizeof(float), "points are passed as they are");
    bridge_list(ui)->AddPolyline((const ImVec2 *)points, count, bridge_color(color), 0, thickness);
}

void gf_ui_area(gf_ui *ui, const float *points, int32_t count, float base, gf_color color)
{
    for (int32_t i = 0; i + 1 < count; i++) {
        const float *p = points + 2 * i;
        ImDrawList *list = bridge_list(ui);
        const ImDrawListFlags flags = list->Flags;
        list->Flags &= ~ImDrawListFlags_AntiAliasedFill; /* neighbours would show their seams */
        list->AddQuadFilled(ImVec2(p[0], base), ImVec2(p[0], p[1]), ImVec2(p[2], p[3]),
                            ImVec2(p[2], base), bridge_color(color));
        list->Flags = flags;
    }
}

void gf_ui_triangle(gf_ui *ui, const float p[6], gf_color color)
{
    bridge_list(ui)->AddTriangleFilled(ImVec2(p[0], p[1]), ImVec2(p[2], p[3]), ImVec2(p[4], p[5]),
                                       bridge_color(color));
}

void gf_ui_clip_begin(gf_ui *, gf_rect rect)
{
    ImGui::PushClipRect(bridge_corner(rect), opposite(rect), true);
}

void gf_ui_clip_end(gf_ui *)
{
    ImGui::PopClipRect();
}

void gf_ui_overlay(gf_ui *ui, bool on)
{
    ui->overlay = on;
}
