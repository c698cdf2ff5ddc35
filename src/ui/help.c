/* The help: pages over everything, on `?` or F1. */
#include "ui/help_text.h"

#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"
#include "view/palette.h"

#define WIDTH    1180.0f
#define PAD      30.0f
#define TABS     46.0f
#define KEY_ROW  34.0f
#define INIT_ROW 44.0f
#define CARD_GAP 14.0f

/* Draws from the top of a place and says how high it came out. */
typedef float (*gf_help_page)(gf_explorer *explorer, gf_ui *ui, gf_rect place);

static gf_rect whole(const gf_explorer *explorer)
{
    return (gf_rect){0, 0, (float)explorer->now.width, (float)explorer->now.height};
}

static gf_rect box_of(const gf_explorer *explorer, float scale)
{
    const gf_rect all = whole(explorer);
    const float width = fminf(WIDTH * scale, all.width - 20 * scale),
                height = all.height - 60 * scale;
    return (gf_rect){roundf((all.width - width) / 2), roundf(30 * scale), width, height};
}

/* ---- Pages of words ---------------------------------------------------------------------------
 */

static float draw_words(gf_ui *ui, gf_rect place, gf_help_list list)
{
    const float scale = gf_ui_scale(ui), top = place.y;
    const gf_text_style head = {.size = 21, .color = gf_ui_theme(ui)->accent, .bold = true};
    const gf_text_style text = {.size = 19, .color = gf_ui_theme(ui)->text};
    for (int32_t i = 0; i < list.count; i++) {
        const gf_rect row = gf_rect_take_top(&place, 34 * scale);
        gf_ui_text_fit(ui, row.x, row.y + row.height / 2, row.width, head, list.entries[i].head);
        place.height = 1e6f;
        gf_rect_take_top(&place,
                         gf_ui_text_wrapped(ui, place, text, list.entries[i].text) + 12 * scale);
    }
    return place.y - top;
}

static float page_idea(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    (void)explorer;
    return draw_words(ui, place, gf_help_idea());
}

static float page_reading(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    (void)explorer;
    return draw_words(ui, place, gf_help_reading());
}

static float page_keys(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    (void)explorer;
    const gf_help_list list = gf_help_keys();
    const float scale = gf_ui_scale(ui), row = KEY_ROW * scale, name = 250 * scale;
    const gf_text_style keys = {
        .size = GF_TEXT_BODY, .color = gf_ui_theme(ui)->accent, .bold = true};
    for (int32_t i = 0; i < list.count; i++) {
        const float y = place.y + row * ((float)i + 0.5f);
        gf_ui_text_fit(ui, place.x, y, name - 10 * scale, keys, list.entries[i].head);
        gf_ui_text_fit(ui, place.x + name, y, place.width - name, gf_style_body(ui),
                       list.entries[i].text);
    }
    return row * (float)list.count;
}

/* ---- Tables -----------------------------------------------------------------------------------
 */

static void draw_activation(gf_ui *ui, gf_rect card, gf_activation activation, bool current)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const gf_activation_info *info = gf_activation_get(activation);
    const float scale = gf_ui_scale(ui), pad = 12 * scale;
    gf_text_style name = {.size = GF_TEXT_BODY, .color = theme->text, .bold = true};
    gf_text_style small = gf_style_small(ui);
    char text[96];
    gf_ui_fill(ui, card, 8 * scale, theme->control);
    gf_ui_outline(ui, card, 8 * scale, current ? 2 * scale : 1,
                  current ? theme->accent : theme->panel_border);
    gf_rect rest = gf_rect_inset(card, pad, 8 * scale);
    gf_rect row = gf_rect_take_top(&rest, 24 * scale);
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, row.width * 0.6f, name, info->label);
    small.align = GF_ALIGN_RIGHT;
    snprintf(text, sizeof text, "risk: %s", info->risk);
    gf_ui_text_fit(ui, row.x + row.width, row.y + row.height / 2, row.width * 0.55f, small, text);
    gf_curves_sketch(ui, gf_rect_take_top(&rest, rest.height - 72 * scale), activation);
    small.align = GF_ALIGN_LEFT;
    small.color = theme->underflow;
    row = gf_rect_take_top(&rest, 22 * scale);
    snprintf(text, sizeof text, "f′ in %s", info->derivative_range);
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, row.width, small, text);
    small.color = theme->text_dim;
    gf_ui_text_wrapped(ui, rest, small, info->note);
}

static float page_activations(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    const float scale = gf_ui_scale(ui), gap = CARD_GAP * scale, height = 226 * scale;
    const int32_t columns = place.width > 1000 * scale ? 4 : place.width > 620 * scale ? 3 : 2;
    const float width = (place.width - gap * (float)(columns - 1)) / (float)columns;
    for (int32_t i = 0; i < GF_ACTIVATION_COUNT; i++) {
        const gf_rect card = {place.x + (width + gap) * (float)(i % columns),
                              place.y + (height + gap) * (float)(i / columns), width, height};
        draw_activation(ui, card, (gf_activation)i, (int32_t)explorer->spec.activation == i);
    }
    return (height + gap) * (float)((GF_ACTIVATION_COUNT + columns - 1) / columns);
}

/* What the variance comes to in the network on screen, for its inner layers. */
static void describe_std(const gf_explorer *explorer, gf_init init, char text[64])
{
    gf_spec spec = explorer->spec;
    spec.init = init;
    spec.gain = 1;
    spec.override_count = 0;
    snprintf(text, 64, "here σ = %.3g", gf_spec_weight_std(&spec, spec.depth / 2 + 1));
}

static float page_weights(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), row = INIT_ROW * scale;
    const gf_text_style name = {.size = GF_TEXT_BODY, .color = theme->text, .bold = true};
    const float columns[] = {0, 0.22f, 0.50f, 0.66f};
    for (int32_t i = 0; i < GF_INIT_COUNT; i++) {
        const gf_init_info *info = gf_init_get((gf_init)i);
        const float y = place.y + row * ((float)i + 0.5f);
        char variance[80], here[64];
        if ((int32_t)explorer->spec.init == i)
            gf_ui_fill(ui,
                       (gf_rect){place.x - 8 * scale, y - row / 2, place.width + 16 * scale, row},
                       6 * scale, theme->control);
        snprintf(variance, sizeof variance, "var = %s", info->variance);
        describe_std(explorer, (gf_init)i, here);
        const char *texts[] = {info->label, variance, here, info->suits};
        for (int c = 0; c < 4; c++)
            gf_ui_text_fit(ui, place.x + columns[c] * place.width, y,
                           ((c < 3 ? columns[c + 1] : 1) - columns[c]) * place.width - 8 * scale,
                           c == 0 ? name : gf_style_body(ui), texts[c]);
    }
    return row * GF_INIT_COUNT;
}

/* ---- The book ---------------------------------------------------------------------------------
 */

static const struct {
    const char *id, *title;
    gf_help_page draw;
} pages[] = {
    {"##help0", "The idea", page_idea},   {"##help1", "Activations", page_activations},
    {"##help2", "Weights", page_weights}, {"##help3", "Reading the picture", page_reading},
    {"##help4", "Keys", page_keys},
};
#define PAGE_COUNT ((int32_t)(sizeof pages / sizeof *pages))

void gf_help_turn(gf_explorer *explorer, int32_t by)
{
    explorer->help_page = ((explorer->help_page + by) % PAGE_COUNT + PAGE_COUNT) % PAGE_COUNT;
    explorer->help_scroll = (gf_scroll){0};
}

static void draw_tabs(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui), gap = 8 * scale, close = 40 * scale;
    const float width = (row.width - close - gap * PAGE_COUNT) / PAGE_COUNT;
    for (int32_t i = 0; i < PAGE_COUNT; i++) {
        const gf_rect tab = {row.x + (width + gap) * (float)i, row.y, width,
                             row.height - 8 * scale};
        if (gf_widget_button(ui, pages[i].id, tab, pages[i].title))
            gf_help_turn(explorer, i - explorer->help_page);
        if (i == explorer->help_page)
            gf_ui_fill(ui, (gf_rect){tab.x, tab.y + tab.height - 4 * scale, tab.width, 4 * scale},
                       2, theme->accent);
    }
    const gf_rect cross = {row.x + row.width - close, row.y, close, row.height - 8 * scale};
    if (gf_widget_button(ui, "##help.close", cross, "×")) explorer->help = false;
}

void gf_help_draw(gf_explorer *explorer, gf_ui *ui)
{
    if (!explorer->help) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const gf_rect box = box_of(explorer, scale);
    gf_ui_fill(ui, whole(explorer), 0, 0x000000a0);
    gf_ui_fill(ui, box, 12 * scale, theme->panel);
    gf_ui_outline(ui, box, 12 * scale, 1, theme->text_dim);
    gf_rect rest = gf_rect_inset(box, PAD * scale, 20 * scale);
    draw_tabs(explorer, ui, gf_rect_take_top(&rest, TABS * scale));
    gf_rect_take_top(&rest, 12 * scale);
    gf_rect page = rest;
    page.width -= 14 * scale; /* the scroll bar */
    page.y = gf_scroll_begin(ui, rest, explorer->help_height, &explorer->help_scroll);
    explorer->help_height = pages[explorer->help_page].draw(explorer, ui, page);
    gf_scroll_end(ui, rest, explorer->help_height, &explorer->help_scroll);
    const gf_input *input = gf_ui_input(ui);
    const bool outside = !gf_rect_has(box, input->mouse_x, input->mouse_y);
    if (gf_ui_hit(ui, "##help.outside", whole(explorer)).clicked && outside) explorer->help = false;
}
