/* Times of frames, and what they come to. */
#ifndef GF_APP_BENCH_FRAMES_H
#define GF_APP_BENCH_FRAMES_H

#include <stdint.h>

typedef struct gf_percentiles {
    double p50, p95, p99;
} gf_percentiles;

/* Nearest rank: the smallest value that so many percent do not exceed. Sorts `values`; `count` is
 * at least 1. */
gf_percentiles gf_percentiles_of(double *values, int32_t count);

/* Processor time of this process so far, all threads: what a frame costs even where others use the
 * machine too. */
double gf_cpu_ms(void);

#endif
