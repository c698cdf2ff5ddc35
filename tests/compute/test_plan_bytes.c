/* The bytes of a plan against those that a device is asked for: the program's calls for buffers
 * come through here, because a program's own functions are found before a library's. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdlib.h>

#include "compute/compute.h"
#include "support/pass.h"
#include "support/test.h"

static uint64_t held_bytes, peak_bytes, buffer_count;

/* dlsym gives an object's address, ISO C knows none of a function. */
static void find(const char *name, void *function)
{
    void *const symbol = dlsym(RTLD_NEXT, name);
    if (!symbol) fail_msg("no %s", name);
    memcpy(function, &symbol, sizeof symbol);
}

cl_mem clCreateBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void *host,
                      cl_int *status)
{
    cl_mem (*create)(cl_context, cl_mem_flags, size_t, void *, cl_int *);
    find("clCreateBuffer", &create);
    const cl_mem made = create(context, flags, bytes, host, status);
    if (!made) return NULL;
    held_bytes += bytes;
    buffer_count++;
    if (held_bytes > peak_bytes) peak_bytes = held_bytes;
    return made;
}

cl_int clReleaseMemObject(cl_mem memory)
{
    cl_int (*release)(cl_mem);
    cl_int (*get)(cl_mem, cl_mem_info, size_t, void *, size_t *);
    size_t bytes = 0;
    find("clReleaseMemObject", &release);
    find("clGetMemObjectInfo", &get);
    if (get(memory, CL_MEM_SIZE, sizeof bytes, &bytes, NULL) != CL_SUCCESS)
        fail_msg("a buffer without a size");
    held_bytes -= bytes;
    return release(memory);
}

static const char *const ways[2][2] = {{"stored", "recomputed"},
                                       {"generated", "generated and recomputed"}};

/* On a backend of its own, because one that is used again may keep larger buffers. */
static void check_plan(const gf_spec *spec, const gf_device *device, const gf_plan *plan)
{
    gf_backend *backend;
    gf_error error = {0};
    gf_run run;
    if (gf_compute_open(device, NULL, &backend, &error) != GF_OK) fail_msg("%s", error.text);
    buffer_count = peak_bytes = held_bytes = 0;
    if (gf_test_pass(backend, device, spec, 0, &run, &error) != GF_OK) fail_msg("%s", error.text);
    gf_run_destroy(&run);
    const double share = (double)peak_bytes / (double)plan->total_bytes;
    print_message("  %-24s%s plan %9llu bytes, %4llu buffers hold %3.0f %%\n",
                  ways[plan->generated][plan->recomputed], plan->block_units ? " in blocks" : "",
                  (unsigned long long)plan->total_bytes, (unsigned long long)buffer_count,
                  100.0 * share);
    assert_true(share <= 1.0);
    assert_true(share > 0.3); /* a plan that says anything is never exceeded either */
    backend->ops->close(backend);
    assert_true(held_bytes == 0);
}

/* Every plan that the network has on a device with less and less memory. */
static void check_ways(const gf_spec *spec, const gf_device *device)
{
    gf_device smaller = *device;
    gf_plan plan, before = {0};
    while (gf_plan_create(spec, &smaller, &plan, NULL) == GF_OK) {
        if (plan.total_bytes != before.total_bytes) check_plan(spec, &smaller, &plan);
        before = plan;
        smaller.memory_bytes -= smaller.memory_bytes / 8;
        if (smaller.memory_bytes > plan.total_bytes) smaller.memory_bytes = plan.total_bytes - 1;
    }
    assert_true(before.generated && before.recomputed);
}

static gf_spec spec_of(int32_t depth, int32_t width, int32_t batch)
{
    gf_spec spec = gf_spec_default();
    spec.depth = depth;
    spec.width = width;
    spec.batch = batch;
    return spec;
}

static void check_device(const gf_device *device)
{
    gf_device limited = *device;
    gf_spec spec = spec_of(40, 200, 50);
    print_message("%s\n", device->id);
    check_ways(&spec, device);
    spec.skip = GF_SKIP_RESIDUAL;
    spec.norm = GF_NORM_BATCH;
    check_ways(&spec, device);
    spec.norm = GF_NORM_LAYER;
    spec.init = GF_INIT_ORTHOGONAL;
    check_ways(&spec, device);
    spec = spec_of(40, 60, 2000);
    check_ways(&spec, device);
    spec = spec_of(24, 600, 33);
    spec.input_width = 900;
    spec.output_width = 10;
    check_ways(&spec, device);
    limited.allocation_bytes = 600 * 600 * sizeof(float); /* without its padding: in blocks */
    check_ways(&spec, &limited);
}

static void no_device_is_asked_for_more_than_the_plan_says(void **state)
{
    (void)state;
    gf_device devices[GF_DEVICES_MAX];
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    int32_t checked = 0;
    for (int32_t i = 0; i < count; i++) {
        if (strncmp(devices[i].id, "opencl", 6) != 0) continue;
        check_device(&devices[i]);
        checked++;
    }
    if (checked == 0) skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_device_is_asked_for_more_than_the_plan_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
