/* The fused family: runs of layers in one launch, see kernels/fused.cl. */
#ifndef GF_COMPUTE_OPENCL_FUSED_H
#define GF_COMPUTE_OPENCL_FUSED_H

#include "compute/opencl/state.h"

/* Can `spec` be run fused at all? And is it narrow enough to gain by it? */
bool gf_fused_runs(const gf_spec *spec);
bool gf_fused_suits(const gf_spec *spec, int32_t compute_units);

/* Layers first..first+count-1 of one segment: z and a, and delta. Started; done after the next
 * wait.
 */
gf_status gf_fused_forward(gf_opencl *self, int32_t first, int32_t count, gf_error *error);
gf_status gf_fused_backward(gf_opencl *self, int32_t first, int32_t count, gf_error *error);

#endif
