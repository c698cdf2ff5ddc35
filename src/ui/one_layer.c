/* An activation and an initialisation for one layer, or for some in a row: an override of the spec,
 * chosen in the inspector. */
#include <stdio.h>

#include "ui/explorer_state.h"
#include "ui/metrics.h"

#define ITEMS_MAX 24

/* What a layer has of its own: the last override that says something wins. */
static int32_t own_activation(const gf_spec *spec, int32_t layer)
{
    int32_t own = GF_ACTIVATION_COUNT;
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        if (layer >= at->first && layer <= at->last && at->activation != GF_ACTIVATION_COUNT)
            own = (int32_t)at->activation;
    }
    return own;
}

static int32_t own_init(const gf_spec *spec, int32_t layer)
{
    int32_t own = GF_INIT_COUNT;
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        if (layer >= at->first && layer <= at->last && at->init != GF_INIT_COUNT)
            own = (int32_t)at->init;
    }
    return own;
}

/* The last override, if it is of exactly these layers, else a new one. NULL: there are too many. */
static gf_override *override_of(gf_spec *spec, int32_t first, int32_t last)
{
    const int32_t count = spec->override_count;
    gf_override *before = count > 0 ? &spec->overrides[count - 1] : NULL;
    if (before && before->first == first && before->last == last) return before;
    if (count == GF_OVERRIDES_MAX) return NULL;
    gf_override *at = &spec->overrides[spec->override_count++];
    *at = (gf_override){first, last, GF_ACTIVATION_COUNT, GF_INIT_COUNT};
    return at;
}

static void forget_empty(gf_spec *spec)
{
    if (spec->override_count == 0) return;
    const gf_override *last = &spec->overrides[spec->override_count - 1];
    if (last->activation == GF_ACTIVATION_COUNT && last->init == GF_INIT_COUNT)
        spec->override_count--;
}

bool gf_one_layer_set_activation(gf_spec *spec, int32_t first, int32_t last,
                                 gf_activation activation)
{
    gf_override *at = override_of(spec, first, last);
    if (!at) return false;
    at->activation = activation;
    /* One below it may still say something else: then the network's is named. */
    if (activation == GF_ACTIVATION_COUNT && own_activation(spec, first) != GF_ACTIVATION_COUNT)
        at->activation = spec->activation;
    forget_empty(spec);
    return true;
}

bool gf_one_layer_set_init(gf_spec *spec, int32_t first, int32_t last, gf_init init)
{
    gf_override *at = override_of(spec, first, last);
    if (!at) return false;
    at->init = init;
    if (init == GF_INIT_COUNT && own_init(spec, first) != GF_INIT_COUNT) at->init = spec->init;
    forget_empty(spec);
    return true;
}

/* ---- The row ----------------------------------------------------------------------------------
 */

static void changed(gf_explorer *explorer, bool done)
{
    if (done)
        gf_explorer_edited(explorer);
    else
        gf_explorer_say(explorer, "No more than 16 ranges of layers can have something of their "
                                  "own: undo one of them.");
}

/* The first item is the network's choice, for layers without one of their own. `names` are `count`
 * labels from the second on, `usual` and `own` places among them; own == count: none. True when
 * *own changed. */
static bool choose(gf_ui *ui, const char *id, gf_rect box, const char *names[ITEMS_MAX],
                   int32_t count, int32_t usual, int32_t *own)
{
    char first[64];
    int32_t current = *own == count ? 0 : *own + 1;
    snprintf(first, sizeof first, "as all: %s", names[usual + 1]);
    names[0] = first;
    if (!gf_ui_combo(ui, id, box, names, NULL, count + 1, &current)) return false;
    *own = current == 0 ? count : current - 1;
    return true;
}

static void choose_activation(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const char *names[ITEMS_MAX];
    gf_spec *spec = &explorer->spec;
    const int32_t first = explorer->selected_layer, last = explorer->range_last;
    int32_t own = own_activation(spec, first);
    for (int32_t i = 0; i < GF_ACTIVATION_COUNT; i++)
        names[i + 1] = gf_activation_get((gf_activation)i)->label;
    if (choose(ui, "##layer.activation", box, names, GF_ACTIVATION_COUNT, (int32_t)spec->activation,
               &own))
        changed(explorer, gf_one_layer_set_activation(spec, first, last, (gf_activation)own));
}

static void choose_init(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    const char *names[ITEMS_MAX];
    gf_spec *spec = &explorer->spec;
    const int32_t first = explorer->selected_layer, last = explorer->range_last;
    int32_t own = own_init(spec, first);
    for (int32_t i = 0; i < GF_INIT_COUNT; i++)
        names[i + 1] = gf_init_get((gf_init)i)->label;
    if (choose(ui, "##layer.init", box, names, GF_INIT_COUNT, (int32_t)spec->init, &own))
        changed(explorer, gf_one_layer_set_init(spec, first, last, (gf_init)own));
}

static void choose_last(gf_explorer *explorer, gf_ui *ui, gf_rect box)
{
    char shown[24];
    double entered = 0;
    gf_text_style style = gf_style_body(ui);
    style.bold = true;
    snprintf(shown, sizeof shown, "%d", explorer->range_last);
    if (gf_ui_focus(ui, "##layer.last.stop", box).enter)
        gf_ui_entry_open(ui, "##layer.last", shown);
    if (gf_ui_entry(ui, "##layer.last", box, style, shown, &entered) &&
        entered >= explorer->selected_layer && entered <= explorer->spec.depth)
        explorer->range_last = (int32_t)entered;
    gf_ui_hint(ui, box, "The last layer that the two lists are for.");
}

void gf_one_layer_draw(gf_explorer *explorer, gf_ui *ui, gf_rect row)
{
    const float scale = gf_ui_scale(ui), y = row.y + row.height / 2;
    const int32_t layer = explorer->selected_layer;
    char words[48];
    if (explorer->range_first != layer || explorer->range_last > explorer->spec.depth)
        explorer->range_last = layer;
    explorer->range_first = layer;
    if (layer > explorer->spec.depth) return; /* the network on screen is not the one wanted */
    snprintf(words, sizeof words, "Only layers %d to", layer);
    const float width = gf_ui_text_width(ui, gf_style_body(ui), words);
    gf_ui_text(ui, row.x, y, gf_style_body(ui), words);
    choose_last(explorer, ui, (gf_rect){row.x + width + 6 * scale, row.y, 70 * scale, row.height});
    const float left = width + 96 * scale, gap = 10 * scale;
    const float each = (row.width - left - gap) / 2;
    gf_rect box = {row.x + left, row.y, each, row.height};
    choose_activation(explorer, ui, box);
    gf_widget_list_arrow(ui, box);
    box.x += each + gap;
    choose_init(explorer, ui, box);
    gf_widget_list_arrow(ui, box);
}
