/* Multiply-adds that never leave the registers, and a pass over more memory than the caches hold,
 * on every thread. */
#include "compute/cpu/peak.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define THREADS_MAX 256
#define REPEATS     5
#define READ_FLOATS ((size_t)32 * 1024 * 1024) /* a thread: 128 MiB */

/* 16 accumulators of a full register hide the latency of a multiply-add. Each clone is for what a
 * processor may have; only here a product and a sum may contract, because that is what is measured.
 */
#if defined(__clang__)
#define CLONES
#else
#define CLONES                                                                                     \
    __attribute__((target_clones("avx512f", "fma", "default"), optimize("fp-contract=fast")))
#endif
#define ROWS  16
#define LANES 16
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

typedef struct task {
    double work; /* operations or bytes */
    const lanes *from;
    size_t rounds;
    float result; /* so that nothing is optimised away */
} task;

#define EACH_ROW(DO)                                                                               \
    DO(0)                                                                                          \
    DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define ROW_START(r) lanes sum##r = (lanes){0} + (float)((r) + 2); /* 1 would be a fixed point */
#define ROW_STEP(r)  sum##r = sum##r * by + plus;
#define ROW_ADD(r)   all += sum##r;

CLONES static void multiply(task *self)
{
    const lanes by = (lanes){0} + 0.999f, plus = (lanes){0} + 0.001f;
    EACH_ROW(ROW_START)
    for (size_t round = 0; round < self->rounds; round++) {
        EACH_ROW(ROW_STEP)
    }
    lanes all = {0};
    EACH_ROW(ROW_ADD)
    self->result += all[0] + all[LANES - 1];
    self->work = 2.0 * ROWS * LANES * (double)self->rounds;
}

CLONES static void read_all(task *self)
{
    lanes sum[4] = {{0}};
    for (size_t i = 0; i < READ_FLOATS / LANES; i += 4)
        for (size_t part = 0; part < 4; part++)
            sum[part] += self->from[i + part];
    self->result += sum[0][0] + sum[1][0] + sum[2][0] + sum[3][0];
    self->work = (double)READ_FLOATS * sizeof(float);
}

static void *multiply_thread(void *argument)
{
    multiply(argument);
    return NULL;
}

static void *read_thread(void *argument)
{
    read_all(argument);
    return NULL;
}

/* All threads once; work a nanosecond. */
static double rate(void *(*run)(void *), task *tasks, int threads)
{
    pthread_t handles[THREADS_MAX];
    int started = 0;
    const double start = gf_clock_ms();
    while (started < threads && pthread_create(&handles[started], NULL, run, &tasks[started]) == 0)
        started++;
    double work = 0.0;
    for (int i = 0; i < started; i++) {
        pthread_join(handles[i], NULL);
        work += tasks[i].work;
    }
    return work / ((gf_clock_ms() - start) * 1e6);
}

static double best_rate(void *(*run)(void *), task *tasks, int threads)
{
    double best = 0.0;
    for (int repeat = 0; repeat < REPEATS; repeat++)
        best = fmax(best, rate(run, tasks, threads));
    return best;
}

gf_status gf_host_peak(int threads, double *gflops, double *gbytes, gf_error *error)
{
    task tasks[THREADS_MAX] = {{0}};
    if (threads > THREADS_MAX) threads = THREADS_MAX;
    const size_t bytes = (size_t)threads * READ_FLOATS * sizeof(float);
    lanes *memory = aligned_alloc(sizeof(lanes), bytes);
    if (!memory)
        return gf_fail(error, GF_MEMORY, "no memory to measure the memory: %zu bytes", bytes);
    memset(memory, 1, bytes); /* not 0: fresh zero pages would all be one page */
    for (int i = 0; i < threads; i++)
        tasks[i] = (task){.from = memory + (size_t)i * (READ_FLOATS / LANES), .rounds = 10000000};
    *gflops = best_rate(multiply_thread, tasks, threads);
    *gbytes = best_rate(read_thread, tasks, threads);
    free(memory);
    return GF_OK;
}
