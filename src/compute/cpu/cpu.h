/* Float32 on all cores of the host: OpenBLAS products, OpenMP for everything else. */
#ifndef GF_COMPUTE_CPU_CPU_H
#define GF_COMPUTE_CPU_CPU_H

#include "compute/backend.h"

extern const gf_backend_ops gf_cpu_ops;

#endif
