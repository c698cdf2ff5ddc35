/* Gaussian averages of an activation and its derivative: everything that mean-field theory needs to
 * know about f.
 *
 * z is normal with mean 0 and standard deviation std; z~ is the same unit's pre-activation for
 * another sample, with correlation c. Averages come from quadrature split at the kinks of f, from
 * closed forms where f is linear on either side of 0, and for two samples from the Hermite series
 * E[g g~] = sum c^n g_n^2. */
#ifndef GF_ANALYSIS_THEORY_KERNEL_H
#define GF_ANALYSIS_THEORY_KERNEL_H

#include "gradflow/spec.h"

/* In units u of f: u = std where f(0) = 0 or f is straight, so that all numbers stay ordinary
 * however small or large z is; else u = 1. */
typedef struct gf_kernel {
    double mean;       /* E[f] / u */
    double square;     /* E[f^2] / u^2 */
    double slope;      /* E[f'] */
    double slope2;     /* E[f'^2] */
    double product;    /* E[f f'] / u */
    double pull;       /* E[f^2 f'^2] / u^2 */
    double mixed;      /* E[f f'^2] / u */
    double bend;       /* E[f''] u = E[z f'] u / std^2 (Stein's lemma) */
    double stein;      /* E[(f f')'] = E[z f f'] / std^2 */
    double pair;       /* E[f f~] / u^2 */
    double slope_pair; /* E[f' f~'] */
    double pull_pair;  /* E[f f' f~ f~'] / u^2 */
    double mixed_pair; /* E[f f' f~'] / u */
} gf_kernel;
#define GF_KERNEL_NUMBERS 13

/* Is u = std? */
bool gf_kernel_scales(gf_activation activation, double log2_std);
/* Is f linear on either side of 0 at this log2 of std: exactly, or (beyond 2^40 and below 2^-40) to
 * double rounding? Then the kernel depends on c alone. */
bool gf_kernel_is_straight(gf_activation activation, double log2_std);

/* 0 <= c <= 1. std 0 means z = 0. Relative accuracy 1e-10 for one sample. For two: 1e-6 and better
 * up to c = 0.9, 1e-3 above where f has kinks; where std is above 5 as well, a few per cent of
 * slope_pair and a fifth of pull_pair. */
gf_kernel gf_kernel_make(gf_activation activation, double log2_std, double c);
/* The one-sample numbers only; those of two are 0. */
gf_kernel gf_kernel_single(gf_activation activation, double log2_std);

#endif
