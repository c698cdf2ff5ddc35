/* Contexts that cannot be opened, and pictures that cannot be written. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/test.h"
#include "view/capture.h"

static gf_context *open_context(void)
{
    gf_error error = {0};
    gf_context *context = NULL;
    if (gf_context_open_offscreen(64, 48, &context, &error) == GF_OK) return context;
    print_message("%s\n", error.text);
    skip();
    return NULL;
}

static int count_files(const char *folder)
{
    int count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (const struct dirent *entry = readdir(open); entry; entry = readdir(open))
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static void a_picture_is_a_png_of_the_right_size(void **state)
{
    (void)state;
    gf_error error = {0};
    char folder[] = "/tmp/gradflow-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.png", folder);
    gf_context *context = open_context();
    gf_context_begin(context);
    if (gf_capture_png(context, path, &error) != GF_OK) fail_msg("%s", error.text);
    char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(gf_file_read(path, 100000, &bytes, &size, &error), GF_OK);
    assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(bytes + 16, "\0\0\0\x40\0\0\0\x30", 8); /* IHDR: 64 x 48 */
    assert_int_equal(count_files(folder), 1);
    free(bytes);
    gf_context_destroy(context);
    unlink(path);
    rmdir(folder);
}

static void an_unwritable_path_is_named_and_leaves_nothing(void **state)
{
    (void)state;
    gf_error error = {0};
    char folder[] = "/tmp/gradflow-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    gf_context *context = open_context();
    snprintf(path, sizeof path, "%s/missing/a.png", folder);
    assert_int_equal(gf_capture_png(context, path, &error), GF_IO);
    assert_says(error.text, path);
    snprintf(path, sizeof path, "%s/folder", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(gf_capture_png(context, path, &error), GF_IO);
    assert_says(error.text, path);
    assert_int_equal(count_files(folder), 1);
    gf_context_destroy(context);
    rmdir(path);
    rmdir(folder);
}

static void an_impossible_size_is_refused(void **state)
{
    (void)state;
    gf_context_destroy(open_context());
    gf_error error = {0};
    gf_context *context = NULL;
    assert_int_equal(gf_context_open_offscreen(1000000, 10, &context, &error), GF_INVALID);
    assert_says(error.text, "1000000x10");
    assert_int_equal(gf_context_open_offscreen(0, 10, &context, &error), GF_INVALID);
    assert_null(context);
}

static void without_a_display_a_window_is_refused_in_words(void **state)
{
    (void)state;
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    gf_error error = {0};
    gf_context *context = NULL;
    assert_int_equal(gf_context_open_window("gradflow", 640, 480, &context, &error),
                     GF_UNAVAILABLE);
    assert_says(error.text, "DISPLAY");
    assert_says(error.text, "gradflow render");
    assert_null(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_a_png_of_the_right_size),
        cmocka_unit_test(an_unwritable_path_is_named_and_leaves_nothing),
        cmocka_unit_test(an_impossible_size_is_refused),
        cmocka_unit_test(without_a_display_a_window_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
