/* The controls of the network: each change asks for a new pass. */
#include <math.h>
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

/* What the tracks reach; a scenario or the command line may go beyond, up to the limits of spec.h.
 */
static const gf_slider depth_slider = {"depth", "Depth", 1, 10000, true, true, 0};
static const gf_slider width_slider = {"width", "Width", 1, GF_WIDTH_MAX, true, true, 0};
static const gf_slider batch_slider = {"batch", "Batch", 1, 1024, true, true, 0};
static const gf_slider gain_slider = {"gain", "Gain", 0.1, 10, true, false, 2};
static const gf_slider sigma_slider = {"sigma", "Sigma", 0.001, 10, true, false, 3};

static bool has_sigma(const gf_explorer *explorer)
{
    return explorer->spec.init == GF_INIT_NORMAL;
}

float gf_panel_network_height(const gf_explorer *explorer)
{
    return GF_HEADING + GF_ROW * (float)(has_sigma(explorer) ? 8 : 7) + 10;
}

static gf_rect next_row(gf_ui *ui, gf_rect *rest)
{
    const gf_rect row = gf_rect_take_top(rest, GF_ROW * gf_ui_scale(ui));
    return gf_rect_inset(row, GF_PADDING * 0.5f * gf_ui_scale(ui), 0);
}

static void slide_int(gf_explorer *explorer, gf_ui *ui, gf_rect *rest, const gf_slider *slider,
                      int32_t *field)
{
    double value = *field;
    if (gf_widget_slider(ui, next_row(ui, rest), slider, &value) == GF_CHANGE_NONE) return;
    if (*field == (int32_t)value) return;
    *field = (int32_t)value;
    gf_explorer_edited(explorer);
}

static void slide(gf_explorer *explorer, gf_ui *ui, gf_rect *rest, const gf_slider *slider,
                  double *field)
{
    double value = *field;
    if (gf_widget_slider(ui, next_row(ui, rest), slider, &value) == GF_CHANGE_NONE) return;
    if (*field == value) return;
    *field = value;
    gf_explorer_edited(explorer);
}

static gf_rect combo_row(gf_ui *ui, gf_rect *rest, const char *label)
{
    const float scale = gf_ui_scale(ui);
    const gf_rect row = next_row(ui, rest);
    const float place = 96 * scale;
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, place - 4 * scale, gf_style_body(ui), label);
    return gf_rect_inset((gf_rect){row.x + place, row.y, row.width - place + 8 * scale, row.height},
                         0, 3 * scale);
}

/* The small arrow that says "a list opens here". */
static void draw_arrow(gf_ui *ui, gf_rect box)
{
    const float half = 5 * gf_ui_scale(ui);
    const float x = box.x + box.width - 3 * half, y = box.y + box.height / 2 - half / 2;
    gf_ui_triangle(ui, (float[]){x - half, y, x + half, y, x, y + 1.3f * half},
                   gf_ui_theme(ui)->text_dim);
}

static void choose_activation(gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const char *labels[GF_ACTIVATION_COUNT], *hints[GF_ACTIVATION_COUNT];
    char text[GF_ACTIVATION_COUNT][48];
    for (int32_t i = 0; i < GF_ACTIVATION_COUNT; i++) {
        const gf_activation_info *info = gf_activation_get((gf_activation)i);
        snprintf(text[i], sizeof text[i], "f′ in %s", info->derivative_range);
        labels[i] = info->label;
        hints[i] = text[i];
    }
    int32_t current = (int32_t)explorer->spec.activation;
    const gf_rect box = combo_row(ui, rest, "Activation");
    const bool changed =
        gf_ui_combo(ui, "##activation", box, labels, hints, GF_ACTIVATION_COUNT, &current);
    draw_arrow(ui, box);
    if (!changed) return;
    explorer->spec.activation = (gf_activation)current;
    gf_explorer_edited(explorer);
}

static void choose_init(gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const char *labels[GF_INIT_COUNT], *hints[GF_INIT_COUNT];
    char text[GF_INIT_COUNT][64];
    for (int32_t i = 0; i < GF_INIT_COUNT; i++) {
        const gf_init_info *info = gf_init_get((gf_init)i);
        snprintf(text[i], sizeof text[i], "var = %s", info->variance);
        labels[i] = info->label;
        hints[i] = text[i];
    }
    int32_t current = (int32_t)explorer->spec.init;
    const gf_rect box = combo_row(ui, rest, "Init");
    const bool changed = gf_ui_combo(ui, "##init", box, labels, hints, GF_INIT_COUNT, &current);
    draw_arrow(ui, box);
    if (!changed) return;
    explorer->spec.init = (gf_init)current;
    if (explorer->spec.sigma <= 0)
        explorer->spec.sigma = 1; /* what `normal` would otherwise refuse */
    gf_explorer_edited(explorer);
}

static void choose_seed(gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const float scale = gf_ui_scale(ui);
    const gf_rect row = combo_row(ui, rest, "Seed");
    const float button = 92 * scale;
    const gf_rect box = {row.x, row.y, row.width - button - 12 * scale, row.height};
    char shown[24];
    double entered = 0;
    gf_text_style style = gf_style_body(ui);
    style.bold = true;
    snprintf(shown, sizeof shown, "%llu", (unsigned long long)explorer->spec.seed);
    if (gf_ui_entry(ui, "##seed", box, style, shown, &entered) && entered >= 0 && entered < 9e15) {
        explorer->spec.seed = (uint64_t)entered;
        gf_explorer_edited(explorer);
    }
    if (gf_widget_button(ui, "##reseed",
                         (gf_rect){row.x + row.width - button, row.y, button, row.height},
                         "Reseed"))
        gf_explorer_reseed(explorer);
}

void gf_panel_network(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const float content = gf_panel_network_height(explorer) * scale;
    gf_rect rest = rect;
    rest.y = gf_scroll_begin(ui, rect, content, &explorer->network_scroll);
    rest.height = content;
    if (content > rect.height + 0.5f) rest.width -= 8 * scale; /* the scroll bar */
    gf_widget_heading(ui, gf_rect_take_top(&rest, GF_HEADING * scale), "NETWORK");
    gf_spec *spec = &explorer->spec;
    slide_int(explorer, ui, &rest, &depth_slider, &spec->depth);
    slide_int(explorer, ui, &rest, &width_slider, &spec->width);
    slide_int(explorer, ui, &rest, &batch_slider, &spec->batch);
    slide(explorer, ui, &rest, &gain_slider, &spec->gain);
    if (has_sigma(explorer)) slide(explorer, ui, &rest, &sigma_slider, &spec->sigma);
    choose_activation(explorer, ui, &rest);
    choose_init(explorer, ui, &rest);
    choose_seed(explorer, ui, &rest);
    gf_scroll_end(ui, rect, content, explorer->network_scroll);
}
