/* The ends of a scale over a run that is still coming in: they move rarely. */
#ifndef GF_VIEW_RANGE_H
#define GF_VIEW_RANGE_H

#include <stdbool.h>

typedef struct gf_range {
    double low, high; /* low > high: of nothing */
} gf_range;

gf_range gf_range_none(void);
bool gf_range_is_empty(gf_range range);
/* A value that is not finite changes nothing. */
gf_range gf_range_widen(gf_range range, double value);
gf_range gf_range_join(gf_range one, gf_range other);
/* What to show when `held` was shown and `known` is what is known by now: exactly that of a
 * complete run; of one that is coming in, what was shown, widened with room to spare where it has
 * been left. */
gf_range gf_range_follow(gf_range held, gf_range known, bool complete);

#endif
