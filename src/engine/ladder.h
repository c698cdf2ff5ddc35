/* Which device the next request goes to: the order of devices is a ladder that failures go down.
 *
 * A device that failed (crash, silence, an error, wrong numbers) is left until somebody chooses a
 * device or the program is started again: a driver that hung once may hang again, in front of a
 * hall. A network that did not fit, or not its number type, is no failure: the next one is asked of
 * the same device as before. After three failures no driver is asked any more, and only the C
 * backends are left. */
#ifndef GF_ENGINE_LADDER_H
#define GF_ENGINE_LADDER_H

#include <stdbool.h>

#include "gradflow/records.h"

/* Zero is the best device there is. */
typedef struct gf_ladder {
    gf_device devices[GF_DEVICES_MAX]; /* as the child listed them, best first */
    int32_t count;
    char wanted[128]; /* by the user: an id or part of a name; "" is the best */
    char rung[128];   /* where requests go */
    char device[128]; /* where the one at hand goes: the rung, or below it */
    int32_t strikes;  /* failures of devices since one was chosen */
    bool without_opencl;
    bool own_cache; /* a device has had its second chance, with a kernel cache of our own */
} gf_ladder;

/* Start anew with `name` (NULL or "": the best). */
void gf_ladder_choose(gf_ladder *ladder, const char *name);
/* A new request: it goes to the rung. True if the one before did not. */
bool gf_ladder_begin(gf_ladder *ladder);
/* The device `id`, or where `id` is empty the one that was asked, does not suit it: the rung
 * below for the request at hand. False when there is none. */
bool gf_ladder_step_aside(gf_ladder *ladder, const char *id);
/* It failed: the rung below from now on. False when there is none. */
bool gf_ladder_step_down(gf_ladder *ladder, const char *id);
/* Do requests go elsewhere than to what was chosen, because that failed? */
bool gf_ladder_is_down(const gf_ladder *ladder);
/* The driver cannot even be asked for its devices. */
void gf_ladder_leave_opencl(gf_ladder *ladder);
/* May the device that has just failed before its first result be asked once more with another
 * kernel cache? A broken cache takes PoCL down with it, and then it stays broken. */
bool gf_ladder_may_try_own_cache(const gf_ladder *ladder, const char *id);
/* Does the request at hand have that second chance? */
bool gf_ladder_has_own_cache(const gf_ladder *ladder);
/* What to call the device of the request at hand in a sentence. */
const char *gf_ladder_title(const gf_ladder *ladder);

#endif
