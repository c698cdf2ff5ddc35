/* The command queue of one device: launches, transfers, and waiting that stays answerable. */
#ifndef GF_COMPUTE_OPENCL_QUEUE_H
#define GF_COMPUTE_OPENCL_QUEUE_H

#include <CL/cl.h>
#include <pthread.h>
#include <stddef.h>

#include "compute/backend.h"

/* Rung by the driver, from a thread of its own, when what somebody waits for is done. */
typedef struct gf_bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    uint32_t rings; /* so far */
    int32_t due;    /* still to come: who cancels does not wait for his */
} gf_bell;

typedef struct gf_queue {
    cl_context context;
    cl_command_queue commands; /* in order */
    const gf_pulse *pulse;
    int32_t launches;       /* since the last wait */
    bool busy;              /* something was enqueued since then */
    bool on_host;           /* the device is a CPU: its buffers are memory of this process */
    int32_t transfers;      /* that may still touch host memory */
    uint64_t *launch_total; /* counts all launches; NULL: nobody asks */
    gf_bell *bell;
    int32_t launches_max; /* in flight; 0: as many as any driver bears */
    double patience_ms;   /* how long work may take before the device counts as lost */
    bool fresh;           /* a kernel is launched for the first time: drivers compile then */
    bool *lost;           /* set when it does; NULL: nobody asks */
} gf_queue;

/* The queue of `device` in a context of its own; the rest of `queue` is the caller's. */
gf_status gf_queue_open(gf_queue *queue, cl_platform_id platform, cl_device_id device,
                        gf_error *error);
/* Waits for what still runs. Also of what open() left half made. */
void gf_queue_close(gf_queue *queue);

/* A device buffer that is kept while it is large enough. Zero is an empty one. */
typedef struct gf_buffer {
    cl_mem memory;
    size_t bytes;
} gf_buffer;

/* At least `bytes`; contents are lost when it has to grow, or to shrink because it is far too
 * large. */
gf_status gf_buffer_provide(gf_queue *queue, gf_buffer *buffer, size_t bytes, gf_error *error);
void gf_buffer_release(gf_buffer *buffer);

/* One argument of a kernel. */
typedef struct gf_argument {
    size_t bytes;
    const void *value;
} gf_argument;
#define GF_ARG(variable)                                                                           \
    {                                                                                              \
        sizeof(variable), &(variable)                                                              \
    }

/* Work of `global` in two dimensions with groups of `local` x 1. */
typedef struct gf_launch {
    cl_kernel kernel;
    const char *name;
    size_t global[2], local;
    const gf_argument *arguments;
    cl_uint argument_count;
} gf_launch;

/* Enqueues; waits now and then so that the queue does not grow without bound. Nothing happens for a
 * size of 0. */
gf_status gf_queue_launch(gf_queue *queue, const gf_launch *launch, gf_error *error);
/* Until everything enqueued is done, beating the pulse. GF_CANCELLED leaves kernels running, but no
 * transfer. */
gf_status gf_queue_wait(gf_queue *queue, gf_error *error);

/* Starts what is enqueued, for somebody who waits later. */
gf_status gf_queue_start(gf_queue *queue, gf_error *error);

/* No transfer touches host memory any more. After an error, before anything is freed. */
void gf_queue_settle(gf_queue *queue);

/* The device's own fill, for large buffers. */
gf_status gf_queue_zero(gf_queue *queue, const gf_buffer *buffer, size_t bytes, gf_error *error);
/* Transfers in their turn: host memory belongs to them until the next wait. A round trip costs more
 * than most of them, so that several share one wait. */
gf_status gf_queue_send(gf_queue *queue, const gf_buffer *buffer, const void *from, size_t bytes,
                        gf_error *error);
gf_status gf_queue_send_at(gf_queue *queue, const gf_buffer *buffer, size_t offset,
                           const void *from, size_t bytes, gf_error *error);
/* From one buffer to the start of another. */
gf_status gf_queue_copy(gf_queue *queue, const gf_buffer *from, size_t offset, const gf_buffer *to,
                        size_t bytes, gf_error *error);
gf_status gf_queue_fetch(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                         size_t bytes, gf_error *error);
/* Fetch and wait. */
gf_status gf_queue_read(gf_queue *queue, const gf_buffer *buffer, size_t offset, void *to,
                        size_t bytes, gf_error *error);

#endif
