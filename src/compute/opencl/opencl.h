/* Every device that the OpenCL ICD loader finds, GPUs first: "opencl:0", "opencl:1", ... */
#ifndef GF_COMPUTE_OPENCL_OPENCL_H
#define GF_COMPUTE_OPENCL_OPENCL_H

#include "compute/backend.h"
#include "compute/opencl/tuning.h"

extern const gf_backend_ops gf_opencl_ops;

/* Kernels as a search tries them, whatever environment and cache say. */
typedef struct gf_opencl_form {
    gf_kernel_family family;
    const gf_tuning *tuning; /* borrowed while the backend is open */
} gf_opencl_form;
/* As ops->open; NULL is the same. GF_DEVICE: the device cannot run this form; nothing falls back.
 */
gf_status gf_opencl_open_form(const gf_device *device, const gf_pulse *pulse,
                              const gf_opencl_form *form, gf_backend **out, gf_error *error);

#endif
