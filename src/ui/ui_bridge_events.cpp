/* Keys, characters and the mouse, from GLFW's reports to gf_input. */
#include "ui/ui_bridge.h"

#include <imgui_internal.h>

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
    case 'z': return (mods & GLFW_MOD_SHIFT) ? GF_KEY_REDO : GF_KEY_UNDO;
    case 'y': return GF_KEY_REDO;
    case 's': return GF_KEY_SAVE;
    case 'c': return GF_KEY_COPY;
    default: return -1;
    }
}

static bool is_modifier(int key)
{
    return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

/* Dear ImGui 1.86 forgets a key that goes down and up between two frames; these do not. It calls
 * them because they were installed before its own. */
void bridge_on_key(GLFWwindow *, int key, int scancode, int action, int mods)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    ui->repeating = action == GLFW_REPEAT;
    const int known = key_of(key);
    const bool may_repeat = known >= GF_KEY_LEFT && known <= GF_KEY_DOWN;
    if (action == GLFW_RELEASE || is_modifier(key) || (ui->repeating && !may_repeat)) return;
    const int command = ui->repeating ? -1 : command_of(key, scancode, mods);
    gf_press press = {};
    press.key = command >= 0 ? command : known;
    press.shift = (mods & GLFW_MOD_SHIFT) != 0;
    press.event = !ui->repeating;
    gf_press_note(&ui->presses, press);
}

void bridge_on_character(GLFWwindow *, unsigned int character)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    if (!ui->repeating) gf_press_type(&ui->presses, character);
}

void bridge_on_button(GLFWwindow *, int, int, int)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    ui->mouse_events++;
}

void bridge_on_wheel(GLFWwindow *, double, double)
{
    gf_ui *ui = (gf_ui *)ImGui::GetIO().UserData;
    ui->mouse_events++;
}

/* The mouse comes in window coordinates, which are not pixels on every screen. */
void bridge_scale_mouse(gf_ui *ui)
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
    /* An Escape that came after it, in the same frame, must not undo what was typed. */
    if (ui->typed_enter) ImGui::GetIO().KeysDownDuration[GLFW_KEY_ESCAPE] = -1;
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

void bridge_collect_input(gf_ui *ui)
{
    const ImGuiIO &io = ImGui::GetIO();
    const bool valid = ImGui::IsMousePosValid(&io.MousePos);
    ui->input = {};
    ui->input.events = ui->mouse_events;
    ui->mouse_events = 0;
    ui->input.mouse_x = valid ? io.MousePos.x : -1;
    ui->input.mouse_y = valid ? io.MousePos.y : -1;
    ui->input.wheel = io.MouseWheel;
    ui->input.clicked = ImGui::IsMouseClicked(0);
    ui->input.right_held = ImGui::IsMouseDown(1);
    ui->input.mouse_free =
        !ImGui::IsAnyItemActive() && !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
    ui->input.typing = io.WantTextInput;
    if (ui->input.typing && ui->typed_enter) /* Dear ImGui knows a frame later that it is over */
        ui->input.more = ui->presses.count > 0;
    else
        gf_press_take(&ui->presses, ui->input.typing, &ui->input, &ui->ring.turns);
    share_keys(ui);
}
