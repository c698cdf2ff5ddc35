/* Up by choice, down by failure. */
#include "engine/ladder.h"

#include <stdio.h>
#include <string.h>

#include "compute/compute.h"

#define STRIKES_TO_C 3

void gf_ladder_choose(gf_ladder *ladder, const char *name)
{
    snprintf(ladder->wanted, sizeof ladder->wanted, "%s", name ? name : "");
    memcpy(ladder->rung, ladder->wanted, sizeof ladder->rung);
    memcpy(ladder->device, ladder->wanted, sizeof ladder->device);
    ladder->strikes = 0;
    ladder->without_opencl = false;
    ladder->own_cache = false;
}

bool gf_ladder_begin(gf_ladder *ladder)
{
    const bool aside = strcmp(ladder->device, ladder->rung) != 0;
    memcpy(ladder->device, ladder->rung, sizeof ladder->device);
    return aside;
}

/* Index of the device at work; `count` when it is not known. */
static int32_t place_of(const gf_ladder *ladder, const char *id)
{
    gf_device at;
    const char *name = id[0] ? id : ladder->device[0] ? ladder->device : NULL;
    int32_t i = 0;
    if (gf_compute_find(ladder->devices, ladder->count, name, &at, NULL) != GF_OK)
        return ladder->count;
    while (strcmp(ladder->devices[i].id, at.id) != 0)
        i++;
    return i;
}

bool gf_ladder_step_aside(gf_ladder *ladder, const char *id)
{
    const int32_t next = place_of(ladder, id) + 1;
    /* The reference is for checking: nobody wants to wait for it. */
    if (next >= ladder->count || strcmp(ladder->devices[next].id, "reference") == 0) return false;
    snprintf(ladder->device, sizeof ladder->device, "%s", ladder->devices[next].id);
    return true;
}

void gf_ladder_leave_opencl(gf_ladder *ladder)
{
    ladder->without_opencl = true;
    snprintf(ladder->rung, sizeof ladder->rung, "cpu");
    memcpy(ladder->device, ladder->rung, sizeof ladder->device);
}

bool gf_ladder_is_down(const gf_ladder *ladder)
{
    return ladder->without_opencl || strcmp(ladder->rung, ladder->wanted) != 0;
}

static bool is_opencl(const char *id)
{
    return strncmp(id, "opencl", 6) == 0;
}

bool gf_ladder_step_down(gf_ladder *ladder, const char *id)
{
    const bool stepped = gf_ladder_step_aside(ladder, id);
    memcpy(ladder->rung, ladder->device, sizeof ladder->rung);
    if (++ladder->strikes >= STRIKES_TO_C && is_opencl(ladder->device))
        gf_ladder_leave_opencl(ladder);
    return stepped;
}

bool gf_ladder_may_try_own_cache(const gf_ladder *ladder, const char *id)
{
    const int32_t at = place_of(ladder, id);
    if (ladder->own_cache || at == ladder->count) return false;
    return strstr(ladder->devices[at].driver, "PoCL") != NULL;
}

bool gf_ladder_has_own_cache(const gf_ladder *ladder)
{
    const bool is_c =
        strcmp(ladder->device, "cpu") == 0 || strcmp(ladder->device, "reference") == 0;
    return ladder->own_cache && !is_c;
}

const char *gf_ladder_title(const gf_ladder *ladder)
{
    if (strcmp(ladder->device, "cpu") == 0) return "the processor without OpenCL";
    return ladder->device[0] ? ladder->device : "the same device";
}
