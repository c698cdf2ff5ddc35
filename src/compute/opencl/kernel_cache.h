/* Where PoCL keeps compiled kernels. */
#ifndef GF_COMPUTE_OPENCL_KERNEL_CACHE_H
#define GF_COMPUTE_OPENCL_KERNEL_CACHE_H

#include "gradflow/status.h"

/* A folder of our own in place of the usual one, which may be broken or not writable: under
 * XDG_CACHE_HOME, ~/.cache or the folder for temporary files. Before the driver is loaded. */
gf_status gf_kernel_cache_use_own(gf_error *error);
/* The same if the usual one cannot be written: PoCL without a cache has no devices and does not say
 * why. An empty POCL_CACHE_DIR, at which PoCL aborts, is taken away. Nothing is made or changed
 * otherwise. */
void gf_kernel_cache_check(void);

#endif
