/* The ring: places in the list of stops. */
#include "ui/focus.h"

bool gf_focus_stop(gf_focus_ring *ring, uint32_t id)
{
    if (ring->count < GF_FOCUS_STOPS_MAX) ring->stops[ring->count++] = id;
    return ring->current == id;
}

static int32_t place_of(const gf_focus_ring *ring, uint32_t id)
{
    for (int32_t i = 0; id && i < ring->count; i++)
        if (ring->stops[i] == id) return i;
    return -1;
}

/* From nowhere, Tab goes to the first stop and Shift+Tab to the last. */
static int32_t place_after(const gf_focus_ring *ring, int32_t place)
{
    const int32_t from = place < 0 && ring->turns < 0 ? 0 : place;
    return ((from + ring->turns) % ring->count + ring->count) % ring->count;
}

void gf_focus_turn(gf_focus_ring *ring)
{
    const int32_t place = place_of(ring, ring->current);
    const uint32_t before = ring->current;
    if (place < 0) ring->current = 0;
    if (ring->turns != 0 && ring->count > 0) ring->current = ring->stops[place_after(ring, place)];
    ring->moved = ring->current != before;
    ring->turns = 0;
    ring->count = 0;
}
