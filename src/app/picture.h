/* The explorer off screen: the frames that the window would show, without a display and without a
 * clock. */
#ifndef GF_APP_PICTURE_H
#define GF_APP_PICTURE_H

#include "app/live.h"
#include "app/options.h"
#include "app/picture_size.h"
#include "view/context.h"

/* Zero it and set the first three lines. */
typedef struct gf_picture {
    gf_picture_size size;
    bool light, perspective; /* how it looks */
    int32_t inspected;       /* the layer in the inspector; 0: none */
    gf_context *context;
    gf_view *view;
    gf_ui *ui;
    gf_explorer *explorer;
    gf_live live;
} gf_picture;

/* On failure gf_picture_close() is still to be called. */
gf_status gf_picture_open(gf_picture *picture, const gf_options *options, gf_error *error);
void gf_picture_close(gf_picture *picture);
/* Turn a lecture to `step`, from 1. GF_INVALID: it has no such step, or is not the author's. */
gf_status gf_picture_turn(gf_picture *picture, int32_t step, gf_error *error);
/* Steps to show one after the other: those of a lecture whose network is the author's, else 1. */
int32_t gf_picture_steps(const gf_picture *picture);
/* Compute the network to show, and the remedies offered for it. GF_CANCELLED. */
gf_status gf_picture_compute(gf_picture *picture, gf_error *error);
/* Draw a moment of the animation, -1..1, `seconds` after the frame before. The picture can be
 * captured until gf_picture_end(). */
void gf_picture_draw(gf_picture *picture, double moment, double seconds);
void gf_picture_end(gf_picture *picture);
/* What a person should know beside the picture (a device that failed, missing fonts), on stderr. */
void gf_picture_say_notices(const gf_picture *picture);

#endif
