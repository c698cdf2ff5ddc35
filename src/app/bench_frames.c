/* Sorting and ranks. */
#include "app/bench_frames.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static int compare(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double rank(const double *sorted, int32_t count, double share)
{
    return sorted[(int32_t)fmax(ceil(share * count) - 1.0, 0.0)];
}

gf_percentiles gf_percentiles_of(double *values, int32_t count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return (gf_percentiles){rank(values, count, 0.50), rank(values, count, 0.95),
                            rank(values, count, 0.99)};
}

double gf_cpu_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}
