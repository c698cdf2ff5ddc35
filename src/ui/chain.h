/* The chain rule of one layer in numbers: what it multiplies the gradient by, and what is left on
 * the way from the output to here. */
#ifndef GF_UI_CHAIN_H
#define GF_UI_CHAIN_H

#include "gradflow/records.h"

typedef struct gf_chain {
    bool has_step;     /* there is a layer above, and both are computed */
    double step;       /* rms delta of this layer over that of the layer above: measured */
    bool has_factors;  /* step = slope * weights can be told apart: no skip, no norm */
    double slope;      /* sqrt(E f'(z)^2), for z normal with the measured mean and deviation */
    double weights;    /* the rest: what W of the layer above does */
    gf_scaled product; /* rms delta of this layer over that of the output layer: measured */
    int32_t steps;     /* from the output to here */
} gf_chain;

/* `layer` and those above it must have been computed. */
gf_chain gf_chain_of(const gf_run *run, int32_t layer);

/* sqrt(E f'(z)^2) for z ~ N(mean, std). */
double gf_chain_slope(gf_activation activation, double mean, double std);

#endif
