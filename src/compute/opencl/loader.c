/* The program is not linked to libOpenCL, so that it starts and computes in C where there is none.
 * The calls of the other files end here and go on to the library, which is opened when platforms
 * are asked for: the first call of all. Who puts himself in front of it by LD_PRELOAD is found
 * first, as if it were linked. */
#include "compute/opencl/loader.h"

#include <CL/cl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#define LIBRARY "libOpenCL.so.1"

/* All that the program calls: one that is not here does not link. */
#define FUNCTIONS(X)                                                                               \
    X(clBuildProgram)                                                                              \
    X(clCreateBuffer)                                                                              \
    X(clCreateCommandQueue)                                                                        \
    X(clCreateContext)                                                                             \
    X(clCreateKernel)                                                                              \
    X(clCreateProgramWithSource)                                                                   \
    X(clEnqueueCopyBuffer)                                                                         \
    X(clEnqueueFillBuffer)                                                                         \
    X(clEnqueueMapBuffer)                                                                          \
    X(clEnqueueMarkerWithWaitList)                                                                 \
    X(clEnqueueNDRangeKernel)                                                                      \
    X(clEnqueueReadBuffer)                                                                         \
    X(clEnqueueUnmapMemObject)                                                                     \
    X(clEnqueueWriteBuffer)                                                                        \
    X(clFinish)                                                                                    \
    X(clFlush)                                                                                     \
    X(clGetDeviceIDs)                                                                              \
    X(clGetDeviceInfo)                                                                             \
    X(clGetEventInfo)                                                                              \
    X(clGetKernelWorkGroupInfo)                                                                    \
    X(clGetPlatformIDs)                                                                            \
    X(clGetProgramBuildInfo)                                                                       \
    X(clReleaseCommandQueue)                                                                       \
    X(clReleaseContext)                                                                            \
    X(clReleaseEvent)                                                                              \
    X(clReleaseKernel)                                                                             \
    X(clReleaseMemObject)                                                                          \
    X(clReleaseProgram)                                                                            \
    X(clSetEventCallback)                                                                          \
    X(clSetKernelArg)

/* One of a process, like the library itself, and never closed: drivers do not bear it. */
static struct {
#define MEMBER(name) __typeof__(name) *(name);
    FUNCTIONS(MEMBER)
#undef MEMBER
    char missing[200]; /* why it cannot be used; empty: it can */
} real;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void)
{
    static const char *const names[] = {
#define NAME(name) #name,
        FUNCTIONS(NAME)
#undef NAME
    };
    void **const places[] = {
#define PLACE(name) (void **)&real.name,
        FUNCTIONS(PLACE)
#undef PLACE
    };
    if (!dlopen(LIBRARY, RTLD_NOW | RTLD_GLOBAL))
        snprintf(real.missing, sizeof real.missing, "%s", dlerror());
    for (size_t i = 0; !real.missing[0] && i < sizeof names / sizeof *names; i++)
        if (!(*places[i] = dlsym(RTLD_NEXT, names[i])))
            snprintf(real.missing, sizeof real.missing, LIBRARY " has no %s", names[i]);
}

gf_status gf_cl_loader_open(gf_error *error)
{
    pthread_once(&once, open_library);
    if (!real.missing[0]) return GF_OK;
    return gf_fail(error, GF_UNAVAILABLE, "OpenCL cannot be used: %s", real.missing);
}

cl_int CL_API_CALL clGetPlatformIDs(cl_uint room, cl_platform_id *platforms, cl_uint *count)
{
    if (gf_cl_loader_open(NULL) != GF_OK) return -1001; /* CL_PLATFORM_NOT_FOUND_KHR */
    return real.clGetPlatformIDs(room, platforms, count);
}

/* The others need what that one gave. Weak, so that a test can put its own in their place. */
#define FORWARD(type, name, parameters, arguments)                                                 \
    __attribute__((weak)) type CL_API_CALL name parameters                                         \
    {                                                                                              \
        return real.name arguments;                                                                \
    }

typedef void(CL_CALLBACK *built)(cl_program, void *);
typedef void(CL_CALLBACK *finished)(cl_event, cl_int, void *);
typedef void(CL_CALLBACK *told)(const char *, const void *, size_t, void *);

FORWARD(cl_int, clGetDeviceIDs,
        (cl_platform_id platform, cl_device_type type, cl_uint room, cl_device_id *ids,
         cl_uint *count),
        (platform, type, room, ids, count))
FORWARD(cl_int, clGetDeviceInfo,
        (cl_device_id device, cl_device_info what, size_t room, void *value, size_t *size),
        (device, what, room, value, size))
FORWARD(cl_context, clCreateContext,
        (const cl_context_properties *properties, cl_uint count, const cl_device_id *devices,
         told tell, void *user, cl_int *code),
        (properties, count, devices, tell, user, code))
FORWARD(cl_int, clReleaseContext, (cl_context context), (context))
FORWARD(cl_command_queue, clCreateCommandQueue,
        (cl_context context, cl_device_id device, cl_command_queue_properties properties,
         cl_int *code),
        (context, device, properties, code))
FORWARD(cl_int, clReleaseCommandQueue, (cl_command_queue queue), (queue))
FORWARD(cl_mem, clCreateBuffer,
        (cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *code),
        (context, flags, size, host, code))
FORWARD(cl_int, clReleaseMemObject, (cl_mem memory), (memory))
FORWARD(cl_program, clCreateProgramWithSource,
        (cl_context context, cl_uint count, const char **texts, const size_t *lengths,
         cl_int *code),
        (context, count, texts, lengths, code))
FORWARD(cl_int, clBuildProgram,
        (cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
         built tell, void *user),
        (program, count, devices, options, tell, user))
FORWARD(cl_int, clGetProgramBuildInfo,
        (cl_program program, cl_device_id device, cl_program_build_info what, size_t room,
         void *value, size_t *size),
        (program, device, what, room, value, size))
FORWARD(cl_int, clReleaseProgram, (cl_program program), (program))
FORWARD(cl_kernel, clCreateKernel, (cl_program program, const char *name, cl_int *code),
        (program, name, code))
FORWARD(cl_int, clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value),
        (kernel, index, size, value))
FORWARD(cl_int, clGetKernelWorkGroupInfo,
        (cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what, size_t room,
         void *value, size_t *size),
        (kernel, device, what, room, value, size))
FORWARD(cl_int, clReleaseKernel, (cl_kernel kernel), (kernel))
FORWARD(cl_int, clSetEventCallback, (cl_event event, cl_int when, finished tell, void *user),
        (event, when, tell, user))
FORWARD(cl_int, clGetEventInfo,
        (cl_event event, cl_event_info what, size_t room, void *value, size_t *size),
        (event, what, room, value, size))
FORWARD(cl_int, clReleaseEvent, (cl_event event), (event))
FORWARD(cl_int, clFlush, (cl_command_queue queue), (queue))
FORWARD(cl_int, clFinish, (cl_command_queue queue), (queue))
FORWARD(cl_int, clEnqueueNDRangeKernel,
        (cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
         const size_t *global, const size_t *local, cl_uint count, const cl_event *list,
         cl_event *event),
        (queue, kernel, dimensions, offset, global, local, count, list, event))
FORWARD(cl_int, clEnqueueFillBuffer,
        (cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_size,
         size_t offset, size_t size, cl_uint count, const cl_event *list, cl_event *event),
        (queue, buffer, pattern, pattern_size, offset, size, count, list, event))
FORWARD(cl_int, clEnqueueCopyBuffer,
        (cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset, size_t to_offset,
         size_t size, cl_uint count, const cl_event *list, cl_event *event),
        (queue, from, to, from_offset, to_offset, size, count, list, event))
FORWARD(cl_int, clEnqueueWriteBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t size,
         const void *from, cl_uint count, const cl_event *list, cl_event *event),
        (queue, buffer, blocking, offset, size, from, count, list, event))
FORWARD(cl_int, clEnqueueReadBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t size,
         void *to, cl_uint count, const cl_event *list, cl_event *event),
        (queue, buffer, blocking, offset, size, to, count, list, event))
FORWARD(void *, clEnqueueMapBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, cl_map_flags flags, size_t offset,
         size_t size, cl_uint count, const cl_event *list, cl_event *event, cl_int *code),
        (queue, buffer, blocking, flags, offset, size, count, list, event, code))
FORWARD(cl_int, clEnqueueUnmapMemObject,
        (cl_command_queue queue, cl_mem memory, void *mapped, cl_uint count, const cl_event *list,
         cl_event *event),
        (queue, memory, mapped, count, list, event))
FORWARD(cl_int, clEnqueueMarkerWithWaitList,
        (cl_command_queue queue, cl_uint count, const cl_event *list, cl_event *event),
        (queue, count, list, event))
