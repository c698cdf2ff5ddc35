/* What can be chosen about the kernels of a device without changing what they compute, and which
 * choices there are. No header of OpenCL in here. */
#ifndef GF_COMPUTE_OPENCL_TUNING_H
#define GF_COMPUTE_OPENCL_TUNING_H

#include "compute/opencl/family.h"

/* A tile of gpu_products.cl: its macros. across * down is a power of two; down * units is a
 * multiple of GF_TILE_ROWS, across * fours * 4 of GF_LANES, and grad_lanes divides GF_LANES. */
typedef struct gf_gpu_tile {
    int32_t across, down; /* work-items */
    int32_t fours, units; /* float4 of samples, and units, of each */
    int32_t k_panels;     /* panels of GF_TILE_ROWS in local memory at a time */
    int32_t grad_lanes;   /* samples likewise, in the weight gradient */
} gf_gpu_tile;

/* Macros of the CPU kernels, see network.cl; 0 is what is written there. */
typedef struct gf_cpu_blocks {
    int32_t grad_panels;
} gf_cpu_blocks;

typedef struct gf_tuning {
    const char *name; /* says what is chosen; unique within a family */
    gf_cpu_blocks cpu;
    gf_gpu_tile large, small; /* small where large tiles would be too few */
} gf_tuning;

#define GF_TUNINGS_MAX 12
/* The candidates of a family, the built-in choice first; of families without a choice only that. */
const gf_tuning *gf_tunings_of(gf_kernel_family family, int32_t *count);
/* The one of that name, NULL if there is none. */
const gf_tuning *gf_tuning_find(gf_kernel_family family, const char *name);

#endif
