/* Where the choice among kernels is kept, and what is taken for none. */
#include "compute/opencl/tuning_cache.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "support/test.h"

static const gf_device device = {.name = "abacus", .driver = "beads 1.0"};
static char folder[] = "/tmp/gradflow-cache-XXXXXX";

static const gf_tuning *candidate(int32_t at)
{
    int32_t count;
    const gf_tuning *rows = gf_tunings_of(GF_FAMILY_GPU, &count);
    assert_true(at < count);
    return &rows[at];
}

static const gf_tuning *kept(void)
{
    return gf_tuning_load(&device, GF_FAMILY_GPU);
}

static void keep(int32_t at)
{
    gf_error error = {0};
    if (gf_tuning_store(&device, GF_FAMILY_GPU, candidate(at), &error) != GF_OK)
        fail_msg("%s", error.text);
}

/* The one file of a cache in `place`; its folder is $XDG_CACHE_HOME/gradflow or
 * $HOME/.cache/gradflow. */
static void find_file(const char *place, char *out, size_t room)
{
    char path[128];
    int files = 0;
    snprintf(path, sizeof path, "%s/%s/gradflow", folder, place);
    DIR *list = opendir(path);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(out, room, "%s/%.60s", path, entry->d_name);
        files++;
    }
    closedir(list);
    assert_int_equal(files, 1);
}

static void set_places(const char *cache, const char *home)
{
    if (cache)
        setenv("XDG_CACHE_HOME", cache, 1);
    else
        unsetenv("XDG_CACHE_HOME");
    if (home)
        setenv("HOME", home, 1);
    else
        unsetenv("HOME");
}

static void assert_not_kept(const char *why)
{
    gf_error error = {0};
    assert_int_equal(gf_tuning_store(&device, GF_FAMILY_GPU, candidate(1), &error), GF_IO);
    assert_says(error.text, why);
    assert_null(kept());
}

static void a_choice_comes_back_from_either_place(void **state)
{
    (void)state;
    char file[256];
    set_places(folder, "/nowhere");
    assert_null(kept());
    keep(1);
    assert_ptr_equal(kept(), candidate(1));
    keep(2); /* the folder is there, the file is replaced */
    assert_ptr_equal(kept(), candidate(2));
    find_file("", file, sizeof file);
    unlink(file);
    set_places("not/absolute", folder);
    keep(3);
    assert_ptr_equal(kept(), candidate(3));
    find_file(".cache", file, sizeof file);
    set_places("", folder);
    assert_ptr_equal(kept(), candidate(3));
    set_places(NULL, folder);
    assert_ptr_equal(kept(), candidate(3));
    unlink(file);
    assert_null(kept());
}

static void where_nothing_can_be_kept_nothing_is(void **state)
{
    (void)state;
    char name[2000] = "/";
    memset(name + 1, 'x', sizeof name - 2);
    set_places(NULL, NULL);
    assert_not_kept("set XDG_CACHE_HOME or HOME");
    set_places(NULL, "");
    assert_not_kept("set XDG_CACHE_HOME or HOME");
    set_places(name, NULL);
    assert_not_kept("set XDG_CACHE_HOME or HOME");
    name[1000] = '\0'; /* room for "/gradflow", none for the file's name */
    set_places(name, NULL);
    assert_not_kept("more than 1024 bytes");
    set_places("/dev/null", NULL);
    assert_not_kept("cannot be made: Not a directory");
    set_places(folder, NULL);
    setenv("GRADFLOW_KERNEL_DIR", "/nowhere", 1); /* nor without knowing for which kernels */
    assert_not_kept("kernel file '/nowhere/");
    unsetenv("GRADFLOW_KERNEL_DIR");
}

/* `text` in place of what is behind the head of a good file. */
static void assert_none(const char *file, const char *head, const char *text)
{
    char whole[4200];
    snprintf(whole, sizeof whole, "%s%s", head, text);
    assert_int_equal(gf_file_write(file, whole, strlen(whole), NULL), GF_OK);
    if (kept()) fail_msg("'%.100s' was taken for '%s'", text, kept()->name);
}

static void a_file_that_is_not_whole_is_none(void **state)
{
    (void)state;
    char file[256], *head, text[4100];
    size_t bytes;
    set_places(folder, NULL);
    keep(1);
    find_file("", file, sizeof file);
    assert_int_equal(gf_file_read(file, 4096, &head, &bytes, NULL), GF_OK);
    *strstr(head, "choice ") = '\0';
    assert_none(file, "", "");
    assert_none(file, head, "");
    assert_none(file, head, "voice 96x64 by 256\nend\n");
    assert_none(file, head, "choice \nend");
    assert_none(file, head, "choice end\n");
    assert_none(file, head, "choice 96x64 by 256\nend");
    assert_none(file, head, "choice 96x64 by 256\n\nend\n");
    assert_none(file, head, "choice  96x64 by 256\nend\n");
    assert_none(file, head, "choice gradient 16\nend\n"); /* another family's */
    assert_none(file, head + 1, "choice 96x64 by 256\nend\n");
    snprintf(text, sizeof text, "choice %0200d\nend\n", 1);
    assert_none(file, head, text);
    snprintf(text, sizeof text, "choice %04000d\nend\n", 1);
    assert_none(file, head, text);
    snprintf(text, sizeof text, "%schoice 96x64 by 256\nend\n", head); /* and a zero behind it */
    assert_int_equal(gf_file_write(file, text, strlen(text), NULL), GF_OK);
    assert_non_null(kept());
    assert_int_equal(gf_file_write(file, text, strlen(text) + 1, NULL), GF_OK);
    assert_null(kept());
    keep(1); /* and is replaced by a good one */
    assert_ptr_equal(kept(), candidate(1));
    free(head);
    unlink(file);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folders(void **state)
{
    (void)state;
    static const char *const inside[] = {"/gradflow", "/.cache/gradflow", "/.cache", ""};
    int failures = 0;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s%s", folder, inside[i]);
        failures += rmdir(path) != 0; /* empty: nothing was left */
    }
    return failures ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_comes_back_from_either_place),
        cmocka_unit_test(where_nothing_can_be_kept_nothing_is),
        cmocka_unit_test(a_file_that_is_not_whole_is_none),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folders);
}
