/* What to change: each remedy was measured on a small copy of this network before it is offered. */
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define CARDS_MAX 3
#define CARD      54.0f
#define CARD_GAP  8.0f
#define PROGRESS  30.0f

static bool is_measuring(const gf_remedies *remedies)
{
    return !gf_remedies_are_done(remedies);
}

static int32_t card_count(const gf_remedies *remedies)
{
    return remedies->count < CARDS_MAX ? remedies->count : CARDS_MAX;
}

float gf_panel_try_height(const gf_explorer *explorer)
{
    const gf_remedies *remedies = explorer->now.remedies;
    if (!remedies || remedies->count == 0) return 0;
    /* The cards come in a moment: their room is kept so that nothing jumps. */
    return GF_HEADING + (CARD + CARD_GAP) * (float)card_count(remedies) + 6;
}

static void draw_progress(const gf_remedies *remedies, gf_ui *ui, gf_rect rect)
{
    char text[64];
    snprintf(text, sizeof text, "measuring %d of %d changes", remedies->tried + 1, remedies->count);
    gf_ui_text_fit(ui, rect.x + 4 * gf_ui_scale(ui), rect.y + PROGRESS * gf_ui_scale(ui) / 2,
                   rect.width, gf_style_small(ui), text);
}

static void describe(const gf_remedy *remedy, char factor[64], char hint[300])
{
    snprintf(factor, 64, "×%.*f per layer", remedy->per_layer_factor < 100 ? 2 : 0,
             remedy->per_layer_factor);
    snprintf(hint, 300,
             "%s: measured on a copy of at most 32 layers of 128, where each step back multiplied "
             "the gradient by "
             "%.4g. A click changes the network and plays it; Ctrl+Z takes it back.",
             remedy->label, remedy->per_layer_factor);
}

static bool draw_card(gf_ui *ui, gf_rect rect, int32_t index, const gf_remedy *remedy)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), radius = 8 * scale;
    char id[16], factor[64], hint[300];
    snprintf(id, sizeof id, "##try%d", index);
    describe(remedy, factor, hint);
    const gf_hit hit = gf_widget_press(ui, id, rect);
    gf_ui_fill(ui, rect, radius, theme->try_panel);
    gf_ui_outline(ui, rect, radius, 1, hit.hovered ? theme->try_text : theme->panel_border);
    gf_text_style title = {.size = GF_TEXT_BODY, .color = theme->text, .bold = true};
    gf_text_style line = {.size = GF_TEXT_SMALL, .color = theme->try_text};
    const float x = rect.x + 16 * scale, right = rect.x + rect.width - 14 * scale;
    gf_ui_text_fit(ui, x, rect.y + rect.height * 0.31f, right - x - 50 * scale, title,
                   remedy->label);
    gf_ui_text_fit(ui, x, rect.y + rect.height * 0.71f, right - x, line, factor);
    line.align = GF_ALIGN_RIGHT;
    gf_ui_text(ui, right, rect.y + rect.height * 0.5f, line, "apply");
    gf_ui_hint(ui, rect, hint);
    return hit.clicked;
}

void gf_panel_try(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const gf_remedies *remedies = explorer->now.remedies;
    const float scale = gf_ui_scale(ui);
    if (!remedies || remedies->count == 0) return;
    gf_widget_heading(ui, gf_rect_take_top(&rect, GF_HEADING * scale), "TRY");
    if (is_measuring(remedies)) {
        draw_progress(remedies, ui, rect);
        return;
    }
    for (int32_t i = 0; i < card_count(remedies) && rect.height > 0.9f * CARD * scale; i++) {
        const gf_rect card = gf_rect_take_top(&rect, CARD * scale);
        gf_rect_take_top(&rect, CARD_GAP * scale);
        if (draw_card(ui, card, i, &remedies->items[i]))
            gf_explorer_apply(explorer, &remedies->items[i].spec);
    }
}
