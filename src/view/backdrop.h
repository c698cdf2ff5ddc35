/* Background and panels: the same from frame to frame, so they are drawn once and copied. */
#ifndef GF_VIEW_BACKDROP_H
#define GF_VIEW_BACKDROP_H

#include "view/canvas.h"
#include "view/target.h"

#define GF_PANELS_MAX 16

typedef struct gf_panel {
    gf_rect rect;
    float radius;
    gf_color fill, border;
} gf_panel;

typedef struct gf_panel_list {
    gf_color background;
    int32_t count;
    gf_panel panels[GF_PANELS_MAX];
} gf_panel_list;

typedef struct gf_backdrop {
    gf_copy copy;
    bool top_down;
    gf_panel_list drawn; /* what the copy shows */
    gf_panel_list frame; /* of this frame, so far */
    bool laid;           /* this frame has its backdrop: what comes now lies over it */
} gf_backdrop;

void gf_backdrop_begin(gf_backdrop *backdrop, gf_color background);
/* False: it is too late for the backdrop, the panel has to be drawn. A panel that is there already
 * needs no drawing. */
bool gf_backdrop_add(gf_backdrop *backdrop, const gf_panel *panel);
/* Bring it to the target, once a frame, before anything else. Uses the canvas, which must be empty.
 */
void gf_backdrop_lay(gf_backdrop *backdrop, gf_canvas *canvas, const gf_target *target);
void gf_backdrop_destroy(gf_backdrop *backdrop);

#endif
