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
/* A heading that opens and folds what is below it; *folded changes with a click. */
void gf_widget_fold(gf_ui *ui, const char *id, gf_rect row, const char *text, bool *folded);

/* gf_ui_hit() for what the keyboard can press as well: Enter is a click. */
gf_hit gf_widget_press(gf_ui *ui, const char *id, gf_rect rect);

/* The small arrow over a gf_ui_combo() that says "a list opens here". */
void gf_widget_list_arrow(gf_ui *ui, gf_rect box);

typedef struct gf_slider {
    const char *id, *label;
    double low, high;
    bool log;         /* equal steps multiply */
    bool whole;       /* integers only */
    int32_t digits;   /* after the point */
    const char *hint; /* NULL: none */
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
    const char *hint; /* NULL: none */
} gf_card;
bool gf_widget_card(gf_ui *ui, gf_rect rect, const gf_card *card);

bool gf_widget_button(gf_ui *ui, const char *id, gf_rect rect, const char *text);

/* Label at the left, "on" or "off" at the right; the whole row can be clicked. True when it was. */
bool gf_widget_toggle(gf_ui *ui, const char *id, gf_rect row, const char *label, bool *value);

/* Lines in a box near a point, kept inside the framebuffer. Column 0 is the label, column 1 the
 * value. */
typedef struct gf_tooltip_line {
    char label[40], value[48];
    const char *hint; /* what the number is; NULL: nothing to say */
} gf_tooltip_line;
/* The words that are due where the mouse rests, see gf_ui_hint(). */
void gf_widget_hint(gf_ui *ui, gf_rect bounds);
void gf_widget_tooltip(gf_ui *ui, float x, float y, gf_rect bounds, const char *title,
                       const gf_tooltip_line *lines, int32_t count);

/* A region that scrolls when its content is higher than it: by the wheel, and after the focus. Draw
 * the content from the returned top. Zero is a region at its top. */
typedef struct gf_scroll {
    float offset;
    int32_t stops; /* drawn before it in this frame */
} gf_scroll;
float gf_scroll_begin(gf_ui *ui, gf_rect rect, float content_height, gf_scroll *scroll);
void gf_scroll_end(gf_ui *ui, gf_rect rect, float content_height, gf_scroll *scroll);

#endif
