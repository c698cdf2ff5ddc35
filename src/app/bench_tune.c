#include "app/bench_tune.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/bench_shapes.h"
#include "app/json_print.h"
#include "bench/tune.h"
#include "compute/compute.h"

typedef struct tuned {
    const gf_device *device;
    const gf_tune_desc *desc;
    const gf_tune_row *rows;
    int32_t count;
    const gf_error *kept;
} tuned;

static void show_progress(void *user, const char *sentence)
{
    (void)user;
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\x1b[K%s ... ", sentence);
}

static void print_head(const tuned *at)
{
    printf("%-10s %s\n  %-32s %9s", at->device->id, at->device->name, "kernels", "build ms");
    for (int32_t i = 0; i < at->desc->shape_count; i++) {
        char name[40];
        const gf_shape *shape = &at->desc->shapes[i];
        snprintf(name, sizeof name, "%dx%dx%d", shape->depth, shape->width, shape->batch);
        printf(" %13s", name);
    }
    printf("   gain\n");
}

static void print_table(const tuned *at)
{
    print_head(at);
    for (int32_t r = 0; r < at->count; r++) {
        const gf_tune_row *row = &at->rows[r];
        printf("  %-32s", row->tuning->name);
        if (row->refused[0]) {
            printf(" %s\n", row->refused);
            continue;
        }
        printf(" %9.0f", row->build_ms);
        for (int32_t i = 0; i < at->desc->shape_count; i++)
            printf(" %10.3f ms", row->ms[i]);
        printf(" %6.3f%s\n", row->gain, row->chosen ? "  chosen" : "");
    }
    if (at->kept->status != GF_OK) printf("  not kept: %s\n", at->kept->text);
}

static json_t *row_to_json(const tuned *at, const gf_tune_row *row)
{
    json_t *times = json_array();
    for (int32_t i = 0; i < at->desc->shape_count && !row->refused[0]; i++)
        json_array_append_new(times, json_real(row->ms[i]));
    return json_pack("{s:s, s:s, s:b, s:f, s:f, s:o, s:s?}", "device", at->device->id, "kernels",
                     row->tuning->name, "chosen", (int)row->chosen, "build_ms", row->build_ms,
                     "gain", row->gain, "ms", times, "refused",
                     row->refused[0] ? row->refused : NULL);
}

static gf_status tune(const gf_device *device, const gf_shape *shapes, int32_t shape_count,
                      json_t *results, gf_error *error)
{
    gf_tune_row rows[GF_TUNINGS_MAX];
    gf_error kept = {0};
    const gf_tune_desc desc = {device, shapes, shape_count, 0.0, show_progress, NULL};
    tuned at = {.device = device, .desc = &desc, .rows = rows, .kept = &kept};
    const gf_status status = gf_tune_run(&desc, rows, &at.count, &kept, error);
    if (isatty(STDERR_FILENO)) fputs("\r\x1b[K", stderr);
    if (status != GF_OK) return status;
    if (!results) print_table(&at);
    for (int32_t i = 0; results && i < at.count; i++)
        json_array_append_new(results, row_to_json(&at, &rows[i]));
    return GF_OK;
}

static gf_status tune_devices(const gf_options *options, const gf_shape *shapes,
                              int32_t shape_count, json_t *results, gf_error *error)
{
    gf_device devices[GF_DEVICES_MAX], wanted = {0};
    const int32_t count = gf_compute_list(devices, GF_DEVICES_MAX, false);
    int32_t done = 0;
    if (options->device) {
        GF_TRY(gf_compute_find(devices, count, options->device, &wanted, error));
        if (strncmp(wanted.id, "opencl:", 7) == 0)
            return tune(&wanted, shapes, shape_count, results, error);
        return gf_fail(error, GF_INVALID, "--device is '%s'; --tune is for OpenCL devices",
                       wanted.id);
    }
    for (int32_t i = 0; i < count; i++)
        if (strncmp(devices[i].id, "opencl:", 7) == 0) {
            GF_TRY(tune(&devices[i], shapes, shape_count, results, error));
            done++;
        }
    return done > 0 ? GF_OK : gf_fail(error, GF_DEVICE, "there is no OpenCL device to tune");
}

gf_status gf_bench_tune(const gf_options *options, const char *shape_text, gf_error *error)
{
    gf_shape_list read;
    const gf_shape *shapes = gf_tune_shapes;
    int32_t count = sizeof gf_tune_shapes / sizeof *gf_tune_shapes;
    if (options->format == GF_FORMAT_CSV)
        return gf_fail(error, GF_INVALID, "--format is 'csv'; bench --tune has table and json");
    if (shape_text) {
        GF_TRY(gf_bench_shapes_read(shape_text, NULL, &read, error));
        shapes = read.list;
        count = read.count;
    }
    if (count > GF_TUNE_SHAPES_MAX)
        return gf_fail(error, GF_INVALID, "--shape has %d shapes; bench --tune takes up to %d",
                       count, GF_TUNE_SHAPES_MAX);
    json_t *results = options->format == GF_FORMAT_JSON ? json_array() : NULL;
    gf_status status = tune_devices(options, shapes, count, results, error);
    if (status == GF_OK && results) status = gf_json_print(results, 17, stdout, error);
    json_decref(results);
    return status;
}
