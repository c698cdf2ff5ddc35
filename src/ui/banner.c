/* One sentence over the stage when something went wrong and was dealt with; a click puts it away.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

static const char *sentence_of(const gf_explorer *explorer, const gf_ui *ui)
{
    const char *notice = explorer->now.notice;
    return notice && notice[0] ? notice : gf_ui_font_notice(ui);
}

void gf_banner_draw(gf_explorer *explorer, gf_ui *ui)
{
    const char *sentence = sentence_of(explorer, ui);
    if (!sentence[0]) explorer->dismissed[0] = 0; /* the same thing again later is news */
    if (!sentence[0] || strncmp(sentence, explorer->dismissed, sizeof explorer->dismissed - 1) == 0)
        return;
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_rect stage = explorer->layout.stage;
    const float scale = gf_ui_scale(ui), height = 40 * scale;
    gf_text_style text = gf_style_body(ui);
    text.size = 17;
    const float cross = 34 * scale;
    const float natural = gf_ui_text_width(ui, text, sentence) + cross + 32 * scale;
    const float width = fminf(natural, stage.width - 24 * scale);
    const gf_rect box = {roundf(stage.x + (stage.width - width) / 2),
                         roundf(stage.y + stage.height - height - 8 * scale), width, height};
    const gf_hit hit = gf_ui_hit(ui, "##banner", box);
    const float middle = box.y + height / 2, x = box.x + width - cross / 2, arm = 5 * scale;
    gf_ui_fill(ui, box, 8 * scale, theme->control);
    gf_ui_outline(ui, box, 8 * scale, 1.5f, theme->exploding);
    gf_ui_text_fit(ui, box.x + 16 * scale, middle, width - cross - 20 * scale, text, sentence);
    const gf_color color = hit.hovered ? theme->text : theme->text_dim;
    gf_ui_line(ui, x - arm, middle - arm, x + arm, middle + arm, 2 * scale, color);
    gf_ui_line(ui, x - arm, middle + arm, x + arm, middle - arm, 2 * scale, color);
    if (hit.clicked) snprintf(explorer->dismissed, sizeof explorer->dismissed, "%s", sentence);
}
