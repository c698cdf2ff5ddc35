/* The window and everything that lives in its OpenGL: made at the start, and again after the
 * context was lost. */
#ifndef GF_APP_SCREEN_H
#define GF_APP_SCREEN_H

#include "app/picture_size.h"
#include "ui/ui.h"
#include "view/context.h"
#include "view/view.h"
#include "view/window.h"

/* Zero is closed. */
typedef struct gf_screen {
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
    gf_window_place place;
} gf_screen;

/* After a failure close it. */
gf_status gf_screen_open(gf_screen *screen, gf_picture_size size, gf_error *error);
void gf_screen_close(gf_screen *screen);
/* Where the old one was. A driver that is being reset is asked again for some seconds. */
gf_status gf_screen_reopen(gf_screen *screen, gf_error *error);

#endif
