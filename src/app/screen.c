/* Opening, closing, and both in turn. */
#include "app/screen.h"

#include <time.h>

#define REOPEN_TRIES 20
#define REOPEN_NS    250000000L /* between two of them */

gf_status gf_screen_open(gf_screen *screen, gf_picture_size size, gf_error *error)
{
    GF_TRY(gf_context_open_window("gradflow", size.width, size.height, &screen->context, error));
    GF_TRY(gf_view_create(&screen->view, error));
    return gf_ui_create(gf_context_get_window(screen->context), &screen->ui, error);
}

void gf_screen_close(gf_screen *screen)
{
    gf_ui_destroy(screen->ui);
    gf_view_destroy(screen->view);
    gf_context_destroy(screen->context);
    *screen = (gf_screen){0};
}

static gf_status open_at(gf_screen *screen, const gf_window_place *place, gf_error *error)
{
    GF_TRY(gf_screen_open(screen, (gf_picture_size){place->width, place->height}, error));
    void *window = gf_context_get_window(screen->context);
    gf_window_move(window, place);
    gf_window_set_full_screen(window, &screen->place, place->full_screen);
    return GF_OK;
}

gf_status gf_screen_reopen(gf_screen *screen, gf_error *error)
{
    const struct timespec pause = {.tv_nsec = REOPEN_NS};
    gf_window_place place = screen->place;
    gf_status status = GF_UNAVAILABLE;
    gf_window_find(gf_context_get_window(screen->context), &place);
    for (int i = 0; status != GF_OK && i < REOPEN_TRIES; i++) {
        if (i > 0) nanosleep(&pause, NULL);
        gf_screen_close(screen);
        status = open_at(screen, &place, error);
    }
    return status;
}
