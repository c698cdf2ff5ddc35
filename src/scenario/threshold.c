/* One table for reading and saving, so that no threshold is read that is not saved. */
#include "scenario/threshold.h"

#include <string.h>

#define ROW(member)                                                                                \
    {                                                                                              \
#member, offsetof(gf_thresholds, member)                                                   \
    }

const gf_threshold gf_threshold_table[GF_THRESHOLD_COUNT] = {
    ROW(vanishing_ratio), ROW(exploding_ratio),   ROW(dead_share),
    ROW(saturated_share), ROW(activation_spread), ROW(absolute_gradient),
};

double *gf_threshold_find(gf_thresholds *thresholds, const char *name)
{
    for (size_t i = 0; i < GF_THRESHOLD_COUNT; i++)
        if (strcmp(gf_threshold_table[i].name, name) == 0)
            return (void *)((char *)thresholds + gf_threshold_table[i].offset);
    return NULL;
}
