/* What to change so that a network can train: concrete changes to this very network, each measured
 * before it is offered.
 *
 * The list proposes; somebody runs gf_remedies_next() on an engine and hands each run to
 * gf_remedies_take(). */
#ifndef GRADFLOW_REMEDY_H
#define GRADFLOW_REMEDY_H

#include "gradflow/diagnosis.h"

#define GF_REMEDIES_MAX 12

typedef struct gf_remedy {
    char label[56]; /* "ReLU + He normal" */
    gf_spec spec;   /* the user's network with the change */
    bool measured;
    double per_layer_factor; /* of the reduced copy */
    gf_verdict verdict;      /* of the reduced copy */
    bool viable;
} gf_remedy;

/* Zero is an empty, finished list. */
typedef struct gf_remedies {
    int32_t count, tried;
    gf_remedy items[GF_REMEDIES_MAX];
} gf_remedies;

/* The changes worth trying on `spec`, whose diagnosis is not viable; none for a viable one. */
void gf_remedies_begin(gf_remedies *remedies, const gf_spec *spec, const gf_diagnosis *diagnosis);
/* The reduced copy to run next: at most 32 layers of 128, batch 32. False when all have been tried.
 */
bool gf_remedies_next(const gf_remedies *remedies, gf_spec *out);
/* What came of it; `run` NULL: it could not be run. After the last one the list holds only what is
 * viable, best first: the one whose factor per layer is nearest to 1. */
void gf_remedies_take(gf_remedies *remedies, const gf_run *run);
bool gf_remedies_are_done(const gf_remedies *remedies);

#endif
