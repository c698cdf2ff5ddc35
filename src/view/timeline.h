/* The playhead: where the waves are, how fast they go. Pure arithmetic, no clock and no OpenGL of
 * its own. */
#ifndef GF_VIEW_TIMELINE_H
#define GF_VIEW_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/* Moment -1: nothing lit; 0: every activation lit, no gradient; 1: every gradient lit. Below 0 is
 * the forward phase, above it the backward phase; either takes the same few seconds whatever the
 * depth, at speed 1. */
typedef struct gf_timeline {
    int32_t depth;
    double moment; /* -1..1 */
    double speed;  /* 0.25..4, 1 is ordinary */
    bool playing;
    bool has_forward; /* a pass begins with its forward phase; false: moments begin at 0 */
} gf_timeline;

/* To the beginning, playing. Speed and has_forward are kept. */
void gf_timeline_reset(gf_timeline *timeline, int32_t depth);
/* `seconds` since the last call; more than a tenth of a second counts as a tenth, so that a stall
 * is no jump. `ready_front`: no layer before it has been computed yet, the wave waits there (1: all
 * computed). Layers come from the output down: while some are missing there is no forward wave to
 * show, and its phase is left out. */
void gf_timeline_advance(gf_timeline *timeline, double seconds, int32_t ready_front);
/* +1: one layer on in the direction of the phase; goes over from one phase to the other; pauses. */
void gf_timeline_step(gf_timeline *timeline, int32_t layers);
void gf_timeline_seek(gf_timeline *timeline, double moment);
/* The moment when `share` of the time of a whole pass, forward and backward, is over; 0..1. For
 * films, which have no clock. */
double gf_timeline_moment_at(double share);
bool gf_timeline_is_forward(const gf_timeline *timeline); /* in the forward phase */
/* gf_scene.front of the moment: depth + 1 up to moment 0, 1 at 1. */
double gf_timeline_front(const gf_timeline *timeline);
/* gf_scene.forward of the moment: 0 at -1, depth from moment 0 on; 0 always without a forward
 * phase. */
double gf_timeline_forward(const gf_timeline *timeline);

#endif
