/* Dear ImGui 1.86 behind ui.h; only the files named ui_bridge know it, and only they are C++.
 *
 * One borderless window without a background covers the framebuffer; every widget is placed in it
 * by its rectangle. This file owns its life and its frames. */
#include "ui/ui_bridge.h"

#include <math.h>
#include <stdlib.h>

#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

static ImVec4 floats(gf_color color)
{
    return ImGui::ColorConvertU32ToFloat4(bridge_color(color));
}

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

gf_status gf_ui_create(void *window, gf_ui **out, gf_error *error)
{
    gf_ui *ui = (gf_ui *)calloc(1, sizeof *ui);
    if (!ui) return gf_fail(error, GF_MEMORY, "no memory for the user interface");
    ui->window = (GLFWwindow *)window;
    ui->context = ImGui::CreateContext();
    ImGuiIO &io = ImGui::GetIO();
    io.IniFilename = io.LogFilename = NULL;
    io.UserData = ui;
    ui->focus_stop = -1;
    bridge_note_fonts(ui);
    if (window) {
        glfwSetKeyCallback(ui->window, bridge_on_key);
        glfwSetCharCallback(ui->window, bridge_on_character);
        glfwSetMouseButtonCallback(ui->window, bridge_on_button);
        glfwSetScrollCallback(ui->window, bridge_on_wheel);
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
    bridge_destroy_fonts(ui);
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
    bridge_refresh_fonts(ui);
    set_style(ui);
    ImGui_ImplOpenGL3_NewFrame();
    if (ui->window) ImGui_ImplGlfw_NewFrame();
    io.DisplaySize = ImVec2((float)frame->width, (float)frame->height);
    io.DisplayFramebufferScale = ImVec2(1, 1);
    io.DeltaTime = (float)fmax(frame->seconds, 1e-4);
    bridge_scale_mouse(ui);
    ImGui::NewFrame();
    ui->mark_count = 0;
    bridge_collect_input(ui);
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
