/* What the picture shows, as plain data: the view draws it with OpenGL and hands back the words as labels, which the
 * user interface writes over it with its font. Coordinates are framebuffer pixels, origin top left. */
#ifndef GF_VIEW_SCENE_H
#define GF_VIEW_SCENE_H

#include "gradflow/diagnosis.h"

typedef struct gf_rect {
    float x, y, width, height;
} gf_rect;

/* 0xRRGGBBAA. */
typedef uint32_t gf_color;

typedef enum gf_align { GF_ALIGN_LEFT, GF_ALIGN_CENTRE, GF_ALIGN_RIGHT } gf_align;

typedef struct gf_label {
    float x, y;  /* the anchor: baseline box is centred vertically on y, `align` says where x is */
    float size;  /* height of the font in pixels */
    gf_color color;
    gf_align align;
    bool bold;
    char text[64];
} gf_label;

#define GF_LABELS_MAX 512

/* Filled by the view, drawn by the ui; cleared by whoever starts a frame. Labels beyond the maximum are dropped. */
typedef struct gf_label_list {
    int32_t count;
    gf_label labels[GF_LABELS_MAX];
} gf_label_list;

void gf_label_add(gf_label_list *list, gf_label label);

/* One profile of colours; palette.h has the dark and the projector one. */
typedef struct gf_theme {
    gf_color background, panel, panel_border, control, text, text_dim, accent, grid, unlit, healthy_band, theory,
        underflow, vanishing, healthy, exploding, unstable, try_panel, try_text;
    gf_color stage;      /* fill of the stage's panel, a little deeper than `panel` */
    gf_color not_finite; /* a cell or layer with NaN or Inf; in no place of the magnitude map */
    gf_color zero;       /* outline of a cell whose gradient is exactly zero */
    bool light;
} gf_theme;

typedef struct gf_scene {
    const gf_run *run;             /* NULL or depth 0: nothing yet */
    const gf_diagnosis *diagnosis; /* NULL until the run is complete */
    const gf_thresholds *thresholds; /* the healthy band of the chart; NULL: gf_thresholds_default() */
    const gf_theme *theme;
    float scale;         /* pixels per design pixel; 1 at a height of 1080 */
    float front;         /* where the wave is, in layers: layer l is lit when l >= front; depth + 1 lights none, 1 all.
                            The fraction is the way between two layers. */
    int32_t hover_layer; /* 1-based, 0: none */
    bool show_histograms;
} gf_scene;

#endif
