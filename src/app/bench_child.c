/* A child says nothing until its shape is done, then one JSON array, and ends. */
#include "app/bench_child.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS   "0.3"     /* timed per device and scope: a person waits */
#define MOST_FLOP 1e11      /* of a step; a network that takes more is timed with fewer layers */
#define TEXT_MOST (1 << 20) /* bytes of JSON; a real answer is a few thousand */

/* ---- Shapes ------------------------------------------------------------------------------------
 */

static void name_shape(const gf_shape *shape, char *text, size_t room)
{
    snprintf(text, room, "%d × %d, batch %d", shape->depth, shape->width, shape->batch);
}

static gf_shape shape_of(const gf_spec *spec, bool *cut)
{
    const double layer = 6.0 * spec->batch * (double)spec->width * spec->width;
    const double depth = fmax(floor(fmin(spec->depth, MOST_FLOP / layer)), 1.0);
    *cut = depth < spec->depth;
    return (gf_shape){(int32_t)depth, spec->width, spec->batch};
}

static void choose_shapes(gf_bench_child *child, const gf_spec *spec)
{
    gf_bench_report *report = &child->report;
    child->shapes[0] = shape_of(spec, &report->own_cut);
    name_shape(&child->shapes[0], report->own, sizeof report->own);
    report->shape_count = 1;
    for (int32_t i = 0; i < gf_bench_shape_count; i++) {
        const bool same = memcmp(&gf_bench_shapes[i], child->shapes, sizeof *child->shapes) == 0;
        if (!same && report->shape_count < GF_BENCH_CHILD_SHAPES_MAX)
            child->shapes[report->shape_count++] = gf_bench_shapes[i];
    }
}

/* ---- The child ---------------------------------------------------------------------------------
 */

static void finish(gf_bench_child *child)
{
    gf_process_kill(&child->process);
    child->report.running = false;
    child->report.ended = true;
    child->report.doing[0] = '\0';
    child->length = 0;
}

static void fail(gf_bench_child *child, const char *why)
{
    snprintf(child->report.failed, sizeof child->report.failed, "%s", why);
    finish(child);
}

static void start_shape(gf_bench_child *child)
{
    gf_bench_report *report = &child->report;
    const gf_shape *shape = &child->shapes[report->shape];
    char command[160], name[48];
    gf_error error = {0};
    snprintf(command, sizeof command,
             "/proc/self/exe bench --format json --seconds " SECONDS " --shape %dx%dx%d",
             shape->depth, shape->width, shape->batch);
    name_shape(shape, name, sizeof name);
    snprintf(report->doing, sizeof report->doing, "shape %d of %d: %s", report->shape + 1,
             report->shape_count, name);
    child->length = 0;
    if (gf_process_start(command, NULL, &child->process, &error) != GF_OK) fail(child, error.text);
}

void gf_bench_child_start(gf_bench_child *child, const gf_spec *spec)
{
    gf_bench_child_cancel(child);
    child->report = (gf_bench_report){.running = true};
    choose_shapes(child, spec);
    start_shape(child);
}

void gf_bench_child_cancel(gf_bench_child *child)
{
    if (child->report.running) finish(child);
}

void gf_bench_child_destroy(gf_bench_child *child)
{
    gf_bench_child_cancel(child);
    free(child->text);
    *child = (gf_bench_child){0};
}

/* ---- Its answer --------------------------------------------------------------------------------
 */

static const char *text_of(json_t *result, const char *key)
{
    const char *text = json_string_value(json_object_get(result, key));
    return text ? text : "";
}

static double number_of(json_t *result, const char *key)
{
    return json_number_value(json_object_get(result, key));
}

static gf_bench_device *find_device(gf_bench_report *report, const char *id)
{
    for (int32_t i = 0; i < report->device_count; i++)
        if (strcmp(report->devices[i].id, id) == 0) return &report->devices[i];
    if (report->device_count == GF_BENCH_DEVICES_MAX) return NULL;
    gf_bench_device *added = &report->devices[report->device_count++];
    snprintf(added->id, sizeof added->id, "%s", id);
    return added;
}

static void describe_device(gf_bench_device *device, json_t *result)
{
    const char *refused = text_of(result, "refused");
    device->peak_gflops = fmax(device->peak_gflops, number_of(result, "peak_gflops"));
    if (refused[0])
        snprintf(device->words, sizeof device->words, "%s takes no part: %s",
                 text_of(result, "name"), refused);
    else
        snprintf(device->words, sizeof device->words,
                 "%s · %s · measured peak %.0f GFLOP/s, reads %.1f GB/s", text_of(result, "name"),
                 text_of(result, "driver"), device->peak_gflops, number_of(result, "peak_gbytes"));
}

/* Every child measures the peak anew; on a machine that has other things to do as well, the highest
 * is the nearest to the truth, and all bars are to have the same. */
static void share_peak(gf_bench_report *report, const gf_bench_device *device)
{
    for (int32_t i = 0; i < report->count; i++) {
        gf_bench_mark *mark = &report->marks[i];
        if (strcmp(mark->device, device->id) == 0 && device->peak_gflops > 0)
            mark->share = mark->gflops / device->peak_gflops;
    }
}

static void add_result(gf_bench_report *report, json_t *result, const char *shape)
{
    gf_bench_device *device = find_device(report, text_of(result, "device"));
    if (!device || report->count == GF_BENCH_MARKS_MAX) return;
    if (strcmp(text_of(result, "scope"), "step") != 0) return;
    gf_bench_mark *mark = &report->marks[report->count++];
    *mark = (gf_bench_mark){.ms = number_of(result, "median_ms"),
                            .gflops = number_of(result, "gflops"),
                            .refused = text_of(result, "refused")[0] != '\0'};
    snprintf(mark->shape, sizeof mark->shape, "%s", shape);
    snprintf(mark->device, sizeof mark->device, "%s", device->id);
    describe_device(device, result);
    share_peak(report, device);
}

/* The child has ended: its shape is done, or something went wrong. */
static void take_answer(gf_bench_child *child, const gf_process_end *end)
{
    gf_bench_report *report = &child->report;
    char shape[48];
    json_t *answer = json_loadb(child->text, child->length, 0, NULL);
    name_shape(&child->shapes[report->shape], shape, sizeof shape);
    if (!json_is_array(answer) || json_array_size(answer) == 0) {
        char why[300];
        snprintf(why, sizeof why, "gradflow bench %s on %s without a result", end->text, shape);
        fail(child, why);
    } else {
        size_t index;
        json_t *result;
        json_array_foreach(answer, index, result)
        {
            add_result(report, result, shape);
        }
        report->shape++;
        if (report->shape < report->shape_count)
            start_shape(child);
        else
            finish(child);
    }
    json_decref(answer);
}

/* False: there is no room for what it writes. */
static bool make_room(gf_bench_child *child)
{
    if (child->room > child->length) return true;
    const size_t room = child->room ? 2 * child->room : 8192;
    char *text = room <= TEXT_MOST ? realloc(child->text, room) : NULL;
    if (!text) return false;
    child->text = text;
    child->room = room;
    return true;
}

/* True at the end of what it writes. */
static bool read_all(gf_bench_child *child)
{
    while (make_room(child)) {
        const ssize_t got =
            read(child->process.from, child->text + child->length, child->room - child->length);
        if (got == 0) return true;
        if (got < 0) return errno != EAGAIN && errno != EINTR;
        child->length += (size_t)got;
    }
    fail(child, "gradflow bench wrote more than can be kept");
    return false;
}

bool gf_bench_child_poll(gf_bench_child *child)
{
    gf_process_end end = {.text = ""};
    if (!child->report.running || !read_all(child)) return false;
    /* What it wrote is here; that it has ended comes a moment later. */
    if (!gf_process_has_ended(&child->process, &end)) return false;
    take_answer(child, &end);
    return true;
}
