/* Which candidate was found fastest, kept from run to run in a file for each device, driver, family
 * and text of the kernels: $XDG_CACHE_HOME/gradflow (else ~/.cache/gradflow)/tuning-<key>.
 *
 * A file that is missing, cut, of somebody else or not to be read is as good as none: the built-in
 * choice serves. */
#ifndef GF_COMPUTE_OPENCL_TUNING_CACHE_H
#define GF_COMPUTE_OPENCL_TUNING_CACHE_H

#include "compute/opencl/tuning.h"

/* The choice for this device, NULL if none is kept. */
const gf_tuning *gf_tuning_load(const gf_device *device, gf_kernel_family family);
/* GF_IO: it could not be kept; nothing else depends on it. */
gf_status gf_tuning_store(const gf_device *device, gf_kernel_family family, const gf_tuning *tuning,
                          gf_error *error);

#endif
