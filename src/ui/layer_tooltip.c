/* The numbers of the layer under the mouse. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "ui/explorer_state.h"

#define LINES_MAX 10

typedef struct gf_lines {
    gf_tooltip_line items[LINES_MAX];
    int32_t count;
} gf_lines;

__attribute__((format(printf, 3, 4))) static void add(gf_lines *lines, const char *label,
                                                      const char *format, ...)
{
    if (lines->count == LINES_MAX) return;
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

static void add_record(gf_lines *lines, const gf_layer_record *record)
{
    add_scaled(lines, "‖∂L/∂W‖", record->weight_grad_norm);
    add_scaled(lines, "∂L/∂z, rms", record->delta_rms);
    add_moments(lines, "z", &record->z);
    add_moments(lines, "activation", &record->a);
    add(lines, "saturated", "%.1f %%", 100 * record->saturated_share);
    add(lines, "dead units", "%.1f %%", 100 * record->dead_share);
    if (record->underflow_fp16 > 0)
        add(lines, "lost in fp16", "%.1f %%", 100 * record->underflow_fp16);
    if (record->underflow_fp32 > 0)
        add(lines, "lost in fp32", "%.1f %%", 100 * record->underflow_fp32);
    if (record->nan_count > 0) add(lines, "NaN", "%llu", (unsigned long long)record->nan_count);
    if (record->inf_count > 0) add(lines, "Inf", "%llu", (unsigned long long)record->inf_count);
}

void gf_layer_tooltip(gf_explorer *explorer, gf_ui *ui)
{
    const gf_run *run = gf_explorer_run(explorer);
    const int32_t layer = explorer->hover_layer;
    const gf_input *input = gf_ui_input(ui);
    if (!run || layer < 1 || layer > run->spec.depth || explorer->help) return;
    char title[64];
    gf_lines lines = {.count = 0};
    const gf_layer_record *record = gf_explorer_layer(explorer, layer);
    const char *word =
        run->complete ? gf_layer_word(run, layer, &explorer->scenario.thresholds) : NULL;
    snprintf(title, sizeof title, "Layer %d of %d%s%s", layer, run->spec.depth, word ? ": " : "",
             word ? word : "");
    if (record)
        add_record(&lines, record);
    else
        add(&lines, "not computed yet", "%s", "");
    const gf_rect bounds = {0, 0, (float)explorer->now.width, (float)explorer->now.height};
    gf_widget_tooltip(ui, input->mouse_x, input->mouse_y, bounds, title, lines.items, lines.count);
}
