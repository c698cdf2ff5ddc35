/* Kernels: embedded or from a folder, and the folders in which drivers and tuning keep results. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/doctor.h"

#define MIB 1048576.0

static void say_source(const gf_doctor *doctor)
{
    const char *folder = getenv("GRADFLOW_KERNEL_DIR");
    if (!folder)
        gf_doctor_ok(doctor, "kernels come with the program");
    else if (access(folder, R_OK | X_OK) != 0)
        gf_doctor_problem(doctor, "Unset GRADFLOW_KERNEL_DIR.",
                          "GRADFLOW_KERNEL_DIR is '%s', which cannot be read: %s", folder,
                          strerror(errno));
    else
        gf_doctor_warn(doctor, "Unset GRADFLOW_KERNEL_DIR for the lecture.",
                       "kernels come from GRADFLOW_KERNEL_DIR, '%s'", folder);
}

/* ---- Folders ------------------------------------------------------------------------------------
 */

static bool provide_folder(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Root may write everywhere by the rights; only trying tells. */
static bool is_writable(char path[1024])
{
    char name[1060];
    if (!provide_folder(path)) return false;
    snprintf(name, sizeof name, "%s/gradflow-doctor-XXXXXX", path);
    const int file = mkstemp(name);
    if (file < 0) return false;
    const bool written = write(file, "gradflow", 8) == 8;
    return close(file) == 0 && unlink(name) == 0 && written;
}

static double folder_bytes(const char *path)
{
    DIR *folder = opendir(path);
    double bytes = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        char below[1300];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= (int)sizeof below ||
            lstat(below, &status) != 0)
            continue;
        bytes += S_ISDIR(status.st_mode) ? folder_bytes(below) : (double)status.st_size;
    }
    if (folder) closedir(folder);
    return bytes;
}

static void say_folder(const gf_doctor *doctor, const char *what, char path[1024],
                       const char *without)
{
    if (is_writable(path))
        gf_doctor_ok(doctor, "%s: kept in %s, %.1f MiB", what, path, folder_bytes(path) / MIB);
    else
        gf_doctor_warn(doctor, "Make the folder writable, or set XDG_CACHE_HOME to one that is.",
                       "%s: cannot be kept in %s (%s), %s", what, path, strerror(errno), without);
}

/* `name` below the folder for caches, as the XDG specification has it. */
static bool find_cache(const char *name, char path[1024])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (cache && cache[0] == '/')
        length = snprintf(path, 1024, "%s/%s", cache, name);
    else if (home && home[0] == '/')
        length = snprintf(path, 1024, "%s/.cache/%s", home, name);
    return length > 0 && length < 1024;
}

void gf_doctor_kernels(const gf_doctor *doctor)
{
    char path[1024];
    const char *pocl = getenv("POCL_CACHE_DIR");
    const char *const without = "another folder has to do, and without any PoCL has no device";
    say_source(doctor);
    if (pocl && pocl[0] && strlen(pocl) < sizeof path) {
        snprintf(path, sizeof path, "%s", pocl);
        say_folder(doctor, "kernels compiled by PoCL", path, without);
    } else if (find_cache("pocl/kcache", path))
        say_folder(doctor, "kernels compiled by PoCL", path, without);
    if (find_cache("gradflow", path))
        say_folder(doctor, "what bench --tune finds", path, "it would be lost");
    else
        gf_doctor_warn(doctor, "Set HOME or XDG_CACHE_HOME.", "there is no folder for caches: %s",
                       without);
}
