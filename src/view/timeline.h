/* The playhead: where the wave is, how fast it goes. Pure arithmetic, no clock and no OpenGL of its own. */
#ifndef GF_VIEW_TIMELINE_H
#define GF_VIEW_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/* Moment 0: nothing lit; 1: every layer lit. A pass takes the same few seconds whatever the depth, at speed 1. */
typedef struct gf_timeline {
    int32_t depth;
    double moment; /* 0..1 */
    double speed;  /* 0.25..4, 1 is ordinary */
    bool playing;
} gf_timeline;

void gf_timeline_reset(gf_timeline *timeline, int32_t depth); /* to moment 0, playing */
/* `seconds` since the last call; more than a tenth of a second counts as a tenth, so that a stall is no jump.
 * `ready_front`: no layer before it has been computed yet, the wave waits there (1: all computed). */
void gf_timeline_advance(gf_timeline *timeline, double seconds, int32_t ready_front);
void gf_timeline_step(gf_timeline *timeline, int32_t layers); /* +1: one layer further back towards the input; pauses */
void gf_timeline_seek(gf_timeline *timeline, double moment);
/* gf_scene.front of the moment: depth + 1 at 0, 1 at 1. */
double gf_timeline_front(const gf_timeline *timeline);

#endif
