/* Edges, the strong ones drawn last. An edge lights up with the layer it leads into; exactly zero
 * is no edge at all. */
#include "view/stage_edges.h"

#include <math.h>

#include "view/palette.h"
#include "view/range.h"
#include "view/stage_paint.h"

#define SCALE_OCTAVES 13.3 /* four decades, the narrowest scale */
#define FAINTEST      0.1
#define WIDTH_MAX     3.6f /* design pixels */
#define STRONG        0.4
#define INPUT_CELL    0.5f /* of the width of a layer's cells */

typedef struct edge_drawing {
    gf_canvas *canvas;
    const gf_scene *scene;
    const gf_stage_layout *layout;
    const gf_bands *bands;
    gf_range range;                     /* log2 of all entries */
    double largest[GF_EDGES_DEPTH_MAX]; /* of a layer */
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

static void measure(edge_drawing *self)
{
    self->range = gf_range_none();
    for (int32_t layer = 1; layer <= self->scene->run->spec.depth; layer++) {
        gf_range range = gf_range_none();
        for (int32_t i = 0; i < entry_count(self->scene, layer); i++)
            range = gf_range_widen(range, entry_log2(self->scene, layer, i));
        self->range = gf_range_join(self->range, range);
        self->largest[layer - 1] = range.high;
    }
}

/* Place in the magnitude map; NaN for what is not finite. */
static double strength_of(const edge_drawing *self, double log2_size)
{
    if (!isfinite(log2_size)) return NAN;
    const double high = self->range.high, low = fmin(self->range.low, high - SCALE_OCTAVES);
    return FAINTEST + (1.0 - FAINTEST) * (log2_size - low) / (high - low);
}

/* 0..1 of the largest entry of the layer; what is not finite is the largest. */
static double share_of(const edge_drawing *self, int32_t layer, double log2_size)
{
    return isfinite(log2_size) ? exp2(log2_size - self->largest[layer - 1]) : 1.0;
}

/* Middle of a unit; layer 0 is the input, spread as layer 1 would be. */
static float unit_y(const edge_drawing *self, int32_t layer, int32_t unit)
{
    const gf_spec *spec = &self->scene->run->spec;
    const gf_column *band = &self->bands->bands[layer > 0 ? layer - 1 : 0];
    gf_column column = *band;
    if (layer == 0) column.cell_count = gf_spec_fan_in(spec, 1);
    const int32_t units = layer > 0 ? gf_spec_fan_out(spec, layer) : column.cell_count;
    int32_t top = 0, bottom = 0;
    gf_band_cell_rows(self->bands, &column, self->scene->scale, unit * column.cell_count / units,
                      &top, &bottom);
    return self->layout->image.y + 0.5f * (float)(top + bottom);
}

/* Colour says how large the gradient is in the network, width and strength how large in its layer.
 */
static void draw_edge(const edge_drawing *self, int32_t layer, int32_t index, double log2_size)
{
    const int32_t inputs = gf_spec_fan_in(&self->scene->run->spec, layer);
    const gf_theme *theme = self->scene->theme;
    const double lit = gf_stage_lit(layer, self->scene->front);
    const double strength = strength_of(self, log2_size), share = share_of(self, layer, log2_size);
    const gf_color shade = gf_color_fade(gf_palette_color(theme, strength), 0.2 + 0.8 * share);
    float from = 0.0f, to = 0.0f, unused = 0.0f;
    gf_stage_cell_edges(self->layout, layer - 1, &unused, &from);
    gf_stage_cell_edges(self->layout, layer, &to, &unused);
    const float thick = 1.0f + (WIDTH_MAX - 1.0f) * (float)(lit * share);
    const gf_point points[2] = {{from, unit_y(self, layer - 1, index % inputs)},
                                {to, unit_y(self, layer, index / inputs)}};
    gf_canvas_line(self->canvas, points, 2, thick * self->scene->scale,
                   gf_color_mix(gf_color_fade(theme->text_dim, 0.16), shade, lit));
}

/* Those of a layer with low <= share < high; the strong ones lie over the weak. */
static void draw_layer(const edge_drawing *self, int32_t layer, double low, double high)
{
    for (int32_t i = 0; i < entry_count(self->scene, layer); i++) {
        const double log2_size = entry_log2(self->scene, layer, i);
        const double share = share_of(self, layer, log2_size);
        if (log2_size != -INFINITY && share >= low && share < high)
            draw_edge(self, layer, i, log2_size);
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
    edge_drawing self = {.canvas = canvas, .scene = scene, .layout = layout, .bands = bands};
    if (bands->count != scene->run->spec.depth) return;
    measure(&self);
    draw_inputs(&self);
    for (int pass = 0; pass < 2; pass++)
        for (int32_t layer = 1; layer <= scene->run->spec.depth; layer++)
            draw_layer(&self, layer, STRONG * pass, pass ? INFINITY : STRONG);
}
