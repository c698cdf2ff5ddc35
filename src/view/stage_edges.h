/* Edges between the columns of a tiny network, coloured and thickened by |dL/dW|. */
#ifndef GF_VIEW_STAGE_EDGES_H
#define GF_VIEW_STAGE_EDGES_H

#include "view/bands.h"
#include "view/canvas.h"

/* The input's column too, in the slot before layer 1. The layout has a lead. */
void gf_stage_edges_draw(gf_canvas *canvas, const gf_scene *scene, const gf_stage_layout *layout,
                         const gf_bands *bands);

#endif
