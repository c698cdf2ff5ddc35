/* Edges, the strongest drawn last. An edge lights up with the layer it leads into; exactly zero is
 * no edge at all. */
#include "view/stage_edges.h"

#include <math.h>

#include "view/palette.h"
#include "view/range.h"
#include "view/stage_paint.h"

#define SCALE_OCTAVES 13.3 /* four decades, the narrowest scale */
#define FAINTEST      0.1
#define WIDTH_MAX     4.5f /* design pixels */
#define INPUT_CELL    0.5f /* of the width of a layer's cells */

typedef struct edge_drawing {
    gf_canvas *canvas;
    const gf_scene *scene;
    const gf_stage_layout *layout;
    const gf_bands *bands;
    gf_range range; /* log2 of all entries */
} edge_drawing;

static double entry_log2(const gf_scene *scene, int32_t layer, int32_t index)
{
    const gf_edges *edges = scene->edges;
    const float *values = edges->values[layer - 1];
    if (!values) return -INFINITY;
    return log2((double)fabsf(values[index])) + (double)edges->exponents[layer - 1];
}

static int32_t entry_count(const gf_scene *scene, int32_t layer)
{
    return gf_spec_fan_out(&scene->run->spec, layer) * gf_spec_fan_in(&scene->run->spec, layer);
}

static gf_range range_of(const gf_scene *scene)
{
    gf_range range = gf_range_none();
    for (int32_t layer = 1; layer <= scene->run->spec.depth; layer++)
        for (int32_t i = 0; i < entry_count(scene, layer); i++)
            range = gf_range_widen(range, entry_log2(scene, layer, i));
    return range;
}

/* 0..1; NaN for what is not finite, -1 for an edge that is not there. */
static double strength_of(const edge_drawing *self, double log2_size)
{
    if (log2_size == -INFINITY) return -1.0;
    if (!isfinite(log2_size)) return NAN;
    const double high = self->range.high, low = fmin(self->range.low, high - SCALE_OCTAVES);
    return FAINTEST + (1.0 - FAINTEST) * (log2_size - low) / (high - low);
}

/* Middle of a unit; layer 0 is the input, spread as layer 1 would be. */
static float unit_y(const edge_drawing *self, int32_t layer, int32_t unit)
{
    const gf_spec *spec = &self->scene->run->spec;
    const gf_band *band = &self->bands->bands[layer > 0 ? layer - 1 : 0];
    gf_band column = *band;
    if (layer == 0) column.cell_count = gf_spec_fan_in(spec, 1);
    const int32_t units = layer > 0 ? gf_spec_fan_out(spec, layer) : column.cell_count;
    int32_t top = 0, bottom = 0;
    gf_band_cell_rows(self->bands, &column, self->scene->scale, unit * column.cell_count / units,
                      &top, &bottom);
    return self->layout->image.y + 0.5f * (float)(top + bottom);
}

static void draw_edge(const edge_drawing *self, int32_t layer, int32_t out, int32_t in,
                      double strength)
{
    float from = 0.0f, to = 0.0f, unused = 0.0f;
    gf_stage_cell_edges(self->layout, layer - 1, &unused, &from);
    gf_stage_cell_edges(self->layout, layer, &to, &unused);
    const gf_theme *theme = self->scene->theme;
    const double lit = gf_stage_lit(layer, self->scene->front);
    const bool odd = isnan(strength);
    const gf_color shade = odd ? theme->not_finite : gf_palette_color(theme, strength);
    const gf_color color =
        gf_color_mix(gf_color_fade(theme->text_dim, 0.16),
                     gf_color_fade(shade, odd ? 1.0 : 0.25 + 0.75 * strength), lit);
    const float thick =
        1.0f + (WIDTH_MAX - 1.0f) * (float)(lit * (odd ? 0.5 : strength * strength));
    const gf_point points[2] = {{from, unit_y(self, layer - 1, in)},
                                {to, unit_y(self, layer, out)}};
    gf_canvas_line(self->canvas, points, 2, thick * self->scene->scale, color);
}

/* Those of a layer with low <= strength < high. NaN is the strongest. */
static void draw_layer(const edge_drawing *self, int32_t layer, double low, double high)
{
    const int32_t inputs = gf_spec_fan_in(&self->scene->run->spec, layer);
    for (int32_t i = 0; i < entry_count(self->scene, layer); i++) {
        const double strength = strength_of(self, entry_log2(self->scene, layer, i));
        const double rank = isnan(strength) ? 1.0 : strength;
        if (rank >= low && rank < high) draw_edge(self, layer, i / inputs, i % inputs, strength);
    }
}

static void draw_inputs(const edge_drawing *self)
{
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(self->layout, 0, &left, &right);
    const float size = INPUT_CELL * (right - left),
                half = 0.5f * fminf(size, 10.0f * self->scene->scale);
    for (int32_t unit = 0; unit < gf_spec_fan_in(&self->scene->run->spec, 1); unit++)
        gf_canvas_rect(self->canvas,
                       (gf_rect){right - size, unit_y(self, 0, unit) - half, size, 2.0f * half},
                       gf_color_fade(self->scene->theme->text_dim, 0.6));
}

void gf_stage_edges_draw(gf_canvas *canvas, const gf_scene *scene, const gf_stage_layout *layout,
                         const gf_bands *bands)
{
    const edge_drawing self = {canvas, scene, layout, bands, range_of(scene)};
    if (bands->count != scene->run->spec.depth) return;
    draw_inputs(&self);
    if (gf_range_is_empty(self.range)) return;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t layer = 1; layer <= scene->run->spec.depth; layer++)
            draw_layer(&self, layer, 0.65 * pass, pass ? INFINITY : 0.65);
}
