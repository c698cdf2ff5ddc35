/* What drawing needs of a run, one number a layer, kept from frame to frame: records are two
 * kilobytes each and a run may have a million. Follows a run that is being filled. */
#ifndef GF_VIEW_SUMMARY_H
#define GF_VIEW_SUMMARY_H

#include "gradflow/records.h"

typedef struct gf_summary {
    /* Which run this is about: the same network on the same device gives the same bits. */
    gf_spec spec;
    char device[32];
    int32_t rows, first_ready;
    uint32_t run_number;   /* counts up with every new run */
    uint32_t scale_number; /* counts up whenever delta_low or delta_high moves */

    double *strength; /* [depth] log10 ||dL/dW||: -INFINITY zero, INFINITY Inf, NaN */
    double *delta;    /* [depth] log2 rms delta, the same way */
    int32_t capacity;

    double strength_low, strength_high; /* over finite layers; low > high: none yet */
    double delta_low, delta_high;       /* the ends of the colour scale */
} gf_summary;

/* The colour scale is never narrower than this, so that layers of equal strength have nearly equal
 * colours. */
#define GF_SCALE_DECADES 4.0

/* Take over what is new in `run`. False: no memory, the summary is then of no run. */
bool gf_summary_update(gf_summary *summary, const gf_run *run);
void gf_summary_destroy(gf_summary *summary);

/* Where log2 |delta| lies on the colour scale, for gf_palette_color(): from just above nothing to 1
 * for the layer with the largest rms delta of the run. The scale is logarithmic and reaches down to
 * the smallest layer, at least GF_SCALE_DECADES. NaN and Inf give NaN. */
double gf_summary_position(const gf_summary *summary, double delta_log2);

#endif
