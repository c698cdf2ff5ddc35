/* gradflow bench --tune: the candidates of every OpenCL device, checked, timed, the fastest kept.
 */
#ifndef GF_APP_BENCH_TUNE_H
#define GF_APP_BENCH_TUNE_H

#include "app/options.h"

/* On the options' device or every OpenCL device, timed on `shapes` ("50x1024x256,10x64x32"; NULL:
 * three of its own), in the options' format (table or json). GF_DEVICE: nothing could be tuned. */
gf_status gf_bench_tune(const gf_options *options, const char *shapes, gf_error *error);

#endif
