/* Inside of gf_view, for view.c, stage*.c and chart*.c only. */
#ifndef GF_VIEW_VIEW_INTERNAL_H
#define GF_VIEW_VIEW_INTERNAL_H

#include "view/backdrop.h"
#include "view/slabs.h"
#include "view/view.h"

#define GF_SIDES 2

/* One network and its painting. */
typedef struct gf_side {
    gf_summary summary;
    gf_bands bands;
    gf_stage_paint paint;
    gf_image image;
    bool settled; /* all that its run has was taken over */
} gf_side;

struct gf_view {
    gf_target target; /* of this frame */
    gf_canvas canvas;
    gf_backdrop backdrop;
    gf_slabs slabs;
    gf_side sides[GF_SIDES];
    gf_range axis; /* of the chart, as it was last shown */
    gf_measure axis_measure;
};

/* Call before anything but panels is drawn. */
void gf_view_lay_backdrop(gf_view *view);

/* Let the side follow `run`. False: there is nothing to draw. */
bool gf_side_follow(gf_side *side, const gf_run *run, bool spread);

#endif
