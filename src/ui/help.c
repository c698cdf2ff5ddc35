/* The keys, over everything, on `?` or F1. */
#include <math.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

typedef struct gf_help_line {
    const char *keys, *what;
} gf_help_line;

static const gf_help_line lines[] = {
    {"Space", "play or pause the wave"},
    {"← →", "one layer towards the input, or the output"},
    {"Home  End", "from the beginning, all of it"},
    {"Page Up  Page Down", "previous, next scenario"},
    {"1 … 9", "scenario by its place in the list"},
    {"R", "another seed"},
    {"H", "hide the panels"},
    {". or B", "blank the screen"},
    {"+  –", "larger, smaller"},
    {"F5 or F11", "full screen, Esc leaves it"},
    {"Mouse", "point at a layer, click to hold it, drag over the chart to move the wave"},
    {"Click on a number", "type one"},
    {"Ctrl+Q", "quit"},
};

#define LINE_COUNT ((int)(sizeof lines / sizeof lines[0]))

static gf_rect whole(const gf_explorer *explorer)
{
    return (gf_rect){0, 0, (float)explorer->now.width, (float)explorer->now.height};
}

void gf_help_catch(gf_explorer *explorer, gf_ui *ui)
{
    if (explorer->help && gf_ui_hit(ui, "##help", whole(explorer)).clicked) explorer->help = false;
}

void gf_help_draw(gf_explorer *explorer, gf_ui *ui)
{
    if (!explorer->help) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_rect all = whole(explorer);
    const float scale = fminf(gf_ui_scale(ui), all.width / 960);
    const float row = 38 * scale, pad = 30 * scale;
    const float width = 900 * scale, height = row * (float)(LINE_COUNT + 1) + 2 * pad;
    const gf_rect box = {roundf((all.width - width) / 2),
                         roundf(fmaxf((all.height - height) / 2, 0)), width, height};
    gf_text_style head = {.size = 24, .color = theme->text, .bold = true};
    gf_text_style keys = {.size = GF_TEXT_BODY, .color = theme->accent, .bold = true};
    gf_ui_overlay(ui, true);
    gf_ui_fill(ui, all, 0, 0x000000a0);
    gf_ui_fill(ui, box, 12 * scale, theme->panel);
    gf_ui_outline(ui, box, 12 * scale, 1, theme->text_dim);
    gf_ui_text(ui, box.x + pad, box.y + pad + row * 0.3f, head, "Keys");
    for (int i = 0; i < LINE_COUNT; i++) {
        const float y = box.y + pad + row * ((float)i + 1.5f);
        gf_ui_text_fit(ui, box.x + pad, y, 210 * scale, keys, lines[i].keys);
        gf_ui_text_fit(ui, box.x + pad + 220 * scale, y, width - 2 * pad - 220 * scale,
                       gf_style_body(ui), lines[i].what);
    }
    gf_ui_overlay(ui, false);
}
