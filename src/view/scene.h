/* What the picture shows, as plain data: the view draws it with OpenGL and hands back the words as
 * labels, which the user interface writes over it with its font. Coordinates are framebuffer
 * pixels, origin top left. */
#ifndef GF_VIEW_SCENE_H
#define GF_VIEW_SCENE_H

#include "gradflow/diagnosis.h"
#include "view/layer_span.h"
#include "view/measure.h"

typedef struct gf_rect {
    float x, y, width, height;
} gf_rect;

typedef struct gf_point {
    float x, y;
} gf_point;

/* Where a camera stands, in radians: to the side (positive: the input is nearer) and above. */
typedef struct gf_angle {
    float yaw, pitch;
} gf_angle;

/* 0xRRGGBBAA. */
typedef uint32_t gf_color;

typedef enum gf_align { GF_ALIGN_LEFT, GF_ALIGN_CENTRE, GF_ALIGN_RIGHT } gf_align;

typedef struct gf_label {
    float x, y; /* the anchor: baseline box is centred vertically on y, `align` says where x is */
    float size; /* height of the font in pixels */
    gf_color color;
    gf_align align;
    bool bold;
    char text[64];
} gf_label;

#define GF_LABELS_MAX 512

/* Filled by the view, drawn by the ui; cleared by whoever starts a frame. Labels beyond the maximum
 * are dropped. */
typedef struct gf_label_list {
    int32_t count;
    gf_label labels[GF_LABELS_MAX];
} gf_label_list;

void gf_label_add(gf_label_list *list, gf_label label);

/* One profile of colours; palette.h has the dark and the projector one. */
typedef struct gf_theme {
    gf_color background, panel, panel_border, control, text, text_dim, accent, grid, unlit,
        healthy_band, theory, underflow, vanishing, healthy, exploding, unstable, try_panel,
        try_text;
    gf_color stage;      /* fill of the stage's panel, a little deeper than `panel` */
    gf_color not_finite; /* a cell or layer with NaN or Inf; in no place of the magnitude map */
    gf_color zero;       /* outline of a cell whose gradient is exactly zero */
    gf_color second;     /* the curve of a second network, beside `accent` for the first */
    gf_color forward;    /* the front of the forward pass */
    bool light;
} gf_theme;

#define GF_EDGES_DEPTH_MAX 12
#define GF_EDGES_WIDTH_MAX 16

/* |dL/dW| of a tiny network, for edges between its columns. */
typedef struct gf_edges {
    /* Of layer l at [l - 1]: [fan_out][fan_in], borrowed, in units of 2^exponent; the sign is
     * ignored. NULL: not there yet. */
    const float *values[GF_EDGES_DEPTH_MAX];
    int64_t exponents[GF_EDGES_DEPTH_MAX];
} gf_edges;
/* Is the network so small that its edges are drawn when the scene has them? */
bool gf_edges_suit(const gf_spec *spec);

/* What to draw. Every member but `theme` and `scale` may be zero: that is a picture of nothing. */
typedef struct gf_scene {
    const gf_run *run;             /* NULL or depth 0: nothing yet */
    const gf_diagnosis *diagnosis; /* NULL until the run is complete */
    const gf_thresholds
        *thresholds; /* healthy ranges of the chart; NULL: gf_thresholds_default() */
    const gf_theme *theme;
    float scale; /* pixels per design pixel; 1 at a height of 1080 */

    /* Where the gradient wave is, in layers: layer l is lit when l >= front; depth + 1 lights none,
     * 1 all. The fraction is the way between two layers. */
    float front;
    /* Where the forward wave is: the activations of layer l are lit when l <= forward; 0 lights
     * none, depth all. The gradient is drawn over them. */
    float forward;
    bool absolute;         /* activations coloured by size alone; else by size and sign */
    int32_t hover_layer;   /* 1-based, 0: none */
    gf_layer_span visible; /* what of the layer axis stage and chart show; zero: all of it */
    bool show_histograms;
    const gf_edges *edges; /* drawn if gf_edges_suit(); NULL: none */
    int32_t side;          /* which of the two networks of a comparison the stage shows, 0 or 1 */
    bool spread;           /* take up a new run over several frames, see gf_view_is_settled() */

    /* A camera that sees the columns as slabs, and from where. */
    bool perspective;
    gf_angle angle;

    /* The chart only. Arrays are [depth] of `run`, in the unit of the measure's axis (log10, or
     * percent); NULL: none; what is not finite is a gap. */
    gf_measure measure;
    const double *theory, *ensemble_low, *ensemble_high;
    const char *theory_name;   /* NULL: "theory" */
    const char *ensemble_name; /* NULL: it speaks for itself */
    const char *name;          /* on the curve of `run`; NULL: "measured" */
    const gf_run *other;       /* a second network, the one on the stage of side 1; NULL: none */
    float other_front;
    const char *other_name; /* NULL: "B" */
} gf_scene;

#endif
