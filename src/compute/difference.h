/* How far the results of two devices are from each other, as one number. */
#ifndef GF_COMPUTE_DIFFERENCE_H
#define GF_COMPUTE_DIFFERENCE_H

#include "gradflow/records.h"

/* |a - b| / |b|; 0 where both are the same zero, Inf or NaN; infinite where only one is. */
double gf_scaled_difference(gf_scaled a, gf_scaled b);

/* The worst relative difference of the loss and of all that was measured about each layer, in runs
 * of the same network with at least one row of cells. Infinite where counts, or NaN and Inf, do not
 * fit. */
double gf_run_difference(const gf_run *run, const gf_run *expected);

#endif
