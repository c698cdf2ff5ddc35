/* An OpenCL driver that is no good: FAULT_DRIVER=crash, abort or hang says what happens when it is
 * asked for its platforms; anything else means that it has none. The loader asks a driver only if
 * it has all three functions. */
#include <CL/cl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

cl_int clIcdGetPlatformIDsKHR(cl_uint room, cl_platform_id *platforms, cl_uint *count);

cl_int clIcdGetPlatformIDsKHR(cl_uint room, cl_platform_id *platforms, cl_uint *count)
{
    const char *wish = getenv("FAULT_DRIVER");
    (void)room;
    (void)platforms;
    if (wish && strcmp(wish, "crash") == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer would make an exit of it */
        raise(SIGSEGV);
    }
    if (wish && strcmp(wish, "abort") == 0) abort();
    while (wish && strcmp(wish, "hang") == 0)
        pause();
    if (count) *count = 0;
    return -1001; /* CL_PLATFORM_NOT_FOUND_KHR */
}

cl_int clGetPlatformInfo(cl_platform_id platform, cl_platform_info what, size_t room, void *value,
                         size_t *size)
{
    (void)platform;
    (void)what;
    (void)room;
    (void)value;
    (void)size;
    return CL_INVALID_PLATFORM;
}

void *clGetExtensionFunctionAddress(const char *name)
{
    return strcmp(name, "clIcdGetPlatformIDsKHR") == 0 ? (void *)clIcdGetPlatformIDsKHR : NULL;
}
