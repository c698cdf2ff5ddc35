#include "compute/opencl/gpu.h"

#include "compute/opencl/error.h"

/* Fewer tiles than this on every compute unit leave the device waiting. */
#define TILES_PER_UNIT 2
/* The tile that splitting is reckoned in, whatever the tuning: the number of parts decides about
 * bits, and a tuning does not. No large tile is smaller, so that what is split would run in small
 * ones. */
#define PART_UNITS   48
#define PART_SAMPLES 32
/* Terms of a part at least: five rounds of loads, so that the first one's wait is a small share. */
#define PART_TERMS 64
/* Terms fewer in a row that are worth a second kernel: a launch is about as long as ten rounds. */
#define TERMS_SAVED 128
/* Local memory that a kernel may take: what every GPU has. */
#define LOCAL_BYTES_MAX 32768

size_t gf_gpu_tile_count(const gf_gpu_tile *tile, size_t units, size_t samples)
{
    return gf_ceil_divide(units, (size_t)tile->down * (size_t)tile->units) *
           gf_ceil_divide(samples, (size_t)tile->across * (size_t)tile->fours * 4);
}

gf_gpu_grid gf_gpu_grid_of(const gf_opencl *self, size_t units, size_t samples, size_t layers)
{
    const gf_gpu_tile *large = &self->tuning->large, *small = &self->tuning->small;
    const size_t wide = (size_t)large->across * (size_t)large->fours * 4;
    const size_t enough = TILES_PER_UNIT * (size_t)self->device.info.compute_units;
    const bool half_empty = 2 * samples <= wide;
    gf_gpu_grid grid = {.small = half_empty ||
                                 gf_gpu_tile_count(large, units, samples) * layers < enough};
    const gf_gpu_tile *tile = grid.small ? small : large;
    grid.tiles = gf_gpu_tile_count(tile, units, samples);
    grid.local = (size_t)tile->across * (size_t)tile->down;
    return grid;
}

uint64_t gf_gpu_parts_bytes(int32_t compute_units)
{
    return (uint64_t)TILES_PER_UNIT * (uint64_t)compute_units * PART_UNITS * PART_SAMPLES *
           sizeof(float);
}

size_t gf_gpu_part_count(const gf_device *device, size_t units, size_t samples, size_t terms)
{
    const size_t tiles = gf_ceil_divide(units, PART_UNITS) * gf_ceil_divide(samples, PART_SAMPLES),
                 enough = TILES_PER_UNIT * (size_t)device->compute_units;
    const uint64_t bytes = device->parts_bytes < device->allocation_bytes
                               ? device->parts_bytes
                               : device->allocation_bytes;
    const size_t room = (size_t)(bytes / (units * samples * sizeof(float)));
    size_t count = enough / tiles;
    if (count > terms / PART_TERMS) count = terms / PART_TERMS;
    if (count > room) count = room;
    return count > 1 && terms - terms / count >= TERMS_SAVED ? count : 1;
}

gf_gpu_grid gf_gpu_part_grid(const gf_opencl *self, size_t units, size_t samples)
{
    const gf_gpu_tile *tile = &self->tuning->small;
    return (gf_gpu_grid){.small = true,
                         .tiles = gf_gpu_tile_count(tile, units, samples),
                         .local = (size_t)tile->across * (size_t)tile->down};
}

size_t gf_gpu_group_items(const gf_opencl *self, gf_kernel which)
{
    return gf_kernel_form(which, self->used) == GF_FAMILY_GPU ? GF_GROUP : 1;
}

/* Of the weight gradient, which needs most; as declared in gpu_products.cl. */
static size_t local_bytes(const gf_gpu_tile *tile)
{
    const size_t units = (size_t)tile->down * (size_t)tile->units + 4,
                 samples = (size_t)tile->across * (size_t)tile->fours * 4 + 4,
                 items = (size_t)tile->across * (size_t)tile->down, histogram = 4 * 257 + 2;
    const size_t product = (size_t)tile->k_panels * GF_TILE_ROWS * (units + samples);
    const size_t gradient = (size_t)tile->grad_lanes * (units + samples) + histogram + items;
    return sizeof(float) * (product > gradient ? product : gradient);
}

static gf_status check_tile(const gf_gpu_tile *tile, cl_device_id device, gf_error *error)
{
    cl_ulong memory = 0;
    size_t group = 0;
    const size_t items = (size_t)tile->across * (size_t)tile->down, bytes = local_bytes(tile);
    GF_CL(clGetDeviceInfo(device, CL_DEVICE_LOCAL_MEM_SIZE, sizeof memory, &memory, NULL),
          "the size of local memory");
    GF_CL(clGetDeviceInfo(device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof group, &group, NULL),
          "the size of a work-group");
    if (memory > LOCAL_BYTES_MAX) memory = LOCAL_BYTES_MAX;
    if (bytes > memory || items > group)
        return gf_fail(error, GF_DEVICE,
                       "GPU kernels need groups of %zu with %zu bytes; it has %zu with %zu", items,
                       bytes, group, (size_t)memory);
    return GF_OK;
}

static gf_status check_kernel(cl_program program, cl_device_id device, const char *name,
                              size_t items, gf_error *error)
{
    size_t group = 0;
    cl_int code = CL_SUCCESS;
    cl_kernel kernel = clCreateKernel(program, name, &code);
    GF_CL(code, name);
    code = clGetKernelWorkGroupInfo(kernel, device, CL_KERNEL_WORK_GROUP_SIZE, sizeof group, &group,
                                    NULL);
    clReleaseKernel(kernel);
    GF_CL(code, name);
    if (group >= items) return GF_OK;
    return gf_fail(error, GF_DEVICE, "kernel %s needs groups of %zu; the device runs %zu", name,
                   items, group);
}

/* Items of a group of a kernel of this family. */
static size_t group_of(const gf_tuning *tuning, gf_kernel kernel)
{
    switch (kernel) {
    case GF_KERNEL_FORWARD:
    case GF_KERNEL_BACKWARD:
    case GF_KERNEL_WEIGHT_GRADIENT:
        return (size_t)tuning->large.across * (size_t)tuning->large.down;
    case GF_KERNEL_FORWARD_SMALL:
    case GF_KERNEL_BACKWARD_SMALL:
    case GF_KERNEL_WEIGHT_GRADIENT_SMALL:
    case GF_KERNEL_FORWARD_PARTS:
    case GF_KERNEL_BACKWARD_PARTS: return (size_t)tuning->small.across * (size_t)tuning->small.down;
    default: return GF_GROUP;
    }
}

gf_status gf_gpu_check(const gf_tuning *tuning, cl_device_id device, cl_program program,
                       gf_error *error)
{
    GF_TRY(check_tile(&tuning->large, device, error));
    GF_TRY(check_tile(&tuning->small, device, error));
    for (gf_kernel kernel = 0; program && kernel < GF_KERNEL_COUNT; kernel++)
        if (gf_kernel_form(kernel, GF_FAMILY_GPU) == GF_FAMILY_GPU)
            GF_TRY(check_kernel(program, device, gf_kernel_name(kernel, GF_FAMILY_GPU),
                                group_of(tuning, kernel), error));
    return GF_OK;
}
