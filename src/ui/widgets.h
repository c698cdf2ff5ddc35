/* Controls made of shapes, text and gf_ui_hit(): every panel draws its rows with these. */
#ifndef GF_UI_WIDGETS_H
#define GF_UI_WIDGETS_H

#include "ui/ui.h"

gf_text_style gf_style_body(const gf_ui *ui);
gf_text_style gf_style_dim(const gf_ui *ui);     /* body, dim */
gf_text_style gf_style_small(const gf_ui *ui);   /* small, dim */
gf_text_style gf_style_heading(const gf_ui *ui); /* title of a section */

/* Cut `height` pixels off the top of `rect`. */
gf_rect gf_rect_take_top(gf_rect *rect, float height);
gf_rect gf_rect_inset(gf_rect rect, float x, float y);

void gf_widget_heading(gf_ui *ui, gf_rect row, const char *text);

typedef struct gf_slider {
    const char *id, *label;
    double low, high;
    bool log;       /* equal steps multiply */
    bool whole;     /* integers only */
    int32_t digits; /* after the point */
} gf_slider;

typedef enum gf_change {
    GF_CHANGE_NONE,
    GF_CHANGE_DRAG, /* the value changed and the user is still at it */
    GF_CHANGE_DONE  /* the value changed for good, or the drag ended */
} gf_change;

/* Label, track, value; drag, or click on the value to type one. */
gf_change gf_widget_slider(gf_ui *ui, gf_rect row, const gf_slider *slider, double *value);

typedef struct gf_card {
    const char *id, *title, *subtitle;
    bool current;
} gf_card;
bool gf_widget_card(gf_ui *ui, gf_rect rect, const gf_card *card);

bool gf_widget_button(gf_ui *ui, const char *id, gf_rect rect, const char *text);

/* Label at the left, "on" or "off" at the right; the whole row can be clicked. True when it was. */
bool gf_widget_toggle(gf_ui *ui, const char *id, gf_rect row, const char *label, bool *value);

/* Lines in a box near a point, kept inside the framebuffer. Column 0 is the label, column 1 the
 * value. */
typedef struct gf_tooltip_line {
    char label[40], value[48];
} gf_tooltip_line;
void gf_widget_tooltip(gf_ui *ui, float x, float y, gf_rect bounds, const char *title,
                       const gf_tooltip_line *lines, int32_t count);

/* A region that scrolls when its content is higher than it. Draw the content from the returned top;
 * *offset is the caller's, 0 at first. */
float gf_scroll_begin(gf_ui *ui, gf_rect rect, float content_height, float *offset);
void gf_scroll_end(gf_ui *ui, gf_rect rect, float content_height, float offset);

#endif
