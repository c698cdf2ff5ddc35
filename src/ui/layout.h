/* Where everything goes: rectangles from the size of the framebuffer, nothing else. */
#ifndef GF_UI_LAYOUT_H
#define GF_UI_LAYOUT_H

#include "view/scene.h"

typedef struct gf_layout {
    float scale; /* framebuffer pixels per design pixel */
    bool has_left, has_right;
    gf_rect head;
    gf_rect left, right;     /* panels */
    gf_rect banner, caption; /* over the stage; of no height when there is none */
    gf_rect stage, chart;    /* panels of the centre */
    gf_rect other, names; /* of a comparison: the second stage, the line above; else of no size */
    gf_rect centre;       /* all of the room of the stage or stages */
    gf_rect scenarios, network, playback; /* sections of the left panel */
} gf_layout;

typedef struct gf_layout_desc {
    int32_t width, height; /* framebuffer pixels */
    float scale;           /* gf_layout_scale() times the user's zoom */
    float network_height;  /* what the controls would like to have, in design pixels */
    float banner_height, caption_height; /* pixels, 0: none */
    bool scenarios_folded;               /* only the title of the list is there */
    bool hide_panels;
} gf_layout_desc;

/* Framebuffer pixels per design pixel before the user's zoom. */
float gf_layout_scale(int32_t width, int32_t height);

/* A panel that would squeeze the centre is left out: the right one first. */
gf_layout gf_layout_make(const gf_layout_desc *desc);

#endif
