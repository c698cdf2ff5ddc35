/* The pass on screen: asks the engine for what the explorer wants, and keeps what it sent, so that
 * a picture stays when the engine is asked again or dies. Never waits. */
#ifndef GF_APP_LIVE_H
#define GF_APP_LIVE_H

#include "app/background.h"
#include "gradflow/engine.h"
#include "ui/explorer.h"

/* One of the networks on screen. */
typedef struct gf_shown {
    gf_run run;             /* depth 0: none yet */
    gf_diagnosis diagnosis; /* of a complete run */
} gf_shown;

/* Zero it and set `engine` (borrowed). */
typedef struct gf_live {
    gf_engine *engine;
    gf_run filling;              /* the newest request, as far as it has come; depth 0: none */
    int32_t side;                /* the network that it is about */
    gf_shown sides[GF_NETWORKS]; /* A, and the B of a comparison: the pass before */
    int32_t active;              /* the one that is worked on */
    bool waiting;                /* `filling` is not complete */
    bool idle;                   /* the engine is to do nothing by itself */
    bool cancelled;              /* it was called off */
    double asked_ms;             /* when it was asked for */
    gf_background background;    /* what the engine does when nothing is asked */
    char refusal[500];           /* why the last request cannot be computed; empty: it can */
} gf_live;

/* Pass a wish of the explorer on. One that comes too soon after the last waits, so that a slider
 * that is being dragged shows passes instead of cancelling all of them. */
void gf_live_ask(gf_live *live, gf_explorer *explorer);
/* Take what the engine has sent. True when there is something new. */
bool gf_live_take(gf_live *live, const gf_thresholds *thresholds);
/* Call off what is under way; the picture goes back to what it was, or stays as far as it has come.
 */
void gf_live_cancel(gf_live *live);
/* Put a copy of the complete pass of A beside it as B. GF_INVALID: it is not complete. */
gf_status gf_live_copy_to_other(gf_live *live, gf_error *error);
/* The two change places. False while one is being computed, or without a second. */
bool gf_live_swap(gf_live *live);
void gf_live_drop_other(gf_live *live);
/* The pass of a side to draw, NULL while there is none. */
const gf_run *gf_live_get_run(const gf_live *live, int32_t side);
const gf_diagnosis *gf_live_get_diagnosis(const gf_live *live, int32_t side);
/* Everything that a frame of the explorer has to know from here; the rest of *now stays as it is.
 */
void gf_live_tell(const gf_live *live, gf_explorer_now *now);
/* The device that failed, NULL: the best, gets another chance. As gf_engine_choose_device(). */
gf_status gf_live_retry(gf_live *live, const char *device, gf_error *error);
void gf_live_destroy(gf_live *live);

#endif
