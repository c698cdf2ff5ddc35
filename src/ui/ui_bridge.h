/* What the bridge files share: the one object, and Dear ImGui's kinds of the view's colours and
 * rectangles. */
#ifndef GF_UI_UI_BRIDGE_H
#define GF_UI_UI_BRIDGE_H

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>

#include "ui/press_queue.h"
#include "ui/ui.h"

const int FONTS_MAX = 32;

struct resting_hint {
    char text[600];
    gf_rect rect;
    bool seen; /* in this frame */
    double seconds;
};

struct sized_font {
    int pixels;
    bool bold;
    bool wanted;        /* in this frame */
    ImFontAtlas *atlas; /* of this size alone, with its pixels; NULL: not built */
    ImFont *font;       /* in the sheet, at (x, y); NULL: not there */
    int x, y;
};

/* The one texture of all sizes: Dear ImGui's own, with room in which they stand in rows. */
struct font_sheet {
    int left, top, width, height; /* the room; of no size: there is no sheet yet */
    int x, y, row_height;         /* where the next one goes */
};

struct gf_ui {
    ImGuiContext *context;
    GLFWwindow *window;
    gf_ui_frame frame;
    gf_input input;
    gf_press_queue presses; /* what GLFW reported of the keyboard */
    uint32_t mouse_events;  /* and of the mouse, since the last frame */
    bool repeating;         /* the key event before a character was a repeat */
    sized_font fonts[FONTS_MAX];
    int font_count;
    font_sheet sheet;
    bool font_missing; /* a size was asked for that is not built */
    int pictures;      /* frames begun, as far as they are counted */
    bool has_files;
    char font_notice[200];
    bool overlay;
    char editing[48]; /* id of the gf_ui_entry() being typed into */
    char edited[48];  /* its text */
    bool focus_entry;
    bool typed_enter; /* in this frame, into whatever is being typed */
    gf_focus_ring ring;
    gf_focus pressed; /* what the keyboard does to the control with the focus */
    bool has_focus;   /* a control had it in the last frame */
    gf_rect focus_rect;
    char focus_id[48];
    int focus_stop; /* place of the focus among the stops of this frame; -1: not drawn yet */
    bool no_stops;  /* Tab passes by what is drawn now */
    bool covered;   /* the mouse is not for what is drawn now, but here: */
    ImVec2 covered_mouse;
    int combo_cursor; /* of the list that is open */
    resting_hint hint;
    gf_ui_mark marks[GF_UI_MARKS_MAX];
    int mark_count;
};

/* ---- Between the files of the bridge ------------------------------------------------------- */

static inline ImU32 bridge_color(gf_color color)
{
    return IM_COL32((color >> 24) & 255, (color >> 16) & 255, (color >> 8) & 255, color & 255);
}

static inline ImVec2 bridge_corner(gf_rect rect)
{
    return ImVec2(rect.x, rect.y);
}

void bridge_refresh_fonts(gf_ui *ui);
ImFont *bridge_font(gf_ui *ui, float size, bool bold);
void bridge_note_fonts(gf_ui *ui);
void bridge_destroy_fonts(gf_ui *ui);
void bridge_on_key(GLFWwindow *, int key, int scancode, int action, int mods);
void bridge_on_character(GLFWwindow *, unsigned int character);
void bridge_on_button(GLFWwindow *, int button, int action, int mods);
void bridge_on_wheel(GLFWwindow *, double across, double down);
void bridge_scale_mouse(gf_ui *ui);
void bridge_collect_input(gf_ui *ui);
const char *bridge_bare(const char *id);
void bridge_mark(gf_ui *ui, const char *id, gf_rect rect);
ImDrawList *bridge_list(gf_ui *ui);
float bridge_pixels(const gf_ui *ui, gf_text_style style);

#endif
