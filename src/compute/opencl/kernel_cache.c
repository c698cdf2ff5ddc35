/* The folder is kept from one start to the next: what is compiled once need not be compiled again.
 */
#include "compute/opencl/kernel_cache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* There, ours alone, and writable. Others could put their code into a folder of theirs. */
static bool provide_folder(const char *path)
{
    struct stat kind;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
    return lstat(path, &kind) == 0 && S_ISDIR(kind.st_mode) && kind.st_uid == geteuid() &&
           (kind.st_mode & (S_IWGRP | S_IWOTH)) == 0 && access(path, W_OK | X_OK) == 0;
}

/* `base`/`name` and in it kernels, which becomes the cache. */
static bool use_below(const char *base, const char *name)
{
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s", base, name);
    if (length < 0 || (size_t)length + sizeof "/kernels" > sizeof path) return false;
    if (!provide_folder(path)) return false;
    snprintf(path + length, sizeof path - (size_t)length, "/kernels");
    return provide_folder(path) && setenv("POCL_CACHE_DIR", path, 1) == 0;
}

static bool use_cache_home(void)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char path[1024];
    if (cache && cache[0] == '/') return use_below(cache, "gradflow");
    if (!home || home[0] != '/') return false;
    if (snprintf(path, sizeof path, "%s/.cache", home) >= (int)sizeof path) return false;
    mkdir(path, 0700);
    return use_below(path, "gradflow");
}

gf_status gf_kernel_cache_use_own(gf_error *error)
{
    const char *temporary = getenv("TMPDIR");
    char name[40];
    snprintf(name, sizeof name, "gradflow-%lu", (unsigned long)geteuid());
    if (use_cache_home() || use_below(temporary && temporary[0] ? temporary : "/tmp", name))
        return GF_OK;
    return gf_fail(error, GF_IO, "there is no folder that compiled kernels could be kept in");
}

/* Where PoCL keeps what it compiles, by its own rules. */
static bool find_usual(char *path, size_t room)
{
    const char *wish = getenv("POCL_CACHE_DIR"), *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int length;
    if (wish && wish[0])
        length = snprintf(path, room, "%s", wish);
    else if (cache && cache[0])
        length = snprintf(path, room, "%s/pocl/kcache", cache);
    else if (home && home[0])
        length = snprintf(path, room, "%s/.cache/pocl/kcache", home);
    else
        length = snprintf(path, room, "/tmp/pocl/kcache");
    return length > 0 && (size_t)length < room;
}

/* Is the nearest folder on the way to `path` that is there one to write into? Cuts `path`. */
static bool can_be_made(char *path)
{
    struct stat kind;
    while (stat(path, &kind) != 0) {
        char *last = strrchr(path, '/');
        if (!last) return access(".", W_OK | X_OK) == 0;
        if (last == path) return access("/", W_OK | X_OK) == 0;
        *last = '\0';
    }
    return S_ISDIR(kind.st_mode) && access(path, W_OK | X_OK) == 0;
}

void gf_kernel_cache_check(void)
{
    const char *wish = getenv("POCL_CACHE_DIR");
    char path[1024];
    if (wish && !wish[0]) unsetenv("POCL_CACHE_DIR"); /* PoCL aborts over it */
    if (find_usual(path, sizeof path) && !can_be_made(path)) gf_kernel_cache_use_own(NULL);
}
