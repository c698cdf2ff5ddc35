/* The library behind every OpenCL call. */
#ifndef GF_COMPUTE_OPENCL_LOADER_H
#define GF_COMPUTE_OPENCL_LOADER_H

#include "gradflow/status.h"

/* Opens it, if that has not been done. GF_UNAVAILABLE: there is none, and no device either. */
gf_status gf_cl_loader_open(gf_error *error);

#endif
