/* The line on top: name, what is shown in one sentence, and the device with its times. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

/* The author's sentence holds for the author's network; a changed one is described by what it is.
 */
static void compose_title(gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run(explorer);
    const gf_spec *spec = &explorer->spec;
    if (!gf_explorer_is_edited(explorer)) {
        const gf_step *step = gf_explorer_step(explorer);
        snprintf(explorer->title, sizeof explorer->title, "%s",
                 step ? step->title : explorer->scenario.title);
        return;
    }
    const bool judged = gf_explorer_diagnosis(explorer) && run && gf_spec_same(&run->spec, spec);
    snprintf(explorer->title, sizeof explorer->title, "%s + %s, %d × %d%s%s",
             gf_activation_get(spec->activation)->label, gf_init_get(spec->init)->label,
             spec->depth, spec->width, judged ? ": " : "",
             judged ? gf_verdict_name(gf_explorer_diagnosis(explorer)->verdict) : "");
}

/* Without trade marks; and of PoCL's "pthread-skylake-avx512-Intel Xeon" the processor. */
static void copy_device_name(const gf_device *device, char *out, size_t room)
{
    static const char *const noise[] = {"(R)", "(TM)", "(r)", "(tm)", " Processor", " CPU"};
    const char *name = device->name, *dash = strrchr(name, '-');
    if (strncmp(name, "pthread-", 8) == 0 && dash && dash[1]) name = dash + 1;
    const bool opencl = strncmp(device->id, "opencl", 6) == 0;
    snprintf(out, room, "%s%s", opencl ? "OpenCL · " : "", name);
    for (size_t i = 0; i < sizeof noise / sizeof noise[0]; i++)
        for (char *at = strstr(out, noise[i]); at; at = strstr(at, noise[i]))
            memmove(at, at + strlen(noise[i]), strlen(at + strlen(noise[i])) + 1);
}

static void describe_device(const gf_device *device, char *out, size_t room)
{
    char name[160];
    copy_device_name(device, name, sizeof name);
    const int32_t cores = device->compute_units;
    const char *unit = device->kind == GF_DEVICE_GPU ? "unit" : "core";
    if (cores < 1 || strstr(name, "core"))
        snprintf(out, room, "%s", name);
    else
        snprintf(out, room, "%s · %d %s%s", name, cores, unit, cores == 1 ? "" : "s");
}

static void draw_device(gf_explorer *explorer, gf_ui *ui, gf_rect rect, float width)
{
    const gf_run *run = gf_explorer_run(explorer);
    if (!run) return;
    gf_text_style style = gf_style_small(ui);
    style.align = GF_ALIGN_RIGHT;
    style.size = 16;
    char text[200], rate[24] = "";
    const float right = rect.x + rect.width;
    describe_device(&run->device, text, sizeof text);
    gf_ui_text_fit(ui, right, rect.y + rect.height * 0.38f, width, style, text);
    if (explorer->now.fps > 0) snprintf(rate, sizeof rate, "    %.0f fps", explorer->now.fps);
    const gf_rect press = {right - width, rect.y, width, rect.height};
    if (explorer->now.bench && gf_widget_press(ui, "##bench", press).clicked)
        gf_explorer_show_bench(explorer, true);
    gf_ui_hint(ui, press,
               "What computes, and how long a whole step took. A click, or D, times every device "
               "of this computer.");
    const double ms = run->times.total_ms;
    if (run->complete && ms < 1000)
        snprintf(text, sizeof text, "step %.3g ms%s", ms, rate);
    else if (run->complete)
        snprintf(text, sizeof text, ms < 1e5 ? "step %.1f s%s" : "step %.0f s%s", ms / 1000, rate);
    else
        snprintf(text, sizeof text, "computing%s", rate);
    gf_ui_text(ui, right, rect.y + rect.height * 0.71f, style, text);
}

/* A sentence too long for its line even in smaller letters becomes two lines, broken near the
 * middle, and then uses all of its room. */
static void draw_title(gf_ui *ui, gf_rect room, float centre, gf_text_style style,
                       const char *title)
{
    const float widest = 2 * fminf(centre - room.x, room.x + room.width - centre);
    const float y = room.y + room.height * 0.47f, apart = 13 * gf_ui_scale(ui);
    const char *middle = title + strlen(title) / 2, *at = NULL;
    char first[GF_TITLE_BYTES];
    for (const char *space = strchr(title, ' '); space; space = strchr(space + 1, ' '))
        if (!at || labs(space - middle) < labs(at - middle)) at = space;
    if (!at || 0.78f * gf_ui_text_width(ui, style, title) <= widest) {
        gf_ui_text_fit(ui, centre, y, widest, style, title);
        return;
    }
    style.size *= 0.72f;
    snprintf(first, sizeof first, "%.*s", (int)(at - title), title);
    gf_ui_text_fit(ui, room.x + room.width / 2, y - apart, room.width, style, first);
    gf_ui_text_fit(ui, room.x + room.width / 2, y + apart, room.width, style, at + 1);
}

void gf_head_draw(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const gf_layout *layout = &explorer->layout;
    const gf_theme *theme = gf_ui_theme(ui);
    gf_text_style name = {.size = 27, .color = theme->text, .bold = true};
    gf_text_style title = {
        .size = GF_TEXT_TITLE, .color = theme->text, .align = GF_ALIGN_CENTRE, .bold = true};
    const float middle = rect.y + rect.height * 0.47f;
    const float name_width = gf_ui_text_width(ui, name, "gradflow") + 8 * scale;
    const float device_width = layout->right.width;
    gf_ui_text(ui, rect.x + 8 * scale, middle, name, "gradflow");
    draw_device(explorer, ui, (gf_rect){rect.x, rect.y, rect.width - 8 * scale, rect.height},
                device_width);
    gf_banner_draw_sign(
        explorer, ui,
        (gf_rect){rect.x + name_width + 12 * scale, middle - 16 * scale, 32 * scale, 32 * scale});
    compose_title(explorer);
    const float left = rect.x + name_width + 52 * scale, right = rect.x + rect.width - device_width;
    draw_title(ui, (gf_rect){left, rect.y, right - left - 12 * scale, rect.height},
               rect.x + rect.width / 2, title, explorer->title);
}
