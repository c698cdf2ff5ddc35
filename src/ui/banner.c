/* One sentence above the stage when something went wrong and was dealt with; a click puts it away.
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

bool gf_banner_is_up(gf_explorer *explorer, const gf_ui *ui)
{
    const char *sentence = sentence_of(explorer, ui);
    if (!sentence[0]) explorer->dismissed[0] = 0; /* the same thing again later is news */
    return sentence[0] &&
           strncmp(sentence, explorer->dismissed, sizeof explorer->dismissed - 1) != 0;
}

static void draw_cross(gf_ui *ui, float x, float y, gf_color color)
{
    const float scale = gf_ui_scale(ui), arm = 5 * scale;
    gf_ui_line(ui, x - arm, y - arm, x + arm, y + arm, 2 * scale, color);
    gf_ui_line(ui, x - arm, y + arm, x + arm, y - arm, 2 * scale, color);
}

void gf_banner_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_rect box = explorer->layout.banner;
    if (box.height <= 0) return;
    const char *sentence = sentence_of(explorer, ui);
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), cross = 40 * scale, middle = box.y + box.height / 2;
    gf_text_style text = gf_style_body(ui);
    text.size = 17;
    const gf_hit hit = gf_ui_hit(ui, "##banner", box);
    gf_ui_fill(ui, box, 8 * scale, theme->control);
    gf_ui_outline(ui, box, 8 * scale, fmaxf(1, 1.5f * scale), theme->exploding);
    gf_ui_text_fit(ui, box.x + 18 * scale, middle, box.width - cross - 24 * scale, text, sentence);
    draw_cross(ui, box.x + box.width - cross / 2, middle,
               hit.hovered ? theme->text : theme->text_dim);
    if (hit.clicked) snprintf(explorer->dismissed, sizeof explorer->dismissed, "%s", sentence);
}
