/* What figures share: a margin, and the words on top. */
#ifndef GF_UI_FIGURE_H
#define GF_UI_FIGURE_H

#include "ui/ui.h"

#define GF_FIGURE_MARGIN 44.0f /* design pixels */

void gf_figure_words(gf_ui *ui, gf_rect all, const char *title, const char *subtitle);

#endif
