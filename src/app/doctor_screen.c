/* OpenGL off screen and in a window, monitors, and how long frames take there. */
#include <stdio.h>
#include <string.h>

#include "app/doctor.h"
#include "app/doctor_frames.h"
#include "view/monitor.h"
#include "view/window.h"
#include "ui/ui.h"

#define PATIENCE_S   60 /* a driver that is cold is over a hundred megabytes to load */
#define WIDTH        1920
#define HEIGHT       1080
#define SMALL_WIDTH  1280
#define SMALL_HEIGHT 720
#define SLOW_HZ      50

static const char UPDATE[] = "Update the driver of the graphics card.";

/* ---- Drawing ------------------------------------------------------------------------------------
 */

static bool is_software(const char *renderer)
{
    return strstr(renderer, "llvmpipe") || strstr(renderer, "softpipe") ||
           strstr(renderer, "SWR") || strstr(renderer, "Software");
}

static void say_renderer(const gf_doctor *doctor, const gf_context *context, const char *where)
{
    const char *renderer = gf_context_get_renderer(context);
    const char *version = gf_context_get_version(context);
    if (is_software(renderer))
        gf_doctor_warn(doctor,
                       "Install the driver of the graphics card, if there is one; the frame times "
                       "say whether it is needed.",
                       "%s OpenGL %s by %s: the processor draws", where, version, renderer);
    else
        gf_doctor_ok(doctor, "%s OpenGL %s by %s", where, version, renderer);
}

static void say_fonts(const gf_doctor *doctor)
{
    gf_ui *ui = NULL;
    gf_error error = {0};
    if (gf_ui_create(NULL, &ui, &error) != GF_OK)
        gf_doctor_problem(doctor, UPDATE, "%s", error.text);
    else if (gf_ui_font_notice(ui)[0])
        gf_doctor_warn(doctor, "Install fonts-dejavu-core.", "%s", gf_ui_font_notice(ui));
    else
        gf_doctor_ok(doctor, "fonts found");
    gf_ui_destroy(ui);
}

static void look_off_screen(const gf_doctor *doctor)
{
    gf_context *context;
    gf_error error = {0};
    if (gf_context_open_offscreen(WIDTH, HEIGHT, &context, &error) != GF_OK) {
        gf_doctor_warn(doctor,
                       "Install libegl-mesa0 and libgl1-mesa-dri; only `gradflow render` needs it.",
                       "no pictures without a window: %s", error.text);
        return;
    }
    say_renderer(doctor, context, "off screen");
    say_fonts(doctor);
    gf_context_destroy(context);
}

/* ---- The display --------------------------------------------------------------------------------
 */

static void say_monitor(const gf_doctor *doctor, const gf_monitor *at)
{
    char rate[40] = "";
    if (at->refresh_hz > 0) snprintf(rate, sizeof rate, ", %d Hz", at->refresh_hz);
    if (at->width < SMALL_WIDTH || at->height < SMALL_HEIGHT)
        gf_doctor_warn(doctor, "Choose a larger resolution in the settings of the desktop.",
                       "monitor %s, %dx%d%s: less than %dx%d, small print is cut", at->name,
                       at->width, at->height, rate, SMALL_WIDTH, SMALL_HEIGHT);
    else if (at->refresh_hz > 0 && at->refresh_hz < SLOW_HZ)
        gf_doctor_warn(doctor, "Choose 60 Hz in the settings of the desktop.",
                       "monitor %s, %dx%d%s: the wave will jerk", at->name, at->width, at->height,
                       rate);
    else
        gf_doctor_ok(doctor, "monitor %s, %dx%d%s", at->name, at->width, at->height, rate);
}

static void say_monitors(const gf_doctor *doctor)
{
    gf_monitor monitors[GF_MONITORS_MAX];
    const int32_t count = gf_monitor_list(monitors);
    for (int32_t i = 0; i < count; i++)
        say_monitor(doctor, &monitors[i]);
    if (count == 0)
        gf_doctor_problem(doctor, "Plug one in and switch it on.", "the display has no monitor");
    if (count == 1)
        gf_doctor_ok(doctor, "one monitor: a projector is not connected, or shows the same");
}

static void look_at_frames_off_screen(const gf_doctor *doctor)
{
    gf_context *context;
    gf_error error = {0};
    if (gf_context_open_offscreen(WIDTH, HEIGHT, &context, &error) != GF_OK) {
        gf_doctor_problem(doctor, "Install libegl-mesa0 and libgl1-mesa-dri.",
                          "nothing can be drawn: %s", error.text);
        return;
    }
    gf_doctor_frames(doctor, context);
    gf_context_destroy(context);
}

static void look_at_window(const gf_doctor *doctor)
{
    gf_context *context;
    gf_error error = {0};
    gf_window_place place = {0};
    if (gf_context_open_window("gradflow doctor", SMALL_WIDTH, SMALL_HEIGHT, &context, &error) !=
        GF_OK) {
        gf_doctor_problem(doctor, "Ask again from the desktop that the lecture will be given on.",
                          "%s", error.text);
        look_at_frames_off_screen(doctor);
        return;
    }
    say_renderer(doctor, context, "window:");
    say_monitors(doctor);
    gf_window_set_full_screen(gf_context_get_window(context), &place, true);
    gf_doctor_frames(doctor, context);
    gf_context_destroy(context);
}

void gf_doctor_drawing(const gf_doctor *doctor)
{
    const gf_guarded guarded = {look_off_screen, "OpenGL without a window", UPDATE, PATIENCE_S};
    gf_doctor_guard(doctor, &guarded);
}

void gf_doctor_display(const gf_doctor *doctor)
{
    const gf_guarded guarded = {look_at_window, "OpenGL in a window", UPDATE,
                                PATIENCE_S + 2 * doctor->seconds};
    gf_doctor_guard(doctor, &guarded);
}
