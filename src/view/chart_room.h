/* Room for words on the chart: clear of the curves and of other words. */
#ifndef GF_VIEW_CHART_ROOM_H
#define GF_VIEW_CHART_ROOM_H

#include "view/chart_drawing.h"

/* Words to be placed: where they may stand, best first. The first place that is free is taken, else
 * the first that is free of other words, else the first; never outside of the plot. */
typedef struct gf_words {
    const char *text;
    float size; /* pixels */
    gf_color color;
    bool bold;
    bool may_miss; /* left out rather than over other words */
} gf_words;

/* `x` is the left edge, the middle or the right edge of the text as `align` says; `y` its middle.
 */
typedef struct gf_words_place {
    float x, y;
    gf_align align;
} gf_words_place;

void gf_chart_place_words(gf_chart_drawing *chart, const gf_words *words,
                          const gf_words_place *places, int32_t count);

/* No words are placed there from now on. */
void gf_chart_take(gf_chart_drawing *chart, gf_rect place);

/* The highest and lowest a curve gets between two columns of pixels, in pixels; empty where it has
 * no finite value. */
gf_range gf_chart_heights(const gf_chart_drawing *chart, const gf_summary *summary, float left,
                          float right);

#endif
