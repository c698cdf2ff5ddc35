/* Which OpenCL devices there are. */
#ifndef GF_COMPUTE_OPENCL_DEVICE_H
#define GF_COMPUTE_OPENCL_DEVICE_H

#include <CL/cl.h>

#include "gradflow/records.h"

/* A device as OpenCL knows it and as we do. */
typedef struct gf_cl_device {
    cl_platform_id platform;
    cl_device_id device;
    gf_device info;
} gf_cl_device;

/* All usable devices of all platforms, GPUs before CPUs before others; none where there is no
 * driver. */
int32_t gf_cl_list(gf_cl_device *devices, int32_t capacity);

#endif
