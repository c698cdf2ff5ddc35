/* The whole picture and what the user does to it: scenarios, controls, playhead, panels. The same
 * frame is drawn in a window and off screen.
 *
 * The explorer owns no engine. It says which network it wants to see (gf_explorer_wants_run) and is
 * given the pass to show with every frame; until the wanted one comes, the old one stays. */
#ifndef GF_UI_EXPLORER_H
#define GF_UI_EXPLORER_H

#include "gradflow/ensemble.h"
#include "gradflow/remedy.h"
#include "gradflow/scenario.h"
#include "ui/bench_panel.h"
#include "ui/detail.h"
#include "ui/ui.h"
#include "view/layer_span.h"
#include "view/view.h"

typedef struct gf_explorer gf_explorer;

/* Starts with `scenario`, playing. GF_MEMORY. GF_INVALID: a built-in scenario is broken. */
gf_status gf_explorer_create(const gf_scenario *scenario, gf_explorer **out, gf_error *error);
void gf_explorer_destroy(gf_explorer *explorer); /* NULL is fine */

/* A, and the B of a comparison. */
#define GF_NETWORKS 2

/* What there is of one of them. */
typedef struct gf_explorer_pass {
    const gf_run *run;             /* NULL or depth 0: nothing yet */
    const gf_diagnosis *diagnosis; /* of a complete run, else NULL */
    const gf_edges *edges;         /* of a tiny network, as far as they are there; NULL: none */
    const gf_layer_detail *detail; /* of the layer in the inspector; NULL: none */
} gf_explorer_pass;

/* What the world looks like in this frame. Pointers are borrowed for the call. */
typedef struct gf_explorer_now {
    int32_t width, height; /* framebuffer pixels */
    double seconds;        /* since the last frame */
    double fps;            /* 0: not worth showing */
    gf_explorer_pass passes[GF_NETWORKS];
    /* Of the network that is worked on: measured, or being measured; NULL: none, not asked for. */
    const gf_remedies *remedies;
    const gf_ensemble *ensemble;
    bool filmed;                  /* every frame is given its moment, and the wave plays */
    bool spread;                  /* a window: a new pass may be taken up over several frames */
    bool working;                 /* the engine is on a pass that is not complete */
    double predicted_seconds;     /* how long that takes in all, 0: not known */
    double progress;              /* share of its layers that have come, 0..1 */
    bool cancelled;               /* the wanted network was called off and has not been computed */
    const char *notice;           /* one sentence for the banner, NULL or empty: none */
    bool may_retry;               /* it is about a device that was left: offer it again */
    const gf_bench_report *bench; /* NULL: this program cannot run one */
    const char *refusal;          /* why the wanted network cannot be run, NULL or empty: it can */
} gf_explorer_now;

/* Handle the input and draw everything. True when a font came out makeshift: see gf_ui_end(). */
bool gf_explorer_frame(gf_explorer *explorer, gf_ui *ui, gf_view *view, const gf_explorer_now *now);

/* Which network is to be run, -1: none. */
int32_t gf_explorer_wanted_side(const gf_explorer *explorer);
/* True once for every change of a network; *out is what to run, for gf_explorer_wanted_side(). */
bool gf_explorer_wants_run(gf_explorer *explorer, gf_spec *out);
/* Are two networks the same in every field? */
bool gf_spec_same(const gf_spec *one, const gf_spec *other);
/* Thresholds of the current scenario, for gf_diagnose(). */
const gf_thresholds *gf_explorer_get_thresholds(const gf_explorer *explorer);
/* Cells of a neuron column worth asking for. */
int32_t gf_explorer_rows(const gf_spec *spec);

/* On by so many steps of a lecture, or past its end to the next scenario; plays it. */
void gf_explorer_walk(gf_explorer *explorer, int32_t by);
/* Open the inspector of a layer, or close it if it is this one's; 0 closes it. */
void gf_explorer_inspect(gf_explorer *explorer, int32_t layer);
/* Go to a moment of the animation, -1..1 (timeline.h), and stay. */
void gf_explorer_seek(gf_explorer *explorer, double moment);
/* Which layers stage and chart show; {0, 0}: all of them. */
void gf_explorer_set_span(gf_explorer *explorer, gf_layer_span span);
/* The projector's colours, and the stage seen from the side. */
void gf_explorer_set_looks(gf_explorer *explorer, bool light, bool perspective);
/* Does the picture change by itself? */
bool gf_explorer_is_moving(const gf_explorer *explorer);

#define GF_EXPLORER_SEEDS 8

typedef struct gf_explorer_requests {
    bool quit, toggle_full_screen, leave_full_screen;
    bool save_picture;  /* of the window, as PNG */
    bool save_scenario; /* to gf_explorer_get_save_path() */
    bool cancel;        /* the pass under way */
    bool copy_to_other; /* a copy of the pass of A becomes that of B */
    bool swap;          /* the two change places */
    bool drop_other;    /* no comparison any more */
    bool seeds;         /* run GF_EXPLORER_SEEDS seeds of the network on screen */
    bool drop_seeds;    /* forget them */
    bool bench_start;   /* time the devices, from the beginning */
    bool bench_cancel;
    bool retry_device; /* that failed */
    bool copy_command; /* the command line of the network, to the clipboard */
} gf_explorer_requests;
/* What the user asked of the window since the last call. */
gf_explorer_requests gf_explorer_take_requests(gf_explorer *explorer);

/* The file's name that was typed for save_scenario. */
const char *gf_explorer_get_save_path(const gf_explorer *explorer);
/* What a request is about: the scenario on screen with its author's network, and the network as
 * edited. */
const gf_scenario *gf_explorer_get_scenario(const gf_explorer *explorer);
const gf_spec *gf_explorer_get_spec(const gf_explorer *explorer); /* that is worked on */
/* Of a side, NULL: there is no B. */
const gf_spec *gf_explorer_get_side(const gf_explorer *explorer, int32_t side);
/* What was requested has been done: A and B have changed places, B is a copy of A. */
void gf_explorer_swapped(gf_explorer *explorer);
void gf_explorer_copied(gf_explorer *explorer);
/* The device gets another chance: all networks on screen are to be run again. */
void gf_explorer_retried(gf_explorer *explorer);
/* Show a sentence for a few seconds: what came of a request. */
void gf_explorer_say(gf_explorer *explorer, const char *sentence);

/* The state in plain words, for tests and a line in a log. */
typedef struct gf_explorer_state {
    const char *scenario;   /* name */
    const char *title;      /* the sentence over the stage */
    int32_t scenario_index; /* in the list, -1: from a file */
    int32_t scenario_count;
    int32_t step, step_count; /* of a lecture, from 1; 0: no lecture */
    gf_spec spec;             /* of the network that is worked on */
    bool comparing;
    int32_t side;                   /* which of the two is worked on */
    int32_t history, history_count; /* place in what can be undone, from 0 */
    bool saving;
    const char *banner; /* the sentence above the stage; empty: none, or put away */
    bool banner_away;
    const char *said; /* the last sentence of gf_explorer_say() */
    bool edited;      /* the network is no longer the scenario's */
    double front, moment, speed;
    bool playing;
    int32_t hover_layer, selected_layer;
    bool histograms, panels_hidden, blank, help, bench;
    bool theory, theory_shown; /* wanted; there is one for this network and measure */
    bool band_shown;
    bool forward, is_forward; /* a pass begins with its forward phase; it is in it */
    bool light;
    bool perspective;
    gf_angle angle;
    const char *measure;
    double span_first, span_last; /* layers shown; both 0: all */
    int32_t help_page;
    bool scenarios_folded, network_folded, more_open;
    float zoom;
    const char *hint;  /* the words shown where the mouse rests; empty: none */
    bool typing;       /* a number or a name is being typed */
    const char *focus; /* the control the keyboard works on, empty: none */
    /* Keys, buttons and notches of the wheel so far whose frame, and the one after it, are drawn.
     */
    uint64_t events;
    float mouse_x, mouse_y; /* of the last frame; negative when it is elsewhere */
} gf_explorer_state;
void gf_explorer_get_state(const gf_explorer *explorer, gf_explorer_state *out);

#endif
