/* The playhead. Front and moment are one line: front = depth + 1 - moment * depth; so are the
 * forward wave and the moments below zero: forward = (moment + 1) * depth. */
#include "view/timeline.h"

#include <math.h>

#define BACKWARD_SECONDS 5.0 /* of a phase at speed 1 */
#define FORWARD_SECONDS  2.0
#define STALL_SECONDS    0.1

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static double beginning(const gf_timeline *timeline)
{
    return timeline->has_forward ? -1.0 : 0.0;
}

static double moment_of(const gf_timeline *timeline, double front)
{
    return clamp((timeline->depth + 1 - front) / fmax(timeline->depth, 1), 0.0, 1.0);
}

void gf_timeline_reset(gf_timeline *timeline, int32_t depth)
{
    const double speed = timeline->speed > 0.0 ? timeline->speed : 1.0;
    const bool has_forward = timeline->has_forward;
    *timeline =
        (gf_timeline){.depth = depth, .speed = speed, .playing = true, .has_forward = has_forward};
    timeline->moment = beginning(timeline);
}

/* What is left of `elapsed` seconds when the forward phase is over. */
static double advance_forward(gf_timeline *timeline, double elapsed, bool complete)
{
    if (timeline->moment >= 0.0) return elapsed;
    if (!complete) {
        timeline->moment = 0.0;
        return elapsed;
    }
    const double left = -timeline->moment * FORWARD_SECONDS;
    timeline->moment = elapsed < left ? timeline->moment + elapsed / FORWARD_SECONDS : 0.0;
    return fmax(elapsed - left, 0.0);
}

void gf_timeline_advance(gf_timeline *timeline, double seconds, int32_t ready_front)
{
    if (!timeline->playing || timeline->depth < 1) return;
    const double elapsed = clamp(seconds, 0.0, STALL_SECONDS) * timeline->speed;
    const double left = advance_forward(timeline, elapsed, ready_front <= 1);
    if (timeline->moment < 0.0) return;
    const double wait = moment_of(timeline, ready_front);
    if (timeline->moment >= wait && wait < 1.0) return;
    timeline->moment = fmin(timeline->moment + left / BACKWARD_SECONDS, wait);
    if (timeline->moment >= 1.0) timeline->playing = false;
}

/* Layers lit by either wave: 0..depth forward, depth..2 depth backward. */
static double progress(const gf_timeline *timeline)
{
    return gf_timeline_is_forward(timeline)
               ? gf_timeline_forward(timeline)
               : 2.0 * timeline->depth + 1.0 - gf_timeline_front(timeline);
}

void gf_timeline_step(gf_timeline *timeline, int32_t layers)
{
    if (timeline->depth < 1) return;
    timeline->playing = false;
    const double now = progress(timeline);
    /* From between two layers the first step ends on a layer. */
    const double whole = layers > 0 ? floor(now) : ceil(now);
    timeline->moment = clamp((whole + layers) / timeline->depth - 1.0, beginning(timeline), 1.0);
}

void gf_timeline_seek(gf_timeline *timeline, double moment)
{
    timeline->moment = clamp(moment, beginning(timeline), 1.0);
}

double gf_timeline_moment_at(double share)
{
    const double seconds = clamp(share, 0.0, 1.0) * (FORWARD_SECONDS + BACKWARD_SECONDS);
    return seconds < FORWARD_SECONDS ? seconds / FORWARD_SECONDS - 1.0
                                     : (seconds - FORWARD_SECONDS) / BACKWARD_SECONDS;
}

bool gf_timeline_is_forward(const gf_timeline *timeline)
{
    return timeline->moment < 0.0;
}

/* A step must land on the layer itself. */
static double whole_if_near(double layer)
{
    const double whole = rint(layer);
    return fabs(layer - whole) < 1e-7 ? whole : layer;
}

double gf_timeline_front(const gf_timeline *timeline)
{
    return whole_if_near(timeline->depth + 1 - fmax(timeline->moment, 0.0) * timeline->depth);
}

double gf_timeline_forward(const gf_timeline *timeline)
{
    if (!timeline->has_forward) return 0.0;
    return whole_if_near((fmin(timeline->moment, 0.0) + 1.0) * timeline->depth);
}
