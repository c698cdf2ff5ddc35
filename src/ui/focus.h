/* Which control the keyboard works on: Tab goes from stop to stop in the order they are drawn.
 *
 * Controls say every frame that they are there; one that is no longer drawn loses the focus. Zero
 * is a ring without stops and without focus. */
#ifndef GF_UI_FOCUS_H
#define GF_UI_FOCUS_H

#include <stdbool.h>
#include <stdint.h>

#define GF_FOCUS_STOPS_MAX 192

typedef struct gf_focus_ring {
    uint32_t current; /* 0: nothing has the focus */
    uint32_t stops[GF_FOCUS_STOPS_MAX];
    int32_t count; /* of the frame being drawn */
    int32_t turns; /* presses of Tab since the last frame, Shift+Tab counted down */
    bool moved;    /* since the frame before: what scrolls brings it into view */
} gf_focus_ring;

/* What the keyboard does to the control that has the focus. Zero: it has not, or nothing was
 * pressed. */
typedef struct gf_focus {
    bool has, moved;
    bool enter;
    int32_t across, down; /* presses of Right and Down, Left and Up counted down */
} gf_focus;

/* A control is there. True when it has the focus. */
bool gf_focus_stop(gf_focus_ring *ring, uint32_t id);
/* The frame is drawn: follow Tab, drop a focus whose control is gone. */
void gf_focus_turn(gf_focus_ring *ring);

#endif
