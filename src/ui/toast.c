/* One sentence over the chart for a few seconds: what came of something the user asked for. */
#include <math.h>

#include "base/text.h"
#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define SHOWN_SECONDS 5.0
#define FADE_SECONDS  0.6
#define SAID_BYTES    sizeof((gf_explorer *)0)->said
#define LEAST_BYTES   40 /* of a sentence in the narrowest window */

void gf_explorer_say(gf_explorer *explorer, const char *sentence)
{
    gf_text_shorten(sentence, explorer->said, sizeof explorer->said);
    explorer->said_seconds = SHOWN_SECONDS;
}

/* The sentence as far as `width` has room for it in the smallest size of gf_ui_text_fit(): of a
 * long path the middle goes, so that the reason behind it stays. */
static void fit(gf_ui *ui, float width, gf_text_style style, const char *said, char out[SAID_BYTES])
{
    for (size_t room = SAID_BYTES; room > LEAST_BYTES; room -= 4) {
        gf_text_shorten(said, out, room);
        if (gf_ui_text_width(ui, style, out) * 0.75f <= width) return;
    }
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
    char said[SAID_BYTES];
    fit(ui, chart.width - 2 * pad, text, explorer->said, said);
    const float width = fminf(gf_ui_text_width(ui, text, said) + 2 * pad, chart.width - pad);
    const gf_rect box = {roundf(chart.x + (chart.width - width) / 2),
                         roundf(chart.y + chart.height - height - pad), width, height};
    gf_ui_overlay(ui, true);
    gf_ui_fill(ui, box, 8 * scale, gf_color_fade(theme->control, alpha));
    gf_ui_outline(ui, box, 8 * scale, 1, gf_color_fade(theme->accent, alpha));
    gf_ui_text_fit(ui, box.x + width / 2, box.y + height / 2, width - pad, text, said);
    gf_ui_overlay(ui, false);
    explorer->said_seconds -= explorer->now.seconds;
}
