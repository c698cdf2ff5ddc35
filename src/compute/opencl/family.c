/* Names of the families, and which one is wanted. */
#include "compute/opencl/family.h"

#include <stdlib.h>
#include <string.h>

const char *const gf_family_names[GF_FAMILY_COUNT] = {"naive", "cpu", "gpu", "fused"};

gf_status gf_family_parse(const char *what, const char *text, gf_kernel_family *out,
                          gf_error *error)
{
    for (int family = 0; family < GF_FAMILY_COUNT; family++)
        if (strcmp(gf_family_names[family], text) == 0) {
            *out = (gf_kernel_family)family;
            return GF_OK;
        }
    return gf_fail(error, GF_INVALID, "%s is '%s'; allowed are naive, cpu, gpu, fused", what, text);
}

gf_status gf_family_wanted(gf_device_kind kind, gf_kernel_family *out, bool *forced,
                           gf_error *error)
{
    const char *name = getenv("GRADFLOW_KERNELS");
    *forced = name && name[0];
    if (*forced) return gf_family_parse("GRADFLOW_KERNELS", name, out, error);
    *out = kind == GF_DEVICE_CPU ? GF_FAMILY_CPU : GF_FAMILY_GPU;
    return GF_OK;
}
