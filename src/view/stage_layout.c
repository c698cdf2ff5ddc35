/* Sizes below are in design pixels, as on a screen 1080 high; the scale makes framebuffer pixels of
 * them. */
#include "view/stage_layout.h"

#include <math.h>
#include <string.h>

#define MARGIN 26.0f
#define HEAD   64.0f /* words above the columns */
#define FOOT   50.0f /* numbers below */
#define FONT   15.0f
#define COLUMNS_SLOT                                                                               \
    20.0f /* narrower than this and there is no room for a histogram beside the cells */
#define NARROW_SLOT     6.0f /* framebuffer pixels: with less, gaps are a screen over the cells */
#define CELL_WIDTH_MAX  44.0f
#define SOLID_WIDTH_MAX 110.0f /* in perspective, where a few thin columns would leave it empty */
#define STRIP_SHARE     0.26f
#define RELIEF_SHARE    0.22f /* of the height of the columns */
#define RELIEF_MAX      130.0f
#define MINIMAP         18.0f
#define MINIMAP_GAP     18.0f /* between the numbers and the map, and below it */

/* In perspective the columns would stand in front of them. */
static bool has_histograms(const gf_scene *scene)
{
    return scene->show_histograms && !scene->perspective;
}

static void place_columns(gf_stage_layout *layout, const gf_scene *scene)
{
    const float most = (scene->perspective ? SOLID_WIDTH_MAX : CELL_WIDTH_MAX) * scene->scale;
    const bool beside = has_histograms(scene) && !layout->lead; /* edges have that room */
    layout->cell_width = fminf((beside ? 0.36f : layout->lead ? 0.3f : 0.6f) * layout->slot, most);
    if (beside) layout->histogram_width = fminf(0.46f * layout->slot, 3.0f * most);
}

static gf_stage_mode mode_of(float slot, float scale)
{
    if (slot >= COLUMNS_SLOT * scale) return GF_STAGE_COLUMNS;
    return slot >= NARROW_SLOT ? GF_STAGE_NARROW : GF_STAGE_TEXELS;
}

static void place_layers(gf_stage_layout *layout, const gf_scene *scene)
{
    const gf_layer_span span = gf_layer_span_resolve(scene->visible, layout->depth);
    const bool edges =
        scene->edges && !scene->perspective && scene->run && gf_edges_suit(&scene->run->spec);
    layout->lead = edges && gf_layer_span_is_whole(span, layout->depth);
    layout->from = span.first - layout->lead;
    layout->layers = gf_layer_span_layers(span) + layout->lead;
    layout->slot = (float)(layout->image.width / layout->layers);
}

static void place_minimap(gf_stage_layout *layout, gf_rect rect, float scale)
{
    const float height = rintf(MINIMAP * scale);
    layout->minimap = (gf_rect){layout->image.x,
                                rintf(rect.y + rect.height - 0.7f * MINIMAP_GAP * scale - height),
                                layout->image.width, height};
}

gf_stage_layout gf_stage_layout_make(const gf_scene *scene, gf_rect rect)
{
    const float scale = scene->scale, margin = MARGIN * scale;
    const int32_t depth = scene->run ? scene->run->spec.depth : 0;
    const bool whole = gf_layer_span_is_whole(scene->visible, depth);
    const float map = whole ? 0.0f : (MINIMAP + MINIMAP_GAP) * scale;
    const float top = ceilf(rect.y + HEAD * scale),
                bottom = floorf(rect.y + rect.height - FOOT * scale - map);
    gf_stage_layout layout = {.depth = depth,
                              .head_y = rect.y + 26.0f * scale,
                              .number_y = bottom + 26.0f * scale,
                              .font = FONT * scale};
    layout.image =
        (gf_rect){ceilf(rect.x + margin), top, fmaxf(floorf(rect.width - 2.0f * margin), 1.0f),
                  fmaxf(bottom - top, 1.0f)};
    place_layers(&layout, scene);
    if (!whole) place_minimap(&layout, rect, scale);
    layout.mode = mode_of(layout.slot, scale);
    layout.cells_height = (int32_t)layout.image.height;
    layout.cell_width =
        layout.mode == GF_STAGE_TEXELS ? layout.slot : layout.slot - ceilf(0.2f * layout.slot);
    if (layout.mode == GF_STAGE_COLUMNS) {
        place_columns(&layout, scene);
    } else if (has_histograms(scene) && !layout.lead) {
        layout.strip_height = (int32_t)(STRIP_SHARE * layout.image.height);
        layout.cells_height -= layout.strip_height + (int32_t)(12.0f * scale);
    }
    if (layout.cells_height < 1) layout.cells_height = 1;
    layout.perspective = scene->perspective;
    if (scene->perspective)
        layout.camera = gf_camera_make(layout.image, scene->angle, gf_stage_relief(&layout, scale));
    return layout;
}

bool gf_stage_layout_same(const gf_stage_layout *one, const gf_stage_layout *other)
{
    return one->mode == other->mode && one->depth == other->depth && one->from == other->from &&
           one->layers == other->layers && one->lead == other->lead &&
           memcmp(&one->image, &other->image, sizeof one->image) == 0 &&
           one->cells_height == other->cells_height && one->strip_height == other->strip_height &&
           one->perspective == other->perspective && one->cell_width == other->cell_width &&
           one->histogram_width == other->histogram_width;
}

float gf_stage_slot_x(const gf_stage_layout *layout, double place)
{
    return layout->image.x + (float)((place - layout->from) * layout->image.width / layout->layers);
}

double gf_stage_place(const gf_stage_layout *layout, float x)
{
    return layout->from +
           (double)(x - layout->image.x) * layout->layers / (double)layout->image.width;
}

gf_point gf_stage_project(const gf_stage_layout *layout, float x, float y, float z)
{
    if (!layout->perspective) return (gf_point){x, y};
    return gf_camera_project(&layout->camera, x, y, z);
}

float gf_stage_relief(const gf_stage_layout *layout, float scale)
{
    return fminf(RELIEF_SHARE * (float)layout->cells_height, RELIEF_MAX * scale);
}

int32_t gf_stage_first(const gf_stage_layout *layout)
{
    return (int32_t)fmax(floor(layout->from), 1.0);
}

int32_t gf_stage_last(const gf_stage_layout *layout)
{
    return (int32_t)fmin(ceil(layout->from + layout->layers - 1e-9) - 1.0, layout->depth);
}

void gf_stage_cell_edges(const gf_stage_layout *layout, int32_t layer, float *left, float *right)
{
    const float slot_x = gf_stage_slot_x(layout, layer);
    const float margin = 0.5f * (layout->slot - layout->cell_width - layout->histogram_width);
    *left = rintf(slot_x + fmaxf(margin, 0.0f));
    *right = fmaxf(rintf(slot_x + fmaxf(margin, 0.0f) + layout->cell_width), *left + 1.0f);
}
