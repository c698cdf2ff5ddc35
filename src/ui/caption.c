/* The words of a lecture step above the stage, in a size for the last row, with the place in the
 * lecture. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define CAPTION_TEXT 21.0f
#define PAD_ACROSS   18.0f
#define PAD_DOWN     10.0f
#define COUNTER      150.0f /* width of the place in the lecture, at the right */

const gf_step *gf_explorer_step(const gf_explorer *explorer)
{
    const gf_scenario *scenario = &explorer->scenario;
    if (scenario->step_count < 1) return NULL;
    return &scenario->steps[explorer->step];
}

static gf_text_style words(gf_ui *ui)
{
    return (gf_text_style){.size = CAPTION_TEXT, .color = gf_ui_theme(ui)->text};
}

float gf_caption_height(const gf_explorer *explorer, gf_ui *ui, float width)
{
    const gf_step *step = gf_explorer_step(explorer);
    const float scale = gf_ui_scale(ui);
    if (!step || width < 2 * COUNTER * scale) return 0;
    const float room = width - (2 * PAD_ACROSS + COUNTER) * scale;
    return gf_ui_text_height(ui, room, words(ui), step->text) + 2 * PAD_DOWN * scale;
}

static void draw_counter(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const float scale = gf_ui_scale(ui), side = 34 * scale, middle = box.y + box.height / 2;
    char text[24];
    gf_text_style style = gf_style_dim(ui);
    style.align = GF_ALIGN_CENTRE;
    snprintf(text, sizeof text, "%d / %d", explorer->step + 1, explorer->scenario.step_count);
    gf_ui_text_fit(ui, box.x + box.width / 2, middle, box.width - 2 * side, style, text);
    const gf_rect back = {box.x, middle - side / 2, side, side};
    const gf_rect on = {box.x + box.width - side, back.y, side, side};
    if (gf_widget_button(ui, "##step.back", back, "◀")) gf_explorer_walk(explorer, -1);
    if (gf_widget_button(ui, "##step.on", on, "▶")) gf_explorer_walk(explorer, 1);
}

void gf_caption_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_step *step = gf_explorer_step(explorer);
    gf_rect box = explorer->layout.caption;
    if (!step || box.height <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    gf_ui_fill(ui, box, GF_RADIUS * scale, theme->panel);
    gf_ui_fill(ui, (gf_rect){box.x, box.y, 6 * scale, box.height}, 2 * scale, theme->accent);
    box = gf_rect_inset(box, PAD_ACROSS * scale, PAD_DOWN * scale);
    gf_rect text = box;
    text.width -= COUNTER * scale;
    gf_ui_text_wrapped(ui, text, words(ui), step->text);
    draw_counter(explorer, ui,
                 (gf_rect){box.x + box.width - 136 * scale, box.y, 136 * scale, box.height});
}
