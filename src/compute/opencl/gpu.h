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

/* Groups that share each sum of a forward or backward product of a layer, see gpu_split.cl; 1: none
 * do. A function of a whole layer's sizes (with padding) and of the device alone, not of the tuning
 * nor of the block of units that a launch makes: it decides about the order of the sums. */
size_t gf_gpu_part_count(const gf_device *device, size_t units, size_t samples, size_t terms);
/* The most that the parts of any product can have: of 48 x 32 floats, what fills the device. */
uint64_t gf_gpu_parts_bytes(int32_t compute_units);
/* Tiles of one part: always small ones. */
gf_gpu_grid gf_gpu_part_grid(const gf_opencl *self, size_t units, size_t samples);

/* Work-items that stand for one of a kernel that is no product: GF_GROUP where its form is the GPU
 * family's, else 1. */
size_t gf_gpu_group_items(const gf_opencl *self, gf_kernel which);

/* Limits of the device against what the kernels need; GF_DEVICE says what is missing. `program` may
 * be NULL: what is known before it is built. */
gf_status gf_gpu_check(const gf_tuning *tuning, cl_device_id device, cl_program program,
                       gf_error *error);

#endif
