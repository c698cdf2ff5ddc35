/* What can be chosen about the kernels of a device without changing what they compute. */
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

typedef struct gf_tuning {
    gf_gpu_tile large, small; /* small where large tiles would be too few */
} gf_tuning;

/* What is built in for a kind of device. */
gf_tuning gf_tuning_default(gf_device_kind kind);

#endif
