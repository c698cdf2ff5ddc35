/* The GPU family on the host: how its tiles cover a product, and whether a device can run them. */
#ifndef GF_COMPUTE_OPENCL_GPU_H
#define GF_COMPUTE_OPENCL_GPU_H

#include "compute/opencl/state.h"

/* Tiles over `units` x `samples` results (of the weight gradient outputs x inputs). */
size_t gf_gpu_tile_count(const gf_gpu_tile *tile, size_t units, size_t samples);

/* Tiles of a product, and which of the two programs for them: see tuning.h. */
typedef struct gf_gpu_grid {
    bool small;
    size_t tiles, local;
} gf_gpu_grid;

/* For so many results in `layers` layers at once; `tiles` is of one layer. */
gf_gpu_grid gf_gpu_grid_of(const gf_opencl *self, size_t units, size_t samples, size_t layers);

/* Work-items that stand for one of a kernel that is no product: GF_GROUP where its form is the GPU
 * family's, else 1. */
size_t gf_gpu_group_items(const gf_opencl *self, gf_kernel which);

/* Limits of the device against what the kernels need; GF_DEVICE says what is missing. `program` may
 * be NULL: what is known before it is built. */
gf_status gf_gpu_check(const gf_tuning *tuning, cl_device_id device, cl_program program,
                       gf_error *error);

#endif
