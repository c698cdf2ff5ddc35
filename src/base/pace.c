/* A bin a millisecond: enough for a rank, and an hour of frames takes no more room than one. */
#include "base/pace.h"

#include <math.h>

void gf_pace_add(gf_pace *pace, double gap_ms)
{
    const double bin = fmin(fmax(gap_ms, 0), GF_PACE_BINS - 1);
    pace->bins[(int)bin]++;
    pace->count++;
    pace->worst_ms = fmax(pace->worst_ms, gap_ms);
}

double gf_pace_rank(const gf_pace *pace, double rank)
{
    const double wanted = fmax(ceil(rank * (double)pace->count), 1);
    double seen = 0;
    if (pace->count == 0) return 0;
    for (int bin = 0; bin < GF_PACE_BINS - 1; bin++) {
        seen += pace->bins[bin];
        if (seen >= wanted) return fmin(bin + 1, pace->worst_ms);
    }
    return pace->worst_ms;
}
