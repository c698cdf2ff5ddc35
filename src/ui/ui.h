/* Immediate-mode widgets and shapes at fixed places: all the C side sees of Dear ImGui.
 *
 * Rectangles and points are framebuffer pixels, origin top left. Sizes of text are design pixels
 * (as they measure at a height of 1080) and are multiplied by the scale of the frame, so that a
 * panel never scales a font itself. */
#ifndef GF_UI_UI_H
#define GF_UI_UI_H

#ifdef __cplusplus
extern "C" {
#endif

#include "ui/focus.h"
#include "view/scene.h"

typedef struct gf_ui gf_ui;

/* `window`: the GLFWwindow of gf_context_get_window(), NULL off screen. Needs the OpenGL context to
 * be current; install no GLFW callbacks of your own afterwards. GF_DEVICE: OpenGL refused what text
 * needs. */
gf_status gf_ui_create(void *window, gf_ui **out, gf_error *error);
void gf_ui_destroy(gf_ui *ui);
/* A sentence when the fonts are missing and letters fall back to a coarse built-in one; empty
 * otherwise. */
const char *gf_ui_font_notice(const gf_ui *ui);

typedef struct gf_ui_frame {
    int32_t width, height; /* framebuffer pixels, both at least 1 */
    float scale;           /* framebuffer pixels per design pixel */
    double seconds;        /* since the last frame */
    const gf_theme *theme;
} gf_ui_frame;

void gf_ui_begin(gf_ui *ui, const gf_ui_frame *frame);
/* Brings everything since begin to the framebuffer, over what the view has drawn. True when text
 * came out in a makeshift size because its font was not built yet: draw the frame again for a still
 * picture. */
bool gf_ui_end(gf_ui *ui);
float gf_ui_scale(const gf_ui *ui);
const gf_theme *gf_ui_theme(const gf_ui *ui);

/* ---- Input of this frame
 * -------------------------------------------------------------------------------------- */

typedef enum gf_key {
    GF_KEY_LEFT,
    GF_KEY_RIGHT,
    GF_KEY_UP,
    GF_KEY_DOWN,
    GF_KEY_ENTER,
    GF_KEY_TAB,
    GF_KEY_HOME,
    GF_KEY_END,
    GF_KEY_PAGE_UP,
    GF_KEY_PAGE_DOWN,
    GF_KEY_ESCAPE,
    GF_KEY_F1,
    GF_KEY_F5,
    GF_KEY_F11,
    /* With Ctrl, by the letter that the keyboard layout has there. */
    GF_KEY_QUIT, /* Q */
    GF_KEY_UNDO, /* Z */
    GF_KEY_REDO, /* Y, or Z with Shift */
    GF_KEY_SAVE, /* S */
    GF_KEY_COPY, /* C */
    GF_KEY_COUNT
} gf_key;

typedef struct gf_input {
    float mouse_x, mouse_y;     /* negative when the mouse is elsewhere */
    float wheel;                /* notches, up is positive */
    bool mouse_free;            /* no widget holds the mouse and no list is open */
    bool clicked;               /* left button went down */
    bool right_held;            /* right button is down */
    bool typing;                /* a number is being typed: keys are text */
    uint8_t keys[GF_KEY_COUNT]; /* how often each went down; the arrows repeat while held. Those
                                   that a control with the focus takes are not here. */
    uint32_t characters[16];    /* Unicode, as the layout gives them; no repeats */
    int32_t character_count;
    bool more;       /* keys wait for the next frame */
    uint32_t events; /* keys that went down, buttons that went down or up, notches of the wheel */
} gf_input;

const gf_input *gf_ui_input(const gf_ui *ui);
/* Is a control being dragged or typed into, this frame's widgets included? */
bool gf_ui_is_held(const gf_ui *ui);
bool gf_rect_has(gf_rect rect, float x, float y);

/* Between the two, what lies under the mouse inside `rect` is not for the controls drawn: a panel
 * drawn later is over them. `keyboard`: Tab passes them by as well. */
void gf_ui_cover_begin(gf_ui *ui, gf_rect rect, bool keyboard);
void gf_ui_cover_end(gf_ui *ui);

/* A control that the keyboard can work on, drawn with a ring while it has the focus. */
gf_focus gf_ui_focus(gf_ui *ui, const char *id, gf_rect rect);
/* Its id without the leading "##"; empty when none has it. */
const char *gf_ui_focus_id(const gf_ui *ui);
void gf_ui_drop_focus(gf_ui *ui);
/* Stops drawn in this frame so far; and which of them the focus has just come to, -1 if none. */
int32_t gf_ui_focus_stops(const gf_ui *ui);
int32_t gf_ui_focus_arrival(const gf_ui *ui, gf_rect *rect);

/* Words that explain what is in `rect`, shown when the mouse rests there. The text is copied. */
void gf_ui_hint(gf_ui *ui, gf_rect rect, const char *text);
/* The hint to show now, NULL if none; *rect is what it is about. */
const char *gf_ui_hint_due(const gf_ui *ui, gf_rect *rect);

/* ---- Text and shapes
 * ------------------------------------------------------------------------------------------ */

typedef struct gf_text_style {
    float size; /* design pixels */
    gf_color color;
    gf_align align;
    bool bold;
} gf_text_style;

/* Centred vertically on y; `style.align` says where x is. */
void gf_ui_text(gf_ui *ui, float x, float y, gf_text_style style, const char *text);
/* The same in at most `width` pixels: smaller down to 3/4 of its size, then cut with an ellipsis.
 */
void gf_ui_text_fit(gf_ui *ui, float x, float y, float width, gf_text_style style,
                    const char *text);
/* Broken at spaces, from the top left of `rect`; lines that do not fit are left out. Returns the
 * height in pixels. */
float gf_ui_text_wrapped(gf_ui *ui, gf_rect rect, gf_text_style style, const char *text);
/* What it would return with room without end. */
float gf_ui_text_height(gf_ui *ui, float width, gf_text_style style, const char *text);
float gf_ui_text_width(gf_ui *ui, gf_text_style style, const char *text);
void gf_ui_labels(gf_ui *ui, const gf_label_list *labels);

void gf_ui_fill(gf_ui *ui, gf_rect rect, float radius, gf_color color);
void gf_ui_outline(gf_ui *ui, gf_rect rect, float radius, float thickness, gf_color color);
void gf_ui_line(gf_ui *ui, float x0, float y0, float x1, float y1, float thickness, gf_color color);
/* `points` are x, y pairs. */
void gf_ui_curve(gf_ui *ui, const float *points, int32_t count, float thickness, gf_color color);
/* Between the curve and the horizontal line at `base`. */
void gf_ui_area(gf_ui *ui, const float *points, int32_t count, float base, gf_color color);
void gf_ui_triangle(gf_ui *ui, const float points[6], gf_color color);
/* Cut everything, widgets included, to `rect` until clip_end. */
void gf_ui_clip_begin(gf_ui *ui, gf_rect rect);
void gf_ui_clip_end(gf_ui *ui);
/* What follows is drawn above all panels; true to begin, false to end. */
void gf_ui_overlay(gf_ui *ui, bool on);

/* ---- What can be clicked, for tests and a stage manager's script
 * ----------------------------------------------------- */

typedef struct gf_ui_mark {
    char id[32]; /* without the leading "##" */
    gf_rect rect;
} gf_ui_mark;
#define GF_UI_MARKS_MAX 160

/* Those of the last frame. */
int32_t gf_ui_marks(const gf_ui *ui, const gf_ui_mark **out);

/* ---- Widgets that need the toolkit; the others are built on gf_ui_hit() in widgets.h
 * --------------------------- */

typedef struct gf_hit {
    bool hovered, held, clicked; /* clicked: released over it */
    bool released;               /* was held until now, wherever the mouse is */
} gf_hit;

/* An invisible button; `id` is unique in the frame. */
gf_hit gf_ui_hit(gf_ui *ui, const char *id, gf_rect rect);

/* A drop-down list. `hints` (may be NULL) are shown dim beside the items. With the focus, Up and
 * Down change it, Enter opens the list. True when *current changed. */
bool gf_ui_combo(gf_ui *ui, const char *id, gf_rect rect, const char *const *items,
                 const char *const *hints, int32_t count, int32_t *current);

/* A number as text that can be clicked and typed over; Enter takes it. True when a number was
 * entered. */
bool gf_ui_entry(gf_ui *ui, const char *id, gf_rect rect, gf_text_style style, const char *shown,
                 double *entered);
/* The same begun by something else than a click on it. */
void gf_ui_entry_open(gf_ui *ui, const char *id, const char *shown);

/* A line of text being typed into text[room]; `begin` gives it the keyboard. True on Enter. */
bool gf_ui_line_entry(gf_ui *ui, const char *id, gf_rect rect, char *text, size_t room, bool begin);

/* Hand text to the clipboard. False without a window. */
bool gf_ui_copy(gf_ui *ui, const char *text);

#ifdef __cplusplus
}
#endif

#endif
