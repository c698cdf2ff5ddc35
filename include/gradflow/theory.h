/* What mean-field theory says of a network before it runs: the curve that the measured one is drawn
 * over.
 *
 * In wide networks a pre-activation is normal with a variance that follows a map from layer to
 * layer (Poole et al. 2016), and the variance of the gradient follows another one back (Schoenholz
 * et al. 2017). Here delta starts from the loss, so it depends on the activations, and W^T delta
 * remembers the W that made them: the part of dL/da along a is carried apart from the rest (Yang
 * 2020, Tensor Programs III), without which deep ReLU networks come out wrong. Exact for infinite
 * width; at width n and depth L the logarithm of a norm scatters with a variance of the order of L
 * / n, and its mean lies below the prediction by as much (Hanin and Nica 2019). */
#ifndef GRADFLOW_THEORY_H
#define GRADFLOW_THEORY_H

#include "gradflow/records.h"

typedef struct gf_theory_layer {
    gf_scaled z_std; /* of the pre-activation, before a normalisation: sqrt(q) */
    gf_scaled a_rms;
    double correlation; /* of z between two samples, 0..1 */
    double chi; /* sigma_w^2 E[f'(z)^2]: what one step multiplies the variance of a gradient by */
    gf_scaled delta_rms, weight_grad_norm, bias_grad_norm; /* as in gf_layer_record */
} gf_theory_layer;

/* Zero is "no prediction". Where the hidden layers of the network would settle if there were more
 * and more of them. */
typedef struct gf_theory {
    bool applies;
    char reason[200]; /* why there is no prediction, or no fixed point; empty if there is nothing to
                         say */
    char caution[200]; /* why this network may lie beside the prediction; empty if nothing is known
                        */
    int32_t depth;
    gf_theory_layer *layers; /* [depth], layer l at index l - 1; owned */
    gf_scaled loss;
    double sigma_w,
        sigma_b; /* of a hidden layer: std of a weight times sqrt(fan_in), std of a bias */
    bool has_fixed_point;
    double q_star; /* variance of z in the limit, from this network's start; may be 0 or infinite */
    double chi_star;    /* chi there; 1 is critical */
    double depth_scale; /* xi_c = -1 / ln chi_star, layers a factor e; negative: grows; infinite:
                           critical */
    bool has_critical_gain;
    double critical_gain; /* the gain at which chi_star would be 1 with this bias_std */
} gf_theory;

/* Fast enough for every move of a slider. GF_INVALID: the spec; GF_MEMORY. A network that theory
 * does not cover is no error: `applies` is false and `reason` a sentence. */
gf_status gf_theory_predict(const gf_spec *spec, gf_theory *out, gf_error *error);
void gf_theory_destroy(gf_theory *theory); /* a zeroed one is fine */

#endif
