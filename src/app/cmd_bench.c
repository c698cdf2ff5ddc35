/* gradflow bench: the devices against each other, or with --render the time of a frame. */
#include <stdlib.h>

#include "app/bench_compute.h"
#include "app/bench_tune.h"
#include "app/cmd_bench_render.h"
#include "app/commands.h"
#include "base/number.h"

#define FRAMES     600 /* two passes of the wave */
#define FRAMES_MAX 100000

/* What the two benchmarks read, as text until it is checked. */
typedef struct wishes {
    int render, tune;
    char *frames, *shape, *seconds, *sweep, *plot, *size;
} wishes;

static gf_status bench_frames(const gf_options *options, const wishes *from, gf_error *error)
{
    int64_t frames = FRAMES;
    if (from->shape || from->seconds || from->sweep || from->plot || from->size || from->tune)
        return gf_fail(error, GF_INVALID,
                       "bench --render draws scenes of its own; no --shape, --seconds, --sweep, "
                       "--plot, --size or --tune");
    if (options->format == GF_FORMAT_CSV)
        return gf_fail(error, GF_INVALID, "--format is 'csv'; bench --render has table and json");
    if (from->frames)
        GF_TRY(gf_number_integer("--frames", from->frames, 1, FRAMES_MAX, &frames, error));
    return gf_bench_render(options, (int32_t)frames, error);
}

static gf_status bench_devices(const gf_options *options, const wishes *from, gf_error *error)
{
    double seconds = 1.0;
    if (from->frames)
        return gf_fail(error, GF_INVALID, "--frames is '%s'; it needs --render", from->frames);
    if (from->seconds)
        GF_TRY(gf_number_real("--seconds", from->seconds, 0.01, 3600.0, &seconds, error));
    const gf_bench_wishes compute = {from->shape, from->sweep, from->plot, from->size, seconds};
    return gf_bench_compute(options, &compute, error);
}

static gf_status tune_devices(const gf_options *options, const wishes *from, gf_error *error)
{
    if (from->frames || from->seconds || from->sweep || from->plot || from->size)
        return gf_fail(error, GF_INVALID,
                       "bench --tune times as long as it has to and draws nothing; no --frames, "
                       "--seconds, --sweep, --plot or --size");
    return gf_bench_tune(options, from->shape, error);
}

static gf_status bench(int argc, const char **argv, wishes *into, gf_options *options,
                       gf_error *error)
{
    const struct poptOption own[] = {
        {"shape", 0, POPT_ARG_STRING, &into->shape, 0, "depth x width x batch, several with commas",
         "DxWxB"},
        {"seconds", 0, POPT_ARG_STRING, &into->seconds, 0, "timed per device, shape and scope (1)",
         "X"},
        {"sweep", 0, POPT_ARG_STRING, &into->sweep, 0,
         "how the time grows with this size of one shape: depth, width or batch", "NAME"},
        {"plot", 0, POPT_ARG_STRING, &into->plot, 0, "draw the results", "FILE.png"},
        {"size", 0, POPT_ARG_STRING, &into->size, 0, "size of the figure in pixels (1920x1080)",
         "WxH"},
        {"tune", 0, POPT_ARG_NONE, &into->tune, 0,
         "try every candidate kernel of OpenCL devices and keep the fastest", NULL},
        {"render", 0, POPT_ARG_NONE, &into->render, 0, "time of a frame instead, p50, p95 and p99",
         NULL},
        {"frames", 0, POPT_ARG_STRING, &into->frames, 0, "frames a scene (600)", "N"},
        POPT_TABLEEND};
    GF_TRY(gf_options_parse(argc, argv, own, "[--shape DxWxB] [--sweep NAME] | --tune | --render",
                            options, error));
    if (options->has_scenario)
        return gf_fail(error, GF_INVALID, "bench takes no scenario; --shape says what to time");
    if (into->tune && !into->render) return tune_devices(options, into, error);
    return into->render ? bench_frames(options, into, error) : bench_devices(options, into, error);
}

int gf_cmd_bench(int argc, const char **argv)
{
    gf_error error = {0};
    gf_options options = {0};
    wishes from = {0};
    const gf_status status = bench(argc, argv, &from, &options, &error);
    gf_options_destroy(&options);
    free(from.frames);
    free(from.shape);
    free(from.seconds);
    free(from.sweep);
    free(from.plot);
    free(from.size);
    return status == GF_OK ? 0 : gf_app_report(&error);
}
