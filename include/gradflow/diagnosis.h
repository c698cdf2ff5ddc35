/* Can this network train? Scale-free rules over the layer records, each with its number and where
 * it comes from.
 *
 * Delta is asked before the weight gradient dW_l = delta_l^T a_{l-1}: where signal and gradient
 * shrink alike (ReLU with too small weights) the two cancel in dW, which is then equally tiny in
 * every layer and has a ratio near 1. */
#ifndef GRADFLOW_DIAGNOSIS_H
#define GRADFLOW_DIAGNOSIS_H

#include "gradflow/records.h"

typedef enum gf_verdict {
    GF_HEALTHY,
    GF_VANISHING,
    GF_EXPLODING,
    GF_UNSTABLE,
    GF_VERDICT_COUNT
} gf_verdict;
const char *gf_verdict_name(gf_verdict verdict); /* "healthy", "vanishing", ... */

/* A scenario may replace any of them. */
typedef struct gf_thresholds {
    double vanishing_ratio;   /* first/last delta, or else weight gradient, below this: vanishing */
    double exploding_ratio;   /* above this: exploding */
    double dead_share;        /* mean share of dead units above this: not viable */
    double saturated_share;   /* mean share of saturated activations above this: not viable */
    double activation_spread; /* largest/smallest std of a layer's activation above this: said,
                                 decides nothing */
    double absolute_gradient; /* rms entry of a weight gradient below this: said, decides nothing */
} gf_thresholds;
gf_thresholds gf_thresholds_default(void);

/* A rule that fired. */
typedef struct gf_fired_rule {
    const char *rule;   /* "first/last gradient ratio" */
    const char *source; /* where the threshold comes from */
    gf_scaled value;
    double threshold;
    int32_t layer; /* the layer it is about, 0: the whole network */
} gf_fired_rule;

#define GF_RULES_MAX 12

typedef struct gf_diagnosis {
    gf_verdict verdict;
    bool viable;           /* can gradient descent move every layer? */
    gf_scaled first, last; /* ||dL/dW|| of layer 1 and of layer `depth` */
    gf_scaled ratio;       /* first / last */
    gf_scaled delta_ratio; /* rms delta of layer 1 / of layer `depth`: the product of the chain rule
                              itself */
    double per_layer_factor; /* delta_ratio^(1 / (depth - 1)): what one step back multiplies the
                                gradient by */
    double e_folding_depth;  /* layers over which the gradient changes by a factor e; infinite: it
                                does not */
    double limit_depth;      /* depth at which delta_ratio would leave the thresholds at this pace;
                                infinite: never */
    double dead_share, saturated_share; /* mean over layers */
    gf_scaled
        activation_spread; /* largest / smallest std of a layer's activation; 0: no layer has one */
    int32_t rule_count;
    gf_fired_rule rules[GF_RULES_MAX];
    char why[320]; /* one or two sentences for the status panel */
} gf_diagnosis;

/* Needs a complete run. */
void gf_diagnose(const gf_run *run, const gf_thresholds *thresholds, gf_diagnosis *out);

/* The word for one layer: "nan", "inf", "zero", "vanished", "weak", "healthy", "strong",
 * "exploded". The last five compare its rms delta with that of the output layer. Needs that layer
 * and the output layer. */
const char *gf_layer_word(const gf_run *run, int32_t layer, const gf_thresholds *thresholds);

#endif
