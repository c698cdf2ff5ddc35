/* Distributions as pixels. */
#include "view/stage_histogram.h"

#include <math.h>

#include "view/palette.h"

#define WINDOW_OCTAVES   15
#define HEADROOM_OCTAVES 3
#define ACTIVATION_BINS  32 /* pairs of bins: fewer entries than pixels make a ragged line */
#define FILL_ALPHA       0.42
#define LINE_WIDTH       1.3
#define OCTAVES_ABOVE    3.0
#define OCTAVES_BELOW    14.0

typedef struct curve {
    double values[GF_HISTOGRAM_BINS + 2]; /* with a zero at either end; in pixels */
    int count;
} curve;

static curve curve_of_delta(const gf_column *band, double width)
{
    curve made = {.count = HEADROOM_OCTAVES + WINDOW_OCTAVES + 2};
    const int first = GF_HISTOGRAM_BINS - WINDOW_OCTAVES;
    int tail = 0;
    for (int i = 0; i <= first; i++)
        tail += band->octaves[i];
    made.values[1] = width * fmin(tail, 255) / 255.0;
    for (int i = 1; i < WINDOW_OCTAVES; i++)
        made.values[i + 1] = width * band->octaves[first + i] / 255.0;
    return made;
}

static curve curve_of_activation(const gf_column *band, double width)
{
    curve made = {.count = ACTIVATION_BINS + 2};
    for (int i = 0; i < ACTIVATION_BINS; i++)
        made.values[i + 1] =
            width * (band->activation[2 * i] + band->activation[2 * i + 1]) / 510.0;
    return made;
}

/* Smooth through the middles of the bins (Catmull-Rom, cut at zero); `place` is 0 at the bottom, 1
 * at the top. */
static double curve_at(const curve *made, double place)
{
    const double along = place * (made->count - 2) + 0.5;
    const int i = (int)fmin(fmax(floor(along), 0.0), made->count - 2);
    const double t = fmin(fmax(along - i, 0.0), 1.0);
    const double b = made->values[i], c = made->values[i + 1];
    const double a = i > 0 ? made->values[i - 1] : 0.0,
                 d = i + 2 < made->count ? made->values[i + 2] : 0.0;
    return fmax(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))),
                0.0);
}

static void blend(uint32_t *pixel, gf_color color, double alpha)
{
    const gf_color below = *pixel << 8 | 0xff;
    *pixel = gf_image_pixel(gf_color_mix(below, color | 0xff, fmin(fmax(alpha, 0.0), 1.0)));
}

/* One row of pixels, from `start` to `room`, of a curve at `edge` pixels, inclined by `slope`
 * pixels a row. */
static void paint_row(uint32_t *row, int32_t start, int32_t room, double edge, double slope,
                      gf_color color, double fill_alpha, double line_alpha)
{
    const double lean = 1.0 / sqrt(1.0 + slope * slope), half = 0.5 * LINE_WIDTH;
    const int32_t reach = (int32_t)fmin(edge + (half + 0.5) / lean + 1.0, room);
    for (int32_t x = start; x < reach; x++) {
        const double apart = (x + 0.5 - edge) * lean;
        const double inside = fmin(fmax(0.5 - apart, 0.0), 1.0);
        const double line = fmin(fmax(half + 0.5 - fabs(apart), 0.0), 1.0);
        if (fill_alpha > 0.0 && inside > 0.0) blend(row + x, color, fill_alpha * inside);
        if (line > 0.0) blend(row + x, color, line_alpha * line);
    }
}

static void paint_curve(gf_image *image, const gf_bands *bands, const gf_column *band,
                        const curve *made, gf_color color, double fill_alpha, double line_alpha)
{
    const int32_t left = band->cell_right + 1, room = band->right - left;
    const int32_t start = left < band->left ? band->left - left : 0; /* off screen before */
    const double height = bands->layout.cells_height;
    for (int32_t y = 0; y < bands->layout.cells_height; y++) {
        const double place = 1.0 - (y + 0.5) / height, step = 0.5 / height;
        const double slope = curve_at(made, place + step) - curve_at(made, place - step);
        uint32_t *row = gf_image_row(image, y) + left;
        paint_row(row, start, room, curve_at(made, place), slope, color, fill_alpha, line_alpha);
    }
}

static gf_color waiting(const gf_theme *theme)
{
    return gf_color_mix(theme->unlit, theme->text_dim, 0.22);
}

/* Activations: waiting, or in the colour of the wave that has passed. */
static gf_color activation_color(const gf_theme *theme, gf_band_light light)
{
    return gf_color_mix(waiting(theme), theme->forward, 0.8 * light.glow);
}

void gf_stage_paint_histogram(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                              const gf_column *band, const gf_summary *summary, gf_band_light light)
{
    const double width = bands->layout.histogram_width, lit = light.lit;
    if (lit < 1.0) {
        const curve made = curve_of_activation(band, width);
        paint_curve(image, bands, band, &made, activation_color(paint->theme, light),
                    0.5 * FILL_ALPHA * light.glow * (1.0 - lit), 1.0 - lit);
    }
    if (lit > 0.0) {
        const curve made = curve_of_delta(band, width);
        paint_curve(image, bands, band, &made, gf_stage_shade(paint, summary, band->delta),
                    FILL_ALPHA * lit, lit);
    }
}

/* The fullest bin between two octaves. */
static int fullest(const gf_column *band, double low, double high)
{
    const double zero = (double)(band->top_octave - (GF_HISTOGRAM_BINS - 1)); /* of the first bin */
    int most = 0;
    if (high < zero || low > zero + GF_HISTOGRAM_BINS) return 0;
    const int first = low > zero ? (int)(floor(low) - zero) : 0;
    const int last =
        high < zero + GF_HISTOGRAM_BINS - 1 ? (int)(floor(high) - zero) : GF_HISTOGRAM_BINS - 1;
    for (int bin = first; bin <= last; bin++)
        if (band->octaves[bin] > most) most = band->octaves[bin];
    return most;
}

/* What is in a row: how full its bins are, 0..255. Rows that have the same are painted alike. */
typedef struct strip_row {
    int waits, flows;
} strip_row;

typedef struct strip {
    gf_color stage, dim, shade;
    double lit;
} strip;

static uint32_t strip_pixel(const strip *colors, strip_row row)
{
    const double waits = colors->lit < 1.0 ? sqrt(row.waits / 255.0) : 0.0;
    const double flows = colors->lit > 0.0 ? sqrt(row.flows / 255.0) : 0.0;
    const gf_color before = gf_color_mix(colors->stage, colors->dim, 0.8 * waits);
    const gf_color after = gf_color_mix(colors->stage, colors->shade, flows);
    return gf_image_pixel(gf_color_mix(before, after, colors->lit));
}

void gf_stage_paint_strip(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                          const gf_column *band, const gf_summary *summary, gf_band_light light)
{
    const int32_t height = bands->layout.strip_height, top = image->height - height;
    const int32_t left = band->cell_left > band->left ? band->cell_left : band->left;
    const int32_t right = band->cell_right < band->right ? band->cell_right : band->right;
    const double high = summary->delta_scale.high + OCTAVES_ABOVE;
    const double octaves = high - (summary->delta_scale.low - OCTAVES_BELOW), step = 1.0 / height;
    const strip colors = {paint->theme->stage, activation_color(paint->theme, light),
                          gf_stage_shade(paint, summary, band->delta), light.lit};
    strip_row painted = {-1, -1};
    uint32_t pixel = 0;
    for (int32_t y = 0; y < height; y++) {
        const double y0 = y * step, y1 = (y + 1) * step;
        const int bin = (int)((double)(height - 1 - y) * step * GF_HISTOGRAM_BINS);
        const strip_row now = {
            light.lit < 1.0 ? band->activation[bin] : 0,
            light.lit > 0.0 ? fullest(band, high - y1 * octaves, high - y0 * octaves) : 0};
        if (now.waits != painted.waits || now.flows != painted.flows)
            pixel = strip_pixel(&colors, now);
        painted = now;
        uint32_t *row = gf_image_row(image, top + y);
        for (int32_t x = left; x < right; x++)
            row[x] = pixel;
    }
}
