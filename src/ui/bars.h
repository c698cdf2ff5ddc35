/* A histogram large enough to be read: bars over an axis with ticks, and how much the highest bar
 * is. */
#ifndef GF_UI_BARS_H
#define GF_UI_BARS_H

#include "gradflow/records.h"
#include "ui/detail.h"
#include "ui/ui.h"

typedef struct gf_bars {
    char title[64];
    char note[64];    /* at the right of the title; empty: none */
    double low, high; /* of the axis */
    int32_t count;
    uint64_t bins[GF_HISTOGRAM_BINS];
    uint64_t total; /* what a share is of: may be more than is in the bins */
    gf_color color;
} gf_bars;

/* Values over low..high; `exponent` is that of the moments beside it. */
gf_bars gf_bars_of_values(const char *title, const gf_histogram *histogram, int64_t exponent,
                          gf_color color);
/* log2 of magnitudes, cut to the octaves that hold anything; zeros are in the note. */
gf_bars gf_bars_of_octaves(const char *title, const gf_octaves *octaves, gf_color color);
/* What was read whole. */
gf_bars gf_bars_of_detail(const char *title, const gf_detail_values *values, gf_color color);

void gf_bars_draw(gf_ui *ui, gf_rect rect, const gf_bars *bars);

/* The distance between ticks so that there are at most `most` of them over `length`: 1, 2 or 5
 * times a power of ten. */
double gf_tick_step(double length, int32_t most);

#endif
