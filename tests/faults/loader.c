/* Preloaded: a machine without libOpenCL. */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

void *dlopen(const char *name, int flags)
{
    void *(*real)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
    return real(name && strstr(name, "libOpenCL") ? "libOpenCL-is-not-there.so.1" : name, flags);
}
