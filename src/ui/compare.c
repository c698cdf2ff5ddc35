/* One time axis for both: a wave is as far as its share of the layers, whatever the depths. */
#include "ui/compare.h"

#include <math.h>
#include <stdio.h>

#include "ui/metrics.h"
#include "view/palette.h"

#define NAMES       62.0f /* height of the names above the stages */
#define GAP         10.0f
#define ALL_BUTTONS 480.0f /* width of a stage that has room for them beside the name */

bool gf_compare_is_on(const gf_explorer *explorer)
{
    return explorer->comparing;
}

void gf_compare_toggle(gf_explorer *explorer)
{
    if (!explorer->comparing) {
        explorer->requests.copy_to_other = true;
        return;
    }
    gf_explorer_take_side(explorer, 0);
    explorer->comparing = explorer->asked_by_author = false;
    explorer->run_wanted[1] = false;
    explorer->requests.drop_other = true;
}

void gf_compare_split(gf_layout *layout)
{
    const float names = roundf(NAMES * layout->scale), gap = roundf(GAP * layout->scale);
    const gf_rect all = layout->stage;
    const float half = floorf((all.width - gap) / 2);
    if (all.height < 2 * names) return;
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
    const gf_explorer_pass *pass = &explorer->now.passes[1];
    const gf_run *run = gf_explorer_run_of(explorer, 1);
    const gf_timeline timeline = timeline_of(explorer, run ? run->spec.depth : 1);
    other.run = run;
    other.diagnosis = pass->diagnosis;
    other.edges = pass->edges;
    other.front = (float)gf_timeline_front(&timeline);
    if (run && other.front < (float)run->first_ready) other.front = (float)run->first_ready;
    other.forward = (float)gf_timeline_forward(&timeline);
    if (!run || other.hover_layer > run->spec.depth) other.hover_layer = 0;
    other.visible = (gf_layer_span){0};
    other.side = 1;
    other.other = NULL;
    return other;
}

/* ---- The names, which are also what to click to work on the one or the other -------------------
 */

typedef struct gf_name {
    const char *id, *letter, *label;
    gf_color color;
} gf_name;

static void describe(const gf_explorer *explorer, int32_t side, char text[160])
{
    const gf_spec *spec = gf_explorer_get_side(explorer, side);
    gf_spec_describe(spec, text, 160);
}

static void draw_words(const gf_explorer *explorer, gf_ui *ui, gf_rect place, int32_t side,
                       const gf_name *name)
{
    const float scale = gf_ui_scale(ui), width = place.width - 16 * scale;
    const gf_diagnosis *diagnosis = explorer->now.passes[side].diagnosis;
    char head[160], network[160], short_name[80];
    const gf_text_style bold = {.size = 20, .color = name->color, .bold = true};
    const gf_spec *spec = gf_explorer_get_side(explorer, side);
    snprintf(short_name, sizeof short_name, "%s + %s", gf_activation_get(spec->activation)->label,
             gf_init_get(spec->init)->label);
    snprintf(head, sizeof head, "%s   %s%s%s", name->letter,
             name->label[0] ? name->label : short_name, diagnosis ? ": " : "",
             diagnosis ? gf_verdict_name(diagnosis->verdict) : "");
    describe(explorer, side, network);
    gf_ui_text_fit(ui, place.x + 10 * scale, place.y + 16 * scale, width, bold, head);
    gf_ui_text_fit(ui, place.x + 10 * scale, place.y + 39 * scale, width, gf_style_small(ui),
                   network);
}

/* The bar says which of the two the controls are for. */
static void draw_name(gf_explorer *explorer, gf_ui *ui, gf_rect place, int32_t side,
                      const gf_name *name)
{
    const gf_theme *theme = gf_ui_theme(ui);
    const float scale = gf_ui_scale(ui);
    const gf_hit hit = gf_widget_press(ui, name->id, place);
    if (hit.clicked) gf_explorer_take_side(explorer, side);
    if (hit.hovered || side == explorer->side)
        gf_ui_fill(ui, place, 6 * scale, side == explorer->side ? theme->control : theme->panel);
    if (side == explorer->side)
        gf_ui_fill(ui, (gf_rect){place.x, place.y, 4 * scale, place.height}, 0, name->color);
    draw_words(explorer, ui, place, side, name);
    gf_ui_hint(ui, place, "Click, or N: controls, status and layers are about this network.");
}

static void draw_close(gf_explorer *explorer, gf_ui *ui, gf_rect button)
{
    if (gf_widget_button(ui, "##compare.close", button, "×")) gf_compare_toggle(explorer);
    gf_ui_hint(ui, button, "No comparison any more. C does the same.");
}

static void draw_buttons(gf_explorer *explorer, gf_ui *ui, gf_rect place, bool all)
{
    const float scale = gf_ui_scale(ui), height = 34 * scale, gap = 6 * scale;
    const float y = place.y + (place.height - height) / 2;
    gf_rect button = {place.x + gap, y, (all ? 66 : 34) * scale, height};
    if (!all) {
        draw_close(explorer, ui, button);
        return;
    }
    if (gf_widget_button(ui, "##compare.swap", button, "Swap")) explorer->requests.swap = true;
    gf_ui_hint(ui, button, "A and B change places. X does the same.");
    button.x += button.width + gap;
    button.width = 72 * scale;
    if (gf_widget_button(ui, "##compare.copy", button, "A → B"))
        explorer->requests.copy_to_other = true;
    gf_ui_hint(ui, button, "B becomes a copy of A.");
    button.x += button.width + gap;
    button.width = 34 * scale;
    draw_close(explorer, ui, button);
}

void gf_compare_draw(gf_explorer *explorer, gf_ui *ui)
{
    const gf_layout *layout = &explorer->layout;
    if (!gf_compare_is_on(explorer) || layout->names.height <= 0) return;
    const gf_theme *theme = gf_ui_theme(ui);
    /* The keys are still there where names need the room. */
    const bool all = layout->other.width >= ALL_BUTTONS * gf_ui_scale(ui);
    const float buttons = (all ? 196 : 46) * gf_ui_scale(ui);
    gf_rect a = layout->names, b = layout->names, right = layout->names;
    a.height = b.height = layout->names.height - 6 * gf_ui_scale(ui);
    a.width = layout->stage.width;
    b.x = layout->other.x;
    b.width = layout->other.width - buttons;
    right.x = b.x + b.width;
    right.width = buttons;
    /* The author's words are for the author's network. */
    const gf_compare *compare = &explorer->scenario.compare;
    const bool authored = explorer->asked_by_author &&
                          gf_spec_same(gf_explorer_get_side(explorer, 1), &compare->spec);
    draw_name(explorer, ui, a, 0, &(gf_name){"##compare.a", "A", "", theme->accent});
    draw_name(explorer, ui, b, 1,
              &(gf_name){"##compare.b", "B", authored ? compare->label : "", theme->second});
    draw_buttons(explorer, ui, right, all);
}
