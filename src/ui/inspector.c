/* One layer at large, over the side of the stage where the layer is not: how its values are
 * distributed, its numbers, and the chain rule written out for it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/bars.h"
#include "ui/chain.h"
#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define WIDTH       1000.0f
#define PAD         16.0f
#define CHAIN_LINES 3
#define LINE        27.0f

gf_rect gf_inspector_rect(const gf_explorer *explorer)
{
    const gf_run *run = gf_explorer_run(explorer);
    const gf_rect stage = explorer->layout.centre;
    if (!run || explorer->selected_layer < 1) return (gf_rect){0};
    const float scale = explorer->layout.scale, inset = 6 * scale;
    const bool at_left = explorer->pointed_x > stage.x + stage.width / 2;
    const float away =
        at_left ? explorer->pointed_x - stage.x : stage.x + stage.width - explorer->pointed_x;
    /* Beside the layer, but for those in the middle: there is no side that is wide enough. */
    const float width = fminf(WIDTH * scale, fmaxf(away - 40 * scale, stage.width * 0.76f));
    return (gf_rect){at_left ? stage.x + inset : stage.x + stage.width - width - inset,
                     stage.y + inset, width, stage.height - 2 * inset};
}

static void draw_title(gf_explorer *explorer, gf_ui *ui, gf_rect row, const gf_run *run)
{
    const float scale = gf_ui_scale(ui), y = row.y + row.height / 2;
    const int32_t layer = explorer->selected_layer;
    char title[96];
    const char *word =
        run->complete ? gf_layer_word(run, layer, &explorer->scenario.thresholds) : NULL;
    snprintf(title, sizeof title, "Layer %d of %d%s%s · %d → %d · %s", layer, run->spec.depth,
             word ? ": " : "", word ? word : "", gf_spec_fan_in(&run->spec, layer),
             gf_spec_fan_out(&run->spec, layer),
             gf_activation_get(gf_spec_activation(&run->spec, layer))->label);
    gf_text_style style = {.size = 21, .color = gf_ui_theme(ui)->text, .bold = true};
    gf_ui_text_fit(ui, row.x, y, row.width - 50 * scale, style, title);
    const gf_rect close = {row.x + row.width - 34 * scale, y - 15 * scale, 34 * scale, 30 * scale};
    if (gf_widget_button(ui, "##inspector.close", close, "×")) explorer->selected_layer = 0;
}

/* z and dW were read whole for this layer, or are on their way; if not, the record has to do: it
 * holds the moments of z and the octaves of dW. */
static gf_bars bars_of_z(const gf_layer_detail *detail, gf_color color)
{
    if (detail && detail->z.ready) return gf_bars_of_detail("pre-activation z", &detail->z, color);
    gf_bars bars = {.color = color};
    snprintf(bars.title, sizeof bars.title, "pre-activation z");
    snprintf(bars.note, sizeof bars.note, "not read");
    return bars;
}

static gf_bars bars_of_grad(const gf_layer_detail *detail, const gf_layer_record *record,
                            gf_color color)
{
    if (detail && detail->weight_grad.ready)
        return gf_bars_of_detail("∂L/∂W", &detail->weight_grad, color);
    return gf_bars_of_octaves("log₂ |∂L/∂W|", &record->weight_grad, color);
}

static void draw_histograms(gf_ui *ui, gf_rect rest, const gf_layer_record *record,
                            const gf_layer_detail *detail)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float gap = 18 * gf_ui_scale(ui);
    const float width = (rest.width - gap) / 2, height = rest.height / 2;
    const gf_bars bars[] = {
        bars_of_z(detail, theme->underflow),
        gf_bars_of_values("activation a", &record->activation, record->a.exponent,
                          theme->underflow),
        gf_bars_of_octaves("log₂ |δ|,  δ = ∂L/∂z", &record->delta, theme->accent),
        bars_of_grad(detail, record, theme->accent),
    };
    for (int i = 0; i < 4; i++) {
        const gf_rect place = {rest.x + (float)(i % 2) * (width + gap),
                               rest.y + (float)(i / 2) * height, width,
                               height - 8 * gf_ui_scale(ui)};
        gf_bars_draw(ui, place, &bars[i]);
    }
}

static void draw_numbers(gf_ui *ui, gf_rect *rest, const gf_layer_record *record)
{
    gf_tooltip_line lines[GF_LAYER_LINES_MAX];
    const int32_t count = gf_layer_lines(record, true, lines);
    const float row = 22 * gf_ui_scale(ui);
    const gf_text_style label = {.size = 16, .color = gf_ui_theme(ui)->text_dim};
    const gf_text_style value = {
        .size = 16, .color = gf_ui_theme(ui)->text, .align = GF_ALIGN_RIGHT};
    for (int32_t i = 0; i < count && rest->height > row; i++) {
        const gf_rect at = gf_rect_take_top(rest, row);
        gf_ui_text(ui, at.x, at.y + row / 2, label, lines[i].label);
        gf_ui_text_fit(ui, at.x + at.width, at.y + row / 2, at.width * 0.64f, value,
                       lines[i].value);
        if (lines[i].hint) gf_ui_hint(ui, at, lines[i].hint);
    }
}

static void format(gf_scaled value, char text[40])
{
    const double plain = gf_scaled_double(value);
    if (plain >= 0.001 && plain < 10000)
        snprintf(text, 40, "%.3g", plain);
    else
        gf_scaled_format(value, 2, text);
}

/* "₁₃" */
static void subscript(int32_t number, char text[40])
{
    char digits[16];
    snprintf(digits, sizeof digits, "%d", number);
    text[0] = '\0';
    for (const char *c = digits; *c; c++) /* U+2080 is the first, in UTF-8 E2 82 80 */
        snprintf(text + strlen(text), 4, "\xE2\x82%c", (char)(0x80 + (*c - '0')));
}

static void write_factors(const gf_run *run, const gf_chain *chain, char line[200])
{
    const gf_spec *spec = &run->spec;
    if (chain->has_factors)
        snprintf(line, 200, "of that f′ × %.3g (root mean square over z) and the weights × %.3g",
                 chain->slope, chain->weights);
    else if (spec->skip != GF_SKIP_NONE || spec->norm != GF_NORM_NONE)
        snprintf(line, 200,
                 "skip or norm: the gradient has more than one way, the factors do not separate");
    else
        snprintf(line, 200, "f′ is %.3g (root mean square over z): nothing is left to be divided",
                 chain->slope);
}

/* δ_l = (W^T δ of the layer above) times f'(z_l), in words and in this layer's numbers. */
static void write_chain(const gf_run *run, int32_t layer, char lines[CHAIN_LINES][200])
{
    const gf_chain chain = gf_chain_of(run, layer);
    char here[40], above[40], product[40];
    format(chain.product, product);
    subscript(layer, here);
    subscript(layer + 1, above);
    if (!chain.has_step) {
        snprintf(lines[0], 200,
                 "δ%s = ∂L/∂a · f′(z%s): the loss itself, nothing has been multiplied yet", here,
                 here);
        return;
    }
    const int used =
        snprintf(lines[0], 200, "δ%s = (Wᵀ%s δ%s) · f′(z%s)    ", here, above, above, here);
    if (isfinite(chain.step))
        snprintf(lines[0] + used, 200 - (size_t)used, "measured: this step × %.3g", chain.step);
    else
        snprintf(lines[0] + used, 200 - (size_t)used, "nothing came from the layer above");
    if (isfinite(chain.step)) write_factors(run, &chain, lines[1]);
    if (isfinite(gf_scaled_double(chain.product)))
        snprintf(lines[2], 200, "product of %d step%s from the output to here: × %s", chain.steps,
                 chain.steps == 1 ? "" : "s", product);
}

static void draw_chain(gf_ui *ui, gf_rect rest, const gf_run *run, int32_t layer)
{
    char lines[CHAIN_LINES][200] = {"", "", ""};
    const float row = LINE * gf_ui_scale(ui);
    write_chain(run, layer, lines);
    gf_text_style style = {.size = 17, .color = gf_ui_theme(ui)->text, .bold = true};
    for (int i = 0; i < CHAIN_LINES; i++) {
        const gf_rect at = gf_rect_take_top(&rest, row);
        gf_ui_text_fit(ui, at.x, at.y + row / 2, at.width, style, lines[i]);
        style.bold = false;
    }
}

static void draw_content(gf_explorer *explorer, gf_ui *ui, gf_rect rest,
                         const gf_layer_record *record)
{
    const gf_run *run = gf_explorer_run(explorer);
    const float scale = gf_ui_scale(ui), chain = CHAIN_LINES * LINE * scale;
    const float height = rest.height - chain - 8 * scale, half = rest.width * 0.64f;
    const gf_rect left = {rest.x, rest.y, half, height};
    gf_rect right = {rest.x + half + 24 * scale, rest.y, rest.width - half - 24 * scale, height};
    draw_histograms(ui, left, record, explorer->now.passes[explorer->side].detail);
    draw_numbers(ui, &right, record);
    gf_rect_take_top(&right, 8 * scale);
    if (right.height > 90 * scale)
        gf_curves_draw_layer(explorer, ui, right, explorer->selected_layer);
    draw_chain(ui, (gf_rect){rest.x, rest.y + rest.height - chain, rest.width, chain}, run,
               explorer->selected_layer);
}

void gf_inspector_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_run *run = gf_explorer_run(explorer);
    const gf_rect box = gf_inspector_rect(explorer);
    if (!run || box.width <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const gf_layer_record *record = gf_explorer_layer(explorer, explorer->selected_layer);
    gf_ui_fill(ui, box, GF_RADIUS * scale, theme->panel);
    gf_ui_outline(ui, box, GF_RADIUS * scale, 1, theme->text_dim);
    gf_rect rest = gf_rect_inset(box, PAD * scale, 10 * scale);
    draw_title(explorer, ui, gf_rect_take_top(&rest, 38 * scale), run);
    if (explorer->selected_layer == 0) return; /* it was just closed */
    gf_one_layer_draw(explorer, ui, gf_rect_take_top(&rest, 32 * scale));
    gf_rect_take_top(&rest, 8 * scale);
    if (record && explorer->selected_layer > 0)
        draw_content(explorer, ui, rest, record);
    else if (!record)
        gf_ui_text(ui, rest.x, rest.y + 20 * scale, gf_style_dim(ui), "not computed yet");
}
