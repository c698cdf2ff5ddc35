/* An OpenCL layer (OPENCL_LAYERS=this library) that counts calls and makes the nth go wrong. */
#include <CL/cl_layer.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults/control.h"

static struct _cl_icd_dispatch table;
static const struct _cl_icd_dispatch *real;
static fault_control *control;
static bool log_is_long;

/* Is it this call's turn? Crash and hang do not come back. */
static bool strikes(const char *name)
{
    const bool all = !control->call[0] && strcmp(name, "clGetEventInfo") != 0;
    if (!all && strcmp(control->call, name) != 0) return false;
    const int64_t call = ++control->calls;
    const int64_t last = control->last ? control->last : control->nth;
    if (control->nth == 0 || call < control->nth || call > last) return false;
    control->injected++;
    if (control->action == FAULT_CRASH) {
        signal(SIGSEGV, SIG_DFL); /* PoCL's own handler would go on */
        raise(SIGSEGV);
    }
    while (control->action == FAULT_HANG)
        pause();
    return true;
}

static void count(fault_object object, int by)
{
    control->live[object] += by;
}

/* A call that returns its code. */
#define CODE(name, parameters, arguments)                                                          \
    static cl_int CL_API_CALL my_##name parameters                                                 \
    {                                                                                              \
        return strikes(#name) ? control->code : real->name arguments;                              \
    }
/* A call that returns an object, and its code through `errcode`. */
#define OBJECT(type, object, name, parameters, arguments)                                          \
    static type CL_API_CALL my_##name parameters                                                   \
    {                                                                                              \
        if (strikes(#name)) {                                                                      \
            if (errcode) *errcode = control->code;                                                 \
            return NULL;                                                                           \
        }                                                                                          \
        type made = real->name arguments;                                                          \
        if (made) count(object, 1);                                                                \
        return made;                                                                               \
    }
/* Releases never fail: what would a program do about it? */
#define RELEASE(type, object, name)                                                                \
    static cl_int CL_API_CALL my_##name(type released)                                             \
    {                                                                                              \
        const cl_int code = real->name(released);                                                  \
        if (code == CL_SUCCESS) count(object, -1);                                                 \
        return code;                                                                               \
    }

typedef void(CL_CALLBACK *built)(cl_program, void *);
typedef void(CL_CALLBACK *finished)(cl_event, cl_int, void *);
typedef void(CL_CALLBACK *told)(const char *, const void *, size_t, void *);

CODE(clGetPlatformIDs, (cl_uint n, cl_platform_id *ids, cl_uint *found), (n, ids, found))
CODE(clGetDeviceIDs,
     (cl_platform_id platform, cl_device_type type, cl_uint n, cl_device_id *ids, cl_uint *found),
     (platform, type, n, ids, found))
CODE(clGetDeviceInfo,
     (cl_device_id device, cl_device_info what, size_t room, void *value, size_t *size),
     (device, what, room, value, size))
OBJECT(cl_context, FAULT_CONTEXT, clCreateContext,
       (const cl_context_properties *properties, cl_uint n, const cl_device_id *devices, told tell,
        void *user, cl_int *errcode),
       (properties, n, devices, tell, user, errcode))
OBJECT(cl_command_queue, FAULT_QUEUE, clCreateCommandQueue,
       (cl_context context, cl_device_id device, cl_command_queue_properties properties,
        cl_int *errcode),
       (context, device, properties, errcode))
OBJECT(cl_mem, FAULT_BUFFER, clCreateBuffer,
       (cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *errcode),
       (context, flags, size, host, errcode))
OBJECT(cl_mem, FAULT_BUFFER, clCreateSubBuffer,
       (cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type, const void *info,
        cl_int *errcode),
       (buffer, flags, type, info, errcode))
OBJECT(cl_program, FAULT_PROGRAM, clCreateProgramWithSource,
       (cl_context context, cl_uint n, const char **text, const size_t *lengths, cl_int *errcode),
       (context, n, text, lengths, errcode))
OBJECT(cl_kernel, FAULT_KERNEL, clCreateKernel,
       (cl_program program, const char *name, cl_int *errcode), (program, name, errcode))
CODE(clSetKernelArg, (cl_kernel kernel, cl_uint index, size_t size, const void *value),
     (kernel, index, size, value))
CODE(clSetEventCallback, (cl_event event, cl_int when, finished tell, void *user),
     (event, when, tell, user))
CODE(clFlush, (cl_command_queue queue), (queue))
CODE(clFinish, (cl_command_queue queue), (queue))
RELEASE(cl_context, FAULT_CONTEXT, clReleaseContext)
RELEASE(cl_command_queue, FAULT_QUEUE, clReleaseCommandQueue)
RELEASE(cl_mem, FAULT_BUFFER, clReleaseMemObject)
RELEASE(cl_program, FAULT_PROGRAM, clReleaseProgram)
RELEASE(cl_kernel, FAULT_KERNEL, clReleaseKernel)
RELEASE(cl_event, FAULT_EVENT, clReleaseEvent)

/* Commands may hand out an event. */
#define COMMAND(name, parameters, arguments)                                                       \
    static cl_int CL_API_CALL my_##name parameters                                                 \
    {                                                                                              \
        if (strikes(#name)) return control->code;                                                  \
        const cl_int code = real->name arguments;                                                  \
        if (code == CL_SUCCESS && event) count(FAULT_EVENT, 1);                                    \
        return code;                                                                               \
    }

COMMAND(clEnqueueNDRangeKernel,
        (cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
         const size_t *global, const size_t *local, cl_uint n, const cl_event *list,
         cl_event *event),
        (queue, kernel, dimensions, offset, global, local, n, list, event))
COMMAND(clEnqueueFillBuffer,
        (cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_size,
         size_t offset, size_t size, cl_uint n, const cl_event *list, cl_event *event),
        (queue, buffer, pattern, pattern_size, offset, size, n, list, event))
COMMAND(clEnqueueCopyBuffer,
        (cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset, size_t to_offset,
         size_t size, cl_uint n, const cl_event *list, cl_event *event),
        (queue, from, to, from_offset, to_offset, size, n, list, event))
COMMAND(clEnqueueWriteBuffer,
        (cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset, size_t size,
         const void *from, cl_uint n, const cl_event *list, cl_event *event),
        (queue, buffer, blocking, offset, size, from, n, list, event))
COMMAND(clEnqueueUnmapMemObject,
        (cl_command_queue queue, cl_mem buffer, void *mapped, cl_uint n, const cl_event *list,
         cl_event *event),
        (queue, buffer, mapped, n, list, event))
COMMAND(clEnqueueMarkerWithWaitList,
        (cl_command_queue queue, cl_uint n, const cl_event *list, cl_event *event),
        (queue, n, list, event))

static void *CL_API_CALL my_clEnqueueMapBuffer(cl_command_queue queue, cl_mem buffer,
                                               cl_bool blocking, cl_map_flags flags, size_t offset,
                                               size_t size, cl_uint n, const cl_event *list,
                                               cl_event *event, cl_int *errcode)
{
    if (strikes("clEnqueueMapBuffer")) {
        if (errcode) *errcode = control->code;
        return NULL;
    }
    void *mapped = real->clEnqueueMapBuffer(queue, buffer, blocking, flags, offset, size, n, list,
                                            event, errcode);
    if (mapped && event) count(FAULT_EVENT, 1);
    return mapped;
}

static cl_int CL_API_CALL my_clEnqueueReadBuffer(cl_command_queue queue, cl_mem buffer,
                                                 cl_bool blocking, size_t offset, size_t size,
                                                 void *to, cl_uint n, const cl_event *list,
                                                 cl_event *event)
{
    const bool now = strikes("clEnqueueReadBuffer"), flip = now && control->action == FAULT_FLIP;
    if (now && !flip) return control->code;
    const cl_int code = real->clEnqueueReadBuffer(queue, buffer, flip ? CL_TRUE : blocking, offset,
                                                  size, to, n, list, event);
    if (code == CL_SUCCESS && event) count(FAULT_EVENT, 1);
    if (flip && size >= 4)
        ((uint32_t *)to)[(size_t)control->word % (size / 4)] ^= 1u << control->bit;
    return code;
}

static cl_int CL_API_CALL my_clGetEventInfo(cl_event event, cl_event_info what, size_t room,
                                            void *value, size_t *size)
{
    const bool now = strikes("clGetEventInfo");
    if (now && control->action != FAULT_STATUS) return control->code;
    const cl_int code = real->clGetEventInfo(event, what, room, value, size);
    if (now && room >= sizeof(cl_int)) *(cl_int *)value = control->code;
    return code;
}

static cl_int CL_API_CALL my_clBuildProgram(cl_program program, cl_uint n,
                                            const cl_device_id *devices, const char *options,
                                            built done, void *user)
{
    char flushing[200];
    log_is_long = strikes("clBuildProgram");
    if (log_is_long && control->action == FAULT_FLUSH) {
        log_is_long = false;
        snprintf(flushing, sizeof flushing, "%s -cl-denorms-are-zero", options);
        options = flushing;
    }
    if (!log_is_long) return real->clBuildProgram(program, n, devices, options, done, user);
    log_is_long = control->action == FAULT_LONG_LOG;
    return log_is_long ? CL_BUILD_PROGRAM_FAILURE : control->code;
}

static cl_int CL_API_CALL my_clGetProgramBuildInfo(cl_program program, cl_device_id device,
                                                   cl_program_build_info what, size_t room,
                                                   void *value, size_t *size)
{
    const size_t length = (size_t)1 << 20;
    if (strikes("clGetProgramBuildInfo")) return control->code;
    if (!log_is_long || what != CL_PROGRAM_BUILD_LOG)
        return real->clGetProgramBuildInfo(program, device, what, room, value, size);
    if (size) *size = length;
    if (value && room < length) return CL_INVALID_VALUE;
    if (value) memset(value, 0, length);
    if (value) memset(value, 120, length - 1);
    if (value) memcpy(value, "forward.cl:1: a very long story\n", 32);
    return CL_SUCCESS;
}

static void fill_table(void)
{
#define ROW(name) table.name = my_##name
    ROW(clGetPlatformIDs);
    ROW(clGetDeviceIDs);
    ROW(clGetDeviceInfo);
    ROW(clCreateContext);
    ROW(clCreateCommandQueue);
    ROW(clCreateBuffer);
    ROW(clCreateSubBuffer);
    ROW(clCreateProgramWithSource);
    ROW(clBuildProgram);
    ROW(clGetProgramBuildInfo);
    ROW(clCreateKernel);
    ROW(clSetKernelArg);
    ROW(clSetEventCallback);
    ROW(clFlush);
    ROW(clFinish);
    ROW(clEnqueueNDRangeKernel);
    ROW(clEnqueueFillBuffer);
    ROW(clEnqueueCopyBuffer);
    ROW(clEnqueueWriteBuffer);
    ROW(clEnqueueMapBuffer);
    ROW(clEnqueueUnmapMemObject);
    ROW(clEnqueueReadBuffer);
    ROW(clEnqueueMarkerWithWaitList);
    ROW(clGetEventInfo);
    ROW(clReleaseContext);
    ROW(clReleaseCommandQueue);
    ROW(clReleaseMemObject);
    ROW(clReleaseProgram);
    ROW(clReleaseKernel);
    ROW(clReleaseEvent);
#undef ROW
}

static void map_control(void)
{
    static fault_control none;
    const char *path = getenv("GF_FAULT_CONTROL");
    const int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED
                          : mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    control = page == MAP_FAILED ? &none : page;
    if (path && page == MAP_FAILED) {
        fprintf(stderr, "faults: %s cannot be mapped\n", path);
        _exit(99);
    }
}

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t room, void *value,
                                               size_t *size)
{
    if (what != CL_LAYER_API_VERSION) return CL_INVALID_VALUE;
    if (value && room < sizeof(cl_layer_api_version)) return CL_INVALID_VALUE;
    if (value) *(cl_layer_api_version *)value = CL_LAYER_API_VERSION_100;
    if (size) *size = sizeof(cl_layer_api_version);
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint entries, const struct _cl_icd_dispatch *target,
                                            cl_uint *used, const struct _cl_icd_dispatch **out)
{
    if (entries < sizeof table / sizeof(void *)) return CL_INVALID_VALUE;
    map_control();
    real = target;
    fill_table();
    *used = sizeof table / sizeof(void *);
    *out = &table;
    return CL_SUCCESS;
}
