/* What the files of the mean-field theory share: the state of every layer between the forward and
 * the backward map. */
#ifndef GF_ANALYSIS_THEORY_LAYERS_H
#define GF_ANALYSIS_THEORY_LAYERS_H

#include "analysis/theory_kernel.h"
#include "analysis/theory_wide.h"
#include "gradflow/theory.h"

/* Everything the maps need to know of a layer. Layers with the same kind share them. */
typedef struct gf_theory_kind {
    gf_activation activation;
    int32_t fan_in, fan_out;
    double weight_variance, bias_variance;
    bool skip, orthogonal;
} gf_theory_kind;
gf_theory_kind gf_theory_kind_of(const gf_spec *spec, int32_t layer);
bool gf_theory_same_kind(const gf_theory_kind *one, const gf_theory_kind *other);

/* Second moments of one unit: for one sample, and for two different ones. */
typedef struct gf_theory_pair {
    gf_wide one, two;
} gf_theory_pair;

typedef struct gf_theory_state {
    gf_theory_kind kind;
    int32_t last_alike; /* the last layer of the run of layers with this kind */
    gf_theory_pair z;   /* E[z^2], E[z z~], before the normalisation */
    gf_theory_pair h;   /* of what f reads */
    gf_wide unit;       /* u of the kernel */
    gf_kernel kernel;
    gf_theory_pair a; /* E[a^2], E[a a~] */
    gf_wide a_mean;
} gf_theory_state;

/* states[0] is the input, states[l] layer l; kinds and last_alike are filled. */
void gf_theory_forward(const gf_spec *spec, gf_theory_state *states);
/* Fills delta and gradients of `layers` [depth]. */
void gf_theory_backward(const gf_spec *spec, const gf_theory_state *states,
                        gf_theory_layer *layers);
/* Fixed point, depth scale, critical gain of the hidden layer whose first state is `start`. */
void gf_theory_limit(const gf_spec *spec, const gf_theory_state *start, gf_theory *out);

#endif
