/* The list of scenarios, a card each. */
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

static void draw_card(gf_explorer *explorer, gf_ui *ui, gf_rect rect, int32_t index)
{
    const gf_scenario *scenario = &explorer->scenarios[index];
    char id[24], subtitle[96];
    snprintf(id, sizeof id, "##scenario%d", index);
    snprintf(subtitle, sizeof subtitle, "%s · %s · %d",
             gf_activation_get(scenario->spec.activation)->label,
             gf_init_get(scenario->spec.init)->label, scenario->spec.depth);
    const gf_card card = {id, scenario->label, subtitle, index == explorer->scenario_index};
    if (gf_widget_card(ui, rect, &card)) gf_explorer_choose(explorer, index);
}

void gf_panel_scenarios(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const float pitch = (GF_CARD + GF_CARD_GAP) * scale;
    gf_widget_heading(ui, gf_rect_take_top(&rect, GF_HEADING * scale), "SCENARIOS");
    const float content = pitch * (float)explorer->scenario_count;
    const float top = gf_scroll_begin(ui, rect, content, &explorer->scenario_scroll);
    const float bar = content > rect.height + 0.5f ? 8 * scale : 0;
    for (int32_t i = 0; i < explorer->scenario_count; i++) {
        const gf_rect card = {rect.x, top + pitch * (float)i, rect.width - bar, GF_CARD * scale};
        if (card.y + card.height > rect.y && card.y < rect.y + rect.height)
            draw_card(explorer, ui, card, i);
    }
    gf_scroll_end(ui, rect, content, explorer->scenario_scroll);
}
