/* The measured ceiling of a device, the yardstick of the benchmark. */
#ifndef GF_COMPUTE_OPENCL_PEAK_H
#define GF_COMPUTE_OPENCL_PEAK_H

#include "compute/opencl/state.h"

/* Multiply-adds as 2 operations, in GFLOP/s, and bytes read in GB/s: the best of several rounds. */
gf_status gf_cl_peak(gf_opencl *self, double *gflops, double *gbytes, gf_error *error);

#endif
