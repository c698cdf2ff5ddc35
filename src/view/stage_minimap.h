/* The whole network as a strip, with what the stage shows of it. */
#ifndef GF_VIEW_STAGE_MINIMAP_H
#define GF_VIEW_STAGE_MINIMAP_H

#include "view/canvas.h"
#include "view/stage_paint.h"

void gf_stage_minimap_draw(gf_canvas *canvas, const gf_scene *scene, const gf_stage_layout *layout,
                           const gf_summary *summary, const gf_stage_paint *paint);

#endif
