/* What a plain number type would have made of a network whose pass carried exponents: where it
 * overflows, where its gradient becomes subnormal, and where it is exactly zero. From the records
 * alone, nothing is run again. In a chaotic network (chi > 1, f curved) rounding makes another
 * network after some layers; there the layers are those of a typical one. And the layer that
 * becomes zero may be one off: the few bits of the subnormals above it decide. */
#ifndef GF_ANALYSIS_FORECAST_H
#define GF_ANALYSIS_FORECAST_H

#include "gradflow/records.h"

/* Layers; 0: nowhere. Without loss scaling. */
typedef struct gf_forecast {
    bool applies; /* the run is complete and exact; a run that rounded shows these things itself */
    gf_precision precision;
    int32_t z_inf, a_inf; /* the first with an infinite entry on the way forward */
    int32_t a_zero;       /* the first on the way forward without an entry that is not zero */
    int32_t
        delta_inf; /* the first with an infinite or NaN entry on the way back; all below are NaN */
    int32_t delta_subnormal; /* the first on the way back whose largest entry is below the smallest
                                normal number */
    int32_t delta_zero; /* the first on the way back without an entry that is not zero; so are all
                           below */
    int32_t weight_grad_zero; /* dW is exactly zero in this layer and in all below */
} gf_forecast;

gf_forecast gf_forecast_make(const gf_run *run, gf_precision precision);

/* "plain fp32: gradient is exactly zero from layer 37 down" into text[room]. False: nothing happens
 * to the type. */
bool gf_forecast_describe(const gf_forecast *forecast, char *text, size_t room);

#endif
