/* Platforms and devices. A platform or device that cannot be asked is left out: the others still
 * work. */
#include "compute/opencl/device.h"

#include <stdio.h>
#include <string.h>

#define PLATFORMS_MAX 16
#define DEVICES_MAX   16 /* of one platform */

static void text_of(cl_device_id device, cl_device_info what, char *text, size_t capacity)
{
    char value[512] = "";
    clGetDeviceInfo(device, what, sizeof value - 1, value, NULL);
    snprintf(text, capacity, "%s", value);
}

static gf_device_kind kind_of(cl_device_id device)
{
    cl_device_type type = 0;
    clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
    if (type & CL_DEVICE_TYPE_GPU) return GF_DEVICE_GPU;
    return (type & CL_DEVICE_TYPE_CPU) ? GF_DEVICE_CPU : GF_DEVICE_OTHER;
}

static bool is_usable(cl_device_id device)
{
    cl_bool available = CL_FALSE, compiler = CL_FALSE;
    clGetDeviceInfo(device, CL_DEVICE_AVAILABLE, sizeof available, &available, NULL);
    clGetDeviceInfo(device, CL_DEVICE_COMPILER_AVAILABLE, sizeof compiler, &compiler, NULL);
    return available && compiler;
}

static gf_device describe(cl_device_id device)
{
    gf_device info = {.kind = kind_of(device)};
    char version[80], driver[32];
    cl_ulong memory = 0, allocation = 0;
    cl_uint units = 0;
    text_of(device, CL_DEVICE_NAME, info.name, sizeof info.name);
    text_of(device, CL_DEVICE_VERSION, version, sizeof version);
    text_of(device, CL_DRIVER_VERSION, driver, sizeof driver);
    clGetDeviceInfo(device, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL);
    clGetDeviceInfo(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof allocation, &allocation, NULL);
    clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
    snprintf(info.driver, sizeof info.driver, "%s, driver %s", version, driver);
    info.memory_bytes = memory;
    info.allocation_bytes = allocation;
    info.compute_units = (int32_t)units;
    return info;
}

static int32_t list_platform(cl_platform_id platform, gf_cl_device *devices, int32_t capacity)
{
    cl_device_id ids[DEVICES_MAX];
    cl_uint count = 0;
    if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, DEVICES_MAX, ids, &count) != CL_SUCCESS)
        return 0;
    if (count > DEVICES_MAX) count = DEVICES_MAX;
    int32_t used = 0;
    for (cl_uint i = 0; i < count && used < capacity; i++)
        if (is_usable(ids[i])) devices[used++] = (gf_cl_device){platform, ids[i], describe(ids[i])};
    return used;
}

static void sort_by_kind(gf_cl_device *devices, int32_t count)
{
    for (int32_t i = 1; i < count; i++)
        for (int32_t j = i; j > 0 && devices[j - 1].info.kind > devices[j].info.kind; j--) {
            const gf_cl_device moved = devices[j];
            devices[j] = devices[j - 1];
            devices[j - 1] = moved;
        }
}

int32_t gf_cl_list(gf_cl_device *devices, int32_t capacity)
{
    cl_platform_id platforms[PLATFORMS_MAX];
    cl_uint platform_count = 0;
    int32_t count = 0;
    if (clGetPlatformIDs(PLATFORMS_MAX, platforms, &platform_count) != CL_SUCCESS) return 0;
    if (platform_count > PLATFORMS_MAX) platform_count = PLATFORMS_MAX;
    for (cl_uint i = 0; i < platform_count; i++)
        count += list_platform(platforms[i], devices + count, capacity - count);
    sort_by_kind(devices, count);
    for (int32_t i = 0; i < count; i++)
        snprintf(devices[i].info.id, sizeof devices[i].info.id, "opencl:%d", (int)i);
    return count;
}
