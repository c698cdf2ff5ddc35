/* gradflow bench without --render: CPU against every OpenCL device. */
#ifndef GF_APP_BENCH_COMPUTE_H
#define GF_APP_BENCH_COMPUTE_H

#include "app/options.h"

/* Time `shapes` ("50x1024x256,10x64x32"; NULL: the default ones) on the options' device, or on all,
 * `seconds` each, and print in the options' format. GF_INVALID names the shape. */
gf_status gf_bench_compute(const gf_options *options, const char *shapes, double seconds,
                           gf_error *error);

#endif
