/* What an idle engine is used for: reading arrays of the networks on screen, measuring remedies for
 * the one that is worked on, and the seeds of an ensemble. Never in the way: it begins when a pass
 * is complete and ends with the next request. */
#ifndef GF_APP_BACKGROUND_H
#define GF_APP_BACKGROUND_H

#include "app/inspection.h"
#include "gradflow/engine.h"
#include "gradflow/ensemble.h"
#include "gradflow/remedy.h"

typedef enum gf_background_work {
    GF_BACKGROUND_NOTHING,
    GF_BACKGROUND_REMEDY, /* the engine is on the next remedy */
    GF_BACKGROUND_SEED,   /* ... on the next seed */
    GF_BACKGROUND_AGAIN,  /* ... on a network on screen, so that its arrays can be read */
    GF_BACKGROUND_READ    /* ... sending one */
} gf_background_work;

/* Zero has nothing to do. */
typedef struct gf_background {
    gf_background_work work;
    gf_spec spec; /* of the complete pass it is about; depth 0: none */
    gf_remedies remedies;
    gf_ensemble ensemble; /* of `spec` and the seeds after it; empty until seeds are asked for */
    bool ensemble_failed; /* a seed could not be run: no more are */
    gf_inspection inspections[GF_NETWORKS]; /* of the networks on screen */
    gf_spec held; /* whose arrays the engine has: the last one that it finished; depth 0: none */
    int32_t held_restarts; /* of the engine by then: a new child has nothing */
    int32_t reading;       /* which of `inspections` */
    gf_wanted_array wanted;
    gf_tensor_request request; /* `out` is owned */
} gf_background;

/* The network that is worked on is complete. The ensemble of the same one stays. */
void gf_background_begin(gf_background *background, const gf_run *run,
                         const gf_diagnosis *diagnosis);
/* The engine has just finished this pass. */
void gf_background_hold(gf_background *background, const gf_engine *engine, const gf_spec *spec);
/* Something else is about to be asked of the engine: what it was on is to be done again. */
void gf_background_interrupt(gf_background *background, gf_engine *engine);
/* Run `count` seeds of the network on screen. */
gf_status gf_background_ask_seeds(gf_background *background, int32_t count, gf_error *error);
void gf_background_drop_seeds(gf_background *background);
/* After gf_engine_poll(), when no request of the user is under way. True when there is something
 * new. */
bool gf_background_advance(gf_background *background, gf_engine *engine);
/* Is there anything left to do that was not asked for by the user? */
bool gf_background_has_work(const gf_background *background);
bool gf_background_is_busy(const gf_background *background);
void gf_background_destroy(gf_background *background);

#endif
