/* The monitors and projectors of a display. */
#ifndef GF_VIEW_MONITOR_H
#define GF_VIEW_MONITOR_H

#include <stdint.h>

#define GF_MONITORS_MAX 16

typedef struct gf_monitor {
    char name[64];
    int32_t width, height; /* pixels; 0: it is switched off */
    int32_t refresh_hz;    /* 0: not known */
} gf_monitor;

/* The first is the primary one. Only while a window is open. Returns how many there are, none is
 * possible. */
int32_t gf_monitor_list(gf_monitor out[GF_MONITORS_MAX]);

#endif
