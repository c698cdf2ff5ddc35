/* The run reduced to what fits on the stage: one band a layer, or one a pixel column where layers
 * are thinner than that; in each as many cells as there is room for. Done once a run and stage
 * size; layers are added as they come. */
#ifndef GF_VIEW_BANDS_H
#define GF_VIEW_BANDS_H

#include "view/stage_layout.h"
#include "view/summary.h"

typedef struct gf_column {
    int32_t first, last;           /* layers */
    int32_t left, right;           /* pixel columns of the image: what is on screen of its slot */
    int32_t cell_left, cell_right; /* the cells; may stick out of left..right at the edges */
    int32_t cell_count;
    bool ready;
    int32_t shown; /* how lit it was painted, see stage_paint.c; -1: not yet */
    double delta;  /* log2 of the largest rms delta of its layers; NaN wins */
    int64_t activation_exponent;
    int64_t top_octave;
    uint8_t
        octaves[GF_HISTOGRAM_BINS]; /* log2|delta|: 255 is the fullest bin; bin 63 is top_octave */
    uint8_t activation[GF_HISTOGRAM_BINS]; /* the same over each layer's own low..high */
} gf_column;

typedef struct gf_bands {
    gf_column *bands; /* from input to output */
    int32_t count, capacity;
    float *cells; /* [count][stride] log2 of rms delta, largest of what the cell stands for; NaN
                     wins */
    float *activations; /* [count][stride] the mean activation furthest from zero, in units of
                           2^activation_exponent; NaN wins */
    float *column;      /* [2][rows] scratch */
    int32_t stride;
    size_t cell_capacity;
    gf_stage_layout layout;
    uint32_t run_number;
    int32_t first_ready;
} gf_bands;

/* Follow the run and the layout. False: no memory, nothing can be drawn. */
bool gf_bands_update(gf_bands *bands, const gf_run *run, const gf_summary *summary,
                     const gf_stage_layout *layout);
void gf_bands_destroy(gf_bands *bands);

/* Pixel rows top..bottom-1 of a cell within cells_height, with the gap below it left out. */
void gf_band_cell_rows(const gf_bands *bands, const gf_column *band, float scale, int32_t cell,
                       int32_t *top, int32_t *bottom);

#endif
