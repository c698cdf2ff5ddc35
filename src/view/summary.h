/* What drawing needs of a run, a few numbers a layer, kept from frame to frame: records are two
 * kilobytes each and a run may have a million. Follows a run that is being filled. */
#ifndef GF_VIEW_SUMMARY_H
#define GF_VIEW_SUMMARY_H

#include <math.h>

#include "view/measure.h"
#include "view/range.h"

typedef struct gf_summary {
    /* Which run this is about: the same network on the same device gives the same bits. */
    gf_spec spec;
    char device[32];
    int32_t rows;
    int32_t first_ready;   /* layers from here on have been taken over; may lag behind the run's */
    bool complete;         /* all of a complete run has */
    uint32_t run_number;   /* counts up with every new run */
    uint32_t scale_number; /* counts up whenever a colour scale moves */

    double *values[GF_MEASURE_COUNT]; /* [depth] as gf_measure_of() gives them */
    int32_t capacity;

    gf_range known[GF_MEASURE_COUNT]; /* over finite layers */
    gf_range activation;              /* log2 of the largest |mean a| of a unit, layer by layer */
    gf_range delta_scale, activation_scale; /* the ends of the colour scales, in log2 */
} gf_summary;

/* The colour scales are never narrower than this, so that layers of equal strength have nearly
 * equal colours. */
#define GF_SCALE_DECADES            4.0
#define GF_ACTIVATION_SCALE_DECADES 1.5

/* Take over what is new in `run`, at most so many layers (0: all). False: no memory, the summary is
 * then of no run. */
bool gf_summary_update(gf_summary *summary, const gf_run *run, int32_t layers_max);
void gf_summary_destroy(gf_summary *summary);

/* log2 rms delta of a layer that has been taken over. */
double gf_summary_delta(const gf_summary *summary, int32_t layer);

#define GF_LOG2_10 3.32192809488736234787
#define GF_FAINTEST                                                                                \
    0.1 /* colour of the bottom of the scale: still told apart from an unlit cell                  \
         */

/* Here, and by comparisons, because it is asked for half a million cells in a frame that zooms:
 * fmin() and fmax() are calls. */
static inline double gf_scale_position(gf_range scale, double decades, double value)
{
    const double lowest = scale.high - decades * GF_LOG2_10;
    const double low = scale.low < lowest ? scale.low : lowest;
    const double share = (value - low) / (scale.high - low);
    if (isnan(value) || value == INFINITY) return NAN;
    if (!(share > 0.0)) return GF_FAINTEST;
    return GF_FAINTEST + (1.0 - GF_FAINTEST) * (share < 1.0 ? share : 1.0);
}

/* Where log2 |delta| lies on the colour scale, for gf_palette_color(): from just above nothing to 1
 * for the layer with the largest rms delta of the run. The scale is logarithmic and reaches down to
 * the smallest layer, at least GF_SCALE_DECADES. NaN and Inf give NaN. */
static inline double gf_summary_position(const gf_summary *summary, double delta_log2)
{
    return gf_scale_position(summary->delta_scale, GF_SCALE_DECADES, delta_log2);
}
/* The same for log2 |mean activation| and gf_palette_activation(), without a sign. */
static inline double gf_summary_activation(const gf_summary *summary, double activation_log2)
{
    return gf_scale_position(summary->activation_scale, GF_ACTIVATION_SCALE_DECADES,
                             activation_log2);
}

#endif
