/* Any bytes as the file that keeps a choice among kernels: taken for none, or for the candidate it
 * names. The first byte chooses the family and whether the file begins with the right head. What is
 * accepted is compared with every file that there may be; what is not is replaced by a good one. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "compute/backend.h"
#include "compute/opencl/program.h"
#include "compute/opencl/tuning_cache.h"
#include "fuzz.h"

#define WITH_HEAD 0x80 /* in the first byte */
#define KERNELS   "kernels"

/* Compute nothing here, and have no driver. */
const gf_backend_ops *const gf_backends[] = {NULL};

gf_status gf_program_text(gf_kernel_family family, const gf_tuning *tuning, char **out,
                          gf_error *error)
{
    (void)family, (void)tuning, (void)error;
    *out = strdup(KERNELS);
    return GF_OK;
}

static const gf_device device = {.name = "abacus", .driver = "beads 1.0"};

/* In memory where there is a folder for that: storing waits for the disk. */
static char folder[64];
static char heads[GF_FAMILY_COUNT][256], paths[GF_FAMILY_COUNT][128];

static uint64_t fnv_1a(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static void remove_folder(void)
{
    char path[96];
    for (int family = 0; family < GF_FAMILY_COUNT; family++)
        unlink(paths[family]);
    snprintf(path, sizeof path, "%s/gradflow", folder);
    rmdir(path);
    rmdir(folder);
}

/* Stored once: that the names are right is seen by the file being there. */
static void name_file(gf_kernel_family family)
{
    int32_t count;
    char *head = heads[family], *path = paths[family];
    snprintf(head, sizeof *heads,
             "gradflow tuning 1\ndevice %s\ndriver %s\nfamily %s\nkernels %016" PRIx64 "\n",
             device.name, device.driver, gf_family_names[family], fnv_1a(KERNELS));
    snprintf(path, sizeof *paths, "%s/gradflow/tuning-%016" PRIx64, folder, fnv_1a(head));
    PROMISE(gf_tuning_store(&device, family, gf_tunings_of(family, &count), NULL) == GF_OK);
    PROMISE(access(path, F_OK) == 0);
}

static void make_folder_once(void)
{
    if (folder[0]) return;
    snprintf(folder, sizeof folder, "/dev/shm/gradflow-XXXXXX");
    if (!mkdtemp(folder)) {
        snprintf(folder, sizeof folder, "/tmp/gradflow-XXXXXX");
        PROMISE(mkdtemp(folder));
    }
    PROMISE(setenv("XDG_CACHE_HOME", folder, 1) == 0);
    atexit(remove_folder);
    for (int family = 0; family < GF_FAMILY_COUNT; family++)
        name_file((gf_kernel_family)family);
}

/* The candidate that these bytes name, by comparison with the file of each. */
static const gf_tuning *find_choice(gf_kernel_family family, const char *bytes, size_t size)
{
    int32_t count;
    const gf_tuning *rows = gf_tunings_of(family, &count);
    for (int32_t i = 0; i < count; i++) {
        char file[512];
        const int length =
            snprintf(file, sizeof file, "%schoice %s\nend\n", heads[family], rows[i].name);
        if ((size_t)length == size && memcmp(file, bytes, size) == 0) return &rows[i];
    }
    return NULL;
}

static void put(gf_kernel_family family, const char *bytes, size_t size)
{
    const int file = open(paths[family], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    PROMISE(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char file[65536 + sizeof *heads];
    if (size < 1 || size > 65536) return 0;
    make_folder_once();
    const gf_kernel_family family = data[0] % GF_FAMILY_COUNT;
    const size_t head = data[0] & WITH_HEAD ? strlen(heads[family]) : 0;
    int32_t count;
    const gf_tuning *built_in = gf_tunings_of(family, &count);
    memcpy(file, heads[family], head);
    memcpy(file + head, data + 1, size - 1);
    put(family, file, head + size - 1);
    const gf_tuning *found = gf_tuning_load(&device, family);
    PROMISE(found == find_choice(family, file, head + size - 1));
    if (found) return 0;
    PROMISE(gf_tuning_store(&device, family, built_in, NULL) == GF_OK);
    PROMISE(gf_tuning_load(&device, family) == built_in);
    return 0;
}
