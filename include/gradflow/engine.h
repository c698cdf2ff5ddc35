/* The engine as the window and the commands see it: a child process that computes, behind a handle
 * that never blocks.
 *
 * A driver that crashes, hangs or lies costs a restart on a safer device, never the caller. The
 * child may be anywhere: the command "ssh gpu-box gradflow engine" works as well as the program
 * itself. */
#ifndef GRADFLOW_ENGINE_H
#define GRADFLOW_ENGINE_H

#include "gradflow/records.h"

typedef struct gf_engine gf_engine;

typedef struct gf_engine_desc {
    const char *command; /* split at spaces (quotes honoured), never through a shell; NULL: this
                            program, "engine" */
    const char *device;  /* id or part of a name; NULL: the best there is */
    int32_t deadline_ms; /* silence after which a working engine is killed; 0: 5000 */
} gf_engine_desc;

typedef enum gf_engine_state {
    GF_ENGINE_STARTING, /* no hello yet; a run that was asked for waits */
    GF_ENGINE_IDLE,
    GF_ENGINE_WORKING,
    GF_ENGINE_FAILED /* restarts are used up or pointless; gf_engine_notice() says why */
} gf_engine_state;

/* Starts the child. GF_UNAVAILABLE: the program cannot be started. */
gf_status gf_engine_create(const gf_engine_desc *desc, gf_engine **out, gf_error *error);
void gf_engine_destroy(gf_engine *engine); /* ends the child; NULL is fine */

/* Ask for a pass; cancels the one before. Returns at once. GF_DEVICE: the engine has failed. */
gf_status gf_engine_run(gf_engine *engine, const gf_spec *spec, int32_t rows, gf_error *error);
void gf_engine_cancel(gf_engine *engine);
/* Where the next pass goes: as in the desc; NULL is the best. A device that failed gets another
 * chance this way, and an engine that has failed is started again. */
gf_status gf_engine_choose_device(gf_engine *engine, const char *name, gf_error *error);
/* Would choosing the same device anew change anything: has it failed and been left, or has the
 * engine? */
bool gf_engine_may_retry(const gf_engine *engine);

/* Read what the child has said, without waiting; restart it if it died or went silent. True when
 * something changed. */
bool gf_engine_poll(gf_engine *engine);
/* Sleep until the child says something or `timeout_ms` passed, then poll. For commands, not for a
 * window. */
bool gf_engine_wait(gf_engine *engine, int32_t timeout_ms);

gf_engine_state gf_engine_get_state(const gf_engine *engine);
/* The pass being filled, or the last one; never NULL. Its `spec.depth` is 0 before the first.
 * Replaced by the next gf_engine_run() and by a restart; keep a copy of what must stay
 * (gf_run_take). */
const gf_run *gf_engine_get_run(const gf_engine *engine);
/* Move the finished pass out; the caller destroys it. False when none is complete. */
bool gf_engine_take_run(gf_engine *engine, gf_run *out);
/* How the last request was refused by a healthy engine (the plan does not fit, say); status GF_OK
 * if it was not. */
const gf_error *gf_engine_get_error(const gf_engine *engine);

/* Devices the child reported, best first. */
int32_t gf_engine_get_devices(const gf_engine *engine, const gf_device **out);
/* One plain sentence for a banner after a crash, hang or fallback; empty when there is nothing to
 * say. */
const char *gf_engine_notice(const gf_engine *engine);
int32_t gf_engine_restart_count(const gf_engine *engine);
/* Process id of the child, for tests and `doctor`; 0 when there is none. */
int32_t gf_engine_pid(const gf_engine *engine);

#endif
