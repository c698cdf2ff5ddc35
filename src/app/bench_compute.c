/* The benchmark's output: a table a person can read, JSON and CSV for scripts. */
#include "app/bench_compute.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/bench_figure.h"
#include "app/bench_shapes.h"
#include "app/json_print.h"
#include "app/plot.h"
#include "base/text.h"
#include "bench/bench.h"

/* Device, family of kernels, scope; with what follows a row fits 80 columns. */
#define ROW "%-8s %-6s %-6s "

typedef struct output {
    gf_format format;
    json_t *results; /* an array, for JSON */
    gf_shape shape;  /* of the row before */
    bool headed;
    gf_bench_chart *chart; /* NULL: nobody wants a figure or a law of growth */
    gf_bench_size varied;
} output;

static void take_entrant(void *user, const gf_device *device, double peak_gflops,
                         double peak_gbytes, const char *refused)
{
    const output *self = user;
    if (self->format != GF_FORMAT_TABLE) return;
    printf("%-10s %s\n%-10s %s\n", device->id, device->name, "", device->driver);
    if (refused[0])
        printf("%-10s takes no part: %s\n", "", refused);
    else
        printf("%-10s peak %.0f GFLOP/s in multiply-adds, reads %.1f GB/s\n", "", peak_gflops,
               peak_gbytes);
}

static void print_head(output *self, const gf_bench_result *result)
{
    const gf_shape shape = result->shape;
    if (self->headed && memcmp(&shape, &self->shape, sizeof shape) == 0) return;
    printf("\n%dx%d, batch %d: %.3g GFLOP a step\n", shape.depth, shape.width, shape.batch,
           6e-9 * shape.batch * shape.depth * (double)shape.width * shape.width);
    printf(ROW "%9s %9s %6s %7s %4s %8s %7s\n", "device", "family", "scope", "median ms",
           "predicted", "spread", "GFLOP/s", "peak", "launches", "cold ms");
    self->shape = shape;
    self->headed = true;
}

/* Three decimals where they fit; empty where there is no number. */
static void write_ms(double ms, char out[32])
{
    out[0] = '\0';
    if (isfinite(ms)) snprintf(out, 32, "%.*f", ms < 1e5 ? 3 : 0, ms);
}

static void print_row(output *self, const gf_bench_result *result)
{
    char median[32], predicted[32];
    print_head(self, result);
    if (result->refused[0]) {
        if (result->scope == GF_SCOPE_STEP) printf("%-8s %s\n", result->device.id, result->refused);
        return;
    }
    write_ms(result->median_ms, median);
    write_ms(result->predicted_ms, predicted);
    printf(ROW "%9s %9s %5.1f%% %7.1f %3.0f%% %8.0f %7.1f\n", result->device.id, result->kernels,
           gf_scope_names[result->scope], median, predicted,
           100.0 * result->iqr_ms / result->median_ms, result->gflops,
           100.0 * result->gflops / result->peak_gflops, result->launches_per_step,
           result->cold_ms);
}

static json_t *to_json(const gf_bench_result *result)
{
    const char *colon = strchr(result->device.id, ':');
    const size_t length = colon ? (size_t)(colon - result->device.id) : strlen(result->device.id);
    json_t *object = json_pack("{s:i, s:i, s:i, s:s, s:s, s:s%, s:s}", "depth", result->shape.depth,
                               "width", result->shape.width, "batch", result->shape.batch, "device",
                               result->device.id, "name", result->device.name, "backend",
                               result->device.id, length, "scope", gf_scope_names[result->scope]);
    json_object_set_new(object, "driver", json_string(result->device.driver));
    json_object_set_new(object, "kernels",
                        result->kernels[0] ? json_string(result->kernels) : json_null());
    if (result->refused[0]) {
        json_object_set_new(object, "refused", json_string(result->refused));
        return object;
    }
    json_t *numbers = json_pack(
        "{s:f, s:f, s:f, s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "median_ms", result->median_ms,
        "iqr_ms", result->iqr_ms, "min_ms", result->min_ms, "runs", result->runs, "gflops",
        result->gflops, "peak_gflops", result->peak_gflops, "peak_share",
        result->gflops / result->peak_gflops, "peak_gbytes", result->peak_gbytes,
        "launches_per_step", result->launches_per_step, "cold_ms", result->cold_ms);
    json_object_update(object, numbers);
    json_decref(numbers);
    json_object_set_new(object, "predicted_ms",
                        isfinite(result->predicted_ms) ? json_real(result->predicted_ms)
                                                       : json_null());
    return object;
}

static void print_csv(output *self, const gf_bench_result *result)
{
    if (!self->headed)
        puts("depth,width,batch,device,scope,median_ms,iqr_ms,min_ms,runs,gflops,peak_gflops,peak_"
             "share,launches_per_step,cold_ms,kernels,refused,predicted_ms");
    self->headed = true;
    printf("%d,%d,%d,%s,%s,%.17g,%.17g,%.17g,%d,%.17g,%.17g,%.17g,%.17g,%.17g,%s,",
           result->shape.depth, result->shape.width, result->shape.batch, result->device.id,
           gf_scope_names[result->scope], result->median_ms, result->iqr_ms, result->min_ms,
           result->runs, result->gflops, result->peak_gflops,
           result->peak_gflops > 0.0 ? result->gflops / result->peak_gflops : 0.0,
           result->launches_per_step, result->cold_ms, result->kernels);
    gf_text_quote(result->refused, stdout);
    putchar(',');
    if (isfinite(result->predicted_ms)) printf("%.17g", result->predicted_ms);
    puts("");
}

static void take_result(void *user, const gf_bench_result *result)
{
    output *self = user;
    gf_bench_figure_add(self->chart, result, self->varied);
    if (self->format == GF_FORMAT_JSON)
        json_array_append_new(self->results, to_json(result));
    else if (self->format == GF_FORMAT_CSV)
        print_csv(self, result);
    else
        print_row(self, result);
    fflush(stdout);
}

static void show_progress(void *user, const char *sentence)
{
    (void)user;
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\x1b[K%s ... ", sentence);
}

static void print_growth(const output *self)
{
    const gf_bench_chart *chart = self->chart;
    if (self->format != GF_FORMAT_TABLE || self->varied == GF_BENCH_NO_SIZE) return;
    puts("");
    for (int32_t i = 0; i < chart->count; i++) {
        const char *device = chart->marks[i].device;
        if (strcmp(chart->marks[i].shape, chart->marks[0].shape) != 0) break;
        printf("%-10s the time of a step grows as %s^%.2f\n", device, chart->size_name,
               gf_bench_chart_growth(chart, device));
    }
}

static gf_status time_shapes(const gf_options *options, const gf_shape_list *shapes, double seconds,
                             output *out, gf_error *error)
{
    const gf_bench_desc desc = {shapes->list,  shapes->count, options->device, seconds,
                                show_progress, take_entrant,  take_result,     out};
    const gf_status status = gf_bench_run(&desc, error);
    if (isatty(STDERR_FILENO)) fputs("\r\x1b[K", stderr);
    if (status != GF_OK) return status;
    print_growth(out);
    if (out->format != GF_FORMAT_JSON) return GF_OK;
    return gf_json_print(out->results, 17, stdout, error);
}

static gf_status open_plot(const gf_bench_wishes *wishes, gf_plot **out, gf_error *error)
{
    gf_plot_desc desc = {.path = wishes->plot, .size = {1920, 1080}};
    if (!wishes->plot && wishes->size)
        return gf_fail(error, GF_INVALID, "--size is for a figure: --plot FILE.png");
    GF_TRY(gf_picture_size_parse("--size", wishes->size, &desc.size, error));
    return wishes->plot ? gf_plot_open(&desc, out, error) : GF_OK;
}

gf_status gf_bench_compute(const gf_options *options, const gf_bench_wishes *wishes,
                           gf_error *error)
{
    gf_shape_list shapes;
    gf_plot *plot = NULL;
    GF_TRY(gf_bench_shapes_read(wishes->shapes, wishes->sweep, &shapes, error));
    output out = {.format = options->format,
                  .results = json_array(),
                  .chart = calloc(1, sizeof *out.chart),
                  .varied = shapes.varied};
    gf_status status = out.chart ? open_plot(wishes, &plot, error)
                                 : gf_fail(error, GF_MEMORY, "no memory for the results");
    if (status == GF_OK) status = time_shapes(options, &shapes, wishes->seconds, &out, error);
    if (status == GF_OK && plot)
        status = gf_plot_write(plot, gf_bench_chart_draw, out.chart, error);
    gf_plot_close(plot);
    json_decref(out.results);
    free(out.chart);
    return status;
}
