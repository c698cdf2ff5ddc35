/* Where to write the network as a scenario: a line to type the file's name into. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

void gf_explorer_ask_save(gf_explorer *explorer)
{
    if (explorer->saving) return;
    explorer->saving = explorer->save_opened = true;
    if (!explorer->save_path[0])
        snprintf(explorer->save_path, sizeof explorer->save_path, "gradflow-scenario.json");
}

static void confirm(gf_explorer *explorer)
{
    if (!explorer->save_path[0]) return;
    explorer->saving = false;
    explorer->requests.save_scenario = true;
}

static void draw_buttons(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const float scale = gf_ui_scale(ui), width = 120 * scale;
    const gf_rect save = {row.x + row.width - width, row.y, width, row.height};
    const gf_rect cancel = {save.x - width - 12 * scale, row.y, width, row.height};
    if (gf_widget_button(ui, "##save.cancel", cancel, "Cancel")) explorer->saving = false;
    if (gf_widget_button(ui, "##save.do", save, "Save")) confirm(explorer);
}

void gf_save_dialog_draw(gf_explorer *explorer, gf_ui *ui)
{
    if (!explorer->saving) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), pad = 24 * scale;
    const gf_rect all = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    const float width = fminf(680 * scale, all.width - 2 * pad), height = 190 * scale;
    const gf_rect box = {roundf((all.width - width) / 2), roundf((all.height - height) / 3), width,
                         height};
    gf_ui_fill(ui, all, 0, 0x00000090);
    gf_ui_fill(ui, box, 12 * scale, theme->panel);
    gf_ui_outline(ui, box, 12 * scale, 1, theme->text_dim);
    gf_rect rest = gf_rect_inset(box, pad, 18 * scale);
    gf_text_style head = {.size = 21, .color = theme->text, .bold = true};
    const gf_rect title = gf_rect_take_top(&rest, 36 * scale);
    gf_ui_text_fit(ui, title.x, title.y + title.height / 2, title.width, head,
                   "Save this network as a scenario file");
    gf_rect_take_top(&rest, 10 * scale);
    const gf_rect line = gf_rect_take_top(&rest, 42 * scale);
    if (gf_ui_line_entry(ui, "##save.path", line, explorer->save_path, sizeof explorer->save_path,
                         explorer->save_opened))
        confirm(explorer);
    explorer->save_opened = false;
    gf_rect_take_top(&rest, 16 * scale);
    draw_buttons(explorer, ui, gf_rect_take_top(&rest, 38 * scale));
}
