/* Widening by a share of the width, so that it happens a few times in a run and not with every
 * layer. */
#include "view/range.h"

#include <math.h>

#define ROOM 0.5 /* of the width */

gf_range gf_range_none(void)
{
    return (gf_range){INFINITY, -INFINITY};
}

bool gf_range_is_empty(gf_range range)
{
    return !(range.low <= range.high);
}

gf_range gf_range_widen(gf_range range, double value)
{
    if (!isfinite(value)) return range;
    if (gf_range_is_empty(range)) return (gf_range){value, value};
    return (gf_range){fmin(range.low, value), fmax(range.high, value)};
}

gf_range gf_range_join(gf_range one, gf_range other)
{
    if (gf_range_is_empty(one)) return other;
    if (gf_range_is_empty(other)) return one;
    return (gf_range){fmin(one.low, other.low), fmax(one.high, other.high)};
}

gf_range gf_range_follow(gf_range held, gf_range known, bool complete)
{
    if (complete || gf_range_is_empty(held)) return known;
    if (gf_range_is_empty(known)) return held;
    gf_range next = gf_range_join(held, known);
    const double room = ROOM * (next.high - next.low);
    if (known.low < held.low) next.low -= room;
    if (known.high > held.high) next.high += room;
    return next;
}
