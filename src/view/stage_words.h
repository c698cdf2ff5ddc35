/* The words on the stage: what flows, how far, and the numbers of layers. */
#ifndef GF_VIEW_STAGE_WORDS_H
#define GF_VIEW_STAGE_WORDS_H

#include "view/bands.h"

void gf_stage_words(const gf_stage_layout *layout, const gf_bands *bands, const gf_summary *summary,
                    const gf_scene *scene, gf_rect rect, gf_label_list *labels);

#endif
