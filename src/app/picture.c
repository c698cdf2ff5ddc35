/* Opening, computing, drawing. */
#include "app/picture.h"

#include <stdio.h>

#include "base/interrupt.h"
#include "view/view.h"

#define FRAMES_MAX 6   /* fonts are built for the sizes that the frame before asked for */
#define WAIT_MS    200 /* between two looks for Ctrl-C */

gf_status gf_picture_open(gf_picture *picture, const gf_options *options, gf_error *error)
{
    const gf_engine_desc engine = {.command = options->engine, .device = options->device};
    const gf_picture_size size = picture->size;
    GF_TRY(gf_context_open_offscreen(size.width, size.height, &picture->context, error));
    GF_TRY(gf_view_create(&picture->view, error));
    GF_TRY(gf_ui_create(NULL, &picture->ui, error));
    GF_TRY(gf_explorer_create(&options->scenario, &picture->explorer, error));
    gf_explorer_set_looks(picture->explorer, picture->light, picture->perspective);
    return gf_engine_create(&engine, &picture->live.engine, error);
}

void gf_picture_close(gf_picture *picture)
{
    gf_engine_destroy(picture->live.engine);
    gf_live_destroy(&picture->live);
    gf_explorer_destroy(picture->explorer);
    gf_ui_destroy(picture->ui);
    gf_view_destroy(picture->view);
    gf_context_destroy(picture->context);
}

/* ---- Lectures ---------------------------------------------------------------------------------
 */

int32_t gf_picture_steps(const gf_picture *picture)
{
    gf_explorer_state state;
    gf_explorer_get_state(picture->explorer, &state);
    return state.step_count > 0 && !state.edited ? state.step_count : 1;
}

gf_status gf_picture_turn(gf_picture *picture, int32_t step, gf_error *error)
{
    gf_explorer_state state;
    gf_explorer_get_state(picture->explorer, &state);
    if (state.step_count == 0)
        return gf_fail(error, GF_INVALID, "--step is '%d'; this scenario has no steps", step);
    if (step < 1 || step > state.step_count)
        return gf_fail(error, GF_INVALID, "--step is '%d'; allowed are 1 to %d", step,
                       state.step_count);
    if (state.edited)
        return gf_fail(error, GF_INVALID,
                       "--step is '%d'; a step has the network of its author, so no other option "
                       "may change the network",
                       step);
    for (; state.step < step; state.step++)
        gf_explorer_walk(picture->explorer, 1);
    return GF_OK;
}

/* ---- Computing --------------------------------------------------------------------------------
 */

static bool has_failed(const gf_live *live)
{
    return gf_engine_get_state(live->engine) == GF_ENGINE_FAILED;
}

/* Remedies and edges are part of the picture; an engine that fails over them costs only them. */
static gf_status finish_background(gf_live *live, const gf_thresholds *thresholds, gf_error *error)
{
    while (!live->waiting && gf_background_has_work(&live->background) && !has_failed(live)) {
        GF_TRY(gf_interrupt_check(error));
        gf_live_take(live, thresholds);
        if (gf_background_is_busy(&live->background)) gf_engine_wait(live->engine, WAIT_MS);
    }
    return GF_OK;
}

/* One pass, or both of a comparison. */
static gf_status finish_passes(gf_picture *picture, const gf_thresholds *thresholds,
                               gf_error *error)
{
    gf_live *live = &picture->live;
    do {
        gf_live_ask(live, picture->explorer);
        while (live->waiting && !has_failed(live)) {
            GF_TRY(gf_interrupt_check(error));
            gf_engine_wait(live->engine, WAIT_MS);
            gf_live_take(live, thresholds);
        }
        if (live->refusal[0]) return gf_fail(error, GF_MEMORY, "%s", live->refusal);
    } while (!has_failed(live) && gf_explorer_wanted_side(picture->explorer) >= 0);
    if (live->waiting) return gf_fail(error, GF_DEVICE, "%s", gf_engine_notice(live->engine));
    return GF_OK;
}

/* Before the background, which reads the arrays of the layer. */
static gf_status inspect(gf_picture *picture, gf_error *error)
{
    gf_explorer_state state;
    gf_explorer_get_state(picture->explorer, &state);
    if (picture->inspected > state.spec.depth)
        return gf_fail(error, GF_INVALID, "--layer is '%d'; this network has layers 1 to %d",
                       picture->inspected, state.spec.depth);
    if (picture->inspected != state.selected_layer)
        gf_explorer_inspect(picture->explorer, picture->inspected);
    /* A picture waits: it must not depend on how long the pass took. */
    for (int side = 0; side < 2; side++)
        picture->live.background.inspections[side].slow = false;
    gf_live_ask(&picture->live, picture->explorer);
    return GF_OK;
}

gf_status gf_picture_compute(gf_picture *picture, gf_error *error)
{
    const gf_thresholds *thresholds = gf_explorer_get_thresholds(picture->explorer);
    GF_TRY(finish_passes(picture, thresholds, error));
    GF_TRY(inspect(picture, error));
    return finish_background(&picture->live, thresholds, error);
}

/* ---- Drawing ----------------------------------------------------------------------------------
 */

void gf_picture_draw(gf_picture *picture, double moment, double seconds)
{
    gf_explorer_now now = {
        .width = picture->size.width,
        .height = picture->size.height,
        .seconds = seconds,
        .filmed = seconds > 0,
    };
    gf_live_tell(&picture->live, &now);
    gf_explorer_seek(picture->explorer, moment);
    bool makeshift = true;
    for (int i = 0; i < FRAMES_MAX && makeshift; i++) {
        if (i > 0) gf_context_end(picture->context);
        gf_context_begin(picture->context);
        makeshift = gf_explorer_frame(picture->explorer, picture->ui, picture->view, &now);
        now.seconds = 0;
    }
}

void gf_picture_end(gf_picture *picture)
{
    gf_context_end(picture->context);
}

void gf_picture_say_notices(const gf_picture *picture)
{
    const char *engine = gf_engine_notice(picture->live.engine);
    const char *fonts = gf_ui_font_notice(picture->ui);
    if (engine[0]) fprintf(stderr, "gradflow: %s\n", engine);
    if (fonts[0]) fprintf(stderr, "gradflow: %s\n", fonts);
}
