/* The stage: columns, the wave over them, and the words around. */
#include "view/view_internal.h"

#include <math.h>
#include <stdio.h>

#include "view/axis.h"
#include "view/palette.h"

#define RADIUS       10.0f /* of the panel; design pixels like all below */
#define BAR_WIDTH    3.0f
#define BAR_OVERHANG 10.0f
#define TRAIL_WIDTH  42.0f
#define DIGIT_WIDTH  0.64f /* of the font's height, generously: nothing may overlap */

/* The wave comes out of the last layer and goes into the first one: not there before or after. */
static double wave_alpha(const gf_stage_layout *layout, double front)
{
    const double moment = (layout->depth + 1 - front) / layout->depth;
    return fmin(fmax(fmin(moment, 1.0 - moment) / 0.008, 0.0), 1.0);
}

static float wave_x(const gf_stage_layout *layout, double front)
{
    if (layout->mode == GF_STAGE_TEXELS) return gf_stage_slot_x(layout, front);
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(layout, 1, &left, &right);
    return gf_stage_slot_x(layout, front) + (left - layout->image.x) * 0.5f;
}

static void draw_wave(gf_canvas *canvas, const gf_stage_layout *layout, const gf_scene *scene)
{
    const double alpha = wave_alpha(layout, scene->front);
    if (alpha <= 0.0) return;
    const float x = wave_x(layout, scene->front), overhang = BAR_OVERHANG * scene->scale;
    const float trail =
        fmaxf(TRAIL_WIDTH * scene->scale, fminf(layout->slot, 120.0f * scene->scale));
    const float most = layout->image.x + layout->image.width - x, bar = BAR_WIDTH * scene->scale;
    const float y = layout->image.y - overhang, height = layout->image.height + 2.0f * overhang;
    const gf_color accent = scene->theme->accent;
    gf_canvas_gradient(canvas, (gf_rect){x, y, fminf(trail, most), height},
                       gf_color_fade(accent, 0.30 * alpha), gf_color_fade(accent, 0.0));
    gf_canvas_rect(canvas, (gf_rect){x - 0.5f * bar, y, bar, height}, gf_color_fade(accent, alpha));
}

static void draw_hover(gf_canvas *canvas, const gf_stage_layout *layout, const gf_scene *scene)
{
    if (scene->hover_layer < 1 || scene->hover_layer > layout->depth) return;
    const float x = gf_stage_slot_x(layout, scene->hover_layer);
    const gf_rect slot = {x, layout->image.y, fmaxf(layout->slot, 1.5f), layout->image.height};
    gf_canvas_rect(canvas, slot, gf_color_fade(scene->theme->text, 0.10));
}

static void label_head(const gf_stage_layout *layout, const gf_scene *scene, gf_rect rect,
                       gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    const gf_run *run = scene->run;
    gf_label label = {.y = layout->head_y, .size = 17.0f * scene->scale, .color = theme->text_dim};
    label.x = layout->image.x;
    snprintf(label.text, sizeof label.text, "input");
    gf_label_add(labels, label);

    label.x = layout->image.x + layout->image.width;
    label.align = GF_ALIGN_RIGHT;
    const double loss = gf_scaled_double(run->loss);
    char text[40] = "";
    if (fabs(loss) >= 1e-3 && fabs(loss) < 1e4)
        snprintf(text, sizeof text, "%.3g", loss);
    else
        gf_scaled_format(run->loss, 2, text);
    snprintf(label.text, sizeof label.text, run->complete ? "output · loss %s" : "output", text);
    gf_label_add(labels, label);

    label = (gf_label){.x = rect.x + 0.5f * rect.width,
                       .y = layout->head_y,
                       .size = 19.0f * scene->scale,
                       .color = theme->accent,
                       .align = GF_ALIGN_CENTRE,
                       .bold = true};
    const int32_t layer = (int32_t)fmin(ceil(scene->front), layout->depth);
    snprintf(label.text, sizeof label.text, "◀  gradient flows backward   layer %d of %d", layer,
             layout->depth);
    gf_label_add(labels, label);
}

static void label_number(const gf_stage_layout *layout, const gf_scene *scene, int32_t layer,
                         gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(layout, layer, &left, &right);
    gf_label label = {.x = 0.5f * (left + right),
                      .y = layout->number_y,
                      .size = layout->font,
                      .align = GF_ALIGN_CENTRE};
    label.color = gf_color_mix(theme->text_dim, theme->text, gf_stage_lit(layer, scene->front));
    if (layer == scene->hover_layer) {
        label.color = theme->accent;
        label.bold = true;
    }
    const int digits = snprintf(label.text, sizeof label.text, "%d", layer);
    const float most = layout->image.x + layout->image.width - 0.25f * (float)digits * layout->font;
    if (digits > 3) label.x = fminf(label.x, most); /* stay inside the panel */
    gf_label_add(labels, label);
}

static void label_numbers(const gf_stage_layout *layout, const gf_scene *scene,
                          gf_label_list *labels)
{
    const int32_t depth = layout->depth, hover = scene->hover_layer;
    const int digits = snprintf(NULL, 0, "%d", depth);
    const float room = ((float)digits * DIGIT_WIDTH + 0.7f) * layout->font;
    int32_t ticks[GF_LAYER_TICKS_MAX];
    const int32_t count = gf_layer_ticks(depth, layout->image.width / room, ticks);
    for (int32_t i = 0; i < count; i++) {
        const float apart = fabsf((float)(ticks[i] - hover)) * layout->slot;
        if (hover < 1 || apart >= room) label_number(layout, scene, ticks[i], labels);
    }
    if (hover >= 1 && hover <= depth) label_number(layout, scene, hover, labels);
}

static void label_strip(const gf_stage_layout *layout, const gf_scene *scene, gf_label_list *labels)
{
    if (layout->strip_height == 0) return;
    gf_label label = {.x = layout->image.x + 6.0f * scene->scale,
                      .size = 13.0f * scene->scale,
                      .color = scene->theme->text_dim};
    label.y =
        layout->image.y + layout->image.height - (float)layout->strip_height + 10.0f * scene->scale;
    snprintf(label.text, sizeof label.text, "density of activations, then of log |∂L/∂z|");
    gf_label_add(labels, label);
}

void gf_view_stage(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    gf_canvas_panel(&view->canvas, rect, RADIUS * scene->scale, theme->stage, theme->panel_border);
    if (!gf_view_follow(view, scene)) return;
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    const int32_t width = (int32_t)layout.image.width, height = (int32_t)layout.image.height;
    const bool kept = width == view->image.width && height == view->image.height;
    if (!gf_bands_update(&view->bands, scene->run, &view->summary, &layout)) return;
    if (!gf_image_resize(&view->image, width, height)) return;
    if (!kept) gf_stage_paint_forget(&view->bands);
    gf_stage_paint_update(&view->paint, &view->image, &view->bands, &view->summary, scene);
    gf_canvas_flush(&view->canvas);
    gf_image_draw(&view->image, layout.image.x, layout.image.y, view->width, view->height);
    draw_hover(&view->canvas, &layout, scene);
    draw_wave(&view->canvas, &layout, scene);
    label_head(&layout, scene, rect, labels);
    label_numbers(&layout, scene, labels);
    label_strip(&layout, scene, labels);
}

int32_t gf_view_stage_layer(const gf_scene *scene, gf_rect rect, float x, float y)
{
    if (!scene->run || scene->run->spec.depth < 1) return 0;
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    const gf_rect image = layout.image;
    if (x < image.x || x >= image.x + image.width || y < image.y || y >= image.y + image.height)
        return 0;
    const int32_t layer = (int32_t)((x - image.x) / layout.slot) + 1;
    return layer < layout.depth ? layer : layout.depth;
}
