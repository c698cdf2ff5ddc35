/* What the mouse does on stage and chart. */
#ifndef GF_UI_STAGE_INPUT_H
#define GF_UI_STAGE_INPUT_H

#include "ui/explorer_state.h"

/* After every panel has been drawn: what lies over the stage gets the mouse first. */
void gf_stage_input(gf_explorer *explorer, gf_ui *ui, const gf_view *view, const gf_scene *scene);

#endif
