/* No clFinish while all is well: the wait polls the last event, because a driver may take long and
 * the server must answer meanwhile. */
#include "compute/opencl/queue.h"

#include <sched.h>
#include <time.h>

#include "compute/opencl/error.h"

/* Commands in flight; a driver keeps about a kilobyte for each. */
#define LAUNCHES_MAX 256
/* A wait begins with quick looks, for work of microseconds, and goes on with naps. A nap takes at
 * least the timer slack, some 50 us. */
#define QUICK_LOOKS 200
#define NAP_NS      20000

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
        return gf_fail(error, reason.status, "%.300s; it has %.1f MiB", reason.text,
                       (double)bytes / (1024.0 * 1024.0));
    }
    *buffer = (gf_buffer){memory, bytes};
    return GF_OK;
}

void gf_buffer_release(gf_buffer *buffer)
{
    if (buffer->memory) clReleaseMemObject(buffer->memory);
    *buffer = (gf_buffer){0};
}

gf_status gf_queue_launch(gf_queue *queue, const gf_launch *launch, gf_error *error)
{
    if (launch->global[0] == 0 || launch->global[1] == 0) return GF_OK;
    for (cl_uint i = 0; i < launch->argument_count; i++)
        GF_CL(clSetKernelArg(launch->kernel, i, launch->arguments[i].bytes,
                             launch->arguments[i].value),
              launch->name);
    const size_t local[2] = {launch->local, 1};
    GF_CL(clEnqueueNDRangeKernel(queue->commands, launch->kernel, 2, NULL, launch->global, local, 0,
                                 NULL, NULL),
          launch->name);
    if (queue->launch_total) ++*queue->launch_total;
    if (++queue->launches >= LAUNCHES_MAX) GF_TRY(gf_queue_wait(queue, error));
    return GF_OK;
}

static gf_status poll_event(gf_queue *queue, cl_event event, gf_error *error)
{
    for (int look = 0;; look++) {
        cl_int status = CL_QUEUED;
        GF_CL(
            clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status, &status, NULL),
            "asking for progress");
        if (status < 0) return gf_cl_check(status, "running the kernels", error);
        if (status == CL_COMPLETE) return GF_OK;
        if (look % QUICK_LOOKS == 0) GF_TRY(gf_pulse_beat(queue->pulse, error));
        const struct timespec nap = {0, NAP_NS};
        if (look < QUICK_LOOKS)
            sched_yield();
        else
            nanosleep(&nap, NULL);
    }
}

static gf_status wait_for(gf_queue *queue, cl_event event, gf_error *error)
{
    gf_status status = gf_cl_check(clFlush(queue->commands), "starting the work", error);
    if (status == GF_OK) status = poll_event(queue, event, error);
    clReleaseEvent(event);
    return status;
}

gf_status gf_queue_wait(gf_queue *queue, gf_error *error)
{
    cl_event event = NULL;
    queue->launches = 0;
    gf_status status = gf_cl_check(clEnqueueMarkerWithWaitList(queue->commands, 0, NULL, &event),
                                   "a marker", error);
    if (status == GF_OK) status = wait_for(queue, event, error);
    /* The caller may free what a transfer still reads or writes. */
    if (status != GF_OK && queue->transfers > 0) clFinish(queue->commands);
    queue->transfers = 0;
    return status;
}

gf_status gf_queue_zero(gf_queue *queue, const gf_buffer *buffer, size_t bytes, gf_error *error)
{
    const cl_uint zero = 0;
    return gf_cl_check(clEnqueueFillBuffer(queue->commands, buffer->memory, &zero, sizeof zero, 0,
                                           bytes, 0, NULL, NULL),
                       "clearing a buffer", error);
}

gf_status gf_queue_send_at(gf_queue *queue, const gf_buffer *buffer, size_t offset,
                           const void *from, size_t bytes, gf_error *error)
{
    queue->transfers++;
    return gf_cl_check(clEnqueueWriteBuffer(queue->commands, buffer->memory, CL_FALSE, offset,
                                            bytes, from, 0, NULL, NULL),
                       "writing a buffer", error);
}

gf_status gf_queue_send(gf_queue *queue, const gf_buffer *buffer, const void *from, size_t bytes,
                        gf_error *error)
{
    return gf_queue_send_at(queue, buffer, 0, from, bytes, error);
}

gf_status gf_queue_fetch(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                         size_t bytes, gf_error *error)
{
    queue->transfers++;
    return gf_cl_check(clEnqueueReadBuffer(queue->commands, buffer->memory, CL_FALSE, offset, bytes,
                                           to, 0, NULL, NULL),
                       "reading a buffer", error);
}

gf_status gf_queue_read(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                        size_t bytes, gf_error *error)
{
    GF_TRY(gf_queue_fetch(queue, buffer, offset, to, bytes, error));
    return gf_queue_wait(queue, error);
}
