/* Many networks that differ in one or two fields, run one after the other in one engine. */
#ifndef GF_APP_SWEEP_H
#define GF_APP_SWEEP_H

#include "app/options.h"
#include "app/sweep_axis.h"
#include "gradflow/diagnosis.h"

#define GF_SWEEP_CELLS_MAX 10000

typedef struct gf_sweep_cell {
    gf_verdict verdict;
    bool viable;
    double log10_ratio;       /* of the weight gradient, first layer / last layer */
    double log10_delta_ratio; /* of rms delta, likewise: the product of the chain rule itself */
    double per_layer_factor;
    double chi;        /* chi* of mean-field theory; NaN: no prediction, or none was asked for */
    char refused[160]; /* why it has no numbers; empty when it has */
} gf_sweep_cell;

typedef struct gf_sweep {
    const gf_options *options; /* their network is what the axes change */
    gf_sweep_axis x, y;        /* y may be none */
    bool theory;
    gf_device device;     /* that ran the last one */
    gf_sweep_cell *cells; /* [y][x]; owned */
} gf_sweep;

const gf_sweep_cell *gf_sweep_at(const gf_sweep *sweep, int32_t x, int32_t y);

/* Every network is checked before the first is run. Says on stderr how many there are and about how
 * long they take. A network that does not fit on the device is no failure: its cell says so.
 * GF_INVALID, GF_CANCELLED, GF_DEVICE. */
gf_status gf_sweep_run(gf_sweep *sweep, gf_error *error);
void gf_sweep_destroy(gf_sweep *sweep); /* cells and axes */

#endif
