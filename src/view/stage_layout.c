/* Sizes below are in design pixels, as on a screen 1080 high; the scale makes framebuffer pixels of
 * them. */
#include "view/stage_layout.h"

#include <math.h>

#define MARGIN 26.0f
#define HEAD   64.0f /* words above the columns */
#define FOOT   50.0f /* numbers below */
#define FONT   15.0f
#define COLUMNS_SLOT                                                                               \
    20.0f /* narrower than this and there is no room for a histogram beside the cells */
#define NARROW_SLOT    3.0f /* framebuffer pixels: a cell, a gap */
#define CELL_WIDTH_MAX 44.0f
#define STRIP_SHARE    0.26f

static void place_columns(gf_stage_layout *layout, const gf_scene *scene)
{
    const float most = CELL_WIDTH_MAX * scene->scale;
    layout->cell_width = fminf((scene->show_histograms ? 0.36f : 0.6f) * layout->slot, most);
    if (scene->show_histograms) layout->histogram_width = fminf(0.46f * layout->slot, 3.0f * most);
}

static gf_stage_mode mode_of(float slot, float scale)
{
    if (slot >= COLUMNS_SLOT * scale) return GF_STAGE_COLUMNS;
    return slot >= NARROW_SLOT ? GF_STAGE_NARROW : GF_STAGE_TEXELS;
}

gf_stage_layout gf_stage_layout_make(const gf_scene *scene, gf_rect rect)
{
    const float scale = scene->scale, margin = MARGIN * scale;
    const float top = ceilf(rect.y + HEAD * scale),
                bottom = floorf(rect.y + rect.height - FOOT * scale);
    gf_stage_layout layout = {.depth = scene->run ? scene->run->spec.depth : 0,
                              .head_y = rect.y + 26.0f * scale,
                              .number_y = bottom + 26.0f * scale,
                              .font = FONT * scale};
    layout.image =
        (gf_rect){ceilf(rect.x + margin), top, fmaxf(floorf(rect.width - 2.0f * margin), 1.0f),
                  fmaxf(bottom - top, 1.0f)};
    layout.slot = layout.image.width / (float)(layout.depth > 0 ? layout.depth : 1);
    layout.mode = mode_of(layout.slot, scale);
    layout.cells_height = (int32_t)layout.image.height;
    layout.cell_width =
        layout.mode == GF_STAGE_TEXELS ? layout.slot : layout.slot - ceilf(0.2f * layout.slot);
    if (layout.mode == GF_STAGE_COLUMNS) {
        place_columns(&layout, scene);
    } else if (scene->show_histograms) {
        layout.strip_height = (int32_t)(STRIP_SHARE * layout.image.height);
        layout.cells_height -= layout.strip_height + (int32_t)(12.0f * scale);
    }
    if (layout.cells_height < 1) layout.cells_height = 1;
    return layout;
}

float gf_stage_slot_x(const gf_stage_layout *layout, double layer)
{
    return layout->image.x +
           (float)((layer - 1.0) * layout->image.width / (layout->depth > 0 ? layout->depth : 1));
}

void gf_stage_cell_edges(const gf_stage_layout *layout, int32_t layer, float *left, float *right)
{
    const float slot_x = gf_stage_slot_x(layout, layer);
    const float margin = 0.5f * (layout->slot - layout->cell_width - layout->histogram_width);
    *left = rintf(slot_x + fmaxf(margin, 0.0f));
    *right = fmaxf(rintf(slot_x + fmaxf(margin, 0.0f) + layout->cell_width), *left + 1.0f);
}
