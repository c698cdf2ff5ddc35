/* Steps of equal colour are one rectangle: thousands of layers are a few hundred of them. */
#include "view/stage_minimap.h"

#include <math.h>

#include "view/palette.h"
#include "view/stage_histogram.h"

#define STEP 2.0f /* pixels */

/* The largest delta of the layers between two places; NaN wins, and what has not come is nothing.
 */
static double largest(const gf_summary *summary, int32_t first, int32_t last)
{
    double most = -INFINITY;
    for (int32_t layer = first; layer <= last; layer++) {
        const double delta = gf_summary_delta(summary, layer);
        most = delta > most || isnan(delta) ? delta : most;
    }
    return most;
}

static gf_color step_color(const gf_scene *scene, const gf_summary *summary,
                           const gf_stage_paint *paint, int32_t first, int32_t last)
{
    if (first < summary->first_ready || (float)last < scene->front) return scene->theme->unlit;
    return gf_stage_shade(paint, summary, largest(summary, first, last));
}

static void draw_strip(gf_canvas *canvas, const gf_scene *scene, gf_rect map,
                       const gf_summary *summary, const gf_stage_paint *paint)
{
    const int32_t depth = scene->run->spec.depth;
    const double layers = depth * (double)(STEP / map.width);
    gf_color before = 0;
    float start = 0.0f;
    for (float x = 0.0f; x < map.width; x += STEP) {
        const double place = 1.0 + (double)(x / STEP) * layers;
        const int32_t first = (int32_t)fmin(floor(place + 1e-9), depth);
        const int32_t last = (int32_t)fmin(fmax(ceil(place + layers - 1e-9) - 1.0, first), depth);
        const gf_color color = step_color(scene, summary, paint, first, last);
        if (x > 0.0f && color == before) continue;
        gf_canvas_rect(canvas, (gf_rect){map.x + start, map.y, x - start, map.height}, before);
        before = color;
        start = x;
    }
    gf_canvas_rect(canvas, (gf_rect){map.x + start, map.y, map.width - start, map.height}, before);
}

static void draw_frame(gf_canvas *canvas, gf_rect rect, float thick, gf_color color)
{
    const float right = rect.x + rect.width, bottom = rect.y + rect.height;
    gf_canvas_rect(canvas, (gf_rect){rect.x, rect.y, rect.width, thick}, color);
    gf_canvas_rect(canvas, (gf_rect){rect.x, bottom - thick, rect.width, thick}, color);
    gf_canvas_rect(canvas, (gf_rect){rect.x, rect.y, thick, rect.height}, color);
    gf_canvas_rect(canvas, (gf_rect){right - thick, rect.y, thick, rect.height}, color);
}

void gf_stage_minimap_draw(gf_canvas *canvas, const gf_scene *scene, const gf_stage_layout *layout,
                           const gf_summary *summary, const gf_stage_paint *paint)
{
    const gf_rect map = layout->minimap;
    const gf_theme *theme = scene->theme;
    const float unit = map.width / (float)layout->depth,
                thick = fmaxf(rintf(2.0f * scene->scale), 1.0f);
    const float left = map.x + (float)(layout->from - 1.0) * unit;
    const float width = fmaxf((float)layout->layers * unit, 3.0f * thick);
    draw_strip(canvas, scene, map, summary, paint);
    const gf_color veil = gf_color_fade(theme->stage, 0.55);
    gf_canvas_rect(canvas, (gf_rect){map.x, map.y, fmaxf(left - map.x, 0.0f), map.height}, veil);
    gf_canvas_rect(
        canvas,
        (gf_rect){left + width, map.y, fmaxf(map.x + map.width - left - width, 0.0f), map.height},
        veil);
    draw_frame(
        canvas,
        (gf_rect){left - thick, map.y - thick, width + 2.0f * thick, map.height + 2.0f * thick},
        thick, theme->text);
}
