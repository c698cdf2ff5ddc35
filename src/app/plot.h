/* A figure drawn off screen with the words and colours of the window: phase diagrams and benchmark
 * charts. */
#ifndef GF_APP_PLOT_H
#define GF_APP_PLOT_H

#include "app/picture_size.h"
#include "ui/ui.h"

typedef struct gf_plot gf_plot;

typedef struct gf_plot_desc {
    const char *path; /* FILE.png */
    gf_picture_size size;
    bool light; /* the projector's colours */
} gf_plot_desc;

/* Before the work whose figure it is: what is missing to draw and write it is said now. GF_INVALID:
 * the name; GF_IO, GF_UNAVAILABLE. */
gf_status gf_plot_open(const gf_plot_desc *desc, gf_plot **out, gf_error *error);
/* `draw` fills `page`; called several times, until its fonts are there. */
gf_status gf_plot_write(gf_plot *plot, void (*draw)(const void *figure, gf_ui *ui, gf_rect page),
                        const void *figure, gf_error *error);
void gf_plot_close(gf_plot *plot); /* NULL is fine */

#endif
