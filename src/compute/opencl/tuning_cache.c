#include "compute/opencl/tuning_cache.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "compute/opencl/program.h"

#define FILE_MAX  4096
#define PATH_ROOM 1024

/* FNV-1a. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

/* All that a choice depends on, in one paragraph: the head of the file, and what names it. */
static gf_status write_key(const gf_device *device, gf_kernel_family family, char *out,
                           size_t capacity, gf_error *error)
{
    int32_t count;
    char *text = NULL;
    GF_TRY(gf_program_text(family, gf_tunings_of(family, &count), &text, error));
    const uint64_t kernels = hash_text(UINT64_C(0xcbf29ce484222325), text);
    free(text);
    snprintf(out, capacity,
             "gradflow tuning 1\ndevice %s\ndriver %s\nfamily %s\nkernels %016" PRIx64 "\n",
             device->name, device->driver, gf_family_names[family], kernels);
    return GF_OK;
}

static gf_status find_folder(char *out, size_t capacity, gf_error *error)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (cache && cache[0] == '/') /* the specification: what is not absolute is to be ignored */
        length = snprintf(out, capacity, "%s/gradflow", cache);
    else if (home && home[0])
        length = snprintf(out, capacity, "%s/.cache/gradflow", home);
    if (length > 0 && (size_t)length < capacity) return GF_OK;
    return gf_fail(error, GF_IO, "there is no folder for caches: set XDG_CACHE_HOME or HOME");
}

static gf_status find_file(const char *key, char *out, size_t capacity, gf_error *error)
{
    GF_TRY(find_folder(out, capacity, error));
    const size_t length = strlen(out);
    const int more = snprintf(out + length, capacity - length, "/tuning-%016" PRIx64,
                              hash_text(UINT64_C(0xcbf29ce484222325), key));
    if ((size_t)more < capacity - length) return GF_OK;
    return gf_fail(error, GF_IO, "the folder for caches has a name of more than %zu bytes",
                   capacity);
}

static const gf_tuning *read_choice(const char *text, const char *key, gf_kernel_family family)
{
    static const char label[] = "choice ", last[] = "\nend\n";
    char name[128];
    const size_t head = strlen(key), size = strlen(text), foot = sizeof last - 1;
    const size_t start = head + sizeof label - 1;
    if (strncmp(text, key, head) != 0 || strncmp(text + head, label, sizeof label - 1) != 0)
        return NULL;
    if (size < start + foot || strcmp(text + size - foot, last) != 0) return NULL;
    if (size - foot - start >= sizeof name) return NULL;
    memcpy(name, text + start, size - foot - start);
    name[size - foot - start] = '\0';
    return gf_tuning_find(family, name);
}

const gf_tuning *gf_tuning_load(const gf_device *device, gf_kernel_family family)
{
    char key[512], path[PATH_ROOM], *text;
    size_t bytes;
    if (write_key(device, family, key, sizeof key, NULL) != GF_OK) return NULL;
    if (find_file(key, path, sizeof path, NULL) != GF_OK) return NULL;
    if (gf_file_read(path, FILE_MAX, &text, &bytes, NULL) != GF_OK) return NULL;
    /* A zero byte is in no name, and would hide what is behind it. */
    const gf_tuning *found = strlen(text) == bytes ? read_choice(text, key, family) : NULL;
    free(text);
    return found;
}

/* The folder that the file is in and the one above; more is not ours to make. */
static gf_status make_folder_of(const char *file, gf_error *error)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s", file);
    *strrchr(path, '/') = '\0';
    char *slash = strrchr(path, '/');
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return GF_OK;
    return gf_fail(error, GF_IO, "the folder '%s' cannot be made: %s", path, strerror(errno));
}

gf_status gf_tuning_store(const gf_device *device, gf_kernel_family family, const gf_tuning *tuning,
                          gf_error *error)
{
    char key[512], path[PATH_ROOM], text[1024];
    GF_TRY(write_key(device, family, key, sizeof key, error));
    GF_TRY(find_file(key, path, sizeof path, error));
    GF_TRY(make_folder_of(path, error));
    const int length = snprintf(text, sizeof text, "%schoice %s\nend\n", key, tuning->name);
    return gf_file_write(path, text, (size_t)length, error);
}
