/* An export that is interrupted, before it has asked the engine for anything. tests/app/test_json.c
 * reads whole ones. */
#include "app/export.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "support/test.h"

static int files_in(const char *folder)
{
    int count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (const struct dirent *at = readdir(open); at; at = readdir(open))
        count += strcmp(at->d_name, ".") != 0 && strcmp(at->d_name, "..") != 0;
    closedir(open);
    return count;
}

static void an_interrupted_export_leaves_nothing(void **state)
{
    (void)state;
    char folder[] = "/tmp/gradflow-export-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run.safetensors", folder);
    gf_run run = {.spec = gf_spec_default()};
    gf_error error = {0};
    sigset_t before, pending;

    gf_interrupt_hold(&before);
    raise(SIGTERM);
    const gf_status status = gf_export_safetensors(NULL, &run, path, &error);
    sigemptyset(&pending);
    sigaddset(&pending, SIGTERM);
    assert_int_equal(sigtimedwait(&pending, NULL, &(struct timespec){.tv_sec = 1}), SIGTERM);
    gf_interrupt_release(&before);

    assert_int_equal(status, GF_CANCELLED);
    assert_non_null(strstr(error.text, "nothing was written"));
    assert_int_equal(files_in(folder), 0);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupted_export_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
