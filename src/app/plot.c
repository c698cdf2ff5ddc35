/* One frame without a view: a background, and what the figure draws over it. */
#include "app/plot.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ui/layout.h"
#include "view/capture.h"
#include "view/context.h"
#include "view/palette.h"
#include "view/view.h"

#define FRAMES_MAX 6 /* fonts are built for the sizes that the frame before asked for */

struct gf_plot {
    gf_plot_desc desc;
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
};

static gf_status check_path(const char *path, gf_error *error)
{
    const size_t length = strlen(path);
    gf_file_writer writer;
    if (length < 5 || strcmp(path + length - 4, ".png") != 0)
        return gf_fail(error, GF_INVALID,
                       "the figure's name is '%s'; allowed is one that ends in .png", path);
    GF_TRY(gf_file_begin(path, &writer, error));
    gf_file_abandon(&writer);
    return GF_OK;
}

static gf_status open_parts(gf_plot *plot, gf_error *error)
{
    const gf_picture_size size = plot->desc.size;
    GF_TRY(check_path(plot->desc.path, error));
    GF_TRY(gf_context_open_offscreen(size.width, size.height, &plot->context, error));
    GF_TRY(gf_view_create(&plot->view, error));
    return gf_ui_create(NULL, &plot->ui, error);
}

gf_status gf_plot_open(const gf_plot_desc *desc, gf_plot **out, gf_error *error)
{
    gf_plot *plot = calloc(1, sizeof *plot);
    if (!plot) return gf_fail(error, GF_MEMORY, "no memory for a figure");
    plot->desc = *desc;
    const gf_status status = open_parts(plot, error);
    if (status != GF_OK) {
        gf_plot_close(plot);
        return status;
    }
    *out = plot;
    return GF_OK;
}

void gf_plot_close(gf_plot *plot)
{
    if (!plot) return;
    gf_ui_destroy(plot->ui);
    gf_view_destroy(plot->view);
    gf_context_destroy(plot->context);
    free(plot);
}

gf_status gf_plot_write(gf_plot *plot, void (*draw)(const void *figure, gf_ui *ui, gf_rect page),
                        const void *figure, gf_error *error)
{
    const gf_picture_size size = plot->desc.size;
    const gf_theme *theme = plot->desc.light ? gf_theme_projector() : gf_theme_dark();
    const gf_ui_frame frame = {size.width, size.height, gf_layout_scale(size.width, size.height), 0,
                               theme};
    const gf_rect page = {0, 0, (float)size.width, (float)size.height};
    bool makeshift = true;
    for (int i = 0; i < FRAMES_MAX && makeshift; i++) {
        if (i > 0) gf_context_end(plot->context);
        gf_context_begin(plot->context);
        gf_view_begin(plot->view, size.width, size.height, theme);
        gf_view_end(plot->view);
        gf_ui_begin(plot->ui, &frame);
        draw(figure, plot->ui, page);
        makeshift = gf_ui_end(plot->ui);
    }
    const gf_status status = gf_capture_png(plot->context, plot->desc.path, error);
    gf_context_end(plot->context);
    return status;
}
