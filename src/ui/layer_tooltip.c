/* The numbers of the layer under the mouse. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "ui/explorer_state.h"

typedef struct gf_lines {
    gf_tooltip_line *items; /* [GF_LAYER_LINES_MAX] */
    int32_t count;
} gf_lines;

/* What each number is, in the words of whoever sees it for the first time. */
static const char hint_weight[] = "Root of the sum of squares over all weights of the layer: how "
                                  "far one step of training moves them.";
static const char hint_bias[] = "The same for the biases.";
static const char hint_delta[] = "How much the loss would change with a pre-activation z: the "
                                 "signal that goes back from layer to layer.";
static const char hint_largest[] = "The largest entry of δ.";
static const char hint_z[] = "Pre-activation: mean ± standard deviation over units and batch. f′ "
                             "is taken here.";
static const char hint_a[] = "What the layer gives to the next one: mean ± standard deviation over "
                             "units and batch.";
static const char hint_range[] = "The smallest and the largest value.";
static const char hint_saturated[] = "Entries at a bound of f, where f′ is next to nothing and no "
                                     "gradient passes.";
static const char hint_dead[] = "Units whose f′ is below 1e-6 for the whole batch: no gradient "
                                "comes through them.";
static const char hint_lost[] = "Entries of δ that this number type would round to zero.";
static const char hint_broken[] = "Entries of z, a, δ or ∂L/∂W that are no numbers any more.";

__attribute__((format(printf, 4, 5))) static void add(gf_lines *lines, const char *label,
                                                      const char *hint, const char *format, ...)
{
    if (lines->count == GF_LAYER_LINES_MAX) return;
    gf_tooltip_line *line = &lines->items[lines->count++];
    va_list arguments;
    va_start(arguments, format);
    snprintf(line->label, sizeof line->label, "%s", label);
    vsnprintf(line->value, sizeof line->value, format, arguments);
    line->hint = hint;
    va_end(arguments);
}

static void add_scaled(gf_lines *lines, const char *label, const char *hint, gf_scaled value)
{
    char text[40];
    gf_scaled_format(value, 2, text);
    add(lines, label, hint, "%s", text);
}

static void add_moments(gf_lines *lines, const char *label, const char *hint,
                        const gf_moments *moments)
{
    char mean[40], std[40];
    if (moments->exponent == 0) {
        add(lines, label, hint, "%.3g ± %.3g", moments->mean, moments->std);
        return;
    }
    gf_scaled_format(gf_scaled_make(moments->mean, moments->exponent), 1, mean);
    gf_scaled_format(gf_scaled_make(moments->std, moments->exponent), 1, std);
    add(lines, label, hint, "%s ± %s", mean, std);
}

static void add_lost(gf_lines *lines, const char *label, double share)
{
    if (share > 0) add(lines, label, hint_lost, "%.3g %%", 100 * share);
}

static void add_count(gf_lines *lines, const char *label, uint64_t count)
{
    if (count > 0) add(lines, label, hint_broken, "%llu", (unsigned long long)count);
}

static void add_range(gf_lines *lines, const char *label, const gf_moments *moments)
{
    char low[40], high[40];
    if (moments->exponent == 0) {
        add(lines, label, hint_range, "%.3g … %.3g", moments->min, moments->max);
        return;
    }
    gf_scaled_format(gf_scaled_make(moments->min, moments->exponent), 1, low);
    gf_scaled_format(gf_scaled_make(moments->max, moments->exponent), 1, high);
    add(lines, label, hint_range, "%s … %s", low, high);
}

int32_t gf_layer_lines(const gf_layer_record *record, bool all,
                       gf_tooltip_line items[GF_LAYER_LINES_MAX])
{
    gf_lines lines = {items, 0};
    add_scaled(&lines, "‖∂L/∂W‖", hint_weight, record->weight_grad_norm);
    if (all) add_scaled(&lines, "‖∂L/∂b‖", hint_bias, record->bias_grad_norm);
    add_scaled(&lines, "δ = ∂L/∂z, rms", hint_delta, record->delta_rms);
    if (all) add_scaled(&lines, "largest |δ|", hint_largest, record->delta_max);
    add_moments(&lines, "z", hint_z, &record->z);
    if (all) add_range(&lines, "z from … to", &record->z);
    add_moments(&lines, "activation a", hint_a, &record->a);
    if (all) add_range(&lines, "a from … to", &record->a);
    add(&lines, "saturated", hint_saturated, "%.1f %%", 100 * record->saturated_share);
    add(&lines, "dead units", hint_dead, "%.1f %%", 100 * record->dead_share);
    add_lost(&lines, "δ lost in fp16", record->underflow_fp16);
    if (all) add_lost(&lines, "δ lost in bf16", record->underflow_bf16);
    add_lost(&lines, "δ lost in fp32", record->underflow_fp32);
    add_count(&lines, "NaN", record->nan_count);
    add_count(&lines, "Inf", record->inf_count);
    return lines.count;
}

/* Numbers under the mouse cannot be pointed at: those of the inspector explain themselves. */
static int32_t add_invitation(gf_tooltip_line *lines, int32_t count)
{
    if (count < GF_LAYER_LINES_MAX)
        lines[count++] = (gf_tooltip_line){"click: all of it, explained", "", NULL};
    return count;
}

void gf_layer_tooltip(gf_explorer *explorer, gf_ui *ui)
{
    const gf_run *run = gf_explorer_run_of(explorer, explorer->hover_side);
    const int32_t layer = explorer->hover_layer;
    const gf_input *input = gf_ui_input(ui);
    if (!run || layer < 1 || layer > run->spec.depth ||
        (layer == explorer->selected_layer && explorer->hover_side == explorer->side) ||
        explorer->help)
        return;
    char title[64];
    gf_tooltip_line lines[GF_LAYER_LINES_MAX] = {{"not computed yet", "", NULL}};
    const gf_layer_record *record = layer >= run->first_ready ? &run->layers[layer - 1] : NULL;
    const char *word =
        run->complete ? gf_layer_word(run, layer, &explorer->scenario.thresholds) : NULL;
    snprintf(title, sizeof title, "Layer %d of %d%s%s", layer, run->spec.depth, word ? ": " : "",
             word ? word : "");
    const int32_t count = record ? add_invitation(lines, gf_layer_lines(record, false, lines)) : 1;
    const gf_rect bounds = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    gf_widget_tooltip(ui, input->mouse_x, input->mouse_y, bounds, title, lines, count);
}
