/* gradflow bench without --render: CPU against every OpenCL device. */
#ifndef GF_APP_BENCH_COMPUTE_H
#define GF_APP_BENCH_COMPUTE_H

#include "app/options.h"

/* Zero takes the default shapes and draws nothing. */
typedef struct gf_bench_wishes {
    const char *shapes; /* "50x1024x256,10x64x32"; NULL: the default ones */
    const char *sweep; /* "depth", "width" or "batch": one shape, this size of it varied; or NULL */
    const char *plot;  /* FILE.png; NULL: no figure */
    const char *size;  /* of the figure, "1920x1080"; NULL: that */
    double seconds;    /* timed per device, shape and scope */
} gf_bench_wishes;

/* Time them on the options' device, or on all, and print in the options' format. GF_INVALID names
 * what is wrong. */
gf_status gf_bench_compute(const gf_options *options, const gf_bench_wishes *wishes,
                           gf_error *error);

#endif
