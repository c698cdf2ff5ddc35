/* Where it can compute, and whether what is computed there is to be believed. */
#include <string.h>

#include "app/device_test.h"
#include "app/doctor.h"
#include "gradflow/engine.h"

#define GIB 1073741824.0

static bool is_opencl(const gf_device *device)
{
    return strncmp(device->id, "opencl", 6) == 0;
}

static void say_test(const gf_doctor *doctor, const gf_device *device)
{
    gf_device_test test;
    gf_device_test_run(doctor->engine, device, &test);
    /* What happens to an engine on a device without a driver is another one's driver, told above.
     */
    if (test.works && (!test.notice[0] || !is_opencl(device)))
        gf_doctor_ok(doctor, "%s %s, %.1f GiB: works, self-test passed, first result after %.1f s",
                     device->id, device->name, (double)device->memory_bytes / GIB,
                     test.total_ms / 1000);
    else if (test.works)
        gf_doctor_warn(doctor, "Update its driver; the lecture can go on as it is.",
                       "%s %s works, but: %s", device->id, device->name, test.notice);
    else
        gf_doctor_problem(doctor,
                          "Update its driver or remove it; until then another device computes, "
                          "which --device chooses.",
                          "%s %s does not work: %s", device->id, device->name, test.notice);
}

static void say_devices(const gf_doctor *doctor, gf_engine *engine)
{
    const gf_device *devices;
    const int32_t count = gf_engine_get_devices(engine, &devices);
    bool opencl = false;
    if (gf_engine_notice(engine)[0])
        gf_doctor_problem(doctor, "Update or remove the OpenCL driver that was installed last.",
                          "%s", gf_engine_notice(engine));
    for (int32_t i = 0; i < count; i++) {
        opencl = opencl || is_opencl(&devices[i]);
        if (strcmp(devices[i].id, "reference") != 0) say_test(doctor, &devices[i]);
    }
    if (!opencl)
        gf_doctor_warn(doctor,
                       "Install the driver of the graphics card, or pocl-opencl-icd for the "
                       "processor.",
                       "there is no OpenCL device; plain C computes");
}

void gf_doctor_devices(const gf_doctor *doctor)
{
    const gf_engine_desc desc = {.command = doctor->engine};
    gf_engine *engine = NULL;
    gf_error error = {0};
    if (gf_engine_create(&desc, &engine, &error) != GF_OK) {
        gf_doctor_problem(doctor, "Check what --engine says.", "%s", error.text);
        return;
    }
    while (gf_engine_get_state(engine) == GF_ENGINE_STARTING)
        gf_engine_wait(engine, 100);
    if (gf_engine_get_state(engine) == GF_ENGINE_FAILED)
        gf_doctor_problem(doctor, "Check what --engine says.", "%s", gf_engine_notice(engine));
    else
        say_devices(doctor, engine);
    gf_engine_destroy(engine);
}
