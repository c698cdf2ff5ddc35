/* Inside of gf_view, for view.c, stage.c and chart.c only. */
#ifndef GF_VIEW_VIEW_INTERNAL_H
#define GF_VIEW_VIEW_INTERNAL_H

#include "view/canvas.h"
#include "view/curve.h"
#include "view/stage_paint.h"
#include "view/view.h"

struct gf_view {
    int32_t width, height;
    gf_canvas canvas;
    gf_image image; /* the stage */
    gf_summary summary;
    gf_bands bands;
    gf_stage_paint paint;
};

/* Follow scene->run. False: there is nothing to draw. */
bool gf_view_follow(gf_view *view, const gf_scene *scene);

#endif
