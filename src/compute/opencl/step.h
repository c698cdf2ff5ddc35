/* Short networks: the whole pass in one launch, its statistics right behind, and one wait for both.
 */
#ifndef GF_COMPUTE_OPENCL_STEP_H
#define GF_COMPUTE_OPENCL_STEP_H

#include "compute/opencl/state.h"

/* Is a pass over soon after it was started? */
bool gf_cl_is_short(const gf_opencl *self);
/* Can forward over layers first..first+count-1 be put off until the loss is asked for, and all of
 * the pass be done then? */
bool gf_step_suits(const gf_opencl *self, int32_t first, int32_t count);
/* The pass that was put off. The stage is GF_CL_DONE afterwards; or GF_CL_PENDING as before, when
 * it turned out that numbers have to be rescaled on the way. */
gf_status gf_step_run(gf_opencl *self, gf_scaled *loss, gf_error *error);

#endif
