/* Dear ImGui 1.86 behind ui.h: the only C++ file, and the only one that knows it.
 *
 * One borderless window without a background covers the framebuffer; every widget is placed in it
 * by its rectangle. Fonts are built for exactly the pixel sizes that were asked for, so that text
 * is sharp at every scale: a size that is missing is drawn from the nearest one and is there a
 * frame later. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_freetype.h>
#include <imgui_internal.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include "ui/ui.h"

#ifndef GF_FONT_FOLDER
#define GF_FONT_FOLDER "/usr/share/fonts/truetype/dejavu"
#endif

namespace
{

const int FONTS_MAX = 32;
const double REBUILD_SECONDS =
    0.25; /* while a window is being resized, sizes change with every frame */
const double HINT_SECONDS = 0.7; /* how long the mouse rests before words come */

struct resting_hint {
    char text[600];
    gf_rect rect;
    bool seen; /* in this frame */
    double seconds;
};

struct sized_font {
    int pixels;
    bool bold;
    bool wanted; /* in this frame */
    ImFont *font;
};

} // namespace

struct gf_ui {
    ImGuiContext *context;
    GLFWwindow *window;
    gf_ui_frame frame;
    gf_input input;
    gf_input pending; /* what GLFW reported since the last frame */
    bool repeating;   /* the key event before a character was a repeat */
    sized_font fonts[FONTS_MAX];
    int font_count;
    bool font_missing; /* a size was asked for that is not built */
    int builds;
    double since_build;
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

/* ---- Colours and fonts
 * ------------------------------------------------------------------------------------------ */

static ImU32 packed(gf_color color)
{
    return IM_COL32((color >> 24) & 255, (color >> 16) & 255, (color >> 8) & 255, color & 255);
}

static ImVec4 floats(gf_color color)
{
    return ImGui::ColorConvertU32ToFloat4(packed(color));
}

/* Latin, Greek, and the signs the panels and the view use. */
static const ImWchar GLYPHS[] = {0x0020, 0x00FF, 0x0391, 0x03C9, 0x1D40, 0x1D40, 0x2010, 0x2026,
                                 0x2030, 0x2033, 0x2070, 0x209C, 0x2190, 0x2194, 0x2202, 0x2202,
                                 0x2207, 0x2207, 0x2211, 0x2212, 0x221A, 0x221A, 0x221E, 0x221E,
                                 0x2248, 0x2248, 0x2260, 0x2265, 0x25A0, 0x25A0, 0x25B2, 0x25B6,
                                 0x25BC, 0x25C0, 0x25CB, 0x25CF, 0x25FC, 0x25FC, 0};

static ImFont *build_font(gf_ui *ui, ImFontAtlas *atlas, int pixels, bool bold)
{
    ImFontConfig config;
    config.SizePixels = (float)pixels;
    if (!ui->has_files) return atlas->AddFontDefault(&config);
    return atlas->AddFontFromFileTTF(bold ? GF_FONT_FOLDER "/DejaVuSans-Bold.ttf"
                                          : GF_FONT_FOLDER "/DejaVuSans.ttf",
                                     (float)pixels, &config, GLYPHS);
}

/* Between frames only: no draw data may point into the old atlas. */
static void build_atlas(gf_ui *ui)
{
    ImFontAtlas *atlas = ImGui::GetIO().Fonts;
    atlas->Clear();
    int kept = 0;
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].wanted) ui->fonts[kept++] = ui->fonts[i];
    ui->font_count = kept;
    for (int i = 0; i < kept; i++)
        ui->fonts[i].font = build_font(ui, atlas, ui->fonts[i].pixels, ui->fonts[i].bold);
    if (kept == 0) build_font(ui, atlas, 16, false);
    atlas->Build();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    ui->font_missing = false;
    ui->since_build = 0;
    ui->builds++;
}

static void refresh_fonts(gf_ui *ui)
{
    ui->since_build += ui->frame.seconds;
    const bool eager = ui->builds < 3 || ui->since_build >= REBUILD_SECONDS || ui->window == NULL;
    if (ui->builds == 0 || (ui->font_missing && eager)) build_atlas(ui);
    for (int i = 0; i < ui->font_count; i++)
        ui->fonts[i].wanted = false;
}

static sized_font *find_font(gf_ui *ui, int pixels, bool bold)
{
    for (int i = 0; i < ui->font_count; i++)
        if (ui->fonts[i].pixels == pixels && ui->fonts[i].bold == bold) return &ui->fonts[i];
    if (ui->font_count == FONTS_MAX) return NULL;
    sized_font *added = &ui->fonts[ui->font_count++];
    *added = {pixels, bold, true, NULL};
    return added;
}

/* The font of this size, or the nearest one that is built. */
static ImFont *font_for(gf_ui *ui, float size, bool bold)
{
    const int pixels = (int)lroundf(fminf(fmaxf(size, 6), 160));
    sized_font *exact = find_font(ui, pixels, bold);
    if (exact) exact->wanted = true;
    if (exact && exact->font) return exact->font;
    ui->font_missing = true;
    ImFont *best = NULL;
    int best_distance = 0;
    for (int i = 0; i < ui->font_count; i++) {
        const int distance =
            abs(ui->fonts[i].pixels - pixels) + (ui->fonts[i].bold == bold ? 0 : 100);
        if (!ui->fonts[i].font || (best && distance >= best_distance)) continue;
        best = ui->fonts[i].font;
        best_distance = distance;
    }
    return best ? best : ImGui::GetIO().Fonts->Fonts[0];
}

/* ---- Events
 * -------------------------------------------------------------------------------------------------------
 */

static int key_of(int glfw_key)
{
    static const int table[][2] = {
        {GLFW_KEY_LEFT, GF_KEY_LEFT},     {GLFW_KEY_RIGHT, GF_KEY_RIGHT},
        {GLFW_KEY_UP, GF_KEY_UP},         {GLFW_KEY_DOWN, GF_KEY_DOWN},
        {GLFW_KEY_ENTER, GF_KEY_ENTER},   {GLFW_KEY_KP_ENTER, GF_KEY_ENTER},
        {GLFW_KEY_TAB, GF_KEY_TAB},       {GLFW_KEY_HOME, GF_KEY_HOME},
        {GLFW_KEY_END, GF_KEY_END},       {GLFW_KEY_PAGE_UP, GF_KEY_PAGE_UP},
        {GLFW_KEY_ESCAPE, GF_KEY_ESCAPE}, {GLFW_KEY_PAGE_DOWN, GF_KEY_PAGE_DOWN},
        {GLFW_KEY_F1, GF_KEY_F1},         {GLFW_KEY_F5, GF_KEY_F5},
        {GLFW_KEY_F11, GF_KEY_F11},
    };
    for (const auto &row : table)
        if (row[0] == glfw_key) return row[1];
    return -1;
}

/* By the letter on the key, not its place: Z and Y change places between layouts. */
static int command_of(int key, int scancode, int mods)
{
    const char *name = (mods & GLFW_MOD_CONTROL) ? glfwGetKeyName(key, scancode) : NULL;
    if (!name || !name[0] || name[1]) return -1;
    switch (name[0]) {
    case 'q': return GF_KEY_QUIT;
    case 'z': return mods & GLFW_MOD_SHIFT ? GF_KEY_REDO : GF_KEY_UNDO;
    case 'y': return GF_KEY_REDO;
    case 's': return GF_KEY_SAVE;
    case 'c': return GF_KEY_COPY;
    default: return -1;
    }
}

static void count_press(gf_ui *ui, int key)
{
    if (key >= 0 && ui->pending.keys[key] < 255) ui->pending.keys[key]++;
}

/* Dear ImGui 1.86 forgets a key that goes down and up between two frames; these two do not. It
 * calls them because they were installed before its own. */
static void on_key(GLFWwindow *, int key, int scancode, int action, int mods)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    ui->repeating = action == GLFW_REPEAT;
    if (action == GLFW_RELEASE) return;
    const int known = key_of(key);
    const bool may_repeat = known >= GF_KEY_LEFT && known <= GF_KEY_DOWN;
    if (known == GF_KEY_TAB && action == GLFW_PRESS)
        ui->ring.turns += mods & GLFW_MOD_SHIFT ? -1 : 1;
    else if (action == GLFW_PRESS || may_repeat)
        count_press(ui, known);
    if (action == GLFW_PRESS) count_press(ui, command_of(key, scancode, mods));
}

static void on_character(GLFWwindow *, unsigned int character)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    const int room = (int)(sizeof ui->pending.characters / sizeof ui->pending.characters[0]);
    if (ui->repeating || ui->pending.character_count >= room) return;
    ui->pending.characters[ui->pending.character_count++] = character;
}

/* The mouse comes in window coordinates, which are not pixels on every screen. */
static void scale_mouse(gf_ui *ui)
{
    ImGuiIO &io = ImGui::GetIO();
    if (!ui->window || !ImGui::IsMousePosValid(&io.MousePos)) return;
    int width = 0, height = 0;
    glfwGetWindowSize(ui->window, &width, &height);
    if (width < 1 || height < 1) return;
    io.MousePos.x *= (float)ui->frame.width / (float)width;
    io.MousePos.y *= (float)ui->frame.height / (float)height;
}

static int32_t take_key(gf_ui *ui, gf_key key)
{
    const int32_t count = ui->input.keys[key];
    ui->input.keys[key] = 0;
    return count;
}

/* Arrows and Enter are for the control that has the focus, or for the list that is open. */
static void share_keys(gf_ui *ui)
{
    const bool list_open = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
    ui->pressed = {};
    if (ui->input.clicked) gf_ui_drop_focus(ui);
    ui->typed_enter = ui->input.typing && take_key(ui, GF_KEY_ENTER) > 0;
    if (ui->input.typing || (!ui->has_focus && !list_open)) return;
    ui->pressed.across = take_key(ui, GF_KEY_RIGHT) - take_key(ui, GF_KEY_LEFT);
    ui->pressed.down = take_key(ui, GF_KEY_DOWN) - take_key(ui, GF_KEY_UP);
    ui->pressed.enter = take_key(ui, GF_KEY_ENTER) > 0;
    if (!ui->input.keys[GF_KEY_ESCAPE]) return;
    take_key(ui, GF_KEY_ESCAPE);
    if (list_open)
        ImGui::ClosePopupsOverWindow(NULL, true);
    else
        gf_ui_drop_focus(ui);
}

static void collect_input(gf_ui *ui)
{
    const ImGuiIO &io = ImGui::GetIO();
    const bool valid = ImGui::IsMousePosValid(&io.MousePos);
    ui->input = ui->pending;
    ui->pending = {};
    ui->input.mouse_x = valid ? io.MousePos.x : -1;
    ui->input.mouse_y = valid ? io.MousePos.y : -1;
    ui->input.wheel = io.MouseWheel;
    ui->input.clicked = ImGui::IsMouseClicked(0);
    ui->input.mouse_free =
        !ImGui::IsAnyItemActive() && !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
    ui->input.typing = io.WantTextInput;
    share_keys(ui);
}

/* ---- Life
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_style(gf_ui *ui)
{
    const gf_theme *theme = ui->frame.theme;
    const float scale = ui->frame.scale;
    ImGuiStyle &style = ImGui::GetStyle();
    style.WindowPadding = ImVec2(0, 0);
    style.WindowBorderSize = 0;
    style.WindowMinSize = ImVec2(1, 1);
    style.FrameRounding = style.PopupRounding = 8 * scale;
    style.FrameBorderSize = style.PopupBorderSize = 1;
    style.ScrollbarSize = 10 * scale;
    ImVec4 *colors = style.Colors;
    colors[ImGuiCol_Text] = floats(theme->text);
    colors[ImGuiCol_TextDisabled] = floats(theme->text_dim);
    colors[ImGuiCol_FrameBg] = colors[ImGuiCol_PopupBg] = floats(theme->control);
    colors[ImGuiCol_Border] = floats(theme->panel_border);
    colors[ImGuiCol_FrameBgHovered] = colors[ImGuiCol_FrameBgActive] = floats(theme->panel_border);
    colors[ImGuiCol_Header] = colors[ImGuiCol_HeaderHovered] = colors[ImGuiCol_HeaderActive] =
        floats(theme->panel_border);
    colors[ImGuiCol_TextSelectedBg] = floats((theme->accent & 0xffffff00u) | 0x60u);
}

static void note_fonts(gf_ui *ui)
{
    ui->has_files = access(GF_FONT_FOLDER "/DejaVuSans.ttf", R_OK) == 0 &&
                    access(GF_FONT_FOLDER "/DejaVuSans-Bold.ttf", R_OK) == 0;
    if (ui->has_files) return;
    snprintf(
        ui->font_notice, sizeof ui->font_notice,
        "the fonts DejaVuSans.ttf and DejaVuSans-Bold.ttf are not in %s: install fonts-dejavu-core",
        GF_FONT_FOLDER);
}

gf_status gf_ui_create(void *window, gf_ui **out, gf_error *error)
{
    gf_ui *ui = (gf_ui *)calloc(1, sizeof *ui);
    if (!ui) return gf_fail(error, GF_MEMORY, "no memory for the user interface");
    ui->window = (GLFWwindow *)window;
    ui->context = ImGui::CreateContext();
    ImGuiIO &io = ImGui::GetIO();
    io.IniFilename = io.LogFilename = NULL;
    io.UserData = ui;
    io.Fonts->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    io.Fonts->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    ui->focus_stop = -1;
    note_fonts(ui);
    if (window) {
        glfwSetKeyCallback(ui->window, on_key);
        glfwSetCharCallback(ui->window, on_character);
        ImGui_ImplGlfw_InitForOpenGL(ui->window, true);
    }
    if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
        gf_ui_destroy(ui);
        return gf_fail(error, GF_DEVICE, "the user interface needs OpenGL 3.3 and did not get it");
    }
    *out = ui;
    return GF_OK;
}

void gf_ui_destroy(gf_ui *ui)
{
    if (!ui) return;
    if (ImGui::GetIO().BackendRendererUserData) ImGui_ImplOpenGL3_Shutdown();
    if (ui->window) ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext(ui->context);
    free(ui);
}

const char *gf_ui_font_notice(const gf_ui *ui)
{
    return ui->font_notice;
}

void gf_ui_begin(gf_ui *ui, const gf_ui_frame *frame)
{
    ui->frame = *frame;
    ImGuiIO &io = ImGui::GetIO();
    refresh_fonts(ui);
    set_style(ui);
    ImGui_ImplOpenGL3_NewFrame();
    if (ui->window) ImGui_ImplGlfw_NewFrame();
    io.DisplaySize = ImVec2((float)frame->width, (float)frame->height);
    io.DisplayFramebufferScale = ImVec2(1, 1);
    io.DeltaTime = (float)fmax(frame->seconds, 1e-4);
    scale_mouse(ui);
    ImGui::NewFrame();
    ui->mark_count = 0;
    collect_input(ui);
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::Begin("gradflow", NULL,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoScrollWithMouse);
}

/* The same place for a while: the words come. */
static void follow_hint(gf_ui *ui)
{
    if (!ui->hint.seen) ui->hint.seconds = 0;
    ui->hint.seen = false;
}

bool gf_ui_end(gf_ui *ui)
{
    gf_focus_turn(&ui->ring);
    ui->focus_stop = -1;
    ui->has_focus = ui->ring.current != 0;
    follow_hint(ui);
    ImGui::End();
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    return ui->font_missing;
}

float gf_ui_scale(const gf_ui *ui)
{
    return ui->frame.scale;
}

const gf_theme *gf_ui_theme(const gf_ui *ui)
{
    return ui->frame.theme;
}

const gf_input *gf_ui_input(const gf_ui *ui)
{
    return &ui->input;
}

/* ---- What can be clicked
 * -------------------------------------------------------------------------------------------- */

static const char *bare(const char *id)
{
    return id + (strncmp(id, "##", 2) == 0 ? 2 : 0);
}

static void mark(gf_ui *ui, const char *id, gf_rect rect)
{
    if (ui->mark_count == GF_UI_MARKS_MAX) return;
    gf_ui_mark *added = &ui->marks[ui->mark_count++];
    snprintf(added->id, sizeof added->id, "%s", bare(id));
    added->rect = rect;
}

int32_t gf_ui_marks(const gf_ui *ui, const gf_ui_mark **out)
{
    *out = ui->marks;
    return ui->mark_count;
}

/* ---- Focus, covers, hints
 * ---------------------------------------------------------------------------------------- */

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
    snprintf(ui->focus_id, sizeof ui->focus_id, "%s", bare(id));
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

/* ---- Text
 * -----------------------------------------------------------------------------------------------------------
 */

static ImDrawList *list_of(gf_ui *ui)
{
    return ui->overlay ? ImGui::GetForegroundDrawList() : ImGui::GetWindowDrawList();
}

static float pixels_of(const gf_ui *ui, gf_text_style style)
{
    return roundf(style.size *
                  ui->frame.scale); /* as it is built: a scaled glyph is a blurred one */
}

static ImVec2 measure(gf_ui *ui, float pixels, bool bold, const char *text, const char *end)
{
    return font_for(ui, pixels, bold)->CalcTextSizeA(pixels, 1e9f, 0, text, end);
}

/* On whole pixels: a glyph between two of them is a blurred one. */
static void put_text(gf_ui *ui, float x, float y, float pixels, const gf_text_style *style,
                     const char *text, const char *end)
{
    const ImVec2 size = measure(ui, pixels, style->bold, text, end);
    if (style->align == GF_ALIGN_CENTRE) x -= size.x / 2;
    if (style->align == GF_ALIGN_RIGHT) x -= size.x;
    const ImVec2 place(roundf(x), roundf(y - size.y / 2));
    list_of(ui)->AddText(font_for(ui, pixels, style->bold), pixels, place, packed(style->color),
                         text, end);
}

void gf_ui_text(gf_ui *ui, float x, float y, gf_text_style style, const char *text)
{
    put_text(ui, x, y, pixels_of(ui, style), &style, text, NULL);
}

float gf_ui_text_width(gf_ui *ui, gf_text_style style, const char *text)
{
    return measure(ui, pixels_of(ui, style), style.bold, text, NULL).x;
}

/* The longest beginning of `text` that leaves room for an ellipsis; never inside a UTF-8 sequence.
 */
static size_t bytes_that_fit(gf_ui *ui, float pixels, bool bold, float width, const char *text)
{
    const float room = width - measure(ui, pixels, bold, "…", NULL).x;
    size_t fit = 0;
    for (size_t i = 1; i <= strlen(text); i++) {
        if ((text[i] & 0xC0) == 0x80) continue;
        if (measure(ui, pixels, bold, text, text + i).x > room) break;
        fit = i;
    }
    return fit;
}

void gf_ui_text_fit(gf_ui *ui, float x, float y, float width, gf_text_style style, const char *text)
{
    const float full = pixels_of(ui, style);
    const float natural = measure(ui, full, style.bold, text, NULL).x;
    const float shrink = natural > width ? fmaxf(0.75f, width / natural) : 1;
    const float pixels = shrink < 1 ? floorf(full * shrink) : full;
    if (measure(ui, pixels, style.bold, text, NULL).x <= width + 1) {
        put_text(ui, x, y, pixels, &style, text, NULL);
        return;
    }
    char cut[512];
    const size_t fit = bytes_that_fit(ui, pixels, style.bold, width, text);
    snprintf(cut, sizeof cut, "%.*s…", (int)(fit < 500 ? fit : 500), text);
    put_text(ui, x, y, pixels, &style, cut, NULL);
}

/* Where a line that starts at `text` ends: at the last space that fits. Dear ImGui's own wrapping
 * breaks behind a point, and so in the middle of 0.25. A single word that is too long sticks out.
 */
static const char *line_end(gf_ui *ui, float pixels, bool bold, float width, const char *text)
{
    const char *fit = NULL;
    for (const char *at = text;; at++) {
        if (*at && *at != ' ' && *at != '\n') continue;
        if (at[0] == ' ' && at[1] == '%') continue; /* a number keeps its unit */
        if (fit && measure(ui, pixels, bold, text, at).x > width) return fit;
        fit = at;
        if (*at != ' ') return fit;
    }
}

float gf_ui_text_height(gf_ui *ui, float width, gf_text_style style, const char *text)
{
    const float pixels = pixels_of(ui, style);
    int lines = 0;
    for (; *text; lines++) {
        const char *end = line_end(ui, pixels, style.bold, width, text);
        text = *end ? end + 1 : end;
    }
    return (float)lines * roundf(pixels * 1.5f);
}

float gf_ui_text_wrapped(gf_ui *ui, gf_rect rect, gf_text_style style, const char *text)
{
    const float pixels = pixels_of(ui, style);
    const float line_height = roundf(pixels * 1.5f);
    float y = 0;
    style.align = GF_ALIGN_LEFT;
    while (*text && y + line_height <= rect.height + 1) {
        const char *end = line_end(ui, pixels, style.bold, rect.width, text);
        put_text(ui, rect.x, rect.y + y + line_height / 2, pixels, &style, text, end);
        y += line_height;
        text = *end ? end + 1 : end;
    }
    return y;
}

void gf_ui_labels(gf_ui *ui, const gf_label_list *labels)
{
    for (int32_t i = 0; i < labels->count; i++) {
        const gf_label *label = &labels->labels[i];
        const gf_text_style style = {0, label->color, label->align, label->bold};
        put_text(ui, label->x, label->y, roundf(label->size), &style, label->text, NULL);
    }
}

/* ---- Shapes
 * ---------------------------------------------------------------------------------------------------------
 */

static ImVec2 corner(gf_rect rect)
{
    return ImVec2(rect.x, rect.y);
}

static ImVec2 opposite(gf_rect rect)
{
    return ImVec2(rect.x + rect.width, rect.y + rect.height);
}

void gf_ui_fill(gf_ui *ui, gf_rect rect, float radius, gf_color color)
{
    list_of(ui)->AddRectFilled(corner(rect), opposite(rect), packed(color), radius);
}

void gf_ui_outline(gf_ui *ui, gf_rect rect, float radius, float thickness, gf_color color)
{
    list_of(ui)->AddRect(corner(rect), opposite(rect), packed(color), radius, 0, thickness);
}

void gf_ui_line(gf_ui *ui, float x0, float y0, float x1, float y1, float thickness, gf_color color)
{
    list_of(ui)->AddLine(ImVec2(x0, y0), ImVec2(x1, y1), packed(color), thickness);
}

void gf_ui_curve(gf_ui *ui, const float *points, int32_t count, float thickness, gf_color color)
{
    static_assert(sizeof(ImVec2) == 2 * sizeof(float), "points are passed as they are");
    list_of(ui)->AddPolyline((const ImVec2 *)points, count, packed(color), 0, thickness);
}

void gf_ui_area(gf_ui *ui, const float *points, int32_t count, float base, gf_color color)
{
    for (int32_t i = 0; i + 1 < count; i++) {
        const float *p = points + 2 * i;
        ImDrawList *list = list_of(ui);
        const ImDrawListFlags flags = list->Flags;
        list->Flags &= ~ImDrawListFlags_AntiAliasedFill; /* neighbours would show their seams */
        list->AddQuadFilled(ImVec2(p[0], base), ImVec2(p[0], p[1]), ImVec2(p[2], p[3]),
                            ImVec2(p[2], base), packed(color));
        list->Flags = flags;
    }
}

void gf_ui_triangle(gf_ui *ui, const float p[6], gf_color color)
{
    list_of(ui)->AddTriangleFilled(ImVec2(p[0], p[1]), ImVec2(p[2], p[3]), ImVec2(p[4], p[5]),
                                   packed(color));
}

void gf_ui_clip_begin(gf_ui *, gf_rect rect)
{
    ImGui::PushClipRect(corner(rect), opposite(rect), true);
}

void gf_ui_clip_end(gf_ui *)
{
    ImGui::PopClipRect();
}

void gf_ui_overlay(gf_ui *ui, bool on)
{
    ui->overlay = on;
}

/* ---- Widgets
 * --------------------------------------------------------------------------------------------------------
 */

gf_hit gf_ui_hit(gf_ui *ui, const char *id, gf_rect rect)
{
    gf_hit hit = {};
    if (rect.width < 1 || rect.height < 1) return hit;
    mark(ui, id, rect);
    ImGui::SetCursorScreenPos(corner(rect));
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
    ImFont *font = font_for(ui, 17 * scale, false);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(
        ImGuiStyleVar_FramePadding,
        ImVec2(roundf(10 * scale), fmaxf(0, roundf((rect.height - font->FontSize) / 2))));
    /* Whole pixels, or a list that just fits gets a scroll bar. */
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(roundf(8 * scale), roundf(10 * scale)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        ImVec2(roundf(10 * scale), roundf(10 * scale)));
    ImGui::SetCursorScreenPos(corner(rect));
    ImGui::SetNextItemWidth(rect.width);
    if (hints) ImGui::SetNextWindowSizeConstraints(ImVec2(430 * scale, 0), ImVec2(9999, 9999));
    const int32_t before = *current;
    mark(ui, id, rect);
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
    ImFont *font = font_for(ui, pixels_of(ui, style), style.bold);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                        ImVec2(4, fmaxf(0, (rect.height - font->FontSize) / 2)));
    ImGui::SetCursorScreenPos(corner(rect));
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
    ImFont *font = font_for(ui, roundf(18 * ui->frame.scale), false);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(
        ImGuiStyleVar_FramePadding,
        ImVec2(roundf(10 * ui->frame.scale), fmaxf(0, roundf((rect.height - font->FontSize) / 2))));
    ImGui::SetCursorScreenPos(corner(rect));
    ImGui::SetNextItemWidth(rect.width);
    if (begin) ImGui::SetKeyboardFocusHere();
    const bool done = ImGui::InputText(
        id, text, room, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopStyleVar();
    ImGui::PopFont();
    return done || ui->typed_enter;
}
