/* Runs a fuzz target once over every file of the folders that are named. Fails on an empty one: a
 * corpus that is not found would look like a corpus without findings. */
#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)4 * 1024 * 1024)

static int replay_file(const char *path)
{
    gf_error error = {0};
    char *bytes;
    size_t size;
    if (gf_file_read(path, INPUT_MAX, &bytes, &size, &error) != GF_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 0;
    }
    /* A copy of exactly its size: reading one byte too far is seen. */
    uint8_t *exact = malloc(size ? size : 1);
    if (exact) {
        memcpy(exact, bytes, size);
        fprintf(stderr, "%s\n", path); /* the last one is the culprit */
        LLVMFuzzerTestOneInput(exact, size);
    }
    free(exact);
    free(bytes);
    return exact != NULL;
}

static int replay_folder(const char *folder)
{
    int count = 0;
    DIR *list = opendir(folder);
    for (struct dirent *entry; list && (entry = readdir(list));) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!replay_file(path)) return 0;
        count++;
    }
    if (list) closedir(list);
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        const int count = replay_folder(argv[i]);
        if (count == 0) fprintf(stderr, "nothing was replayed from %s\n", argv[i]);
        if (count == 0) return 1;
        total += count;
    }
    printf("%d inputs\n", total);
    return total == 0;
}
