/* OpenCL error codes as sentences. */
#ifndef GF_COMPUTE_OPENCL_ERROR_H
#define GF_COMPUTE_OPENCL_ERROR_H

#include <CL/cl.h>

#include "gradflow/status.h"

/* GF_OK for CL_SUCCESS; GF_MEMORY where the device is out of it; else GF_DEVICE: "OpenCL: <what>
 * failed: CL_... (-5)". */
gf_status gf_cl_check(cl_int code, const char *what, gf_error *error);

/* Return early when an OpenCL call failed. */
#define GF_CL(call, what) GF_TRY(gf_cl_check((call), (what), error))

#endif
