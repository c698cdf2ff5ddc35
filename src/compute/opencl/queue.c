/* No clFinish while all is well: a driver may take long and the server must answer meanwhile. A
 * wait sleeps until the driver calls back and looks up now and then. It does not poll: on a CPU
 * that would take a core from the kernels, and the scheduler would think it busy. */
#include "compute/opencl/queue.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/clock.h"
#include "compute/opencl/error.h"

/* Commands in flight; a driver keeps about a kilobyte for each. */
#define LAUNCHES_MAX 256
/* A sleep at most, between two looks and two beats of the pulse. */
#define NAP_NS 2000000
/* What is waited for before a device counts as lost, when the plan does not say more; and how much
 * longer for the first use of a kernel, when some drivers compile. */
#define PATIENCE_MS      10000.0
#define COMPILE_PATIENCE 3.0

#define HUGE_PAGE ((size_t)2 << 20)

static gf_bell *bell_create(void)
{
    gf_bell *bell = calloc(1, sizeof *bell);
    if (!bell) return NULL;
    pthread_mutex_init(&bell->lock, NULL);
    pthread_cond_init(&bell->rung, NULL);
    return bell;
}

static uint32_t bell_rings(gf_bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    const uint32_t rings = bell->rings;
    pthread_mutex_unlock(&bell->lock);
    return rings;
}

static void bell_expect(gf_bell *bell, int32_t more)
{
    pthread_mutex_lock(&bell->lock);
    bell->due += more;
    pthread_mutex_unlock(&bell->lock);
}

static void CL_CALLBACK bell_ring(cl_event event, cl_int status, void *user)
{
    (void)event;
    (void)status;
    gf_bell *bell = user;
    pthread_mutex_lock(&bell->lock);
    bell->rings++;
    bell->due--;
    pthread_cond_signal(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
}

/* Until it has rung more often than `rings` times, or a nap is over. */
static void bell_nap(gf_bell *bell, uint32_t rings)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += NAP_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&bell->lock);
    if (bell->rings == rings) pthread_cond_timedwait(&bell->rung, &bell->lock, &until);
    pthread_mutex_unlock(&bell->lock);
}

static void bell_destroy(gf_bell *bell)
{
    if (!bell) return;
    pthread_mutex_lock(&bell->lock);
    while (bell->due > 0)
        pthread_cond_wait(&bell->rung, &bell->lock);
    pthread_mutex_unlock(&bell->lock);
    pthread_cond_destroy(&bell->rung);
    pthread_mutex_destroy(&bell->lock);
    free(bell);
}

gf_status gf_queue_open(gf_queue *queue, cl_platform_id platform, cl_device_id device,
                        gf_error *error)
{
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)platform, 0};
    cl_int code = CL_SUCCESS;
    queue->bell = bell_create();
    if (!queue->bell) return gf_fail(error, GF_MEMORY, "no memory for a command queue");
    queue->context = clCreateContext(properties, 1, &device, NULL, NULL, &code);
    GF_CL(code, "making a context");
    queue->commands = clCreateCommandQueue(queue->context, device, 0, &code);
    GF_CL(code, "making a command queue");
    cl_device_type type = 0;
    GF_CL(clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof type, &type, NULL), "asking for the type");
    queue->on_host = type & CL_DEVICE_TYPE_CPU;
    return GF_OK;
}

void gf_queue_close(gf_queue *queue)
{
    if (queue->commands) clFinish(queue->commands);
    bell_destroy(queue->bell);
    if (queue->commands) clReleaseCommandQueue(queue->commands);
    if (queue->context) clReleaseContext(queue->context);
    queue->commands = NULL;
    queue->context = NULL;
    queue->bell = NULL;
}

/* Walking over pages of 4 KiB costs a large network a tenth of its time, and making them more than
 * that. Only a hint: a driver that does not let it happen is as right without. */
static void ask_for_huge_pages(gf_queue *queue, cl_mem memory, size_t bytes)
{
    if (!queue->on_host || bytes < 2 * HUGE_PAGE) return;
    char *start = clEnqueueMapBuffer(queue->commands, memory, CL_TRUE,
                                     CL_MAP_WRITE_INVALIDATE_REGION, 0, bytes, 0, NULL, NULL, NULL);
    if (!start) return;
#if defined(MADV_HUGEPAGE)
    char *const first = start + (HUGE_PAGE - (uintptr_t)start % HUGE_PAGE) % HUGE_PAGE;
    madvise(first, bytes - HUGE_PAGE, MADV_HUGEPAGE);
#endif
    clEnqueueUnmapMemObject(queue->commands, memory, start, 0, NULL, NULL);
}

gf_status gf_buffer_provide(gf_queue *queue, gf_buffer *buffer, size_t bytes, gf_error *error)
{
    if (bytes < 64) bytes = 64;
    if (buffer->memory && buffer->bytes >= bytes && buffer->bytes / 4 <= bytes) return GF_OK;
    gf_buffer_release(buffer);
    cl_int code = CL_SUCCESS;
    cl_mem memory = clCreateBuffer(queue->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    if (code != CL_SUCCESS) {
        gf_error reason = {0};
        gf_cl_check(code, "a buffer", &reason);
        return gf_fail(error, reason.status, "%s; it has %.1f MiB", reason.text,
                       (double)bytes / (1024.0 * 1024.0));
    }
    ask_for_huge_pages(queue, memory, bytes);
    *buffer = (gf_buffer){memory, bytes};
    return GF_OK;
}

void gf_buffer_release(gf_buffer *buffer)
{
    if (buffer->memory) clReleaseMemObject(buffer->memory);
    *buffer = (gf_buffer){0};
}

void gf_queue_settle(gf_queue *queue)
{
    const bool lost = queue->lost && *queue->lost;
    /* A queue that cannot be waited for may write into our memory at any time. */
    if (queue->transfers > 0 && !lost && clFinish(queue->commands) != CL_SUCCESS && queue->lost)
        *queue->lost = true;
    queue->transfers = 0;
}

/* The caller of what failed may free what a transfer still reads or writes. */
static gf_status settled(gf_queue *queue, gf_status status)
{
    if (status != GF_OK) gf_queue_settle(queue);
    return status;
}

static gf_status launch_now(gf_queue *queue, const gf_launch *launch, gf_error *error)
{
    for (cl_uint i = 0; i < launch->argument_count; i++)
        GF_CL(clSetKernelArg(launch->kernel, i, launch->arguments[i].bytes,
                             launch->arguments[i].value),
              launch->name);
    const size_t local[2] = {launch->local, 1};
    queue->busy = true;
    GF_CL(clEnqueueNDRangeKernel(queue->commands, launch->kernel, 2, NULL, launch->global, local, 0,
                                 NULL, NULL),
          launch->name);
    return GF_OK;
}

gf_status gf_queue_launch(gf_queue *queue, const gf_launch *launch, gf_error *error)
{
    if (launch->global[0] == 0 || launch->global[1] == 0) return GF_OK;
    GF_TRY(settled(queue, launch_now(queue, launch, error)));
    if (queue->launch_total) ++*queue->launch_total;
    const int32_t most = queue->launches_max > 0 ? queue->launches_max : LAUNCHES_MAX;
    if (++queue->launches >= most) GF_TRY(gf_queue_wait(queue, error));
    return GF_OK;
}

/* A kernel cannot be cancelled: what does not end takes its device with it. */
static gf_status check_patience(gf_queue *queue, double start_ms, gf_error *error)
{
    double patience_ms = queue->patience_ms > 0 ? queue->patience_ms : PATIENCE_MS;
    if (queue->fresh) patience_ms *= COMPILE_PATIENCE;
    if (gf_clock_ms() - start_ms < patience_ms) return GF_OK;
    if (queue->lost) *queue->lost = true;
    return gf_fail(error, GF_DEVICE, "OpenCL: kernels have not come to an end within %.0f s",
                   patience_ms / 1000);
}

static gf_status await_event(gf_queue *queue, cl_event event, gf_error *error)
{
    const double start_ms = gf_clock_ms();
    bell_expect(queue->bell, 1);
    /* Without the callback the looks remain. */
    if (clSetEventCallback(event, CL_COMPLETE, bell_ring, queue->bell) != CL_SUCCESS)
        bell_expect(queue->bell, -1);
    for (;;) {
        const uint32_t rings = bell_rings(queue->bell);
        cl_int status = CL_QUEUED;
        GF_CL(
            clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status, &status, NULL),
            "asking for progress");
        if (status < 0) return gf_cl_check(status, "running the kernels", error);
        if (status == CL_COMPLETE) return GF_OK;
        GF_TRY(gf_pulse_beat(queue->pulse, error));
        GF_TRY(check_patience(queue, start_ms, error));
        bell_nap(queue->bell, rings);
    }
}

static gf_status wait_for(gf_queue *queue, cl_event event, gf_error *error)
{
    gf_status status = gf_cl_check(clFlush(queue->commands), "starting the work", error);
    if (status == GF_OK) status = await_event(queue, event, error);
    clReleaseEvent(event);
    return status;
}

gf_status gf_queue_wait(gf_queue *queue, gf_error *error)
{
    cl_event event = NULL;
    if (!queue->busy) return GF_OK;
    queue->launches = 0;
    gf_status status = gf_cl_check(clEnqueueMarkerWithWaitList(queue->commands, 0, NULL, &event),
                                   "a marker", error);
    if (status == GF_OK) status = wait_for(queue, event, error);
    if (status == GF_OK) {
        queue->transfers = 0;
        queue->fresh = queue->busy = false;
    }
    return settled(queue, status);
}

gf_status gf_queue_start(gf_queue *queue, gf_error *error)
{
    return settled(queue, gf_cl_check(clFlush(queue->commands), "starting the work", error));
}

gf_status gf_queue_zero(gf_queue *queue, const gf_buffer *buffer, size_t bytes, gf_error *error)
{
    const cl_uint zero = 0;
    queue->busy = true;
    return gf_cl_check(clEnqueueFillBuffer(queue->commands, buffer->memory, &zero, sizeof zero, 0,
                                           bytes, 0, NULL, NULL),
                       "clearing a buffer", error);
}

gf_status gf_queue_send_at(gf_queue *queue, const gf_buffer *buffer, size_t offset,
                           const void *from, size_t bytes, gf_error *error)
{
    queue->busy = true;
    queue->transfers++;
    const cl_int code = clEnqueueWriteBuffer(queue->commands, buffer->memory, CL_FALSE, offset,
                                             bytes, from, 0, NULL, NULL);
    return settled(queue, gf_cl_check(code, "writing a buffer", error));
}

gf_status gf_queue_send(gf_queue *queue, const gf_buffer *buffer, const void *from, size_t bytes,
                        gf_error *error)
{
    return gf_queue_send_at(queue, buffer, 0, from, bytes, error);
}

gf_status gf_queue_copy(gf_queue *queue, const gf_buffer *from, size_t offset, const gf_buffer *to,
                        size_t bytes, gf_error *error)
{
    queue->busy = true;
    return gf_cl_check(clEnqueueCopyBuffer(queue->commands, from->memory, to->memory, offset, 0,
                                           bytes, 0, NULL, NULL),
                       "copying a buffer", error);
}

gf_status gf_queue_fetch(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                         size_t bytes, gf_error *error)
{
    queue->busy = true;
    queue->transfers++;
    const cl_int code = clEnqueueReadBuffer(queue->commands, buffer->memory, CL_FALSE, offset,
                                            bytes, to, 0, NULL, NULL);
    return settled(queue, gf_cl_check(code, "reading a buffer", error));
}

gf_status gf_queue_read(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                        size_t bytes, gf_error *error)
{
    GF_TRY(gf_queue_fetch(queue, buffer, offset, to, bytes, error));
    return gf_queue_wait(queue, error);
}
