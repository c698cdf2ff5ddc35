/* Families of kernels: whole ways of computing the same network. `naive` is one number a work-item
 * and the truth the others are tested against; `cpu` is register tiles of float16; `gpu` is tiles
 * in local memory; `fused` is for narrow networks. No header of OpenCL in here. */
#ifndef GF_COMPUTE_OPENCL_FAMILY_H
#define GF_COMPUTE_OPENCL_FAMILY_H

#include "gradflow/records.h"

typedef enum gf_kernel_family {
    GF_FAMILY_NAIVE,
    GF_FAMILY_CPU,
    GF_FAMILY_GPU,
    GF_FAMILY_FUSED,
    GF_FAMILY_COUNT
} gf_kernel_family;
extern const char *const gf_family_names[GF_FAMILY_COUNT];

/* The family that `text` names. GF_INVALID: `what` ("--kernels") is not one of those allowed. */
gf_status gf_family_parse(const char *what, const char *text, gf_kernel_family *out,
                          gf_error *error);

/* What GRADFLOW_KERNELS asks for (`forced`); without it, what suits a device of this kind.
 * GF_INVALID: it asks for something else. */
gf_status gf_family_wanted(gf_device_kind kind, gf_kernel_family *out, bool *forced,
                           gf_error *error);

#endif
