/* The window beyond drawing: full screen, closing, waiting for events. */
#ifndef GF_VIEW_WINDOW_H
#define GF_VIEW_WINDOW_H

#include <stdbool.h>

/* Where the window was before it filled the screen; zero: it never did. */
typedef struct gf_window_place {
    bool full_screen;
    int x, y, width, height;
    int monitor_count; /* what there was to fill when it was last looked at */
    const void *first_monitor;
} gf_window_place;

/* Borderless over the monitor the window is on. Without any monitor it stays as it is. */
void gf_window_set_full_screen(void *window, gf_window_place *place, bool full_screen);
/* Keep the screen filled when a monitor was unplugged or plugged in again, perhaps another one. */
void gf_window_follow_monitors(void *window, gf_window_place *place);
/* Where the window is, or was before it filled the screen. */
void gf_window_find(void *window, gf_window_place *place);
void gf_window_move(void *window, const gf_window_place *place);
bool gf_window_should_close(void *window);
/* Another program has destroyed it: there is nobody to draw for, and its sizes are nonsense. Known
 * after the next question about it. */
bool gf_window_is_gone(void *window);
void gf_window_lose(void *window); /* it is */
/* Nothing to draw: minimised, or of no size. */
bool gf_window_is_hidden(void *window);
/* Handle what has happened; sleep until something does, for at most `seconds`. */
void gf_window_wait(double seconds);

#endif
