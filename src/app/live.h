/* The pass on screen: asks the engine for what the explorer wants, and keeps what it sent, so that
 * a picture stays when the engine is asked again or dies. Never waits. */
#ifndef GF_APP_LIVE_H
#define GF_APP_LIVE_H

#include "app/background.h"
#include "gradflow/engine.h"
#include "ui/explorer.h"

/* Zero it and set `engine` (borrowed). */
typedef struct gf_live {
    gf_engine *engine;
    gf_run filling;         /* the newest request, as far as it has come; depth 0: none */
    gf_run shown;           /* the pass before it; depth 0: none */
    gf_diagnosis diagnosis; /* of `shown` when that is complete */
    bool waiting;           /* `filling` is not complete */
    bool cancelled;         /* it was called off */
    double asked_ms;        /* when it was asked for */
    gf_run other;           /* the second network of a comparison, complete; depth 0: none */
    gf_diagnosis other_diagnosis;
    gf_background background; /* what the engine does when nothing is asked */
    char refusal[500];        /* why the last request cannot be computed; empty: it can */
} gf_live;

/* Pass a wish of the explorer on. One that comes too soon after the last waits, so that a slider
 * that is being dragged shows passes instead of cancelling all of them. */
void gf_live_ask(gf_live *live, gf_explorer *explorer);
/* Take what the engine has sent. True when there is something new. */
bool gf_live_take(gf_live *live, const gf_thresholds *thresholds);
/* Call off what is under way; the picture goes back to what it was, or stays as far as it has come.
 */
void gf_live_cancel(gf_live *live);
/* Share of the layers of what is under way that have come, 0..1. */
double gf_live_get_progress(const gf_live *live);
/* Put a copy of the complete pass on screen beside it. GF_INVALID: it is not complete. */
gf_status gf_live_copy_to_other(gf_live *live, gf_error *error);
/* The two change places. False while one is being computed, or without a second. */
bool gf_live_swap(gf_live *live);
void gf_live_drop_other(gf_live *live);
/* The pass to draw, and its diagnosis: NULL while there is none. */
const gf_run *gf_live_get_run(const gf_live *live);
const gf_diagnosis *gf_live_get_diagnosis(const gf_live *live);
/* What was measured for the pass to draw; NULL while that is not complete. */
const gf_remedies *gf_live_get_remedies(const gf_live *live);
/* The seeds that were asked for of the pass to draw; NULL: none were. */
const gf_ensemble *gf_live_get_ensemble(const gf_live *live);
void gf_live_destroy(gf_live *live);

#endif
