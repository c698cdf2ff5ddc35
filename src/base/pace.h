/* How evenly frames follow each other: the gaps between them, counted in milliseconds.
 *
 * Only frames of which the second was due at once after the first count; the loop's deliberate
 * sleep while nothing moves does not. */
#ifndef GF_BASE_PACE_H
#define GF_BASE_PACE_H

#include <stdint.h>

#define GF_PACE_BINS 2000 /* of one millisecond; the last holds all that are longer */

/* Zero has seen no frame. */
typedef struct gf_pace {
    uint32_t bins[GF_PACE_BINS];
    uint64_t count;
    double worst_ms;
} gf_pace;

void gf_pace_add(gf_pace *pace, double gap_ms);
/* The upper edge of the bin that holds the rank (0..1), at most the worst gap; 0 without frames. */
double gf_pace_rank(const gf_pace *pace, double rank);

#endif
