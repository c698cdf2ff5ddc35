/* The window side: a request at a time, the pass being filled, and what to do when the child dies
 * or goes silent: another child, on the device that ladder.h names, and the same question again. */
#include "engine/client.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "scenario/network_json.h"

#define DEADLINE_MS 5000
/* Drivers take their time to start, and more of it to compile. */
#define START_DEADLINES 2
/* On a machine that has much else to do a start takes long, but the child computes: it has so long
 * until it counts as one that spins for ever. */
#define BUSY_DEADLINES 12
/* Of processors, within START_DEADLINES. A thread that wakes up to wait again uses less. */
#define BUSY_MS        1.0
#define SLOW_DEADLINES 6
/* So many failures with no run completed in between are no accident. */
#define FAILURES_TO_STOP 6

gf_status gf_client_send_run(gf_engine *engine, gf_error *error)
{
    /* Asking again must not put off the deadline of a silent child. */
    if (engine->state != GF_ENGINE_WORKING) engine->heard_ms = gf_clock_ms();
    engine->state = GF_ENGINE_WORKING;
    json_t *head = json_pack("{s:s, s:I, s:s, s:i, s:o}", "type", "run", "id",
                             (json_int_t)++engine->id, "device", engine->ladder.device, "rows",
                             engine->run.rows, "network", gf_network_to_json(&engine->run.spec));
    return gf_message_write(engine->process.to, head, NULL, 0, error);
}

static gf_status start_child(gf_engine *engine, gf_error *error)
{
    const gf_ladder *ladder = &engine->ladder;
    const char *option = ladder->without_opencl ? "--no-opencl"
                         : ladder->own_cache    ? "--own-cache"
                                                : NULL;
    GF_TRY(gf_process_start(engine->command, option, &engine->process, error));
    gf_reader_destroy(&engine->reader);
    engine->reader = (gf_reader){.fd = engine->process.from, .payload_max = GF_PAYLOAD_MAX};
    engine->state = GF_ENGINE_STARTING;
    engine->heard_ms = engine->busy_ms = gf_clock_ms();
    engine->spent_ms = 0.0;
    engine->slow = false;
    return GF_OK;
}

gf_status gf_engine_create(const gf_engine_desc *desc, gf_engine **out, gf_error *error)
{
    gf_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return gf_fail(error, GF_MEMORY, "no memory for the engine");
    signal(SIGPIPE, SIG_IGN); /* a dead child shows as a failed write */
    engine->command = desc->command ? strdup(desc->command) : NULL;
    engine->deadline_ms = desc->deadline_ms ? desc->deadline_ms : DEADLINE_MS;
    gf_ladder_choose(&engine->ladder, desc->device);
    const gf_status status = desc->command && !engine->command
                                 ? gf_fail(error, GF_MEMORY, "no memory for the engine's command")
                                 : start_child(engine, error);
    if (status != GF_OK) {
        gf_engine_destroy(engine);
        return status;
    }
    *out = engine;
    return GF_OK;
}

void gf_engine_destroy(gf_engine *engine)
{
    if (!engine) return;
    gf_process_kill(&engine->process);
    gf_reader_destroy(&engine->reader);
    gf_run_destroy(&engine->run);
    free(engine->command);
    free(engine);
}

void gf_client_forget_progress(gf_engine *engine)
{
    engine->run.first_ready = engine->run.spec.depth + 1;
    engine->run.complete = false;
    engine->run.device = (gf_device){0};
    engine->planned = false;
}

/* `why` is a clause, or goes on after "it ". */
static void give_up(gf_engine *engine, const char *it, const char *why)
{
    gf_process_kill(&engine->process);
    engine->state = GF_ENGINE_FAILED;
    engine->asked = false;
    gf_text_print(engine->notice, sizeof engine->notice,
                  "The engine could not be kept running: %s%s.", it, why);
    gf_fail(&engine->refused, GF_DEVICE, "%s", engine->notice);
}

static void tell_restart(gf_engine *engine, const char *why)
{
    const gf_ladder *ladder = &engine->ladder;
    gf_text_print(engine->notice, sizeof engine->notice, "The engine %s; it was restarted on %s%s.",
                  why, gf_ladder_title(ladder),
                  gf_ladder_has_own_cache(ladder) ? " with a kernel cache of its own" : "");
}

/* The child is gone, silent or mad: start another one and ask again. `crashed`: by itself, so that
 * the same device may deserve a second chance. One that had nothing to do did not fail at it. */
static void restart(gf_engine *engine, const char *why, bool crashed)
{
    gf_error error = {0};
    gf_ladder *ladder = &engine->ladder;
    const char *id = engine->run.device.id;
    const gf_engine_state before = engine->state;
    gf_process_kill(&engine->process);
    engine->failures++;
    engine->replaced = true;
    if (++engine->in_a_row >= FAILURES_TO_STOP) {
        give_up(engine, "it ", why);
        return;
    }
    if (before == GF_ENGINE_STARTING)
        gf_ladder_leave_opencl(ladder);
    else if (before == GF_ENGINE_WORKING) {
        if (crashed && !engine->planned && gf_ladder_may_try_own_cache(ladder, id))
            ladder->own_cache = true;
        else
            gf_ladder_step_down(ladder, id);
        gf_text_print(engine->run.fell_back, sizeof engine->run.fell_back, "the engine %s", why);
    }
    if (engine->asked) gf_client_forget_progress(engine);
    tell_restart(engine, why);
    if (start_child(engine, &error) != GF_OK) give_up(engine, "", error.text);
}

gf_status gf_engine_run(gf_engine *engine, const gf_spec *spec, int32_t rows, gf_error *error)
{
    gf_run run;
    if (engine->state == GF_ENGINE_FAILED) return gf_fail(error, GF_DEVICE, "%s", engine->notice);
    GF_TRY(gf_run_create(spec, rows, &run, error));
    if (gf_ladder_begin(&engine->ladder))
        engine->notice[0] = '\0'; /* was about the network before */
    else
        memcpy(run.fell_back, engine->run.fell_back, sizeof run.fell_back);
    gf_run_destroy(&engine->run);
    engine->run = run;
    engine->refused = (gf_error){0};
    engine->asked = true;
    engine->planned = false;
    if (engine->state == GF_ENGINE_IDLE || engine->state == GF_ENGINE_WORKING) {
        gf_error broken = {0};
        if (gf_client_send_run(engine, &broken) != GF_OK)
            restart(engine, "does not take requests any more", true);
    }
    return GF_OK;
}

gf_status gf_engine_choose_device(gf_engine *engine, const char *name, gf_error *error)
{
    /* The child at hand may be one that was started without a driver, or did not find it. */
    const bool fresh = engine->replaced || engine->state == GF_ENGINE_FAILED;
    engine->replaced = false;
    gf_ladder_choose(&engine->ladder, name);
    engine->notice[0] = '\0';
    engine->run.fell_back[0] = '\0';
    engine->in_a_row = 0;
    if (!fresh) return GF_OK;
    gf_process_kill(&engine->process);
    if (engine->asked) gf_client_forget_progress(engine);
    gf_error why = {0};
    if (start_child(engine, &why) == GF_OK) return GF_OK;
    give_up(engine, "", why.text);
    return gf_fail(error, why.status, "%s", why.text);
}

bool gf_engine_may_retry(const gf_engine *engine)
{
    return engine->state == GF_ENGINE_FAILED || gf_ladder_is_down(&engine->ladder);
}

void gf_engine_cancel(gf_engine *engine)
{
    if (engine->state != GF_ENGINE_WORKING) return;
    json_t *head = json_pack("{s:s, s:I}", "type", "cancel", "id", (json_int_t)engine->id);
    gf_message_write(engine->process.to, head, NULL, 0,
                     NULL); /* a dead child is noticed by the next poll */
    engine->asked = false;
}

/* Everything that can be read now. *heard: anything at all. */
static gf_status read_messages(gf_engine *engine, bool *heard, gf_error *error)
{
    struct pollfd output = {.fd = engine->process.from, .events = POLLIN};
    while (!engine->reader.ended && poll(&output, 1, 0) > 0) {
        gf_error broken = {0};
        if (gf_reader_fill(&engine->reader, &broken) != GF_OK)
            return gf_fail(error, broken.status, "cannot be heard (%s)", broken.text);
        for (;;) {
            gf_message message;
            bool found;
            if (gf_reader_next(&engine->reader, &message, &found, &broken) != GF_OK)
                return gf_fail(error, GF_PROTOCOL, "said what makes no sense (%s)", broken.text);
            if (!found) break;
            *heard = true;
            engine->heard_ms = gf_clock_ms();
            const gf_status status = gf_client_hear(engine, &message, error);
            gf_message_clear(&message);
            if (status != GF_OK) return status;
        }
    }
    return GF_OK;
}

/* It closes its output before it can be waited for; a moment later it says what happened. */
static bool has_ended(gf_engine *engine, gf_process_end *end)
{
    if (gf_process_has_ended(&engine->process, end)) return true;
    if (!engine->reader.ended) return false;
    for (int i = 0; i < 20; i++) {
        const struct timespec moment = {.tv_nsec = 2000000};
        nanosleep(&moment, NULL);
        if (gf_process_has_ended(&engine->process, end)) return true;
    }
    *end = (gf_process_end){.text = "closed the connection"};
    return true;
}

static bool start_takes_too_long(gf_engine *engine)
{
    const double now_ms = gf_clock_ms(), spent_ms = gf_process_cpu_ms(&engine->process);
    if (spent_ms - engine->spent_ms >= BUSY_MS) {
        engine->spent_ms = spent_ms;
        engine->busy_ms = now_ms;
    }
    const double idle_ms = now_ms - fmax(engine->busy_ms, engine->heard_ms);
    return idle_ms > (double)engine->deadline_ms * START_DEADLINES ||
           now_ms - engine->heard_ms > (double)engine->deadline_ms * BUSY_DEADLINES;
}

static bool is_silent(gf_engine *engine)
{
    if (engine->state == GF_ENGINE_STARTING) return start_takes_too_long(engine);
    const double silent_ms = gf_clock_ms() - engine->heard_ms;
    const int32_t deadlines = engine->slow ? SLOW_DEADLINES : 1;
    return engine->state != GF_ENGINE_IDLE && silent_ms > (double)engine->deadline_ms * deadlines;
}

bool gf_engine_poll(gf_engine *engine)
{
    gf_error error = {0};
    gf_process_end end;
    bool changed = false;
    if (engine->state == GF_ENGINE_FAILED) return false;
    const gf_status status = read_messages(engine, &changed, &error);
    if (status == GF_UNAVAILABLE)
        give_up(engine, "it ", error.text);
    else if (status != GF_OK)
        restart(engine, error.text, status == GF_DEVICE);
    else if (has_ended(engine, &end))
        restart(engine, end.text, end.crashed);
    else if (is_silent(engine))
        restart(engine, "did not answer in time", false);
    else
        return changed;
    return true;
}

bool gf_engine_wait(gf_engine *engine, int32_t timeout_ms)
{
    struct pollfd output = {.fd = engine->process.from, .events = POLLIN};
    if (engine->process.pid) poll(&output, 1, timeout_ms);
    return gf_engine_poll(engine);
}

gf_engine_state gf_engine_get_state(const gf_engine *engine)
{
    return engine->state;
}
const gf_run *gf_engine_get_run(const gf_engine *engine)
{
    return &engine->run;
}
const gf_error *gf_engine_get_error(const gf_engine *engine)
{
    return &engine->refused;
}
const char *gf_engine_notice(const gf_engine *engine)
{
    return engine->notice;
}
int32_t gf_engine_restart_count(const gf_engine *engine)
{
    return engine->failures;
}
int32_t gf_engine_pid(const gf_engine *engine)
{
    return (int32_t)engine->process.pid;
}

bool gf_engine_take_run(gf_engine *engine, gf_run *out)
{
    if (!engine->run.complete) return false;
    *out = engine->run;
    engine->run = (gf_run){0};
    memcpy(engine->run.fell_back, out->fell_back, sizeof out->fell_back);
    return true;
}

int32_t gf_engine_get_devices(const gf_engine *engine, const gf_device **out)
{
    *out = engine->ladder.devices;
    return engine->ladder.count;
}
