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
    const gf_card card = {id, scenario->label, subtitle, index == explorer->scenario_index,
                          scenario->line};
    if (gf_widget_card(ui, rect, &card)) gf_explorer_choose(explorer, index);
}

/* Once after a choice, so that the wheel is free again afterwards. */
static void scroll_to_current(gf_explorer *explorer, gf_rect rect, float pitch)
{
    if (!explorer->show_current || explorer->scenario_index < 0) return;
    const float top = pitch * (float)explorer->scenario_index;
    explorer->show_current = false;
    gf_scroll *scroll = &explorer->scenario_scroll;
    scroll->offset = fminf(scroll->offset, top);
    scroll->offset = fmaxf(scroll->offset, top + pitch - rect.height);
}

/* The list is one stop for the keyboard: Up and Down choose. */
static void take_keys(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const gf_focus focus = gf_ui_focus(ui, "##scenario.list", rect);
    if (focus.down) gf_explorer_choose(explorer, explorer->scenario_index + focus.down);
    if (focus.enter) gf_explorer_replay(explorer);
}

void gf_panel_scenarios(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const float pitch = (GF_CARD + GF_CARD_GAP) * scale;
    gf_widget_fold(ui, "##scenarios", gf_rect_take_top(&rect, GF_HEADING * scale), "SCENARIOS",
                   &explorer->scenarios_folded);
    if (explorer->scenarios_folded) return;
    take_keys(explorer, ui, rect);
    const float content = pitch * (float)explorer->scenario_count;
    scroll_to_current(explorer, rect, pitch);
    const float top = gf_scroll_begin(ui, rect, content, &explorer->scenario_scroll);
    const float bar = content > rect.height + 0.5f ? 8 * scale : 0;
    for (int32_t i = 0; i < explorer->scenario_count; i++) {
        const gf_rect card = {rect.x, top + pitch * (float)i, rect.width - bar, GF_CARD * scale};
        if (card.y + card.height > rect.y && card.y < rect.y + rect.height)
            draw_card(explorer, ui, card, i);
    }
    gf_scroll_end(ui, rect, content, &explorer->scenario_scroll);
}
