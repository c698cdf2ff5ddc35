/* Painting bands into the stage's image. A band is painted again only when how lit it is has
 * changed. */
#ifndef GF_VIEW_STAGE_PAINT_H
#define GF_VIEW_STAGE_PAINT_H

#include "view/bands.h"
#include "view/image.h"

#define GF_SHADES 256

/* Where the cells of a column begin and end: the same for all but the output layer. */
typedef struct gf_cell_rows {
    int32_t count; /* of the column they are for; 0: none yet */
    int32_t top[GF_ROWS_MAX], bottom[GF_ROWS_MAX];
} gf_cell_rows;

typedef struct gf_stage_paint {
    const gf_theme *theme;
    float scale;
    uint32_t scale_number;
    bool absolute;
    gf_color shades[GF_SHADES];                        /* the magnitude map */
    gf_color negative[GF_SHADES], positive[GF_SHADES]; /* the map of activations, outwards */
    gf_cell_rows rows;                                 /* of the update under way */
} gf_stage_paint;

/* How lit a layer is, 0..1: it fades in while the front comes from the layer after it. */
double gf_stage_lit(double layer, double front);

/* How bright its activations are, 0..1: brightest at the front of the forward wave, less behind it.
 */
double gf_stage_glow(double layer, double forward, int32_t depth);

/* How lit a band is by either wave, 0..1. */
typedef struct gf_band_light {
    double lit, glow;
} gf_band_light;

/* Bring the image up to both waves. The image has the size of the bands' layout. */
void gf_stage_paint_update(gf_stage_paint *paint, gf_image *image, gf_bands *bands,
                           const gf_summary *summary, const gf_scene *scene);
/* Paint everything at the next update. */
void gf_stage_paint_forget(gf_bands *bands);

#endif
