/* What the chart shows beside the measured curve: theory, and the band of many seeds. Kept from
 * frame to frame and worked out again only when the pass, the measure or the ensemble changes. */
#ifndef GF_UI_CHART_LINES_H
#define GF_UI_CHART_LINES_H

#include "gradflow/ensemble.h"
#include "gradflow/theory.h"
#include "view/measure.h"

/* Zero has no lines. Arrays are [depth] in the unit of the measure's axis, as gf_scene wants them.
 */
typedef struct gf_chart_lines {
    gf_spec spec; /* of the pass they are about; depth 0: none */
    gf_measure measure;
    gf_theory theory;
    int32_t seeds; /* runs in the band */
    int32_t capacity;
    double *theory_line, *band_low, *band_high; /* owned; valid where the flags below say so */
    bool has_theory, has_band;
} gf_chart_lines;

/* `ensemble` NULL: no band. Out of memory there are no lines. */
void gf_chart_lines_update(gf_chart_lines *lines, const gf_run *run, gf_measure measure,
                           const gf_ensemble *ensemble);
void gf_chart_lines_destroy(gf_chart_lines *lines);

#endif
