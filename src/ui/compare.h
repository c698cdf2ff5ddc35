/* Two networks side by side, A and B. One of them is worked on: the controls, the status and the
 * inspector are about it. */
#ifndef GF_UI_COMPARE_H
#define GF_UI_COMPARE_H

#include "ui/explorer_state.h"

/* Are there A and B? What B has computed may still be missing. */
bool gf_compare_is_on(const gf_explorer *explorer);
/* Cuts the stage of `layout` into a half for each, with a line of words above them. */
void gf_compare_split(gf_layout *layout);
/* The scene of B: the same moment of the same animation. */
gf_scene gf_compare_scene(const gf_explorer *explorer, const gf_scene *scene);
/* What A and B are, with the buttons. */
void gf_compare_draw(gf_explorer *explorer, gf_ui *ui);

/* Put a copy of what is on screen beside it, or take it away. */
void gf_compare_toggle(gf_explorer *explorer);

#endif
