/* The box over the numbers: the verdict, or what is being done about it. A verdict is a shape, a
 * word and a colour: any one of them is enough. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define NOTICEABLE_SECONDS 0.4
#define LONG_SECONDS       2.0 /* what takes longer can be called off */

static const char *verdict_text(gf_verdict verdict)
{
    switch (verdict) {
    case GF_VANISHING: return "▼ VANISHING";
    case GF_EXPLODING: return "▲ EXPLODING";
    case GF_UNSTABLE: return "■ UNSTABLE";
    default: return "● HEALTHY";
    }
}

/* The picture is of the network before while the wanted one has not come as far as a first layer.
 */
static bool is_behind(const gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run(explorer);
    return explorer->working_seconds > NOTICEABLE_SECONDS && run &&
           !gf_spec_same(&run->spec, &explorer->spec);
}

static void format_seconds(double seconds, char text[32])
{
    if (seconds < 100)
        snprintf(text, 32, "%.0f s", seconds);
    else if (seconds < 100 * 60)
        snprintf(text, 32, "%.0f min", seconds / 60);
    else if (seconds < 100 * 3600)
        snprintf(text, 32, "%.0f h", seconds / 3600);
    else
        snprintf(text, 32, "%.3g days", seconds / 86400);
}

static void describe_progress(const gf_explorer *explorer, char text[96])
{
    const gf_run *run = gf_explorer_run(explorer);
    const double seconds = explorer->now.predicted_seconds;
    char all[32], past[32];
    format_seconds(seconds, all);
    format_seconds(explorer->working_seconds, past);
    if (seconds >= LONG_SECONDS)
        snprintf(text, 96, "about %s, %s so far", all, past);
    else if (run && !run->complete)
        snprintf(text, 96, "layer %d of %d", run->first_ready, run->spec.depth);
    else
        snprintf(text, 96, run ? "shown: the network before" : "waiting for the engine");
}

/* By the clock until the first layers come back, then by what has come. */
static double progress_of(const gf_explorer *explorer)
{
    const double seconds = explorer->now.predicted_seconds;
    const double by_time = seconds > 0 ? fmin(explorer->working_seconds / seconds, 0.97) : 0;
    return fmax(by_time, explorer->now.progress);
}

static void draw_bar(gf_ui *ui, gf_rect box, double share)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), height = 6 * scale;
    const gf_rect track = {box.x + 12 * scale, box.y + box.height - 14 * scale,
                           box.width - 24 * scale, height};
    gf_ui_fill(ui, track, height / 2, theme->panel_border);
    gf_ui_fill(ui, (gf_rect){track.x, track.y, fmaxf(track.width * (float)share, height), height},
               height / 2, theme->accent);
}

/* A head, a line, and a button at the right when `button` is given. True when it was clicked. */
static bool draw_state(gf_ui *ui, gf_rect box, const char *head, const char *line, const char *id,
                       const char *button)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), pad = 14 * scale, width = button ? 96 * scale : 0;
    gf_text_style style = {.size = 23, .color = theme->text, .bold = true};
    gf_ui_fill(ui, box, 10 * scale, theme->control);
    gf_ui_text_fit(ui, box.x + pad, box.y + box.height * 0.3f, box.width - width - 2 * pad, style,
                   head);
    gf_ui_text_fit(ui, box.x + pad, box.y + box.height * 0.62f, box.width - 2 * pad,
                   gf_style_small(ui), line);
    const gf_rect place = {box.x + box.width - width - 8 * scale, box.y + 8 * scale, width,
                           32 * scale};
    return button && gf_widget_button(ui, id, place, button);
}

static void draw_progress(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    char text[96];
    describe_progress(explorer, text);
    const bool is_long = explorer->now.working && (explorer->working_seconds > LONG_SECONDS / 2 ||
                                                   explorer->now.predicted_seconds >= LONG_SECONDS);
    if (draw_state(ui, box, "computing", text, "##cancel", is_long ? "Cancel" : NULL))
        explorer->requests.cancel = true;
    draw_bar(ui, box, progress_of(explorer));
}

static void draw_cancelled(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const gf_run *run = gf_explorer_run(explorer);
    if (draw_state(ui, box, "called off",
                   run ? "shown: what there was before" : "nothing has been computed", "##compute",
                   "Compute"))
        gf_explorer_compute(explorer);
}

void gf_verdict_draw(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const gf_diagnosis *diagnosis = gf_explorer_diagnosis(explorer);
    const gf_theme *theme = gf_ui_theme(ui);
    if (explorer->now.cancelled) {
        draw_cancelled(explorer, ui, box);
        return;
    }
    if (explorer->now.refusal && explorer->now.refusal[0]) {
        draw_state(ui, box, "not possible",
                   diagnosis ? "shown: the network before" : "nothing to show", NULL, NULL);
        return;
    }
    if (!diagnosis || is_behind(explorer)) {
        draw_progress(explorer, ui, box);
        return;
    }
    const gf_color color = gf_theme_verdict(theme, diagnosis->verdict);
    const float x = box.x + box.width / 2, width = box.width * 0.94f;
    gf_text_style word = {
        .size = GF_TEXT_VERDICT, .color = color, .align = GF_ALIGN_CENTRE, .bold = true};
    gf_text_style line = {.size = GF_TEXT_SMALL, .color = theme->text, .align = GF_ALIGN_CENTRE};
    gf_ui_fill(ui, box, 10 * gf_ui_scale(ui), gf_color_mix(theme->panel, color, 0.2));
    gf_ui_text_fit(ui, x, box.y + box.height * 0.40f, width, word,
                   verdict_text(diagnosis->verdict));
    gf_ui_text_fit(ui, x, box.y + box.height * 0.79f, width, line,
                   diagnosis->viable ? "gradient descent can train this"
                                     : "gradient descent cannot train this");
    gf_ui_hint(ui, box,
               "Vanishing: the gradient that reaches the first layer is under a thousandth of the "
               "last layer's. Exploding: it "
               "is far larger. Unstable: NaN or Inf. Healthy: none of these.");
}
