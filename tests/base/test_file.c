/* Files are replaced whole or not at all. */
#include "base/file.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gradflow-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int entries(void)
{
    int count = 0;
    DIR *list = opendir(folder);
    while (readdir(list))
        count++;
    closedir(list);
    return count - 2; /* . and .. */
}

static void assert_holds(const char *path, const char *text)
{
    char *read;
    size_t bytes;
    gf_error error = {0};
    if (gf_file_read(path, 100, &read, &bytes, &error) != GF_OK) fail_msg("%s", error.text);
    assert_string_equal(read, text);
    assert_int_equal(bytes, strlen(text));
    free(read);
}

static void a_file_is_written_and_replaced(void **state)
{
    (void)state;
    const char *path = in_folder("a file");
    assert_int_equal(gf_file_write(path, "one", 3, NULL), GF_OK);
    assert_holds(path, "one");
    assert_int_equal(gf_file_write(path, "three", 5, NULL), GF_OK);
    assert_holds(path, "three");
    assert_int_equal(entries(), 1);
}

static void an_abandoned_write_leaves_the_old_file(void **state)
{
    (void)state;
    const char *path = in_folder("a file");
    gf_file_writer writer;
    assert_int_equal(gf_file_begin(path, &writer, NULL), GF_OK);
    fputs("half", writer.stream);
    gf_file_abandon(&writer);
    assert_holds(path, "three");
    assert_int_equal(entries(), 1);
}

static void what_cannot_be_written_is_named(void **state)
{
    (void)state;
    gf_error error = {0};
    assert_int_equal(gf_file_write("/nowhere/at/all", "x", 1, &error), GF_IO);
    assert_says(error.text, "/nowhere/at/all");
    assert_int_equal(gf_file_write(folder, "x", 1, &error), GF_IO);
    assert_says(error.text, "is a folder");
    assert_int_equal(gf_file_write("/dev/full", "x", 1, &error), GF_IO);
    assert_says(error.text, "No space left");
}

static void devices_are_written_to_not_replaced(void **state)
{
    (void)state;
    struct stat kind;
    assert_int_equal(gf_file_write("/dev/null", "x", 1, NULL), GF_OK);
    assert_int_equal(stat("/dev/null", &kind), 0);
    assert_true(S_ISCHR(kind.st_mode));
}

/* SIGKILL leaves what is there; the next write of the same file takes it away. */
static void what_a_killed_writer_left_is_removed(void **state)
{
    (void)state;
    const char *path = in_folder("a file");
    gf_file_write(path, "three", 5, NULL);
    const pid_t child = fork();
    if (child == 0) {
        gf_file_writer writer;
        if (gf_file_begin(path, &writer, NULL) == GF_OK &&
            fputs("half of more", writer.stream) >= 0)
            fflush(writer.stream);
        raise(SIGKILL);
    }
    waitpid(child, NULL, 0);
    assert_int_equal(entries(), 2);
    assert_holds(in_folder("a file.part"), "half of more");
    assert_holds(in_folder("a file"), "three");
    assert_int_equal(gf_file_write(in_folder("a file"), "four", 4, NULL), GF_OK);
    assert_holds(in_folder("a file"), "four");
    assert_int_equal(entries(), 1);
}

/* Each has a temporary of its own, also of the same process; the last to be done is the file. */
static void two_writers_do_not_meet(void **state)
{
    (void)state;
    gf_file_writer one, other;
    assert_int_equal(gf_file_begin(in_folder("a file"), &one, NULL), GF_OK);
    assert_int_equal(gf_file_begin(in_folder("a file"), &other, NULL), GF_OK);
    fputs("one", one.stream);
    fputs("other", other.stream);
    assert_int_equal(gf_file_commit(&other, NULL), GF_OK);
    assert_holds(in_folder("a file"), "other");
    assert_int_equal(gf_file_commit(&one, NULL), GF_OK);
    assert_holds(in_folder("a file"), "one");
    assert_int_equal(entries(), 1);
}

/* Nobody's temporary: a link is not followed, a folder is left alone. */
static void what_is_in_the_way_is_left_alone(void **state)
{
    (void)state;
    char link[160];
    snprintf(link, sizeof link, "%s", in_folder("b file.part"));
    assert_int_equal(symlink(in_folder("a file"), link), 0);
    assert_int_equal(gf_file_write(in_folder("b file"), "b", 1, NULL), GF_OK);
    assert_holds(in_folder("b file"), "b");
    assert_holds(in_folder("a file"), "one");
    assert_int_equal(unlink(link), 0);
    assert_int_equal(mkdir(link, 0777), 0);
    assert_int_equal(gf_file_write(in_folder("b file"), "bb", 2, NULL), GF_OK);
    assert_holds(in_folder("b file"), "bb");
    assert_int_equal(rmdir(link), 0);
    assert_int_equal(entries(), 2);
    assert_int_equal(unlink(in_folder("b file")), 0);
}

static void reading_stops_at_the_limit(void **state)
{
    (void)state;
    char block[101], *read;
    size_t bytes;
    gf_error error = {0};
    memset(block, 'x', sizeof block);
    gf_file_write(in_folder("limit"), block, 100, NULL);
    assert_int_equal(gf_file_read(in_folder("limit"), 100, &read, &bytes, &error), GF_OK);
    free(read);
    gf_file_write(in_folder("limit"), block, 101, NULL);
    assert_int_equal(gf_file_read(in_folder("limit"), 100, &read, &bytes, &error), GF_INVALID);
    assert_says(error.text, "larger than the 100 bytes");
    assert_int_equal(gf_file_read("/dev/zero", 10000, &read, &bytes, &error), GF_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_written_and_replaced),
        cmocka_unit_test(an_abandoned_write_leaves_the_old_file),
        cmocka_unit_test(what_cannot_be_written_is_named),
        cmocka_unit_test(devices_are_written_to_not_replaced),
        cmocka_unit_test(what_a_killed_writer_left_is_removed),
        cmocka_unit_test(two_writers_do_not_meet),
        cmocka_unit_test(what_is_in_the_way_is_left_alone),
        cmocka_unit_test(reading_stops_at_the_limit),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
