/* From the files in kernels/ to kernels that can be launched. */
#ifndef GF_COMPUTE_OPENCL_PROGRAM_H
#define GF_COMPUTE_OPENCL_PROGRAM_H

#include <CL/cl.h>

#include "compute/opencl/tuning.h"

/* One kernel a step. The three products have a form in each family; the rest have one for all. */
typedef enum gf_kernel {
    GF_KERNEL_GENERATE,
    GF_KERNEL_GENERATE_BLOCK,
    GF_KERNEL_FORWARD,
    GF_KERNEL_ACTIVATE,
    GF_KERNEL_BACKWARD,
    GF_KERNEL_WEIGHT_GRADIENT,
    GF_KERNEL_LOSS,
    GF_KERNEL_NORMALISE,
    GF_KERNEL_NORMALISE_BACKWARD,
    GF_KERNEL_WIDE_NORM_SUMS,
    GF_KERNEL_WIDE_NORM,
    GF_KERNEL_WIDE_NORM_BACKWARD_SUMS,
    GF_KERNEL_WIDE_NORM_BACKWARD,
    GF_KERNEL_UNIT_STATISTICS,
    GF_KERNEL_ACTIVATION_EDGES,
    GF_KERNEL_ACTIVATION_HISTOGRAM,
    GF_KERNEL_LAYER_STATISTICS,
    GF_KERNEL_FORWARD_SMALL, /* the GPU family's products in its smaller tile */
    GF_KERNEL_BACKWARD_SMALL,
    GF_KERNEL_WEIGHT_GRADIENT_SMALL,
    GF_KERNEL_FORWARD_PARTS, /* and with their sums in parts */
    GF_KERNEL_FORWARD_SUM,
    GF_KERNEL_BACKWARD_PARTS,
    GF_KERNEL_BACKWARD_SUM,
    GF_KERNEL_FORWARD_FUSED,
    GF_KERNEL_BACKWARD_FUSED,
    GF_KERNEL_STEP_FUSED,
    GF_KERNEL_COUNT
} gf_kernel;

/* The family whose form of the kernel a network of this family runs: its own, or the one it falls
 * back to. How a kernel is launched goes by its form. */
gf_kernel_family gf_kernel_form(gf_kernel kernel, gf_kernel_family family);
/* Its name in the program. */
const char *gf_kernel_name(gf_kernel kernel, gf_kernel_family family);

/* The whole program text of a family and what it falls back to; the caller frees it. Files come
 * from the folder GRADFLOW_KERNEL_DIR if that is set, else out of the binary. GF_IO: a file cannot
 * be read. */
gf_status gf_program_text(gf_kernel_family family, const gf_tuning *tuning, char **out,
                          gf_error *error);

/* Compiles the text. GF_DEVICE quotes the first lines of the compiler. */
gf_status gf_program_build(cl_context context, cl_device_id device, gf_kernel_family family,
                           const gf_tuning *tuning, cl_program *out, gf_error *error);

#endif
