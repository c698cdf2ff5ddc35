/* gradflow devices: where it can compute, as the engine's process sees it, and whether it can:
 * every device is asked for a small pass, and has to pass the self-test before it. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/device_test.h"
#include "app/options.h"
#include "gradflow/engine.h"

static void print_device(const gf_device *device)
{
    printf("%-12s %s\n", device->id, device->name);
    printf("%-12s %s, %d unit%s, %.1f GiB (%.1f GiB at once), %s%s%s\n", "",
           gf_device_kind_name(device->kind), device->compute_units,
           device->compute_units == 1 ? "" : "s", (double)device->memory_bytes / 1073741824.0,
           (double)device->allocation_bytes / 1073741824.0, device->driver,
           device->kernels[0] ? ", kernels: " : "", device->kernels);
}

static void print_test(const char *command, const gf_device *device)
{
    gf_device_test test;
    gf_device_test_run(command, device, &test);
    if (test.works && !test.notice[0])
        printf("%-12s works, checked just now\n", "");
    else
        printf("%-12s %s: %s\n", "", test.works ? "works, but" : "does not work", test.notice);
}

static bool is_opencl(const gf_device *device)
{
    return strncmp(device->id, "opencl", 6) == 0;
}

static void print_devices(const char *command, const gf_device *devices, int32_t count)
{
    bool opencl = false;
    for (int32_t i = 0; i < count; i++) {
        print_device(&devices[i]);
        if (is_opencl(&devices[i])) print_test(command, &devices[i]);
        opencl = opencl || is_opencl(&devices[i]);
    }
    if (!opencl)
        fputs("gradflow: no OpenCL device: no driver is installed, or none works\n", stderr);
}

static gf_status list_devices(const gf_options *options, gf_error *error)
{
    const gf_engine_desc desc = {.command = options->engine};
    gf_engine *engine;
    const gf_device *devices;
    GF_TRY(gf_engine_create(&desc, &engine, error));
    while (gf_engine_get_state(engine) == GF_ENGINE_STARTING)
        gf_engine_wait(engine, 100);
    const int32_t count = gf_engine_get_devices(engine, &devices);
    print_devices(options->engine, devices, count);
    if (gf_engine_notice(engine)[0]) fprintf(stderr, "gradflow: %s\n", gf_engine_notice(engine));
    const bool failed = gf_engine_get_state(engine) == GF_ENGINE_FAILED;
    if (failed) gf_fail(error, GF_DEVICE, "%s", gf_engine_notice(engine));
    gf_engine_destroy(engine);
    return failed ? GF_DEVICE : GF_OK;
}

int gf_cmd_devices(int argc, const char **argv)
{
    gf_error error = {0};
    gf_options options = {0};
    gf_status status = gf_options_parse_some(GF_OPTION_ENGINE | GF_OPTION_KERNELS, argc, argv, NULL,
                                             "[--engine COMMAND]", &options, &error);
    if (status == GF_OK) status = list_devices(&options, &error);
    gf_options_destroy(&options);
    return status == GF_OK ? 0 : gf_app_report(&error);
}
