/* The numbers of the layer under the mouse. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "ui/explorer_state.h"

typedef struct gf_lines {
    gf_tooltip_line *items; /* [GF_LAYER_LINES_MAX] */
    int32_t count;
} gf_lines;

__attribute__((format(printf, 3, 4))) static void add(gf_lines *lines, const char *label,
                                                      const char *format, ...)
{
    if (lines->count == GF_LAYER_LINES_MAX) return;
    gf_tooltip_line *line = &lines->items[lines->count++];
    va_list arguments;
    va_start(arguments, format);
    snprintf(line->label, sizeof line->label, "%s", label);
    vsnprintf(line->value, sizeof line->value, format, arguments);
    va_end(arguments);
}

static void add_scaled(gf_lines *lines, const char *label, gf_scaled value)
{
    char text[40];
    gf_scaled_format(value, 2, text);
    add(lines, label, "%s", text);
}

static void add_moments(gf_lines *lines, const char *label, const gf_moments *moments)
{
    char mean[40], std[40];
    if (moments->exponent == 0) {
        add(lines, label, "%.3g ± %.3g", moments->mean, moments->std);
        return;
    }
    gf_scaled_format(gf_scaled_make(moments->mean, moments->exponent), 1, mean);
    gf_scaled_format(gf_scaled_make(moments->std, moments->exponent), 1, std);
    add(lines, label, "%s ± %s", mean, std);
}

static void add_share(gf_lines *lines, const char *label, double share)
{
    if (share > 0) add(lines, label, "%.3g %%", 100 * share);
}

static void add_range(gf_lines *lines, const char *label, const gf_moments *moments)
{
    char low[40], high[40];
    if (moments->exponent == 0) {
        add(lines, label, "%.3g … %.3g", moments->min, moments->max);
        return;
    }
    gf_scaled_format(gf_scaled_make(moments->min, moments->exponent), 1, low);
    gf_scaled_format(gf_scaled_make(moments->max, moments->exponent), 1, high);
    add(lines, label, "%s … %s", low, high);
}

int32_t gf_layer_lines(const gf_layer_record *record, bool all,
                       gf_tooltip_line items[GF_LAYER_LINES_MAX])
{
    gf_lines lines = {items, 0};
    add_scaled(&lines, "‖∂L/∂W‖", record->weight_grad_norm);
    if (all) add_scaled(&lines, "‖∂L/∂b‖", record->bias_grad_norm);
    add_scaled(&lines, "δ = ∂L/∂z, rms", record->delta_rms);
    if (all) add_scaled(&lines, "largest |δ|", record->delta_max);
    add_moments(&lines, "z", &record->z);
    if (all) add_range(&lines, "z from … to", &record->z);
    add_moments(&lines, "activation a", &record->a);
    if (all) add_range(&lines, "a from … to", &record->a);
    add(&lines, "saturated", "%.1f %%", 100 * record->saturated_share);
    add(&lines, "dead units", "%.1f %%", 100 * record->dead_share);
    add_share(&lines, "δ lost in fp16", record->underflow_fp16);
    if (all) add_share(&lines, "δ lost in bf16", record->underflow_bf16);
    add_share(&lines, "δ lost in fp32", record->underflow_fp32);
    if (record->nan_count > 0) add(&lines, "NaN", "%llu", (unsigned long long)record->nan_count);
    if (record->inf_count > 0) add(&lines, "Inf", "%llu", (unsigned long long)record->inf_count);
    return lines.count;
}

void gf_layer_tooltip(gf_explorer *explorer, gf_ui *ui)
{
    const gf_run *run = gf_explorer_run(explorer);
    const int32_t layer = explorer->hover_layer;
    const gf_input *input = gf_ui_input(ui);
    if (!run || layer < 1 || layer > run->spec.depth || layer == explorer->selected_layer ||
        explorer->help)
        return;
    char title[64];
    gf_tooltip_line lines[GF_LAYER_LINES_MAX] = {{"not computed yet", ""}};
    const gf_layer_record *record = gf_explorer_layer(explorer, layer);
    const char *word =
        run->complete ? gf_layer_word(run, layer, &explorer->scenario.thresholds) : NULL;
    snprintf(title, sizeof title, "Layer %d of %d%s%s", layer, run->spec.depth, word ? ": " : "",
             word ? word : "");
    const int32_t count = record ? gf_layer_lines(record, false, lines) : 1;
    const gf_rect bounds = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    gf_widget_tooltip(ui, input->mouse_x, input->mouse_y, bounds, title, lines, count);
}
