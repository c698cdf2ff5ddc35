/* Cells, and which bands need paint; stage_histogram.c paints what stands beside and below them. */
#include "view/stage_paint.h"

#include <math.h>

#include "view/palette.h"
#include "view/stage_histogram.h"

/* Brightest at the front of the forward wave; what stays lit leaves the stage to the gradient. */
#define AFTERGLOW   0.6
#define GLOW_SHARE  0.15 /* of the depth, how long the trail of the wave is */
#define GLOW_LAYERS 4.0

#define OUTLINE_CELL 4 /* pixels a cell needs each way to be drawn hollow */

double gf_stage_lit(double layer, double front)
{
    return fmin(fmax(layer + 1.0 - front, 0.0), 1.0);
}

double gf_stage_glow(double layer, double forward, int32_t depth)
{
    const double behind = forward - layer, trail = fmax(GLOW_SHARE * depth, GLOW_LAYERS);
    if (forward <= 0.0 || behind <= -1.0) return 0.0;
    if (behind < 0.0) return behind + 1.0;
    return fmax(1.0 - (1.0 - AFTERGLOW) * behind / trail, AFTERGLOW);
}

void gf_stage_paint_forget(gf_bands *bands)
{
    for (int32_t i = 0; i < bands->count; i++)
        bands->bands[i].shown = -1;
}

static void fill(gf_image *image, int32_t left, int32_t top, int32_t right, int32_t bottom,
                 gf_color color)
{
    const uint32_t pixel = gf_image_pixel(color);
    const ptrdiff_t down = image->top_down ? image->width : -(ptrdiff_t)image->width;
    uint32_t *row = gf_image_row(image, top);
    for (int32_t y = top; y < bottom; y++, row += down)
        for (int32_t x = left; x < right; x++)
            row[x] = pixel;
}

/* Within what is on screen of the band. */
static void fill_band(gf_image *image, const gf_column *band, int32_t left, int32_t top,
                      int32_t right, int32_t bottom, gf_color color)
{
    fill(image, left > band->left ? left : band->left, top,
         right < band->right ? right : band->right, bottom, color);
}

gf_color gf_stage_shade(const gf_stage_paint *paint, const gf_summary *summary, double delta_log2)
{
    const double position = gf_summary_position(summary, delta_log2);
    if (isnan(position)) return paint->theme->not_finite;
    if (delta_log2 == -INFINITY) return paint->theme->zero;
    return paint->shades[(int)(position * (GF_SHADES - 1) + 0.5)];
}

static gf_color activation_shade(const gf_stage_paint *paint, const gf_summary *summary,
                                 const gf_column *band, float activation)
{
    if (activation == 0.0f) return paint->theme->zero;
    const double size = log2((double)fabsf(activation)) + (double)band->activation_exponent;
    const double position = gf_summary_activation(summary, size);
    if (isnan(position)) return paint->theme->not_finite;
    const gf_color *map = activation < 0.0f && !paint->absolute ? paint->negative : paint->positive;
    return map[(int)(position * (GF_SHADES - 1) + 0.5)];
}

/* Exactly zero is not just little: the cell is hollow, or a hole where it is too small for that. */
static void paint_hollow(gf_image *image, const gf_stage_paint *paint, const gf_column *band,
                         int32_t top, int32_t bottom, gf_color outline)
{
    const int32_t left = band->cell_left, right = band->cell_right;
    const int32_t edge = right - left >= OUTLINE_CELL && bottom - top >= OUTLINE_CELL;
    if (edge) fill_band(image, band, left, top, right, bottom, outline);
    fill_band(image, band, left + edge, top + edge, right - edge, bottom - edge,
              paint->theme->stage);
}

/* What a cell looks like: waiting, then its activation, then its gradient. */
static gf_color cell_color(const gf_stage_paint *paint, const gf_column *band,
                           const gf_summary *summary, float delta, float activation,
                           gf_band_light light)
{
    gf_color color = paint->theme->unlit;
    if (light.lit >= 1.0) return gf_stage_shade(paint, summary, delta);
    if (light.glow > 0.0)
        color = gf_color_mix(color, activation_shade(paint, summary, band, activation), light.glow);
    return light.lit > 0.0 ? gf_color_mix(color, gf_stage_shade(paint, summary, delta), light.lit)
                           : color;
}

static const gf_cell_rows *cell_rows(gf_stage_paint *paint, const gf_bands *bands,
                                     const gf_column *band)
{
    gf_cell_rows *rows = &paint->rows;
    if (rows->count == band->cell_count) return rows;
    rows->count = band->cell_count;
    for (int32_t cell = 0; cell < rows->count; cell++)
        gf_band_cell_rows(bands, band, paint->scale, cell, &rows->top[cell], &rows->bottom[cell]);
    return rows;
}

static void paint_cells(gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                        const gf_column *band, const gf_summary *summary, gf_band_light light)
{
    const ptrdiff_t at = (band - bands->bands) * bands->stride;
    const gf_cell_rows *rows = cell_rows(paint, bands, band);
    for (int32_t cell = 0; cell < band->cell_count; cell++) {
        const float delta = light.lit > 0.0 ? bands->cells[at + cell] : 0.0f;
        const float activation = light.glow > 0.0 ? bands->activations[at + cell] : 1.0f;
        const int32_t top = rows->top[cell], bottom = rows->bottom[cell];
        const gf_color color = cell_color(paint, band, summary, delta, activation, light);
        const bool hollow = light.lit > 0.0 ? delta == -INFINITY : activation == 0.0f;
        if (hollow)
            paint_hollow(image, paint, band, top, bottom, color);
        else
            fill_band(image, band, band->cell_left, top, band->cell_right, bottom, color);
    }
}

/* The first band has the room before it too. */
static int32_t band_start(const gf_bands *bands, const gf_column *band)
{
    return band == bands->bands ? 0 : band->left;
}

static void paint_band(gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                       const gf_column *band, const gf_summary *summary, gf_band_light light)
{
    fill(image, band_start(bands, band), 0, band->right, image->height, paint->theme->stage);
    paint_cells(paint, image, bands, band, summary, light);
    if (!band->ready) return;
    if (bands->layout.strip_height > 0)
        gf_stage_paint_strip(paint, image, bands, band, summary, light);
    else if (bands->layout.histogram_width > 1.0f)
        gf_stage_paint_histogram(paint, image, bands, band, summary, light);
}

static void follow_theme(gf_stage_paint *paint, gf_bands *bands, const gf_summary *summary,
                         const gf_scene *scene)
{
    if (paint->theme == scene->theme && paint->scale == scene->scale &&
        paint->absolute == scene->absolute && paint->scale_number == summary->scale_number)
        return;
    paint->theme = scene->theme;
    paint->scale = scene->scale;
    paint->scale_number = summary->scale_number;
    paint->absolute = scene->absolute;
    for (int i = 0; i < GF_SHADES; i++) {
        const double place = (double)i / (GF_SHADES - 1);
        paint->shades[i] = gf_palette_color(scene->theme, place);
        paint->negative[i] = gf_palette_activation(scene->theme, -place);
        paint->positive[i] = gf_palette_activation(scene->theme, place);
    }
    gf_stage_paint_forget(bands);
}

static gf_band_light light_of(const gf_column *band, const gf_scene *scene)
{
    const double middle = 0.5 * (band->first + band->last);
    if (!band->ready) return (gf_band_light){0.0, 0.0};
    return (gf_band_light){gf_stage_lit(middle, scene->front),
                           gf_stage_glow(middle, scene->forward, scene->run->spec.depth)};
}

void gf_stage_paint_update(gf_stage_paint *paint, gf_image *image, gf_bands *bands,
                           const gf_summary *summary, const gf_scene *scene)
{
    follow_theme(paint, bands, summary, scene);
    paint->rows.count = 0;
    for (int32_t i = 0; i < bands->count; i++) {
        gf_column *band = &bands->bands[i];
        const gf_band_light light = light_of(band, scene);
        /* What cannot be seen under a gradient that is fully lit is no reason to paint. */
        const int32_t lit = (int32_t)lround(255.0 * light.lit);
        const int32_t shown = lit * 256 + (lit < 255 ? (int32_t)lround(255.0 * light.glow) : 0);
        if (shown == band->shown) continue;
        paint_band(paint, image, bands, band, summary, light);
        gf_image_touch(image, band_start(bands, band), band->right);
        band->shown = shown;
    }
}
