/* Labels of the stage. */
#include "view/stage_words.h"

#include <math.h>
#include <stdio.h>

#include "view/axis.h"
#include "view/palette.h"
#include "view/slabs.h"

#define DIGIT_WIDTH 0.64f /* of the font's height, generously: nothing may overlap */

/* Design pixels that the three texts of the head need side by side. */
#define WORDS_WIDTH 860.0f
#define LOSS_WIDTH  430.0f /* for the loss at the output beside the short ones */
#define STRIP_WIDTH 400.0f /* for the name of the strip, */
#define STRIP_NAME  300.0f /* which is so wide itself */

static void label_head(const gf_stage_layout *layout, const gf_scene *scene, gf_label_list *labels)
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
    const bool roomy = layout->image.width >= LOSS_WIDTH * scene->scale;
    snprintf(label.text, sizeof label.text, run->complete && roomy ? "output · loss %s" : "output",
             text);
    gf_label_add(labels, label);
}

/* The forward phase lasts until its wave has passed the last layer. */
static bool is_forward(const gf_scene *scene, int32_t depth)
{
    return scene->forward > 0.0f && scene->forward < (float)depth && scene->front > (float)depth;
}

/* In a narrow stage only the arrow says where the wave goes: the words at both ends need their
 * room. */
static const char *wave_words(bool forward, bool narrow)
{
    if (narrow) return forward ? "forward" : "◀";
    return forward ? "signal flows forward" : "◀  gradient flows backward";
}

static void label_wave(const gf_stage_layout *layout, const gf_scene *scene, gf_rect rect,
                       gf_label_list *labels)
{
    const bool forward = is_forward(scene, layout->depth);
    gf_label label = {.x = rect.x + 0.5f * rect.width,
                      .y = layout->head_y,
                      .size = 19.0f * scene->scale,
                      .color = forward ? scene->theme->forward : scene->theme->accent,
                      .align = GF_ALIGN_CENTRE,
                      .bold = true};
    const double last =
        forward ? fmax(floor((double)scene->forward), 1.0) : ceil((double)scene->front);
    const int32_t layer = (int32_t)fmin(last, layout->depth);
    snprintf(label.text, sizeof label.text, "%s   layer %d of %d%s",
             wave_words(forward, rect.width < WORDS_WIDTH * scene->scale), layer, layout->depth,
             forward ? "  ▶" : "");
    gf_label_add(labels, label);
}

static double layer_lit(int32_t layer, const gf_scene *scene)
{
    const double glow = gf_stage_glow(layer, scene->forward, scene->run->spec.depth);
    return fmax(gf_stage_lit(layer, scene->front), fmin(2.0 * glow, 1.0));
}

typedef struct word_drawing {
    const gf_stage_layout *layout;
    const gf_bands *bands;
    const gf_summary *summary;
    const gf_scene *scene;
    gf_label_list *labels;
} word_drawing;

/* Below the lowest cell: few units do not fill the height. */
static float foot_of(const word_drawing *self, int32_t layer)
{
    const gf_bands *bands = self->bands;
    const int32_t index = bands->count > 0 ? layer - bands->bands[0].first : -1;
    int32_t top = 0, bottom = self->layout->cells_height;
    if (self->layout->mode == GF_STAGE_COLUMNS && index >= 0 && index < bands->count) {
        const gf_column *band = &bands->bands[index];
        gf_band_cell_rows(bands, band, self->scene->scale, band->cell_count - 1, &top, &bottom);
    }
    return self->layout->image.y + (float)bottom;
}

/* In perspective the numbers stand at the feet of the columns, however far those stand out. */
static gf_point number_place(const word_drawing *self, int32_t layer, float x)
{
    const gf_stage_layout *layout = self->layout;
    if (!layout->perspective) return (gf_point){x, layout->number_y};
    const float foot = foot_of(self, layer);
    const float height = gf_slabs_height(self->bands, self->summary, self->scene, layer);
    const gf_point place = gf_stage_project(layout, x, foot, height);
    return (gf_point){place.x, place.y + 14.0f * self->scene->scale};
}

static void label_number(const word_drawing *self, int32_t layer)
{
    const gf_stage_layout *layout = self->layout;
    const gf_scene *scene = self->scene;
    const gf_theme *theme = scene->theme;
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(layout, layer, &left, &right);
    const gf_point place = number_place(self, layer, 0.5f * (left + right));
    gf_label label = {.x = place.x, .y = place.y, .size = layout->font, .align = GF_ALIGN_CENTRE};
    label.color = gf_color_mix(theme->text_dim, theme->text, layer_lit(layer, scene));
    if (layer == scene->hover_layer) {
        label.color = theme->accent;
        label.bold = true;
    }
    const int digits = snprintf(label.text, sizeof label.text, "%d", layer);
    const float most = layout->image.x + layout->image.width - 0.25f * (float)digits * layout->font;
    if (digits > 3) label.x = fminf(label.x, most); /* stay inside the panel */
    gf_label_add(self->labels, label);
}

static bool is_visible(const gf_stage_layout *layout, int32_t layer)
{
    const double middle = layer + 0.5;
    return middle >= layout->from && middle <= layout->from + layout->layers;
}

static void label_numbers(const word_drawing *self)
{
    const gf_stage_layout *layout = self->layout;
    const gf_scene *scene = self->scene;
    const int32_t depth = layout->depth, hover = scene->hover_layer;
    const int digits = snprintf(NULL, 0, "%d", depth);
    const float apart_by = layout->perspective ? 1.6f : 1.0f; /* the far ones stand closer */
    const float room = apart_by * ((float)digits * DIGIT_WIDTH + 0.7f) * layout->font;
    gf_layer_ticks ticks;
    gf_layer_ticks_make(gf_stage_first(layout), gf_stage_last(layout), depth,
                        layout->image.width / room, &ticks);
    for (int32_t i = 0; i < ticks.count; i++) {
        const float apart = fabsf((float)(ticks.layers[i] - hover)) * layout->slot;
        const bool free_of_hover = hover < 1 || apart >= room;
        if (free_of_hover && is_visible(layout, ticks.layers[i]))
            label_number(self, ticks.layers[i]);
    }
    if (hover >= 1 && hover <= depth && is_visible(layout, hover)) label_number(self, hover);
}

static void label_strip(const gf_stage_layout *layout, const gf_scene *scene, gf_label_list *labels)
{
    if (layout->strip_height == 0 || layout->perspective) return;
    if (layout->image.width < STRIP_WIDTH * scene->scale) return;
    gf_label label = {.x = layout->image.x + 6.0f * scene->scale,
                      .size = 13.0f * scene->scale,
                      .color = scene->theme->text_dim};
    label.y =
        layout->image.y + layout->image.height - (float)layout->strip_height + 10.0f * scene->scale;
    const float right = label.x + STRIP_NAME * scene->scale;
    const float backward = gf_stage_slot_x(layout, (double)scene->front);
    const float forward = gf_stage_slot_x(layout, (double)scene->forward);
    if ((backward > label.x && backward < right) || (forward > label.x && forward < right)) return;
    snprintf(label.text, sizeof label.text, "density of activations, then of log |∂L/∂z|");
    gf_label_add(labels, label);
}

void gf_stage_words(const gf_stage_layout *layout, const gf_bands *bands, const gf_summary *summary,
                    const gf_scene *scene, gf_rect rect, gf_label_list *labels)
{
    const word_drawing self = {layout, bands, summary, scene, labels};
    label_head(layout, scene, labels);
    label_wave(layout, scene, rect, labels);
    label_numbers(&self);
    label_strip(layout, scene, labels);
}
