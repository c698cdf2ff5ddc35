/* `gradflow bench`: for now how fast the picture is drawn. */
#include <stdlib.h>

#include "app/cmd_bench_render.h"
#include "app/commands.h"
#include "base/number.h"

#define FRAMES     600 /* two passes of the wave */
#define FRAMES_MAX 100000

static gf_status check(const gf_options *options, int render, gf_error *error)
{
    if (!render)
        return gf_fail(error, GF_INVALID,
                       "bench needs --render: only the time of a frame can be measured so far");
    if (options->has_scenario)
        return gf_fail(error, GF_INVALID,
                       "bench --render draws scenes of its own; no scenario is allowed");
    if (options->format == GF_FORMAT_CSV)
        return gf_fail(error, GF_INVALID, "--format is 'csv'; bench --render has table and json");
    return GF_OK;
}

static gf_status parse_and_bench(int argc, const char **argv, gf_error *error)
{
    int render = 0;
    char *frames_text = NULL;
    const struct poptOption own[] = {
        {"render", 0, POPT_ARG_NONE, &render, 0, "time of a frame, p50, p95 and p99", NULL},
        {"frames", 0, POPT_ARG_STRING, &frames_text, 0, "frames a scene (600)", "N"},
        POPT_TABLEEND};
    gf_options options = {0};
    int64_t frames = FRAMES;
    gf_status status =
        gf_options_parse(argc, argv, own, "bench --render [--format json]", &options, error);
    if (status == GF_OK) status = check(&options, render, error);
    if (status == GF_OK && frames_text)
        status = gf_number_integer("--frames", frames_text, 1, FRAMES_MAX, &frames, error);
    if (status == GF_OK) status = gf_bench_render(&options, (int32_t)frames, error);
    gf_options_destroy(&options);
    free(frames_text);
    return status;
}

int gf_cmd_bench(int argc, const char **argv)
{
    gf_error error = {0};
    return parse_and_bench(argc, argv, &error) == GF_OK ? 0 : gf_app_report(&error);
}
