/* Shapes from text, and sweeps. */
#include "app/bench_shapes.h"

#include <stdlib.h>
#include <string.h>

const char *const gf_bench_size_names[GF_BENCH_SIZE_COUNT] = {"", "depth", "width", "batch"};

#define POINTS 6
/* From where launches cost most to where arithmetic does, in a minute on two cores. */
static const int32_t points[GF_BENCH_SIZE_COUNT][POINTS] = {
    [GF_BENCH_DEPTH] = {5, 10, 25, 50, 100, 250},
    [GF_BENCH_WIDTH] = {16, 32, 64, 128, 256, 512},
    [GF_BENCH_BATCH] = {1, 4, 16, 64, 256, 1024},
};
static const gf_shape usual = {50, 256, 64};

static gf_status read_list(const char *text, gf_shape_list *out, gf_error *error)
{
    char *copy = strdup(text), *rest = NULL;
    if (!copy) return gf_fail(error, GF_MEMORY, "no memory for the shapes");
    gf_status status = GF_OK;
    out->count = 0;
    for (char *word = strtok_r(copy, ",", &rest); word && status == GF_OK;
         word = strtok_r(NULL, ",", &rest)) {
        if (out->count == GF_BENCH_SHAPES_MAX)
            status =
                gf_fail(error, GF_INVALID, "--shape has more than %d shapes", GF_BENCH_SHAPES_MAX);
        else
            status = gf_shape_parse(word, &out->list[out->count++], error);
    }
    free(copy);
    return status;
}

static int32_t *size_of(gf_shape *shape, gf_bench_size size)
{
    return size == GF_BENCH_DEPTH   ? &shape->depth
           : size == GF_BENCH_WIDTH ? &shape->width
                                    : &shape->batch;
}

int32_t gf_bench_shape_size(const gf_shape *shape, gf_bench_size size)
{
    gf_shape copy = *shape;
    return *size_of(&copy, size);
}

static gf_status vary(const char *sweep, gf_shape_list *shapes, gf_error *error)
{
    gf_bench_size size = GF_BENCH_DEPTH;
    while (size < GF_BENCH_SIZE_COUNT && strcmp(gf_bench_size_names[size], sweep) != 0)
        size++;
    if (size == GF_BENCH_SIZE_COUNT)
        return gf_fail(error, GF_INVALID, "--sweep is '%s'; allowed are depth, width, batch",
                       sweep);
    if (shapes->count != 1)
        return gf_fail(error, GF_INVALID, "--shape has %d shapes; --sweep varies one",
                       shapes->count);
    const gf_shape base = shapes->list[0];
    for (int i = 0; i < POINTS; i++) {
        shapes->list[i] = base;
        *size_of(&shapes->list[i], size) = points[size][i];
    }
    shapes->count = POINTS;
    shapes->varied = size;
    return GF_OK;
}

gf_status gf_bench_shapes_read(const char *text, const char *sweep, gf_shape_list *out,
                               gf_error *error)
{
    gf_shape_list shapes = {.count = gf_bench_shape_count};
    memcpy(shapes.list, gf_bench_shapes, (size_t)shapes.count * sizeof *shapes.list);
    if (sweep) {
        shapes.list[0] = usual;
        shapes.count = 1;
    }
    if (text) GF_TRY(read_list(text, &shapes, error));
    if (sweep) GF_TRY(vary(sweep, &shapes, error));
    *out = shapes;
    return GF_OK;
}
