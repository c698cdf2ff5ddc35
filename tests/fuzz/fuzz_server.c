/* Any bytes to the engine's process: it computes, refuses or ends, with the reference backend on a
 * device so small that every network that fits is done at once. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compute/backend.h"
#include "compute/reference/reference.h"
#include "engine/server.h"
#include "fuzz.h"

#define DEVICE_BYTES (16 * 1024)

static gf_status list(gf_device *devices, int32_t capacity, int32_t *count, gf_error *error)
{
    GF_TRY(gf_reference_ops.list(devices, capacity, count, error));
    devices[0].memory_bytes = devices[0].allocation_bytes = DEVICE_BYTES;
    return GF_OK;
}

static gf_status open_small(const gf_device *device, const gf_pulse *pulse, gf_backend **out,
                            gf_error *error)
{
    return gf_reference_ops.open(device, pulse, out, error);
}

static const gf_backend_ops small = {.name = "reference", .list = list, .open = open_small};

const gf_backend_ops *const gf_backends[] = {&small, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gf_error error = {0};
    const int in = memfd_create("in", MFD_CLOEXEC), out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    PROMISE(in >= 0 && out >= 0);
    PROMISE(write(in, data, size) == (ssize_t)size && lseek(in, 0, SEEK_SET) == 0);
    const gf_status status = gf_server_serve(in, out, true, &error);
    PROMISE(status == GF_OK || (status == GF_PROTOCOL && error.text[0]));
    close(in);
    close(out);
    return 0;
}
