/* The measured ceiling of the processor in plain C. */
#ifndef GF_COMPUTE_CPU_PEAK_H
#define GF_COMPUTE_CPU_PEAK_H

#include "gradflow/status.h"

/* Best of several rounds over `threads` threads: float32 multiply-adds in GFLOP/s, bytes read in
 * GB/s. GF_MEMORY. */
gf_status gf_host_peak(int threads, double *gflops, double *gbytes, gf_error *error);

#endif
