/* The verdict, the numbers behind it, and why. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define VALUE_ROW     44.0f
#define CURVES_HEIGHT 268.0f
#define CURVES_LEAST  170.0f /* lower ones say nothing: the words get the room */

static void draw_value(gf_ui *ui, gf_rect *rest, const char *label, const char *value,
                       const char *hint)
{
    const float scale = gf_ui_scale(ui);
    const gf_rect row = gf_rect_inset(gf_rect_take_top(rest, VALUE_ROW * scale), 4 * scale, 0);
    const float y = row.y + row.height / 2;
    gf_text_style name = gf_style_dim(ui);
    name.size = 19;
    gf_text_style number = {.size = GF_TEXT_VALUE,
                            .color = gf_ui_theme(ui)->text,
                            .align = GF_ALIGN_RIGHT,
                            .bold = true};
    gf_ui_text(ui, row.x, y, name, label);
    gf_ui_text_fit(ui, row.x + row.width, y, row.width * 0.62f, number, value);
    gf_ui_hint(ui, row, hint);
}

/* What is near 1 is written as people say it. */
static void format_scaled(gf_scaled value, char text[40])
{
    const double plain = fabs(gf_scaled_double(value));
    if (plain >= 0.01 && plain < 1000)
        snprintf(text, 40, plain < 100 ? "%.2g" : "%.0f", gf_scaled_double(value));
    else
        gf_scaled_format(value, 1, text);
}

static void draw_scaled(gf_ui *ui, gf_rect *rest, const char *label, const gf_scaled *value,
                        const char *hint)
{
    char text[40] = "–";
    if (value) format_scaled(*value, text);
    draw_value(ui, rest, label, text, hint);
}

static void format_factor(double factor, char text[40])
{
    if (!isfinite(factor))
        snprintf(text, 40, "–");
    else if (factor == 0 || (factor >= 0.01 && factor < 100))
        snprintf(text, 40, factor == 0 ? "×%.0f" : "×%.2f", factor);
    else
        snprintf(text, 40, "×%.1e", factor);
}

/* Small shares keep a digit: 0.3 % of saturated units is not none. */
static void format_share(double share, char text[40])
{
    const double percent = 100 * share;
    if (percent > 0 && percent < 0.05)
        snprintf(text, 40, "< 0.1 %%");
    else
        snprintf(text, 40, percent > 0 && percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
}

static void draw_values(const gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const gf_diagnosis *diagnosis = gf_explorer_diagnosis(explorer);
    const gf_run *run = gf_explorer_run(explorer);
    const gf_layer_record *first = gf_explorer_layer(explorer, 1);
    const gf_layer_record *last = run ? gf_explorer_layer(explorer, run->spec.depth) : NULL;
    char factor[40] = "–", saturated[40] = "–", dead[40] = "–";
    if (diagnosis) {
        format_factor(diagnosis->per_layer_factor, factor);
        format_share(diagnosis->saturated_share, saturated);
        format_share(diagnosis->dead_share, dead);
    }
    draw_scaled(ui, rest, "First layer", first ? &first->weight_grad_norm : NULL,
                "Size of the gradient of the first layer's weights, ‖∂L/∂W₁‖: what that layer has "
                "to learn from.");
    draw_scaled(ui, rest, "Last layer", last ? &last->weight_grad_norm : NULL,
                "The same of the last layer, which is next to the loss.");
    draw_scaled(ui, rest, "First / last", diagnosis ? &diagnosis->ratio : NULL,
                "Near 1: all layers learn alike. Under 0.001 the first ones stand still while the "
                "last one learns.");
    draw_value(ui, rest, "Per layer", factor,
               "What one step back multiplies the gradient signal by, on average: the depth is its "
               "exponent. ×1 is what an "
               "initialisation is for.");
    draw_value(ui, rest, "Saturated", saturated,
               "Activations at a bound of f, where f′ is almost zero. Mean over all layers.");
    draw_value(
        ui, rest, "Dead", dead,
        "Units that let no gradient through for any sample of the batch. Mean over all layers.");
}

static void draw_rules(const gf_diagnosis *diagnosis, gf_ui *ui, gf_rect rest)
{
    const float scale = gf_ui_scale(ui);
    for (int32_t i = 0; i < diagnosis->rule_count && rest.height > 2 * 23 * scale; i++) {
        const gf_fired_rule *rule = &diagnosis->rules[i];
        char value[40], text[240];
        gf_scaled_format(rule->value, 1, value);
        snprintf(text, sizeof text, "%s %s, limit %g (%s)", rule->rule, value, rule->threshold,
                 rule->source);
        gf_rect_take_top(&rest, gf_ui_text_wrapped(ui, rest, gf_style_small(ui), text) + 4 * scale);
    }
}

static void draw_why(const gf_explorer *explorer, gf_ui *ui, gf_rect rest)
{
    const gf_diagnosis *diagnosis = gf_explorer_diagnosis(explorer);
    const float scale = gf_ui_scale(ui);
    const char *refusal = explorer->now.refusal;
    const bool refused = refusal && refusal[0];
    if (!diagnosis && !refused) return;
    gf_widget_heading(ui, gf_rect_take_top(&rest, GF_HEADING * scale),
                      refused ? "NOT POSSIBLE" : "WHY");
    rest = gf_rect_inset(rest, 4 * scale, 0);
    gf_text_style text = gf_style_body(ui);
    text.size = 17;
    const float used = gf_ui_text_wrapped(ui, rest, text, refused ? refusal : diagnosis->why);
    gf_rect_take_top(&rest, used + 8 * scale);
    if (diagnosis && !refused) draw_rules(diagnosis, ui, rest);
}

/* The words get what they need; the rules behind them only where nothing is offered. */
static float why_height(const gf_explorer *explorer, gf_ui *ui, float width, bool offers)
{
    const gf_diagnosis *diagnosis = gf_explorer_diagnosis(explorer);
    const float scale = gf_ui_scale(ui);
    const char *refusal = explorer->now.refusal;
    const char *text = refusal && refusal[0] ? refusal : diagnosis ? diagnosis->why : "";
    gf_text_style style = gf_style_body(ui);
    style.size = 17;
    return gf_ui_text_height(ui, width - 8 * scale, style, text) +
           (GF_HEADING + 12 + (offers ? 0 : 60)) * scale;
}

void gf_panel_status(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    gf_rect rest = gf_rect_inset(rect, GF_PADDING * scale, GF_PADDING * 0.5f * scale);
    const gf_rect heading = gf_rect_take_top(&rest, GF_HEADING * scale);
    gf_widget_heading(
        ui, (gf_rect){heading.x - 4 * scale, heading.y, heading.width, heading.height}, "STATUS");
    gf_verdict_draw(explorer, ui, gf_rect_take_top(&rest, 86 * scale));
    gf_rect_take_top(&rest, 8 * scale);
    draw_values(explorer, ui, &rest);
    gf_rect_take_top(&rest, 10 * scale);
    const float wanted = gf_panel_try_height(explorer) * scale;
    const float words = why_height(explorer, ui, rest.width, wanted > 0);
    /* The worst of the offers go before the reason does. */
    const float offers = fminf(wanted, fmaxf(rest.height - words, 0));
    const float room = rest.height - words - offers;
    const float curves = room < CURVES_LEAST * scale ? 0 : fminf(CURVES_HEIGHT * scale, room);
    gf_rect why = rest;
    why.height = rest.height - curves - offers;
    why.x -= 4 * scale;
    draw_why(explorer, ui, why);
    gf_panel_try(explorer, ui, (gf_rect){why.x, why.y + why.height, why.width, offers});
    if (curves > 0)
        gf_curves_draw(explorer, ui,
                       (gf_rect){rest.x, rest.y + rest.height - curves, rest.width, curves});
}
