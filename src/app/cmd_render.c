/* `gradflow render`: one picture of the explorer as a PNG, without a display. The same frame as in
 * the window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/live.h"
#include "app/options.h"
#include "app/picture_size.h"
#include "base/number.h"
#include "view/capture.h"
#include "view/context.h"
#include "view/view.h"

/* A still reads best in the middle of the wave: what is lit and what still waits are both there. */
#define STILL_MOMENT 0.6
#define FRAMES_MAX   6 /* fonts are built for the sizes that the frame before asked for */

typedef struct gf_still {
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
    gf_explorer *explorer;
    gf_live live;
    gf_picture_size size;
    double moment;
} gf_still;

static gf_status open_still(gf_still *still, const gf_options *options, gf_error *error)
{
    const gf_engine_desc engine = {.command = options->engine, .device = options->device};
    GF_TRY(
        gf_context_open_offscreen(still->size.width, still->size.height, &still->context, error));
    GF_TRY(gf_view_create(&still->view, error));
    GF_TRY(gf_ui_create(NULL, &still->ui, error));
    GF_TRY(gf_explorer_create(&options->scenario, &still->explorer, error));
    return gf_engine_create(&engine, &still->live.engine, error);
}

static void close_still(gf_still *still)
{
    gf_engine_destroy(still->live.engine);
    gf_live_destroy(&still->live);
    gf_explorer_destroy(still->explorer);
    gf_ui_destroy(still->ui);
    gf_view_destroy(still->view);
    gf_context_destroy(still->context);
}

/* They are part of the picture; an engine that fails over them costs only them. */
static void finish_remedies(gf_live *live, const gf_thresholds *thresholds)
{
    while (!live->waiting && !gf_remedies_are_done(&live->background.remedies) &&
           gf_engine_get_state(live->engine) != GF_ENGINE_FAILED) {
        gf_live_take(live, thresholds);
        if (gf_background_is_busy(&live->background)) gf_engine_wait(live->engine, 200);
    }
}

static gf_status compute(gf_still *still, gf_error *error)
{
    const gf_thresholds *thresholds = gf_explorer_get_thresholds(still->explorer);
    gf_live *live = &still->live;
    gf_live_ask(live, still->explorer);
    while (live->waiting && gf_engine_get_state(live->engine) != GF_ENGINE_FAILED) {
        gf_engine_wait(live->engine, 200);
        gf_live_take(live, thresholds);
    }
    finish_remedies(live, thresholds);
    if (live->refusal[0]) return gf_fail(error, GF_MEMORY, "%s", live->refusal);
    if (live->waiting) return gf_fail(error, GF_DEVICE, "%s", gf_engine_notice(live->engine));
    return GF_OK;
}

static gf_status draw(gf_still *still, const char *path, gf_error *error)
{
    const gf_explorer_now now = {
        .width = still->size.width,
        .height = still->size.height,
        .run = gf_live_get_run(&still->live),
        .diagnosis = gf_live_get_diagnosis(&still->live),
        .remedies = gf_live_get_remedies(&still->live),
    };
    gf_explorer_seek(still->explorer, still->moment);
    bool makeshift = true;
    for (int i = 0; i < FRAMES_MAX && makeshift; i++) {
        gf_context_begin(still->context);
        makeshift = gf_explorer_frame(still->explorer, still->ui, still->view, &now);
        if (makeshift && i + 1 < FRAMES_MAX) gf_context_end(still->context);
    }
    const gf_status status = gf_capture_png(still->context, path, error);
    gf_context_end(still->context);
    return status;
}

static gf_status render(gf_still *still, const gf_options *options, const char *path,
                        gf_error *error)
{
    gf_status status = open_still(still, options, error);
    if (status == GF_OK) status = compute(still, error);
    if (status == GF_OK) status = draw(still, path, error);
    if (status == GF_OK && gf_engine_notice(still->live.engine)[0])
        fprintf(stderr, "gradflow: %s\n", gf_engine_notice(still->live.engine));
    if (status == GF_OK && gf_ui_font_notice(still->ui)[0])
        fprintf(stderr, "gradflow: %s\n", gf_ui_font_notice(still->ui));
    close_still(still);
    return status;
}

/* ---- The command line -------------------------------------------------------------------------
 */

typedef struct gf_render_texts {
    char *output, *size, *at;
} gf_render_texts;

static gf_status check_output(const char *path, gf_error *error)
{
    if (!path) return gf_fail(error, GF_INVALID, "render needs -o FILE.png: the picture to write");
    const size_t length = strlen(path);
    if (length < 5 || strcmp(path + length - 4, ".png") != 0)
        return gf_fail(error, GF_INVALID, "-o is '%.200s'; allowed is a name that ends in .png",
                       path);
    return GF_OK;
}

static gf_status check_and_render(const gf_render_texts *texts, const gf_options *options,
                                  gf_error *error)
{
    gf_still still = {.size = {1920, 1080}, .moment = STILL_MOMENT};
    GF_TRY(check_output(texts->output, error));
    GF_TRY(gf_picture_size_parse("--size", texts->size, &still.size, error));
    /* 0: nothing has flowed back yet; 1: all the way to the input */
    if (texts->at) GF_TRY(gf_number_real("--at", texts->at, 0, 1, &still.moment, error));
    return render(&still, options, texts->output, error);
}

static gf_status parse_and_render(int argc, const char **argv, gf_error *error)
{
    gf_render_texts texts = {0};
    const struct poptOption own[] = {
        {"output", 'o', POPT_ARG_STRING, &texts.output, 0, "the picture to write", "FILE.png"},
        {"size", 0, POPT_ARG_STRING, &texts.size, 0, "size of the picture in pixels (1920x1080)",
         "WxH"},
        {"at", 0, POPT_ARG_STRING, &texts.at, 0, "moment of the wave, 0 to 1 (0.6)", "MOMENT"},
        POPT_TABLEEND};
    gf_options options = {0};
    gf_status status =
        gf_options_parse(argc, argv, own, "[SCENARIO] -o FILE.png [options]", &options, error);
    if (status == GF_OK) status = check_and_render(&texts, &options, error);
    gf_options_destroy(&options);
    free(texts.output);
    free(texts.size);
    free(texts.at);
    return status;
}

int gf_cmd_render(int argc, const char **argv)
{
    gf_error error = {0};
    return parse_and_render(argc, argv, &error) == GF_OK ? 0 : gf_app_report(&error);
}
