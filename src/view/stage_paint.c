/* Cells, and which bands need paint; stage_histogram.c paints what stands beside and below them. */
#include "view/stage_paint.h"

#include <math.h>

#include "view/palette.h"
#include "view/stage_histogram.h"

#define OUTLINE_CELL 4 /* pixels a cell needs each way to be drawn hollow */

double gf_stage_lit(double layer, double front)
{
    return fmin(fmax(layer + 1.0 - front, 0.0), 1.0);
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
    for (int32_t y = top; y < bottom; y++) {
        uint32_t *row = image->pixels + (size_t)y * (size_t)image->width;
        for (int32_t x = left; x < right; x++)
            row[x] = pixel;
    }
}

gf_color gf_stage_shade(const gf_stage_paint *paint, const gf_summary *summary, double delta_log2)
{
    const double position = gf_summary_position(summary, delta_log2);
    if (isnan(position)) return paint->theme->not_finite;
    if (delta_log2 == -INFINITY) return paint->theme->zero;
    return paint->shades[(int)(position * (GF_SHADES - 1) + 0.5)];
}

/* A gradient of exactly zero is no faint gradient: the cell is hollow, or a hole where it is too
 * small for that. */
static void paint_hollow(gf_image *image, const gf_stage_paint *paint, const gf_band *band,
                         int32_t top, int32_t bottom, gf_color outline)
{
    const int32_t left = band->cell_left, right = band->cell_right;
    const int32_t edge = right - left >= OUTLINE_CELL && bottom - top >= OUTLINE_CELL;
    if (edge) fill(image, left, top, right, bottom, outline);
    fill(image, left + edge, top + edge, right - edge, bottom - edge, paint->theme->stage);
}

static void paint_cells(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                        const gf_band *band, const gf_summary *summary, double lit)
{
    const float *cells = bands->cells + (band - bands->bands) * bands->stride;
    const gf_color unlit = paint->theme->unlit;
    for (int32_t cell = 0; cell < band->cell_count; cell++) {
        int32_t top = 0, bottom = 0;
        gf_band_cell_rows(bands, band, paint->scale, cell, &top, &bottom);
        const gf_color shade = lit > 0.0 ? gf_stage_shade(paint, summary, cells[cell]) : unlit;
        const gf_color color = lit > 0.0 && lit < 1.0 ? gf_color_mix(unlit, shade, lit) : shade;
        if (lit > 0.0 && cells[cell] == -INFINITY)
            paint_hollow(image, paint, band, top, bottom, color);
        else
            fill(image, band->cell_left, top, band->cell_right, bottom, color);
    }
}

static void paint_band(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                       const gf_band *band, const gf_summary *summary, double lit)
{
    fill(image, band->left, 0, band->right, image->height, paint->theme->stage);
    paint_cells(paint, image, bands, band, summary, lit);
    if (!band->ready) return;
    if (bands->layout.strip_height > 0)
        gf_stage_paint_strip(paint, image, bands, band, summary, lit);
    else if (bands->layout.histogram_width > 1.0f)
        gf_stage_paint_histogram(paint, image, bands, band, summary, lit);
}

static void follow_theme(gf_stage_paint *paint, gf_bands *bands, const gf_summary *summary,
                         const gf_scene *scene)
{
    if (paint->theme == scene->theme && paint->scale == scene->scale &&
        paint->scale_number == summary->scale_number)
        return;
    paint->theme = scene->theme;
    paint->scale = scene->scale;
    paint->scale_number = summary->scale_number;
    for (int i = 0; i < GF_SHADES; i++)
        paint->shades[i] = gf_palette_color(scene->theme, (double)i / (GF_SHADES - 1));
    gf_stage_paint_forget(bands);
}

void gf_stage_paint_update(gf_stage_paint *paint, gf_image *image, gf_bands *bands,
                           const gf_summary *summary, const gf_scene *scene)
{
    follow_theme(paint, bands, summary, scene);
    for (int32_t i = 0; i < bands->count; i++) {
        gf_band *band = &bands->bands[i];
        const double lit =
            band->ready ? gf_stage_lit(0.5 * (band->first + band->last), scene->front) : 0.0;
        const int16_t shown = (int16_t)lround(255.0 * lit);
        if (shown == band->shown) continue;
        paint_band(paint, image, bands, band, summary, lit);
        gf_image_touch(image, band->left, band->right);
        band->shown = shown;
    }
}
