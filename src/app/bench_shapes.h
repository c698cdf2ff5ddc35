/* What shapes a benchmark times: those named, the usual ones, or a row that differs in one size. */
#ifndef GF_APP_BENCH_SHAPES_H
#define GF_APP_BENCH_SHAPES_H

#include "bench/bench.h"

#define GF_BENCH_SHAPES_MAX 32

typedef enum gf_bench_size {
    GF_BENCH_NO_SIZE,
    GF_BENCH_DEPTH,
    GF_BENCH_WIDTH,
    GF_BENCH_BATCH,
    GF_BENCH_SIZE_COUNT
} gf_bench_size;
extern const char *const gf_bench_size_names[GF_BENCH_SIZE_COUNT];

typedef struct gf_shape_list {
    gf_shape list[GF_BENCH_SHAPES_MAX];
    int32_t count;
    gf_bench_size varied; /* what they differ in, if it is a sweep */
} gf_shape_list;

/* `text` "50x1024x256,10x64x32" or NULL, `sweep` "depth", "width", "batch" or NULL. GF_INVALID. */
gf_status gf_bench_shapes_read(const char *text, const char *sweep, gf_shape_list *out,
                               gf_error *error);
int32_t gf_bench_shape_size(const gf_shape *shape, gf_bench_size size);

#endif
