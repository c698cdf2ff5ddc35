/* The list of scenarios, a card each. */
#include <math.h>
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

/* Once after a choice, so that the wheel is free again afterwards. */
static void scroll_to_current(gf_explorer *explorer, gf_rect rect, float pitch)
{
    if (!explorer->show_current || explorer->scenario_index < 0) return;
    const float top = pitch * (float)explorer->scenario_index;
    explorer->show_current = false;
    explorer->scenario_scroll = fminf(explorer->scenario_scroll, top);
    explorer->scenario_scroll = fmaxf(explorer->scenario_scroll, top + pitch - rect.height);
}

void gf_panel_scenarios(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const float pitch = (GF_CARD + GF_CARD_GAP) * scale;
    gf_widget_heading(ui, gf_rect_take_top(&rect, GF_HEADING * scale), "SCENARIOS");
    const float content = pitch * (float)explorer->scenario_count;
    scroll_to_current(explorer, rect, pitch);
    const float top = gf_scroll_begin(ui, rect, content, &explorer->scenario_scroll);
    const float bar = content > rect.height + 0.5f ? 8 * scale : 0;
    for (int32_t i = 0; i < explorer->scenario_count; i++) {
        const gf_rect card = {rect.x, top + pitch * (float)i, rect.width - bar, GF_CARD * scale};
        if (card.y + card.height > rect.y && card.y < rect.y + rect.height)
            draw_card(explorer, ui, card, i);
    }
    gf_scroll_end(ui, rect, content, explorer->scenario_scroll);
}
