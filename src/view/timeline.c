/* The playhead. Front and moment are one line: front = depth + 1 - moment * depth. */
#include "view/timeline.h"

#include <math.h>

#define PASS_SECONDS  5.0 /* of a whole pass at speed 1 */
#define STALL_SECONDS 0.1

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static double moment_of(const gf_timeline *timeline, double front)
{
    return clamp((timeline->depth + 1 - front) / fmax(timeline->depth, 1), 0.0, 1.0);
}

void gf_timeline_reset(gf_timeline *timeline, int32_t depth)
{
    const double speed = timeline->speed > 0.0 ? timeline->speed : 1.0;
    *timeline = (gf_timeline){.depth = depth, .speed = speed, .playing = true};
}

void gf_timeline_advance(gf_timeline *timeline, double seconds, int32_t ready_front)
{
    if (!timeline->playing || timeline->depth < 1) return;
    const double elapsed = clamp(seconds, 0.0, STALL_SECONDS) * timeline->speed;
    const double wait = moment_of(timeline, ready_front);
    if (timeline->moment >= wait && wait < 1.0) return;
    timeline->moment = fmin(timeline->moment + elapsed / PASS_SECONDS, wait);
    if (timeline->moment >= 1.0) timeline->playing = false;
}

void gf_timeline_step(gf_timeline *timeline, int32_t layers)
{
    if (timeline->depth < 1) return;
    timeline->playing = false;
    const double front = gf_timeline_front(timeline);
    /* From between two layers the first step ends on a layer. */
    const double whole = layers > 0 ? ceil(front) : floor(front);
    timeline->moment = moment_of(timeline, whole - layers);
}

void gf_timeline_seek(gf_timeline *timeline, double moment)
{
    timeline->moment = clamp(moment, 0.0, 1.0);
}

double gf_timeline_front(const gf_timeline *timeline)
{
    const double front = timeline->depth + 1 - timeline->moment * timeline->depth;
    const double whole = rint(front);
    return fabs(front - whole) < 1e-7 ? whole : front; /* a step must land on the layer itself */
}
