/* Runs kernels/peak.cl until it has taken long enough to trust the clock. */
#include "compute/opencl/peak.h"

#include "base/asset.h"
#include "base/clock.h"
#include "compute/opencl/error.h"

#define ROWS       16
#define REPEATS    5
#define ROUND_MS   50.0
#define READ_BYTES ((size_t)256 * 1024 * 1024)

typedef struct peak {
    gf_opencl *on;
    cl_program program;
    cl_kernel multiply, read;
    gf_buffer out, from;
    size_t items, local;
} peak;

static gf_status build(peak *self, gf_error *error)
{
    const gf_asset *asset = gf_asset_find("kernels", "peak.cl");
    const char *text = (const char *)asset->bytes;
    cl_int code = CL_SUCCESS;
    self->program =
        clCreateProgramWithSource(self->on->queue.context, 1, &text, &asset->size, &code);
    GF_CL(code, "making the peak program");
    GF_CL(clBuildProgram(self->program, 1, &self->on->device.device, "-cl-std=CL1.2", NULL, NULL),
          "building peak.cl");
    self->multiply = clCreateKernel(self->program, "peak_multiply", &code);
    GF_CL(code, "peak_multiply");
    self->read = clCreateKernel(self->program, "peak_read", &code);
    GF_CL(code, "peak_read");
    return GF_OK;
}

/* Milliseconds of one launch, waited for. */
static gf_status time_launch(peak *self, const gf_launch *launch, double *ms, gf_error *error)
{
    const double start = gf_clock_ms();
    GF_TRY(gf_queue_launch(&self->on->queue, launch, error));
    GF_TRY(gf_queue_wait(&self->on->queue, error));
    *ms = gf_clock_ms() - start;
    return GF_OK;
}

static gf_status measure_multiply(peak *self, double *gflops, gf_error *error)
{
    cl_uint rounds = 1000;
    const cl_float factor = 0.999f;
    const gf_argument arguments[] = {GF_ARG(self->out.memory), GF_ARG(rounds), GF_ARG(factor)};
    const gf_launch launch = {self->multiply, "peak_multiply", {self->items, 1},
                              self->local,    arguments,       3};
    double ms = 0.0, best = 0.0;
    GF_TRY(time_launch(self, &launch, &ms, error)); /* compiles */
    for (int repeat = 0; repeat < REPEATS;) {
        GF_TRY(time_launch(self, &launch, &ms, error));
        if (ms < ROUND_MS && rounds < 1u << 30) {
            rounds *= 2;
            continue;
        }
        const double work = 2.0 * 16.0 * ROWS * (double)rounds * (double)self->items;
        if (work / (ms * 1e6) > best) best = work / (ms * 1e6);
        repeat++;
    }
    *gflops = best;
    return GF_OK;
}

static gf_status measure_read(peak *self, double *gbytes, gf_error *error)
{
    size_t bytes = READ_BYTES;
    if (bytes > self->on->device.info.allocation_bytes)
        bytes = (size_t)self->on->device.info.allocation_bytes;
    GF_TRY(gf_buffer_provide(&self->on->queue, &self->from, bytes, error));
    GF_TRY(gf_queue_zero(&self->on->queue, &self->from, bytes, error));
    const cl_uint count = (cl_uint)(bytes / 64 / self->items);
    const cl_uint stride =
        self->local == 1 ? 1 : (cl_uint)self->items; /* neighbours read neighbours on a GPU */
    const gf_argument arguments[] = {GF_ARG(self->from.memory), GF_ARG(self->out.memory),
                                     GF_ARG(count), GF_ARG(stride)};
    const gf_launch launch = {self->read, "peak_read", {self->items, 1}, self->local, arguments, 4};
    double ms = 0.0, best = 0.0;
    for (int repeat = 0; repeat <= REPEATS; repeat++) {
        GF_TRY(time_launch(self, &launch, &ms, error));
        const double rate = (double)count * 64.0 * (double)self->items / (ms * 1e6);
        if (repeat > 0 && rate > best) best = rate;
    }
    *gbytes = best;
    return GF_OK;
}

static void release(peak *self)
{
    if (self->multiply) clReleaseKernel(self->multiply);
    if (self->read) clReleaseKernel(self->read);
    if (self->program) clReleaseProgram(self->program);
    gf_buffer_release(&self->out);
    gf_buffer_release(&self->from);
}

gf_status gf_cl_peak(gf_opencl *on, double *gflops, double *gbytes, gf_error *error)
{
    const bool cpu = on->device.info.kind == GF_DEVICE_CPU;
    const size_t units =
        (size_t)(on->device.info.compute_units > 0 ? on->device.info.compute_units : 1);
    peak self = {.on = on, .local = cpu ? 1 : 64, .items = units * (cpu ? 16 : 2048)};
    gf_status status = build(&self, error);
    if (status == GF_OK)
        status = gf_buffer_provide(&on->queue, &self.out, self.items * sizeof(float), error);
    if (status == GF_OK) status = measure_multiply(&self, gflops, error);
    if (status == GF_OK) status = measure_read(&self, gbytes, error);
    release(&self);
    return status;
}
