/* Every device that the OpenCL ICD loader finds, GPUs first: "opencl:0", "opencl:1", ... */
#ifndef GF_COMPUTE_OPENCL_OPENCL_H
#define GF_COMPUTE_OPENCL_OPENCL_H

#include "compute/backend.h"

extern const gf_backend_ops gf_opencl_ops;

#endif
