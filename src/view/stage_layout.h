/* Where things are on the stage: a pure function of the panel, the depth and the scale of the text.
 */
#ifndef GF_VIEW_STAGE_LAYOUT_H
#define GF_VIEW_STAGE_LAYOUT_H

#include "view/scene.h"

/* How much room a layer has decides how it is drawn. */
typedef enum gf_stage_mode {
    GF_STAGE_COLUMNS, /* cells with a histogram beside them */
    GF_STAGE_NARROW,  /* cells only; the histograms are a density strip below */
    GF_STAGE_TEXELS   /* several layers a pixel, or few pixels a layer */
} gf_stage_mode;

typedef struct gf_stage_layout {
    gf_stage_mode mode;
    int32_t depth;
    float slot;           /* pixels from one layer to the next */
    gf_rect image;        /* whole pixels: cells, and the strip below if any */
    int32_t cells_height; /* of the image; the strip is at the bottom */
    int32_t strip_height; /* 0: none */
    float cell_width, histogram_width;
    float head_y, number_y,
        font; /* middle of the words above and of the numbers below; height of the font */
} gf_stage_layout;

gf_stage_layout gf_stage_layout_make(const gf_scene *scene, gf_rect rect);

/* Left edge of a layer's slot in the frame; `layer` may be a fraction. */
float gf_stage_slot_x(const gf_stage_layout *layout, double layer);
/* Left and right edge of the cells of `layer`. */
void gf_stage_cell_edges(const gf_stage_layout *layout, int32_t layer, float *left, float *right);

#endif
