/* The table of backends. By itself, so that a test can put another one in its place. */
#include <stddef.h>

#include "compute/backend.h"
#include "compute/cpu/cpu.h"
#include "compute/opencl/opencl.h"
#include "compute/reference/reference.h"

const gf_backend_ops *const gf_backends[] = {
    &gf_opencl_ops,
    &gf_cpu_ops,
    &gf_reference_ops,
    NULL,
};
