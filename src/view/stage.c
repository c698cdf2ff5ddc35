/* The stage: columns, the wave over them, and the words around. */
#include "view/view_internal.h"

#include <math.h>

#include "view/palette.h"
#include "view/stage_edges.h"
#include "view/stage_minimap.h"
#include "view/stage_words.h"

#define RADIUS       10.0f /* of the panel; design pixels like all below */
#define BAR_WIDTH    3.0f
#define BAR_OVERHANG 10.0f
#define TRAIL_WIDTH  42.0f
#define PICKS        4

typedef struct gf_wave {
    double place; /* on the layer axis */
    double alpha;
    gf_color color;
    bool leftward;
} gf_wave;

/* A wave comes out of one end and goes into the other: it is not there before or after. */
static double wave_alpha(double share)
{
    return fmin(fmax(fmin(share, 1.0 - share) / 0.008, 0.0), 1.0);
}

/* Where the wave of the gradient, or that of the activations, is on screen. */
static float wave_x(const gf_stage_layout *layout, double place)
{
    if (layout->mode == GF_STAGE_TEXELS) return gf_stage_slot_x(layout, place);
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(layout, 1, &left, &right);
    return gf_stage_slot_x(layout, place) + (left - gf_stage_slot_x(layout, 1.0)) * 0.5f;
}

/* A standing rectangle of the flat stage, pulled out by z, as the camera sees it. */
static void draw_upright(gf_canvas *canvas, const gf_stage_layout *layout, gf_rect rect, float z,
                         gf_color left, gf_color right)
{
    const float x1 = rect.x + rect.width, y1 = rect.y + rect.height;
    if (!layout->perspective) {
        gf_canvas_gradient(canvas, rect, left, right);
        return;
    }
    const gf_point corners[4] = {
        gf_stage_project(layout, rect.x, rect.y, z), gf_stage_project(layout, x1, rect.y, z),
        gf_stage_project(layout, x1, y1, z), gf_stage_project(layout, rect.x, y1, z)};
    gf_canvas_quad(canvas, corners, (const gf_color[4]){left, right, right, left});
}

/* In perspective the front of a wave is a pane as deep as the columns stand out. */
static void draw_pane(gf_canvas *canvas, const gf_stage_layout *layout, float x, float relief,
                      gf_rect rect, gf_color color)
{
    const float y1 = rect.y + rect.height;
    const gf_point corners[4] = {
        gf_stage_project(layout, x, rect.y, 0.0f), gf_stage_project(layout, x, rect.y, relief),
        gf_stage_project(layout, x, y1, relief), gf_stage_project(layout, x, y1, 0.0f)};
    const gf_color pale = gf_color_fade(color, 0.35);
    gf_canvas_quad(canvas, corners, (const gf_color[4]){pale, pale, pale, pale});
    gf_canvas_line(canvas, corners + 1, 2, rect.width, color);
}

/* A bar at x and the glow it leaves behind, to the right of a wave that goes left. */
static void draw_wave(gf_canvas *canvas, const gf_stage_layout *layout, const gf_scene *scene,
                      gf_wave wave)
{
    const gf_rect image = layout->image;
    const float x = wave_x(layout, wave.place), overhang = BAR_OVERHANG * scene->scale;
    if (wave.alpha <= 0.0 || x < image.x - 1.0f || x > image.x + image.width + 1.0f) return;
    const float trail =
        fmaxf(TRAIL_WIDTH * scene->scale, fminf(layout->slot, 120.0f * scene->scale));
    const float room = wave.leftward ? image.x + image.width - x : x - image.x;
    const float width = fmaxf(fminf(trail, room), 0.0f), bar = BAR_WIDTH * scene->scale;
    const float y = image.y - overhang, height = image.height + 2.0f * overhang;
    const gf_color glow = gf_color_fade(wave.color, 0.30 * wave.alpha), none = wave.color & ~0xffu;
    const gf_color color = gf_color_fade(wave.color, wave.alpha);
    draw_upright(canvas, layout, (gf_rect){wave.leftward ? x : x - width, y, width, height}, 0.0f,
                 wave.leftward ? glow : none, wave.leftward ? none : glow);
    if (layout->perspective)
        draw_pane(canvas, layout, x, gf_stage_relief(layout, scene->scale),
                  (gf_rect){x, y, bar, height}, color);
    else
        gf_canvas_rect(canvas, (gf_rect){x - 0.5f * bar, y, bar, height}, color);
}

static void draw_waves(gf_canvas *canvas, const gf_stage_layout *layout, const gf_scene *scene)
{
    const double depth = layout->depth;
    const gf_wave backward = {scene->front, wave_alpha((depth + 1.0 - scene->front) / depth),
                              scene->theme->accent, true};
    const gf_wave forward = {scene->forward + 1.0, wave_alpha(scene->forward / depth),
                             scene->theme->forward, false};
    draw_wave(canvas, layout, scene, forward);
    draw_wave(canvas, layout, scene, backward);
}

static void draw_hover(gf_canvas *canvas, const gf_side *side, const gf_stage_layout *layout,
                       const gf_scene *scene)
{
    const gf_rect image = layout->image;
    if (scene->hover_layer < 1 || scene->hover_layer > layout->depth) return;
    const float left = fmaxf(gf_stage_slot_x(layout, scene->hover_layer), image.x);
    const float right =
        fminf(gf_stage_slot_x(layout, scene->hover_layer + 1.0), image.x + image.width);
    if (right <= left) return;
    const gf_color veil = gf_color_fade(scene->theme->text, layout->perspective ? 0.25 : 0.10);
    const gf_rect place = {left, image.y, fmaxf(right - left, 1.5f), (float)image.height};
    const float z = layout->perspective
                        ? gf_slabs_height(&side->bands, &side->summary, scene, scene->hover_layer)
                        : 0.0f;
    draw_upright(canvas, layout, place, z, veil, veil);
}

/* Bring the side's image up to the scene. False: no memory, or too large for OpenGL. */
static bool paint(gf_side *side, const gf_target *target, const gf_scene *scene,
                  const gf_stage_layout *layout)
{
    const int32_t width = (int32_t)layout->image.width, height = (int32_t)layout->image.height;
    bool kept = false;
    if (!gf_bands_update(&side->bands, scene->run, &side->summary, layout)) return false;
    if (!gf_image_resize(&side->image, target, width, height, &kept)) return false;
    if (!kept) gf_stage_paint_forget(&side->bands);
    gf_stage_paint_update(&side->paint, &side->image, &side->bands, &side->summary, scene);
    return true;
}

static void draw_picture(gf_view *view, gf_side *side, const gf_scene *scene,
                         const gf_stage_layout *layout)
{
    if (!layout->perspective) {
        gf_image_draw(&side->image, &view->target, (int32_t)layout->image.x,
                      (int32_t)layout->image.y);
        return;
    }
    gf_image_upload(&side->image);
    gf_slabs_draw(&view->slabs, &layout->camera, &side->image, &side->bands, &side->summary, scene,
                  &view->target);
}

/* A bar over the layers that have something of their own. */
static void draw_overrides(gf_canvas *canvas, const gf_stage_layout *layout, const gf_scene *scene)
{
    const gf_spec *spec = &scene->run->spec;
    const gf_rect image = layout->image;
    const gf_color color = scene->theme->theory;
    for (int32_t i = 0; i < spec->override_count; i++) {
        const gf_override *at = &spec->overrides[i];
        const float left = fmaxf(gf_stage_slot_x(layout, at->first), image.x);
        const float right = fminf(gf_stage_slot_x(layout, at->last + 1.0), image.x + image.width);
        if (right <= left) continue;
        draw_upright(canvas, layout,
                     (gf_rect){left, image.y - 7.0f * scene->scale, fmaxf(right - left, 2.0f),
                               3.0f * scene->scale},
                     0.0f, color, color);
    }
}

static void draw_columns(gf_view *view, gf_side *side, const gf_scene *scene,
                         const gf_stage_layout *layout)
{
    gf_canvas_flush(&view->canvas); /* a copy does not wait for its turn */
    draw_picture(view, side, scene, layout);
    if (layout->lead) gf_stage_edges_draw(&view->canvas, scene, layout, &side->bands);
    draw_overrides(&view->canvas, layout, scene);
    draw_hover(&view->canvas, side, layout, scene);
    draw_waves(&view->canvas, layout, scene);
}

void gf_view_stage(gf_view *view, const gf_scene *scene, gf_rect rect, gf_label_list *labels)
{
    const gf_theme *theme = scene->theme;
    gf_side *side = &view->sides[scene->side == 1];
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    gf_view_panel(view, rect, RADIUS * scene->scale, theme->stage, theme->panel_border);
    gf_view_lay_backdrop(view);
    if (!gf_side_follow(side, scene->run, scene->spread)) return;
    if (!paint(side, &view->target, scene, &layout)) return;
    draw_columns(view, side, scene, &layout);
    if (layout.minimap.height > 0.0f)
        gf_stage_minimap_draw(&view->canvas, scene, &layout, &side->summary, &side->paint);
    gf_stage_words(&layout, &side->bands, &side->summary, scene, rect, labels);
}

static bool has(gf_rect rect, float x, float y)
{
    return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

/* The front of a column is nearer than the picture: a guess by what is seen at the picture's depth,
 * then at that of the column found there, and so on. */
static bool pick(const gf_view *view, const gf_scene *scene, const gf_stage_layout *layout,
                 gf_point *point)
{
    const gf_point seen = *point;
    if (!gf_camera_pick(&layout->camera, seen.x, seen.y, 0.0f, point)) return false;
    const gf_side *side = view ? &view->sides[scene->side == 1] : NULL;
    if (!side || !gf_stage_layout_same(&side->bands.layout, layout)) return true;
    for (int i = 0; i < PICKS; i++) {
        const double place = fmin(fmax(gf_stage_place(layout, point->x), 1.0), layout->depth);
        const float height = gf_slabs_height(&side->bands, &side->summary, scene, (int32_t)place);
        if (!gf_camera_pick(&layout->camera, seen.x, seen.y, height, point)) return false;
    }
    return true;
}

double gf_view_stage_place(const gf_view *view, const gf_scene *scene, gf_rect rect, float x,
                           float y)
{
    if (!scene->run || scene->run->spec.depth < 1) return 0.0;
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    gf_point point = {x, y};
    if (layout.perspective && !pick(view, scene, &layout, &point)) return 0.0;
    const double place = gf_stage_place(&layout, point.x);
    return has(layout.image, point.x, point.y) && place >= 1.0 ? place : 0.0;
}

int32_t gf_view_stage_layer(const gf_view *view, const gf_scene *scene, gf_rect rect, float x,
                            float y)
{
    const double place = gf_view_stage_place(view, scene, rect, x, y);
    return place < 1.0 ? 0 : (int32_t)fmin(place, scene->run->spec.depth);
}

double gf_view_stage_layers_per_pixel(const gf_scene *scene, gf_rect rect)
{
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    return layout.layers / (double)layout.image.width;
}

double gf_view_minimap_place(const gf_scene *scene, gf_rect rect, float x, float y)
{
    if (!scene->run || scene->run->spec.depth < 1) return 0.0;
    const gf_stage_layout layout = gf_stage_layout_make(scene, rect);
    if (!has(layout.minimap, x, y)) return 0.0;
    return 1.0 + (double)((x - layout.minimap.x) / layout.minimap.width) * layout.depth;
}
