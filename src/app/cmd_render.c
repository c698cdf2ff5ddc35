/* `gradflow render`: the explorer without a display. One picture as a PNG, the animation as a
 * video, or its frames as a folder of PNGs: what `-o` ends in decides. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/film.h"
#include "base/interrupt.h"
#include "app/options.h"
#include "app/picture.h"
#include "base/number.h"
#include "view/capture.h"

/* A still reads best in the middle of the wave: what is lit and what still waits are both there. */
#define STILL_MOMENT 0.6
#define FILM_SECONDS 10.0
#define FILM_FPS     60

typedef enum output_kind { OUTPUT_STILL, OUTPUT_VIDEO, OUTPUT_FOLDER } output_kind;

typedef struct wishes {
    output_kind kind;
    const char *path;
    double moment; /* of a still */
    gf_film_desc film;
} wishes;

/* ---- Drawing ----------------------------------------------------------------------------------
 */

static gf_status draw_still(gf_picture *picture, const wishes *from, gf_error *error)
{
    if (from->film.step > 0) GF_TRY(gf_picture_turn(picture, from->film.step, error));
    GF_TRY(gf_picture_compute(picture, error));
    GF_TRY(gf_interrupt_check(error));
    gf_picture_draw(picture, from->moment, 0);
    const gf_status status = gf_capture_png(picture->context, from->path, error);
    gf_picture_end(picture);
    return status;
}

static gf_status render(gf_picture *picture, const gf_options *options, const wishes *from,
                        gf_error *error)
{
    gf_status status = gf_picture_open(picture, options, error);
    if (status == GF_OK)
        status = from->kind == OUTPUT_STILL ? draw_still(picture, from, error)
                                            : gf_film_write(picture, &from->film, error);
    if (status == GF_OK) gf_picture_say_notices(picture);
    gf_picture_close(picture);
    return status;
}

/* ---- The command line -------------------------------------------------------------------------
 */

typedef struct texts {
    char *output, *size, *at, *seconds, *fps, *step, *layer;
    int light, perspective;
} texts;

static bool ends_in(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat kind;
    return strcmp(path, "/") == 0 || ends_in(path, "/") ||
           (stat(path, &kind) == 0 && S_ISDIR(kind.st_mode));
}

static gf_status read_output(const char *path, wishes *out, gf_error *error)
{
    if (!path)
        return gf_fail(error, GF_INVALID,
                       "render needs -o FILE.png, -o FILE.mp4 or -o FOLDER/: what to write");
    out->path = out->film.path = path;
    out->film.is_folder = is_folder(path);
    if (out->film.is_folder)
        out->kind = OUTPUT_FOLDER;
    else if (ends_in(path, ".png"))
        out->kind = OUTPUT_STILL;
    else if (ends_in(path, ".mp4"))
        out->kind = OUTPUT_VIDEO;
    else
        return gf_fail(error, GF_INVALID,
                       "-o is '%s'; allowed is a name that ends in .png for a picture, in .mp4 "
                       "for a video, or in / for a folder of pictures",
                       path);
    return GF_OK;
}

static gf_status check_even(const gf_picture_size *size, gf_error *error)
{
    if (size->width % 2 == 0 && size->height % 2 == 0) return GF_OK;
    return gf_fail(error, GF_INVALID,
                   "--size is '%dx%d'; a video needs even numbers, such as %dx%d", size->width,
                   size->height, size->width / 2 * 2, size->height / 2 * 2);
}

static gf_status read_film(const texts *from, wishes *out, gf_error *error)
{
    int64_t fps = FILM_FPS;
    out->film.seconds = FILM_SECONDS;
    if (from->at)
        return gf_fail(error, GF_INVALID,
                       "--at is '%s'; it is the moment of one picture, -o FILE.png", from->at);
    if (from->seconds)
        GF_TRY(gf_number_real("--seconds", from->seconds, GF_FILM_SECONDS_MIN, GF_FILM_SECONDS_MAX,
                              &out->film.seconds, error));
    if (from->fps) GF_TRY(gf_number_integer("--fps", from->fps, 1, GF_FILM_FPS_MAX, &fps, error));
    out->film.fps = (int32_t)fps;
    return GF_OK;
}

static gf_status read_still(const texts *from, wishes *out, gf_error *error)
{
    out->moment = STILL_MOMENT;
    if (from->seconds || from->fps)
        return gf_fail(
            error, GF_INVALID, "--%s is '%s'; it is for a video, -o FILE.mp4, or -o FOLDER/",
            from->seconds ? "seconds" : "fps", from->seconds ? from->seconds : from->fps);
    /* 0: nothing has flowed back yet; 1: all the way to the input */
    return from->at ? gf_number_real("--at", from->at, 0, 1, &out->moment, error) : GF_OK;
}

static gf_status check_and_render(const texts *from, const gf_options *options, gf_error *error)
{
    gf_picture picture = {
        .size = {1920, 1080}, .light = from->light != 0, .perspective = from->perspective != 0};
    wishes into = {0};
    int64_t step = 0, layer = 0;
    GF_TRY(read_output(from->output, &into, error));
    GF_TRY(gf_picture_size_parse("--size", from->size, &picture.size, error));
    if (into.kind == OUTPUT_VIDEO) GF_TRY(check_even(&picture.size, error));
    GF_TRY(into.kind == OUTPUT_STILL ? read_still(from, &into, error)
                                     : read_film(from, &into, error));
    if (from->step) GF_TRY(gf_number_integer("--step", from->step, 1, GF_STEPS_MAX, &step, error));
    if (from->layer)
        GF_TRY(gf_number_integer("--layer", from->layer, 1, GF_DEPTH_MAX, &layer, error));
    into.film.step = (int32_t)step;
    picture.inspected = (int32_t)layer;
    gf_interrupt_begin();
    return render(&picture, options, &into, error);
}

static void free_texts(texts *from)
{
    free(from->output);
    free(from->size);
    free(from->at);
    free(from->seconds);
    free(from->fps);
    free(from->step);
    free(from->layer);
}

static gf_status parse_and_render(int argc, const char **argv, gf_error *error)
{
    texts into = {0};
    const struct poptOption own[] = {
        {"output", 'o', POPT_ARG_STRING, &into.output, 0,
         "a picture, FILE.png; a video, FILE.mp4 (needs ffmpeg); or a folder of its frames, "
         "FOLDER/",
         "PATH"},
        {"size", 0, POPT_ARG_STRING, &into.size, 0, "size of the picture in pixels (1920x1080)",
         "WxH"},
        {"at", 0, POPT_ARG_STRING, &into.at, 0, "picture: moment of the wave, 0 to 1 (0.6)",
         "MOMENT"},
        {"seconds", 0, POPT_ARG_STRING, &into.seconds, 0,
         "video: length of one pass, 0.1 to 3600 (10); a lecture has one for each step", "X"},
        {"fps", 0, POPT_ARG_STRING, &into.fps, 0, "video: frames a second, 1 to 240 (60)", "N"},
        {"light", 0, POPT_ARG_NONE, &into.light, 0, "dark on light, as for a projector", NULL},
        {"3d", 0, POPT_ARG_NONE, &into.perspective, 0, "the stage in perspective", NULL},
        {"step", 0, POPT_ARG_STRING, &into.step, 0, "only this step of a lecture", "N"},
        {"layer", 0, POPT_ARG_STRING, &into.layer, 0, "with the inspector of this layer", "N"},
        POPT_TABLEEND};
    gf_options options = {0};
    gf_status status = gf_options_parse(
        argc, argv, own, "[SCENARIO] -o FILE.png|FILE.mp4|FOLDER/ [options]", &options, error);
    if (status == GF_OK) status = check_and_render(&into, &options, error);
    gf_options_destroy(&options);
    free_texts(&into);
    return status;
}

int gf_cmd_render(int argc, const char **argv)
{
    gf_error error = {0};
    return parse_and_render(argc, argv, &error) == GF_OK ? 0 : gf_app_report(&error);
}
