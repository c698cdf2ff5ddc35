/* Where things are on the stage: a pure function of the panel, the depth and the scale of the text.
 */
#ifndef GF_VIEW_STAGE_LAYOUT_H
#define GF_VIEW_STAGE_LAYOUT_H

#include "view/camera.h"

/* How much room a layer has decides how it is drawn. */
typedef enum gf_stage_mode {
    GF_STAGE_COLUMNS, /* cells with a histogram beside them */
    GF_STAGE_NARROW,  /* cells only; the histograms are a density strip below */
    GF_STAGE_TEXELS   /* several layers a pixel, or few pixels a layer */
} gf_stage_mode;

typedef struct gf_stage_layout {
    gf_stage_mode mode;
    int32_t depth;
    double from;          /* the place at the left edge of the image, less `lead` */
    double layers;        /* slots on screen, `lead` included */
    int32_t lead;         /* slots before layer 1, for the input: 1 with edges, else 0 */
    float slot;           /* pixels from one layer to the next */
    gf_rect image;        /* whole pixels: cells, and the strip below if any */
    int32_t cells_height; /* of the image; the strip is at the bottom */
    int32_t strip_height; /* 0: none */
    float cell_width, histogram_width;
    bool perspective;
    gf_camera camera; /* in perspective only */
    gf_rect minimap;  /* height 0: the whole network is on the stage */
    float head_y, number_y,
        font; /* middle of the words above and of the numbers below; height of the font */
} gf_stage_layout;

gf_stage_layout gf_stage_layout_make(const gf_scene *scene, gf_rect rect);
/* Are the same layers at the same places? */
bool gf_stage_layout_same(const gf_stage_layout *one, const gf_stage_layout *other);

/* Where a place on the layer axis is in the frame: a layer's number is the left edge of its slot.
 */
float gf_stage_slot_x(const gf_stage_layout *layout, double place);
double gf_stage_place(const gf_stage_layout *layout, float x);
/* Where a point of the flat stage, pulled out by z, is in the frame. */
gf_point gf_stage_project(const gf_stage_layout *layout, float x, float y, float z);
/* How far the strongest column stands out of the stage in perspective, in pixels. */
float gf_stage_relief(const gf_stage_layout *layout, float scale);
/* The layers of which something is on screen. */
int32_t gf_stage_first(const gf_stage_layout *layout);
int32_t gf_stage_last(const gf_stage_layout *layout);
/* Left and right edge of the cells of `layer`. */
void gf_stage_cell_edges(const gf_stage_layout *layout, int32_t layer, float *left, float *right);

#endif
