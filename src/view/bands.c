/* Reducing layers to bands. Magnitudes are reduced by maximum and never by mean: what sticks out
 * must be seen. */
#include "view/bands.h"

#include <math.h>
#include <stdlib.h>

#define CELL_PITCH      3.0f  /* framebuffer pixels: a cell of two and a gap */
#define CELL_PITCH_MAX  44.0f /* design pixels */
#define SOLID_PITCH_MAX 90.0f /* the same in perspective */

static double larger(double a, double b)
{
    return b > a || isnan(b) ? b : a;
}

/* Cells a layer of `units` gets. */
static int32_t cells_of(const gf_run *run, const gf_stage_layout *layout, int32_t layer)
{
    const int32_t units = gf_spec_fan_out(&run->spec, layer);
    const int32_t least = units < run->rows ? units : run->rows;
    const float pitch = layout->mode == GF_STAGE_TEXELS ? 1.0f : CELL_PITCH;
    const int32_t room = (int32_t)((float)layout->cells_height / pitch);
    return least < room ? least : room > 0 ? room : 1;
}

static int32_t band_count(const gf_stage_layout *layout)
{
    const int32_t width = (int32_t)layout->image.width;
    const int32_t layers = gf_stage_last(layout) - gf_stage_first(layout) + 1;
    return layout->mode != GF_STAGE_TEXELS || layers < width ? layers : width;
}

static bool allocate(gf_bands *bands, int32_t count, size_t cells)
{
    gf_bands_destroy(bands);
    bands->bands = malloc((size_t)count * sizeof *bands->bands);
    bands->cells = malloc(cells * sizeof *bands->cells);
    bands->activations = malloc(cells * sizeof *bands->activations);
    bands->column = malloc(2 * GF_ROWS_MAX * sizeof *bands->column);
    if (!bands->bands || !bands->cells || !bands->activations || !bands->column) {
        gf_bands_destroy(bands);
        return false;
    }
    bands->capacity = count;
    bands->cell_capacity = cells;
    return true;
}

static bool reserve(gf_bands *bands, int32_t count, int32_t stride, int32_t rows)
{
    const size_t cells = (size_t)count * (size_t)stride;
    if (rows > GF_ROWS_MAX) return false;
    if ((count > bands->capacity || cells > bands->cell_capacity) && !allocate(bands, count, cells))
        return false;
    bands->count = count;
    bands->stride = stride;
    return true;
}

static int32_t clamp_column(const gf_stage_layout *layout, float x)
{
    return (int32_t)fminf(fmaxf(rintf(x - layout->image.x), 0.0f), layout->image.width);
}

/* A layer to itself. */
static void place_layer(gf_column *band, const gf_stage_layout *layout, int32_t layer)
{
    float left = 0.0f, right = 0.0f;
    gf_stage_cell_edges(layout, layer, &left, &right);
    band->first = band->last = layer;
    band->left = clamp_column(layout, gf_stage_slot_x(layout, layer));
    band->right = clamp_column(layout, gf_stage_slot_x(layout, layer + 1));
    band->cell_left = (int32_t)(left - layout->image.x);
    band->cell_right =
        layout->mode == GF_STAGE_TEXELS ? band->right : (int32_t)(right - layout->image.x);
}

/* A column of pixels, and the layers of which something is in it. */
static void place_column(gf_column *band, const gf_stage_layout *layout, int32_t index)
{
    const double step = layout->layers / (double)layout->image.width, nearly = 1e-9 * step;
    const double left = layout->from + index * step, right = left + step;
    band->first = (int32_t)fmin(fmax(floor(left + nearly), 1.0), layout->depth);
    band->last = (int32_t)fmin(fmax(ceil(right - nearly) - 1.0, band->first), layout->depth);
    band->left = band->cell_left = index;
    band->right = band->cell_right = index + 1;
}

static bool start(gf_bands *bands, const gf_run *run, const gf_summary *summary,
                  const gf_stage_layout *layout)
{
    const int32_t count = band_count(layout), hidden = cells_of(run, layout, 1);
    const int32_t output = cells_of(run, layout, run->spec.depth), first = gf_stage_first(layout);
    const bool single = count == gf_stage_last(layout) - first + 1;
    if (!reserve(bands, count, hidden > output ? hidden : output, run->rows)) return false;
    for (int32_t i = 0; i < count; i++) {
        gf_column *band = &bands->bands[i];
        *band = (gf_column){.shown = -1};
        if (single)
            place_layer(band, layout, first + i);
        else
            place_column(band, layout, i);
        band->cell_count = band->first == run->spec.depth ? output : hidden;
    }
    bands->layout = *layout;
    bands->run_number = summary->run_number;
    bands->first_ready = run->spec.depth + 1;
    return true;
}

static int64_t largest_exponent(const gf_run *run, const gf_column *band)
{
    int64_t largest = run->layers[band->first - 1].a.exponent;
    for (int32_t layer = band->first + 1; layer <= band->last; layer++)
        if (run->layers[layer - 1].a.exponent > largest)
            largest = run->layers[layer - 1].a.exponent;
    return largest;
}

/* One layer's cells into the columns. Both at once: of ten thousand layers the cells are more than
 * any cache holds. */
static void take_cells(const gf_cell *restrict cells, int32_t rows, float unit,
                       float *restrict deltas, float *restrict activations)
{
    for (int32_t row = 0; row < rows; row++) {
        const float delta = cells[row].delta_log2, most = deltas[row];
        const float activation = cells[row].activation * unit, furthest = activations[row];
        deltas[row] = delta > most || delta != delta ? delta : most;
        activations[row] =
            fabsf(activation) > fabsf(furthest) || activation != activation ? activation : furthest;
    }
}

/* Of each row over the band's layers the largest delta, and the activation that is furthest from
 * zero, with its sign. */
static void reduce_cells(const gf_run *run, gf_column *band, float *column)
{
    const int32_t rows = run->rows;
    band->activation_exponent = largest_exponent(run, band);
    for (int32_t row = 0; row < rows; row++) {
        column[row] = -INFINITY;
        column[GF_ROWS_MAX + row] = 0.0f;
    }
    for (int32_t layer = band->first; layer <= band->last; layer++) {
        const int64_t down = band->activation_exponent - run->layers[layer - 1].a.exponent;
        const float unit = down > 200 ? 0.0f : exp2f((float)-down);
        take_cells(run->cells + (size_t)(layer - 1) * (size_t)rows, rows, unit, column,
                   column + GF_ROWS_MAX);
    }
}

/* Rows r of cell c have floor(r * count / rows) == c. NaN, once in, stays. */
static void reduce_rows(const gf_bands *bands, int32_t rows, const gf_column *band)
{
    const ptrdiff_t at = (band - bands->bands) * bands->stride;
    float *cells = bands->cells + at, *activations = bands->activations + at;
    const float *column = bands->column;
    for (int32_t cell = 0; cell < band->cell_count; cell++) {
        cells[cell] = -INFINITY;
        activations[cell] = 0.0f;
    }
    for (int32_t row = 0; row < rows; row++) {
        const int32_t cell = row * band->cell_count / rows;
        const float delta = column[row], activation = column[GF_ROWS_MAX + row];
        if (delta > cells[cell] || delta != delta) cells[cell] = delta;
        if (fabsf(activation) > fabsf(activations[cell]) || activation != activation)
            activations[cell] = activation;
    }
}

static void normalise(const uint64_t sums[GF_HISTOGRAM_BINS], uint8_t out[GF_HISTOGRAM_BINS])
{
    uint64_t most = 1;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++)
        if (sums[i] > most) most = sums[i];
    const double unit = 255.0 / (double)most;
    for (int i = 0; i < GF_HISTOGRAM_BINS; i++) {
        const double level = (double)sums[i] * unit;
        const uint8_t whole = (uint8_t)level;
        out[i] = (uint8_t)(whole + (level > whole && whole < 255)); /* what is there is seen */
    }
}

static int64_t top_octave(const gf_run *run, const gf_column *band)
{
    int64_t top = run->layers[band->first - 1].delta.top_octave;
    for (int32_t layer = band->first + 1; layer <= band->last; layer++) {
        const int64_t octave = run->layers[layer - 1].delta.top_octave;
        if (octave > top) top = octave;
    }
    return top;
}

static void reduce_histograms(const gf_run *run, gf_column *band)
{
    uint64_t octaves[GF_HISTOGRAM_BINS] = {0}, activation[GF_HISTOGRAM_BINS] = {0};
    band->top_octave = top_octave(run, band);
    for (int32_t layer = band->first; layer <= band->last; layer++) {
        const gf_layer_record *record = &run->layers[layer - 1];
        const int64_t down = band->top_octave - record->delta.top_octave;
        for (int64_t bin = 0; bin < GF_HISTOGRAM_BINS; bin++)
            octaves[bin > down ? bin - down : 0] += record->delta.bins[bin];
        for (int32_t bin = 0; bin < GF_HISTOGRAM_BINS; bin++)
            activation[bin] += record->activation.bins[bin];
    }
    normalise(octaves, band->octaves);
    normalise(activation, band->activation);
}

static void reduce_band(gf_bands *bands, const gf_run *run, const gf_summary *summary,
                        gf_column *band)
{
    reduce_cells(run, band, bands->column);
    reduce_rows(bands, run->rows, band);
    reduce_histograms(run, band);
    band->delta = -INFINITY;
    for (int32_t layer = band->first; layer <= band->last; layer++)
        band->delta = larger(band->delta, gf_summary_delta(summary, layer));
    band->ready = true;
    band->shown = -1;
}

bool gf_bands_update(gf_bands *bands, const gf_run *run, const gf_summary *summary,
                     const gf_stage_layout *layout)
{
    const bool same = bands->count > 0 && bands->run_number == summary->run_number &&
                      gf_stage_layout_same(&bands->layout, layout);
    if (!same && !start(bands, run, summary, layout)) return false;
    if (bands->first_ready == summary->first_ready) return true;
    for (int32_t i = bands->count - 1; i >= 0 && bands->bands[i].first >= summary->first_ready; i--)
        if (!bands->bands[i].ready) reduce_band(bands, run, summary, &bands->bands[i]);
    bands->first_ready = summary->first_ready;
    return true;
}

void gf_bands_destroy(gf_bands *bands)
{
    free(bands->bands);
    free(bands->cells);
    free(bands->activations);
    free(bands->column);
    *bands = (gf_bands){0};
}

void gf_band_cell_rows(const gf_bands *bands, const gf_column *band, float scale, int32_t cell,
                       int32_t *top, int32_t *bottom)
{
    const float height = (float)bands->layout.cells_height;
    const float most = bands->layout.perspective ? SOLID_PITCH_MAX : CELL_PITCH_MAX;
    const float pitch = fminf(height / (float)band->cell_count, most * scale);
    const float start_y = 0.5f * (height - pitch * (float)band->cell_count);
    const bool solid = pitch < CELL_PITCH || bands->layout.mode == GF_STAGE_TEXELS;
    const float gap = solid ? 0.0f : fminf(fmaxf(rintf(0.22f * pitch), 1.0f), rintf(4.0f * scale));
    *top = (int32_t)rintf(start_y + pitch * (float)cell);
    *bottom = (int32_t)(rintf(start_y + pitch * (float)(cell + 1)) - gap);
    if (*bottom <= *top) *bottom = *top + 1;
}
