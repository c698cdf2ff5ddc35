/* One time axis for both: a wave is as far as its share of the layers, whatever the depths. */
#include "ui/compare.h"

#include <math.h>
#include <stdio.h>

#include "ui/metrics.h"
#include "view/palette.h"

#define NAMES 40.0f /* height of the line of words */
#define GAP   10.0f

bool gf_compare_is_on(const gf_explorer *explorer)
{
    return explorer->now.other && explorer->now.other->spec.depth > 0;
}

void gf_compare_toggle(gf_explorer *explorer)
{
    if (gf_compare_is_on(explorer))
        explorer->requests.drop_other = true;
    else
        explorer->requests.copy_to_other = true;
}

void gf_compare_split(gf_layout *layout)
{
    const float names = roundf(NAMES * layout->scale), gap = roundf(GAP * layout->scale);
    const gf_rect all = layout->stage;
    const float half = floorf((all.width - gap) / 2);
    if (all.height < 3 * names) return;
    layout->names = (gf_rect){all.x, all.y, all.width, names};
    layout->stage = (gf_rect){all.x, all.y + names, half, all.height - names};
    layout->other = (gf_rect){all.x + all.width - half, all.y + names, half, all.height - names};
}

/* The timeline of A at the depth of B. */
static gf_timeline timeline_of(const gf_explorer *explorer, int32_t depth)
{
    gf_timeline timeline = explorer->timeline;
    timeline.depth = depth;
    return timeline;
}

gf_scene gf_compare_scene(const gf_explorer *explorer, const gf_scene *scene)
{
    gf_scene other = *scene;
    const gf_timeline timeline = timeline_of(explorer, explorer->now.other->spec.depth);
    other.run = explorer->now.other;
    other.diagnosis = explorer->now.other_diagnosis;
    other.front = (float)gf_timeline_front(&timeline);
    other.forward = (float)gf_timeline_forward(&timeline);
    other.hover_layer = 0;
    other.visible = (gf_layer_span){0};
    other.side = 1;
    other.other = NULL;
    return other;
}

static void describe(const char *letter, const gf_run *run, const gf_diagnosis *diagnosis,
                     char text[160])
{
    char network[120] = "nothing yet";
    if (run)
        snprintf(network, sizeof network, "%s + %s, %d × %d",
                 gf_activation_get(run->spec.activation)->label, gf_init_get(run->spec.init)->label,
                 run->spec.depth, run->spec.width);
    snprintf(text, 160, "%s   %s%s%s", letter, network, diagnosis ? ": " : "",
             diagnosis ? gf_verdict_name(diagnosis->verdict) : "");
}

static void draw_name(gf_ui *ui, gf_rect place, const char *text, gf_color color)
{
    const float scale = gf_ui_scale(ui);
    const gf_text_style style = {.size = 19, .color = color, .bold = true};
    gf_ui_text_fit(ui, place.x + 8 * scale, place.y + place.height / 2, place.width - 16 * scale,
                   style, text);
}

static void draw_buttons(gf_explorer *explorer, gf_ui *ui, gf_rect place)
{
    const float scale = gf_ui_scale(ui), height = 30 * scale, gap = 8 * scale;
    const float y = place.y + (place.height - height) / 2;
    float x = place.x;
    if (gf_widget_button(ui, "##compare.swap", (gf_rect){x, y, 84 * scale, height}, "Swap"))
        explorer->requests.swap = true;
    x += 84 * scale + gap;
    if (gf_widget_button(ui, "##compare.copy", (gf_rect){x, y, 100 * scale, height}, "A to B"))
        explorer->requests.copy_to_other = true;
    x += 100 * scale + gap;
    if (gf_widget_button(ui, "##compare.close", (gf_rect){x, y, 34 * scale, height}, "×"))
        explorer->requests.drop_other = true;
}

void gf_compare_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_layout *layout = &explorer->layout;
    if (!gf_compare_is_on(explorer) || layout->names.height <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    const float buttons = 244 * gf_ui_scale(ui);
    char text[160];
    gf_rect a = layout->names, b = layout->names, right = layout->names;
    a.width = layout->stage.width;
    b.x = layout->other.x;
    b.width = layout->other.width - buttons;
    right.x = b.x + b.width;
    right.width = buttons;
    describe("A", gf_explorer_run(explorer), explorer->now.diagnosis, text);
    draw_name(ui, a, text, theme->accent);
    describe("B", explorer->now.other, explorer->now.other_diagnosis, text);
    draw_name(ui, b, text, theme->second);
    draw_buttons(explorer, ui, right);
}
