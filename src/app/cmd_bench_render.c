/* `gradflow bench --render`: how long a frame of the explorer takes, panels and all, while the wave
 * plays.
 *
 * Times are from the begin of a frame to the end of glFinish(). Runs are real where a machine can
 * compute them while a person waits; the largest is made up, since drawing only sees records.
 * Frames are not paced: a pass is played at 1/60 s a frame however long the frame took. */
#include "app/cmd_bench_render.h"

#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "app/bench_frames.h"
#include "app/bench_run.h"
#include "app/json_print.h"
#include "app/pass.h"
#include "base/clock.h"
#include "ui/explorer.h"
#include "view/context.h"
#include "view/view.h"

#define WIDTH       1920
#define HEIGHT      1080
#define STAGE_WIDTH 1200.0 /* pixels, about; a drag of one moves the layers by one */
#define BEAT        (1.0 / 60.0)
#define WARM_FRAMES 30 /* fonts are built, shaders compiled, buffers grown */

typedef struct bench_scene {
    const char *name;
    int32_t depth, width;
    bool made_up; /* computing it would take hours */
    bool
        explored; /* not played: zoomed into and moved along, up to a pixel of the window a frame */
} bench_scene;

static const bench_scene scenes[] = {
    {"24x48", 24, 48, false, false},
    {"1000x128", 1000, 128, false, false},
    {"10000x4096", 10000, 4096, true, false},
    {"10000x4096 zoom and pan", 10000, 4096, true, true},
};
#define SCENE_COUNT (sizeof scenes / sizeof *scenes)

typedef struct bench {
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
    const gf_options *options;
    int32_t frames;
    double *wall, *cpu; /* [frames] */
} bench;

typedef struct bench_result {
    gf_percentiles wall, cpu;
    double longest_ms; /* of the frames that take up a new run */
    double load;       /* of the machine over the last minute */
} bench_result;

/* ---- A scene
 * ---------------------------------------------------------------------------------------------------
 */

static gf_status compute_run(const bench *self, const gf_spec *spec, gf_run *out, gf_error *error)
{
    gf_options options = *self->options;
    gf_engine *engine;
    options.scenario.spec = *spec;
    GF_TRY(gf_pass_run(&options, gf_explorer_rows(spec), &engine, out, error));
    gf_engine_destroy(engine); /* nothing computes while frames are timed */
    return GF_OK;
}

static gf_status get_run(const bench *self, const bench_scene *scene, gf_run *out, gf_error *error)
{
    gf_spec spec = gf_spec_default();
    spec.depth = scene->depth;
    spec.width = scene->width;
    if (scene->made_up) return gf_bench_run_make(&spec, gf_explorer_rows(&spec), out, error);
    return compute_run(self, &spec, out, error);
}

static double draw_frame(const bench *self, gf_explorer *explorer, const gf_run *run,
                         const gf_diagnosis *diagnosis)
{
    const gf_explorer_now now = {.width = WIDTH,
                                 .height = HEIGHT,
                                 .seconds = BEAT,
                                 .spread = true,
                                 .fps = 60.0,
                                 .passes = {{.run = run, .diagnosis = diagnosis}}};
    const double start = gf_clock_ms();
    gf_context_begin(self->context);
    gf_explorer_frame(explorer, self->ui, self->view, &now);
    gf_context_end(self->context);
    return gf_clock_ms() - start;
}

/* An explorer that has just been given its run plays it from the beginning. */
static gf_status play(const bench *self, const gf_scenario *scenario, const gf_run *run,
                      int32_t frames, int32_t *drawn, gf_error *error)
{
    gf_explorer *explorer;
    gf_spec wanted;
    gf_diagnosis diagnosis;
    gf_diagnose(run, &scenario->thresholds, &diagnosis);
    GF_TRY(gf_explorer_create(scenario, &explorer, error));
    gf_explorer_wants_run(explorer, &wanted);
    do {
        const double cpu = gf_cpu_ms();
        self->wall[*drawn] = draw_frame(self, explorer, run, &diagnosis);
        self->cpu[*drawn] = gf_cpu_ms() - cpu;
        ++*drawn;
    } while (*drawn < frames && gf_explorer_is_moving(explorer));
    gf_explorer_destroy(explorer);
    return GF_OK;
}

/* What a hand does: in by notches of the wheel, along in unequal jerks, and out again; then once
 * more from the next place. */
static gf_layer_span explore(gf_layer_span span, int32_t depth, int32_t frame)
{
    const int32_t turn = frame % 120;
    const double place = depth * (0.2 + 0.1 * (frame / 120 % 7));
    if (turn < 12) return gf_layer_span_zoom(span, depth, place, 1.25);
    if (turn >= 108) return gf_layer_span_zoom(span, depth, place, 1 / 1.25);
    const double layers = gf_layer_span_layers(gf_layer_span_resolve(span, depth));
    const int32_t pixels = turn % 7 * 3 - (turn < 60 ? 2 : 16);
    return gf_layer_span_pan(span, depth, layers * pixels / STAGE_WIDTH);
}

static gf_status explore_frames(const bench *self, const gf_scenario *scenario, const gf_run *run,
                                int32_t frames, gf_error *error)
{
    gf_explorer *explorer;
    gf_spec wanted;
    gf_diagnosis diagnosis;
    gf_layer_span span = {0};
    gf_diagnose(run, &scenario->thresholds, &diagnosis);
    GF_TRY(gf_explorer_create(scenario, &explorer, error));
    gf_explorer_wants_run(explorer, &wanted);
    draw_frame(self, explorer, run, &diagnosis);
    gf_explorer_seek(explorer, 1);
    for (int32_t i = 0; i < frames; i++) {
        const double cpu = gf_cpu_ms();
        span = explore(span, run->spec.depth, i);
        gf_explorer_set_span(explorer, span);
        self->wall[i] = draw_frame(self, explorer, run, &diagnosis);
        self->cpu[i] = gf_cpu_ms() - cpu;
    }
    gf_explorer_destroy(explorer);
    return GF_OK;
}

static gf_status draw_frames(const bench *self, const bench_scene *scene, const gf_run *run,
                             int32_t frames, gf_error *error)
{
    gf_scenario scenario = self->options->scenario;
    scenario.spec = run->spec;
    int32_t drawn = 0;
    if (scene->explored) return explore_frames(self, &scenario, run, frames, error);
    while (drawn < frames)
        GF_TRY(play(self, &scenario, run, frames, &drawn, error));
    return GF_OK;
}

static gf_status measure(const bench *self, const bench_scene *scene, const gf_run *run,
                         bench_result *out, gf_error *error)
{
    const int32_t warm = self->frames < WARM_FRAMES ? self->frames : WARM_FRAMES;
    GF_TRY(draw_frames(self, scene, run, warm, error));
    double longest = 0.0, load = NAN;
    for (int32_t i = 0; i < warm; i++)
        longest = fmax(longest, self->wall[i]);
    GF_TRY(draw_frames(self, scene, run, self->frames, error));
    if (getloadavg(&load, 1) != 1) load = NAN;
    *out = (bench_result){gf_percentiles_of(self->wall, self->frames),
                          gf_percentiles_of(self->cpu, self->frames), longest, load};
    return GF_OK;
}

/* ---- Reporting
 * -------------------------------------------------------------------------------------------------
 */

static void print_line(const bench *self, const bench_scene *scene, const bench_result *result)
{
    printf("%-23s %4dx%-4d  frame %6.2f %6.2f %6.2f ms   cpu %6.2f %6.2f %6.2f ms   first %6.2f ms "
           "  %s, load %.1f\n",
           scene->name, WIDTH, HEIGHT, result->wall.p50, result->wall.p95, result->wall.p99,
           result->cpu.p50, result->cpu.p95, result->cpu.p99, result->longest_ms,
           scene->made_up ? "made-up run" : "real run", result->load);
    if (scene == &scenes[SCENE_COUNT - 1])
        printf("p50, p95 and p99 of %d frames; %s\n", self->frames,
               gf_context_get_renderer(self->context));
}

static json_t *to_json(const bench *self, const bench_scene *scene, const bench_result *result)
{
    return json_pack("{s:s, s:i, s:i, s:f, s:f, s:f, s:i, s:s, s:f, s:f, s:f, s:f, s:s, s:f}",
                     "scene", scene->name, "width", WIDTH, "height", HEIGHT, "p50_ms",
                     result->wall.p50, "p95_ms", result->wall.p95, "p99_ms", result->wall.p99,
                     "frames", self->frames, "renderer", gf_context_get_renderer(self->context),
                     "cpu_p50_ms", result->cpu.p50, "cpu_p95_ms", result->cpu.p95, "cpu_p99_ms",
                     result->cpu.p99, "longest_first_ms", result->longest_ms, "data",
                     scene->made_up ? "made up" : "real", "load",
                     isnan(result->load) ? -1.0 : result->load);
}

static gf_status run_scene(const bench *self, const bench_scene *scene, json_t *list,
                           gf_error *error)
{
    gf_run run;
    bench_result result;
    GF_TRY(get_run(self, scene, &run, error));
    const gf_status status = measure(self, scene, &run, &result, error);
    gf_run_destroy(&run);
    if (status != GF_OK) return status;
    if (self->options->format == GF_FORMAT_JSON)
        json_array_append_new(list, to_json(self, scene, &result));
    else
        print_line(self, scene, &result);
    return GF_OK;
}

static gf_status run_scenes(const bench *self, gf_error *error)
{
    json_t *list = json_array();
    gf_status status = GF_OK;
    for (size_t i = 0; status == GF_OK && i < SCENE_COUNT; i++)
        status = run_scene(self, &scenes[i], list, error);
    if (status == GF_OK && self->options->format == GF_FORMAT_JSON)
        status = gf_json_print(list, 6, stdout, error);
    json_decref(list);
    return status;
}

static gf_status open_bench(bench *self, gf_error *error)
{
    self->wall = malloc((size_t)(self->frames + WARM_FRAMES) * sizeof *self->wall);
    self->cpu = malloc((size_t)(self->frames + WARM_FRAMES) * sizeof *self->cpu);
    if (!self->wall || !self->cpu)
        return gf_fail(error, GF_MEMORY, "no memory for the times of %d frames", self->frames);
    GF_TRY(gf_context_open_offscreen(WIDTH, HEIGHT, &self->context, error));
    GF_TRY(gf_view_create(&self->view, error));
    return gf_ui_create(NULL, &self->ui, error);
}

gf_status gf_bench_render(const gf_options *options, int32_t frames, gf_error *error)
{
    bench self = {.options = options, .frames = frames};
    gf_status status = open_bench(&self, error);
    if (status == GF_OK) status = run_scenes(&self, error);
    gf_ui_destroy(self.ui);
    gf_view_destroy(self.view);
    gf_context_destroy(self.context);
    free(self.wall);
    free(self.cpu);
    return status;
}
