/* One sentence over the chart for a few seconds: what came of something the user asked for. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define SHOWN_SECONDS 5.0
#define FADE_SECONDS  0.6

void gf_explorer_say(gf_explorer *explorer, const char *sentence)
{
    snprintf(explorer->said, sizeof explorer->said, "%s", sentence);
    explorer->said_seconds = SHOWN_SECONDS;
}

void gf_toast_draw(gf_explorer *explorer, gf_ui *ui)
{
    if (explorer->said_seconds <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_rect chart = explorer->layout.chart;
    const float scale = gf_ui_scale(ui), height = 44 * scale, pad = 20 * scale;
    const double alpha = fmin(explorer->said_seconds / FADE_SECONDS, 1);
    gf_text_style text = gf_style_body(ui);
    text.align = GF_ALIGN_CENTRE;
    text.color = gf_color_fade(theme->text, alpha);
    const float width =
        fminf(gf_ui_text_width(ui, text, explorer->said) + 2 * pad, chart.width - pad);
    const gf_rect box = {roundf(chart.x + (chart.width - width) / 2),
                         roundf(chart.y + chart.height - height - pad), width, height};
    gf_ui_overlay(ui, true);
    gf_ui_fill(ui, box, 8 * scale, gf_color_fade(theme->control, alpha));
    gf_ui_outline(ui, box, 8 * scale, 1, gf_color_fade(theme->accent, alpha));
    gf_ui_text_fit(ui, box.x + width / 2, box.y + height / 2, width - pad, text, explorer->said);
    gf_ui_overlay(ui, false);
    explorer->said_seconds -= explorer->now.seconds;
}
