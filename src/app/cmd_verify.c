/* gradflow verify: every check on every device. Each device in a process of its own: one that
 * crashes has failed too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "compute/compute.h"
#include "compute/verify.h"
#include "gradflow/engine.h"

static void print_row(void *user, const gf_verify_row *row)
{
    (void)user;
    printf("  %-28s %-20s %9.1e %9.1e  %s\n", row->name, row->what, row->error, row->tolerance,
           row->passed ? "ok" : "FAILED");
}

/* In the child: its exit code is the number of failures, 100 if the device could not run at all. */
static int verify_here(const char *id)
{
    gf_device devices[GF_DEVICES_MAX], device;
    gf_backend *backend;
    gf_error error = {0};
    int32_t failures = 0;
    const gf_verify_sink sink = {print_row, NULL};
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, strncmp(id, "opencl", 6) != 0);
    gf_status status = gf_compute_find(devices, count, id, &device, &error);
    if (status == GF_OK) status = gf_compute_open(&device, NULL, &backend, &error);
    if (status == GF_OK) {
        status = gf_verify_all(backend, &device, &sink, &failures, &error);
        backend->ops->close(backend);
    }
    if (status != GF_OK) printf("  FAILED: %s\n", error.text);
    fflush(stdout);
    return status != GF_OK ? 100 : failures > 99 ? 99 : failures;
}

static bool verify_device(const gf_device *device)
{
    printf("%s: %s\n  %-28s %-20s %9s %9s\n", device->id, device->name, "check", "", "error",
           "allowed");
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) _exit(verify_here(device->id));
    int status = 0;
    const bool known = child > 0 && waitpid(child, &status, 0) == child;
    if (known && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        printf("  every check passed\n");
        return true;
    }
    if (known && WIFSIGNALED(status))
        printf("  FAILED: the device's driver crashed, signal %d\n", WTERMSIG(status));
    if (!known) printf("  FAILED: no process for the check\n");
    return false;
}

/* The engine lists, so that no driver is loaded before the fork. */
static gf_status verify_devices(const gf_options *options, bool *passed, gf_error *error)
{
    const gf_engine_desc desc = {0};
    gf_engine *engine;
    const gf_device *devices;
    GF_TRY(gf_engine_create(&desc, &engine, error));
    while (gf_engine_get_state(engine) == GF_ENGINE_STARTING)
        gf_engine_wait(engine, 100);
    const int32_t count = gf_engine_get_devices(engine, &devices);
    gf_device wanted;
    gf_status status = GF_OK;
    *passed = true;
    if (options->device) status = gf_compute_find(devices, count, options->device, &wanted, error);
    for (int32_t i = 0; status == GF_OK && i < count; i++)
        if (!options->device || strcmp(devices[i].id, wanted.id) == 0)
            *passed = verify_device(&devices[i]) && *passed;
    gf_engine_destroy(engine);
    return status;
}

int gf_cmd_verify(int argc, const char **argv)
{
    gf_error error = {0};
    gf_options options = {0};
    bool passed = false;
    gf_status status = gf_options_parse_some(GF_OPTION_DEVICE | GF_OPTION_KERNELS, argc, argv, NULL,
                                             "[--device NAME]", &options, &error);
    if (status == GF_OK) status = verify_devices(&options, &passed, &error);
    gf_options_destroy(&options);
    if (status != GF_OK) return gf_app_report(&error);
    return passed ? 0 : 1;
}
