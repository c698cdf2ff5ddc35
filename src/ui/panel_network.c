/* The controls of the network: each change asks for a new pass. Most rows come out of one table, by
 * the name of the field in model/field.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/field.h"
#include "ui/explorer_state.h"
#include "ui/metrics.h"

/* A row. What the tracks reach; a scenario or the command line may go beyond, up to the limits of
 * spec.h. */
typedef struct gf_control {
    const char *field, *label;
    double low, high;
    int32_t digits;
    bool extra; /* in the part that is folded at first */
    const char *hint;
} gf_control;

static const gf_control controls[] = {
    {"depth", "Depth", 1, 10000, 0, false,
     "Layers between input and output. Each one multiplies the gradient once more."},
    {"width", "Width", 1, GF_WIDTH_MAX, 0, false,
     "Neurons of a hidden layer. Wider layers follow the theory more closely."},
    {"batch", "Batch", 1, 1024, 0, false,
     "Samples that go through at once. The gradient is their mean."},
    {"gain", "Gain", 0.1, 10, 2, false, "A factor on every weight, on top of the initialisation."},
    {"sigma", "Sigma", 0.001, 10, 3, false, "Standard deviation of a weight."},
    {"activation", "Activation", 0, 0, 0, false,
     "f in a = f(z). Backward, every layer multiplies the gradient by f′(z)."},
    {"init", "Init", 0, 0, 0, false,
     "How weights are drawn before training. Their variance decides what a layer does to the size "
     "of signal and gradient."},
    {"skip", "Skip", 0, 0, 0, false,
     "Residual: a layer adds its input to its result, so that the gradient has a way round it."},
    {"skip_scale", "Scale", 0.01, 10, 2, false,
     "s in a = a_below + s · f(z). Small values keep very deep networks level."},
    {"norm", "Norm", 0, 0, 0, false,
     "z is brought to mean 0 and variance 1 before f: for each unit over the batch, or for each "
     "sample over the layer."},
    {"bias_std", "Bias σ", 0, 4, 2, true,
     "Standard deviation of the biases. 0: none, but for the PyTorch default."},
    {"output", "Output", 0, 0, 0, true, "Whether the last layer has its activation."},
    {"precision", "Numbers", 0, 0, 0, true,
     "Exact: nothing under- or overflows. The others round every stored number to the type, as a "
     "real run would: what dies is seen."},
    {"loss_scale", "Loss ×", 1, 65536, 0, true,
     "The loss is multiplied by this before the backward pass and the gradient divided by it "
     "afterwards: it lifts fp16 out of its underflow."},
    {"input_width", "Inputs", 0, GF_WIDTH_MAX, 0, true,
     "Entries of a sample. 0: as many as a layer has neurons."},
    {"output_width", "Outputs", 0, GF_WIDTH_MAX, 0, true,
     "Neurons of the last layer. 0: as in the others."},
};

#define CONTROL_COUNT ((int32_t)(sizeof controls / sizeof controls[0]))

/* What has no effect is not there. */
static bool is_shown(const gf_control *control, const gf_spec *spec)
{
    if (strcmp(control->field, "sigma") == 0)
        return spec->init == GF_INIT_NORMAL || spec->init == GF_INIT_UNIFORM;
    if (strcmp(control->field, "skip_scale") == 0) return spec->skip == GF_SKIP_RESIDUAL;
    if (strcmp(control->field, "loss_scale") == 0) return spec->precision != GF_PRECISION_EXACT;
    return true;
}

static int32_t row_count(const gf_spec *spec, bool extra)
{
    int32_t rows = extra ? 0 : 1; /* the seed */
    for (int32_t i = 0; i < CONTROL_COUNT; i++)
        if (controls[i].extra == extra && is_shown(&controls[i], spec)) rows++;
    return rows;
}

float gf_panel_network_height(const gf_explorer *explorer)
{
    if (explorer->network_folded) return GF_HEADING + 6;
    const int32_t plain = row_count(&explorer->spec, false);
    const int32_t extra = explorer->more_open ? row_count(&explorer->spec, true) : 0;
    return 2 * GF_HEADING + GF_ROW * (float)(plain + extra) + 10;
}

static gf_rect next_row(gf_ui *ui, gf_rect *rest)
{
    const gf_rect row = gf_rect_take_top(rest, GF_ROW * gf_ui_scale(ui));
    return gf_rect_inset(row, GF_PADDING * 0.5f * gf_ui_scale(ui), 0);
}

/* ---- Numbers ----------------------------------------------------------------------------------
 */

static bool slide(const gf_control *control, const gf_field *field, gf_spec *spec, gf_ui *ui,
                  gf_rect row)
{
    const bool whole = field->kind == GF_FIELD_INT32;
    const double before =
        whole ? (double)gf_field_get_integer(field, spec) : gf_field_get_real(field, spec);
    const gf_slider slider = {control->field,   control->label, control->low,    control->high,
                              control->low > 0, whole,          control->digits, control->hint};
    double value = before;
    if (gf_widget_slider(ui, row, &slider, &value) == GF_CHANGE_NONE || value == before)
        return false;
    if (whole) return gf_field_set_integer(field, spec, (int64_t)value, NULL) == GF_OK;
    return gf_field_set_real(field, spec, value, NULL) == GF_OK;
}

/* ---- Lists ------------------------------------------------------------------------------------
 */

#define ITEMS_MAX 24

typedef struct gf_list {
    const char *labels[ITEMS_MAX], *hints[ITEMS_MAX];
    char text[ITEMS_MAX][64];
    int32_t count;
} gf_list;

static void list_activations(gf_list *list)
{
    list->count = GF_ACTIVATION_COUNT;
    for (int32_t i = 0; i < list->count; i++) {
        const gf_activation_info *info = gf_activation_get((gf_activation)i);
        snprintf(list->text[i], sizeof list->text[i], "f′ in %s", info->derivative_range);
        list->labels[i] = info->label;
        list->hints[i] = list->text[i];
    }
}

static void list_inits(gf_list *list)
{
    list->count = GF_INIT_COUNT;
    for (int32_t i = 0; i < list->count; i++) {
        const gf_init_info *info = gf_init_get((gf_init)i);
        snprintf(list->text[i], sizeof list->text[i], "var = %s", info->variance);
        list->labels[i] = info->label;
        list->hints[i] = list->text[i];
    }
}

static void list_names(gf_list *list, const gf_field *field)
{
    list->count = (int32_t)field->most + 1;
    for (int32_t i = 0; i < list->count; i++)
        list->labels[i] = field->names[i];
}

static int32_t chosen(const gf_field *field, const gf_spec *spec)
{
    if (field->kind == GF_FIELD_ACTIVATION) return (int32_t)spec->activation;
    if (field->kind == GF_FIELD_INIT) return (int32_t)spec->init;
    const char *name = gf_field_get_name(field, spec);
    for (int32_t i = 0; i <= (int32_t)field->most; i++)
        if (strcmp(field->names[i], name) == 0) return i;
    return 0;
}

static gf_rect combo_box(gf_ui *ui, gf_rect row, const char *label)
{
    const float scale = gf_ui_scale(ui);
    const float place = 96 * scale;
    gf_ui_text_fit(ui, row.x, row.y + row.height / 2, place - 4 * scale, gf_style_body(ui), label);
    return gf_rect_inset((gf_rect){row.x + place, row.y, row.width - place + 8 * scale, row.height},
                         0, 3 * scale);
}

static bool choose(const gf_control *control, const gf_field *field, gf_spec *spec, gf_ui *ui,
                   gf_rect row)
{
    gf_list list = {.count = 0};
    char id[40];
    const bool described = field->kind != GF_FIELD_CHOICE;
    if (field->kind == GF_FIELD_ACTIVATION) list_activations(&list);
    if (field->kind == GF_FIELD_INIT) list_inits(&list);
    if (field->kind == GF_FIELD_CHOICE) list_names(&list, field);
    snprintf(id, sizeof id, "##%s", control->field);
    int32_t current = chosen(field, spec);
    const gf_rect box = combo_box(ui, row, control->label);
    const bool changed =
        gf_ui_combo(ui, id, box, list.labels, described ? list.hints : NULL, list.count, &current);
    gf_widget_list_arrow(ui, box);
    gf_ui_hint(ui, (gf_rect){row.x, row.y, box.x - row.x, row.height}, control->hint);
    if (!changed) return false;
    if (field->kind == GF_FIELD_ACTIVATION) spec->activation = (gf_activation)current;
    if (field->kind == GF_FIELD_INIT) spec->init = (gf_init)current;
    if (field->kind == GF_FIELD_CHOICE) gf_field_set_text(field, spec, field->names[current], NULL);
    return true;
}

/* ---- The section ------------------------------------------------------------------------------
 */

/* Fields that a choice brings into play get a value that can be run. */
static void settle(gf_spec *spec)
{
    if (spec->sigma <= 0) spec->sigma = 1;
    if (spec->skip_scale <= 0) spec->skip_scale = 1;
    if (spec->loss_scale <= 0 || spec->precision == GF_PRECISION_EXACT) spec->loss_scale = 1;
}

static void draw_controls(gf_explorer *explorer, gf_ui *ui, gf_rect *rest, bool extra)
{
    const gf_spec before = explorer->spec; /* what is shown does not change while it is drawn */
    bool changed = false;
    for (int32_t i = 0; i < CONTROL_COUNT; i++) {
        const gf_control *control = &controls[i];
        if (control->extra != extra || !is_shown(control, &before)) continue;
        const gf_field *field = gf_field_find(control->field);
        const gf_rect row = next_row(ui, rest);
        const bool number = field->kind == GF_FIELD_INT32 || field->kind == GF_FIELD_REAL;
        changed |= number ? slide(control, field, &explorer->spec, ui, row)
                          : choose(control, field, &explorer->spec, ui, row);
    }
    if (!changed) return;
    settle(&explorer->spec);
    gf_explorer_edited(explorer);
}

static void choose_seed(gf_explorer *explorer, gf_ui *ui, gf_rect *rest)
{
    const float scale = gf_ui_scale(ui);
    const gf_rect row = combo_box(ui, next_row(ui, rest), "Seed");
    const float button = 92 * scale;
    const gf_rect box = {row.x, row.y, row.width - button - 12 * scale, row.height};
    char shown[24];
    double entered = 0;
    gf_text_style style = gf_style_body(ui);
    style.bold = true;
    snprintf(shown, sizeof shown, "%llu", (unsigned long long)explorer->spec.seed);
    if (gf_ui_focus(ui, "##seed.stop", box).enter) gf_ui_entry_open(ui, "##seed", shown);
    if (gf_ui_entry(ui, "##seed", box, style, shown, &entered) && entered >= 0 && entered < 9e15) {
        explorer->spec.seed = (uint64_t)entered;
        gf_explorer_edited(explorer);
    }
    gf_ui_hint(
        ui, box,
        "Weights, input and target are drawn from this number: the same number, the same network.");
    if (gf_widget_button(ui, "##reseed",
                         (gf_rect){row.x + row.width - button, row.y, button, row.height},
                         "Reseed"))
        gf_explorer_reseed(explorer);
}

static void draw_rows(gf_explorer *explorer, gf_ui *ui, gf_rect rest)
{
    const float heading = GF_HEADING * gf_ui_scale(ui);
    gf_widget_fold(ui, "##network", gf_rect_take_top(&rest, heading), "NETWORK",
                   &explorer->network_folded);
    if (explorer->network_folded) return;
    draw_controls(explorer, ui, &rest, false);
    choose_seed(explorer, ui, &rest);
    bool folded = !explorer->more_open;
    gf_widget_fold(ui, "##more", gf_rect_take_top(&rest, heading), "BIAS, OUTPUT, NUMBERS",
                   &folded);
    explorer->more_open = !folded;
    if (explorer->more_open) draw_controls(explorer, ui, &rest, true);
}

void gf_panel_network(gf_explorer *explorer, gf_ui *ui, gf_rect rect)
{
    const float scale = gf_ui_scale(ui);
    const float content = gf_panel_network_height(explorer) * scale;
    gf_rect rest = rect;
    rest.y = gf_scroll_begin(ui, rect, content, &explorer->network_scroll);
    rest.height = content;
    if (content > rect.height + 0.5f) rest.width -= 8 * scale; /* the scroll bar */
    draw_rows(explorer, ui, rest);
    gf_scroll_end(ui, rect, content, &explorer->network_scroll);
}
