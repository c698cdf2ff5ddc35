/* `gradflow explore`: the window. The loop never waits for the engine; it sleeps when nothing
 * moves. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/bench_frames.h"
#include "app/commands.h"
#include "app/keep.h"
#include "app/live.h"
#include "app/options.h"
#include "app/picture_size.h"
#include "app/screen.h"
#include "app/state_dump.h"
#include "base/text.h"
#include "base/clock.h"
#include "view/capture.h"

#define FRAME_MS                                                                                   \
    (1000.0 / 60.0)   /* where the driver does not wait for the screen, the loop does              \
                       */
#define IDLE_MS 100.0 /* between two looks at the engine when nothing moves */
#define LIVELY_MS                                                                                  \
    900.0 /* frames go on so long after an event: a hint comes while the mouse rests */
#define SOON_MS                                                                                    \
    1000.0 /* a pass that takes longer gets the processor, not the frames that wait for it */
#define HALL_MS 1000.0 /* even a still picture is drawn this often */

typedef struct gf_session {
    gf_screen screen;
    gf_explorer *explorer;
    gf_live live;
    const char *device; /* as asked for, NULL: the best */
    gf_bench_child bench;
    gf_state_dump dump;
    gf_window_state window;
    bool picture_wanted; /* the next frame is kept as a file */
    double frame_ms;     /* when the last frame began */
    double cpu_ms;       /* used by then */
    bool rested;         /* since then the loop slept because nothing moved */
    double lively_ms;    /* until when frames are drawn without a reason of their own */
} gf_session;

/* ---- Opening and closing ----------------------------------------------------------------------
 */

/* Without a word from the user the first of the list is shown. */
static gf_status first_scenario(const gf_options *options, gf_scenario *out, gf_error *error)
{
    const gf_spec usual = gf_spec_default();
    const bool untouched = gf_spec_same(&options->scenario.spec, &usual);
    if (options->has_scenario || !untouched || gf_scenario_count() == 0) {
        *out = options->scenario;
        return GF_OK;
    }
    return gf_scenario_builtin(0, out, error);
}

static gf_status open_session(gf_session *session, const gf_options *options, gf_picture_size size,
                              gf_error *error)
{
    gf_scenario scenario;
    const gf_engine_desc engine = {.command = options->engine, .device = options->device};
    GF_TRY(first_scenario(options, &scenario, error));
    GF_TRY(gf_screen_open(&session->screen, size, error));
    GF_TRY(gf_explorer_create(&scenario, &session->explorer, error));
    return gf_engine_create(&engine, &session->live.engine, error);
}

static void close_session(gf_session *session)
{
    gf_bench_child_destroy(&session->bench);
    gf_engine_destroy(session->live.engine);
    gf_live_destroy(&session->live);
    gf_explorer_destroy(session->explorer);
    gf_screen_close(&session->screen);
}

/* The engine and the picture's contents are none of OpenGL's business: they stay. */
static gf_status replace_screen(gf_session *session, gf_error *error)
{
    static const char said[] = "The graphics driver lost the picture; it was made again.";
    GF_TRY(gf_screen_reopen(&session->screen, error));
    fprintf(stderr, "gradflow: %s\n", said);
    gf_explorer_say(session->explorer, said);
    return GF_OK;
}

/* ---- The loop ---------------------------------------------------------------------------------
 */

static bool is_lively(const gf_session *session)
{
    const gf_live *live = &session->live;
    const bool expecting = live->waiting && gf_clock_ms() - live->asked_ms < SOON_MS;
    return expecting || gf_explorer_is_moving(session->explorer) ||
           gf_clock_ms() < session->lively_ms;
}

/* Events, and sleep until the next frame is due. False when there is no frame to draw. */
static bool wait_for_frame(gf_session *session)
{
    const bool lively = is_lively(session);
    double left = session->frame_ms + (lively ? FRAME_MS : HALL_MS) - gf_clock_ms();
    gf_window_wait(0);
    if (lively) {
        while (left > 0) {
            gf_window_wait(left / 1000);
            left = session->frame_ms + FRAME_MS - gf_clock_ms();
        }
        return true;
    }
    const double before = gf_clock_ms();
    session->rested = true;
    gf_window_wait(IDLE_MS / 1000);
    const bool woken = gf_clock_ms() - before < 0.9 * IDLE_MS;
    if (woken) session->lively_ms = gf_clock_ms() + LIVELY_MS;
    return woken || left <= 0;
}

/* On a busy machine the gap between two frames may be long and the work in it little. */
static void note_pace(gf_session *session, double elapsed)
{
    gf_window_state *window = &session->window;
    const double cpu = gf_cpu_ms(), work = cpu - session->cpu_ms;
    session->cpu_ms = cpu;
    if (session->frame_ms <= 0 || session->rested) return;
    gf_pace_add(&window->pace, elapsed);
    window->work_worst_ms = fmax(window->work_worst_ms, work);
}

/* Of frames that follow each other; a sleep in between says nothing about speed. */
static double measure_frame(gf_session *session)
{
    const double now = gf_clock_ms();
    const double elapsed = session->frame_ms > 0 ? now - session->frame_ms : FRAME_MS;
    note_pace(session, elapsed);
    session->frame_ms = now;
    session->rested = false;
    if (elapsed < 0.8 * IDLE_MS && elapsed > 0) {
        const double rate = 1000 / elapsed;
        session->window.fps += (rate - session->window.fps) * (session->window.fps > 0 ? 0.05 : 1);
    }
    return elapsed / 1000;
}

static void keep_picture(gf_session *session)
{
    gf_error error = {0};
    char name[160], said[600];
    gf_keep_picture_name(gf_explorer_get_scenario(session->explorer),
                         gf_explorer_get_spec(session->explorer), name, sizeof name);
    session->picture_wanted = false;
    gf_text_print(said, sizeof said, "Picture saved: %s", name);
    if (gf_capture_png(session->screen.context, name, &error) != GF_OK)
        gf_text_print(said, sizeof said, "No picture: %s", error.text);
    gf_explorer_say(session->explorer, said);
}

static void draw_frame(gf_session *session)
{
    const double seconds = measure_frame(session);
    gf_explorer_now now = {
        .width = session->window.width,
        .height = session->window.height,
        .seconds = seconds,
        .fps = session->window.fps,
        .notice = gf_engine_notice(session->live.engine),
        .may_retry = gf_engine_may_retry(session->live.engine),
        .bench = &session->bench.report,
        .spread = true,
    };
    gf_live_tell(&session->live, &now);
    gf_context_begin(session->screen.context);
    if (gf_explorer_frame(session->explorer, session->screen.ui, session->screen.view, &now))
        session->lively_ms = gf_clock_ms() + LIVELY_MS; /* sharper letters are on their way */
    if (session->picture_wanted) keep_picture(session);
    gf_context_end(session->screen.context);
    session->window.frames++;
}

static void keep_scenario(gf_session *session)
{
    gf_explorer *explorer = session->explorer;
    gf_explorer_state state;
    gf_explorer_get_state(explorer, &state);
    const gf_scenario scenario = gf_keep_scenario(gf_explorer_get_scenario(explorer),
                                                  gf_explorer_get_spec(explorer), state.edited);
    const char *path = gf_explorer_get_save_path(explorer);
    gf_error error = {0};
    char said[600];
    gf_text_print(said, sizeof said, "Saved. To open it: gradflow explore %s", path);
    if (gf_scenario_save(path, &scenario, &error) != GF_OK)
        gf_text_print(said, sizeof said, "Not saved: %s", error.text);
    gf_explorer_say(explorer, said);
}

static void keep_command(gf_session *session)
{
    char command[1024], said[1100];
    gf_keep_command(gf_explorer_get_scenario(session->explorer),
                    gf_explorer_get_spec(session->explorer), command, sizeof command);
    gf_text_print(said, sizeof said, "Copied: %s", command);
    if (gf_ui_copy(session->screen.ui, command)) gf_explorer_say(session->explorer, said);
}

static void ask_seeds(gf_session *session)
{
    gf_error error = {0};
    if (gf_background_ask_seeds(&session->live.background, GF_EXPLORER_SEEDS, &error) != GF_OK)
        gf_explorer_say(session->explorer, error.text);
}

static void handle_comparison(gf_session *session, const gf_explorer_requests *requests)
{
    gf_live *live = &session->live;
    gf_error error = {0};
    if (requests->copy_to_other) {
        if (gf_live_copy_to_other(live, &error) == GF_OK)
            gf_explorer_copied(session->explorer);
        else
            gf_explorer_say(session->explorer, error.text);
    }
    if (requests->drop_other) gf_live_drop_other(live);
    if (requests->swap && gf_live_swap(live)) gf_explorer_swapped(session->explorer);
}

/* What is timed has the machine to itself: the engine rests, and does later what it was on. */
static void handle_bench(gf_session *session, const gf_explorer_requests *requests)
{
    gf_live *live = &session->live;
    if (requests->bench_cancel) gf_bench_child_cancel(&session->bench);
    if (requests->bench_start) {
        gf_live_cancel(live);
        gf_background_interrupt(&live->background, live->engine);
        gf_bench_child_start(&session->bench, gf_explorer_get_spec(session->explorer));
    }
    live->idle = session->bench.report.running;
}

/* On failure the engine's notice says why. */
static void retry_device(gf_session *session)
{
    if (gf_live_retry(&session->live, session->device, NULL) == GF_OK)
        gf_explorer_retried(session->explorer);
}

static bool handle_requests(gf_session *session)
{
    void *window = gf_context_get_window(session->screen.context);
    const gf_explorer_requests requests = gf_explorer_take_requests(session->explorer);
    if (requests.toggle_full_screen)
        gf_window_set_full_screen(window, &session->screen.place,
                                  !session->screen.place.full_screen);
    if (requests.leave_full_screen)
        gf_window_set_full_screen(window, &session->screen.place, false);
    gf_window_follow_monitors(window, &session->screen.place);
    if (requests.cancel) gf_live_cancel(&session->live);
    handle_comparison(session, &requests);
    handle_bench(session, &requests);
    if (requests.retry_device) retry_device(session);
    if (requests.seeds) ask_seeds(session);
    if (requests.drop_seeds) gf_background_drop_seeds(&session->live.background);
    if (requests.save_picture) session->picture_wanted = true;
    if (requests.save_scenario) keep_scenario(session);
    if (requests.copy_command) keep_command(session);
    session->window.full_screen = session->screen.place.full_screen;
    return !requests.quit && !gf_window_should_close(window);
}

/* Nobody sees the window: no frame is late. */
static void rest(gf_session *session)
{
    session->frame_ms = gf_clock_ms();
    session->rested = true;
}

static bool run_frame(gf_session *session)
{
    bool due = wait_for_frame(session);
    gf_live_ask(&session->live, session->explorer);
    if (gf_live_take(&session->live, gf_explorer_get_thresholds(session->explorer))) due = true;
    if (gf_bench_child_poll(&session->bench)) due = true;
    void *window = gf_context_get_window(session->screen.context);
    gf_context_get_size(session->screen.context, &session->window.width, &session->window.height);
    session->window.hidden = gf_window_is_hidden(window);
    if (gf_window_is_gone(window)) return false;
    if (due && !session->window.hidden) draw_frame(session);
    if (session->window.hidden) rest(session);
    session->window.still = !is_lively(session);
    const gf_state_dump_view view = {session->explorer, &session->live, &session->bench,
                                     session->screen.ui, &session->window};
    gf_state_dump_write(&session->dump, &view);
    return handle_requests(session);
}

/* ---- The command ------------------------------------------------------------------------------
 */

static gf_status explore(const gf_options *options, gf_picture_size size, const char *dump,
                         gf_error *error)
{
    gf_session session = {.dump = {.path = dump}, .device = options->device};
    gf_status status = open_session(&session, options, size, error);
    while (status == GF_OK && run_frame(&session))
        if (gf_context_is_lost(session.screen.context)) status = replace_screen(&session, error);
    if (status == GF_OK && gf_window_is_gone(gf_context_get_window(session.screen.context)))
        status = gf_fail(error, GF_UNAVAILABLE, "the window was destroyed by another program");
    close_session(&session);
    return status;
}

static gf_status parse_and_explore(int argc, const char **argv, gf_error *error)
{
    char *size_text = NULL, *dump = NULL;
    const struct poptOption own[] = {
        {"size", 0, POPT_ARG_STRING, &size_text, 0,
         "size of the window in pixels (1600x900, more on a dense monitor)", "WxH"},
        {"state-dump", 0, POPT_ARG_STRING, &dump, 0,
         "write what is on screen to this JSON file, ten times a second", "FILE"},
        POPT_TABLEEND};
    gf_options options = {0};
    gf_picture_size size = {0};
    gf_status status = gf_options_parse(argc, argv, own, "[SCENARIO] [options]", &options, error);
    if (status == GF_OK) status = gf_picture_size_parse("--size", size_text, &size, error);
    if (status == GF_OK) status = explore(&options, size, dump, error);
    gf_options_destroy(&options);
    free(size_text);
    free(dump);
    return status;
}

int gf_cmd_explore(int argc, const char **argv)
{
    gf_error error = {0};
    return parse_and_explore(argc, argv, &error) == GF_OK ? 0 : gf_app_report(&error);
}
