/* What an idle engine is used for: measuring remedies for the network on screen, and the seeds of
 * an ensemble. Never in the way: it begins when a pass is complete and ends with the next request.
 */
#ifndef GF_APP_BACKGROUND_H
#define GF_APP_BACKGROUND_H

#include "gradflow/engine.h"
#include "gradflow/ensemble.h"
#include "gradflow/remedy.h"

typedef enum gf_background_work {
    GF_BACKGROUND_NOTHING,
    GF_BACKGROUND_REMEDY, /* the engine is on the next remedy */
    GF_BACKGROUND_SEED    /* ... on the next seed */
} gf_background_work;

/* Zero has nothing to do. */
typedef struct gf_background {
    gf_background_work work;
    gf_spec spec; /* of the complete pass it is about; depth 0: none */
    gf_remedies remedies;
    gf_ensemble ensemble; /* of `spec` and the seeds after it; empty until seeds are asked for */
    bool ensemble_failed; /* a seed could not be run: no more are */
} gf_background;

/* A pass is complete. The ensemble of the same network stays. */
void gf_background_begin(gf_background *background, const gf_run *run,
                         const gf_diagnosis *diagnosis);
/* Something else was asked of the engine: what it was on is to be done again. */
void gf_background_interrupt(gf_background *background);
/* Run `count` seeds of the network on screen. */
gf_status gf_background_ask_seeds(gf_background *background, int32_t count, gf_error *error);
void gf_background_drop_seeds(gf_background *background);
/* After gf_engine_poll(), when no request of the user is under way. True when there is something
 * new. */
bool gf_background_advance(gf_background *background, gf_engine *engine);
bool gf_background_is_busy(const gf_background *background);
void gf_background_destroy(gf_background *background);

#endif
