/* The inside of the explorer, shared by the panels. Panels change it through the verbs below and
 * draw what it says. */
#ifndef GF_UI_EXPLORER_STATE_H
#define GF_UI_EXPLORER_STATE_H

#include "ui/chart_lines.h"
#include "ui/explorer.h"
#include "ui/history.h"
#include "ui/layout.h"
#include "ui/widgets.h"
#include "view/timeline.h"

#define GF_TITLE_BYTES 200

struct gf_explorer {
    gf_scenario *scenarios; /* the list; owned */
    int32_t scenario_count;
    gf_scenario scenario;   /* the current one, as its author wrote it */
    int32_t scenario_index; /* in the list, -1: from a file */
    gf_scenario opened;     /* the one from a file, if there is one */
    int32_t step;           /* of its steps, from 0 */
    gf_spec spec;           /* as edited: of the side that is worked on */
    gf_spec beside;         /* of the other one, while comparing */
    bool comparing;         /* there are A and B */
    bool asked_by_author;   /* because the scenario says so */
    int32_t side;           /* that is worked on: 0 is A */
    gf_history history;
    bool run_wanted[GF_NETWORKS];
    bool replay_pending; /* start the wave when the wanted pass arrives */
    gf_timeline timeline;
    double working_seconds;              /* how long the wanted pass has been on its way */
    int32_t hover_layer, selected_layer; /* 0: none; the selected one is in the inspector */
    int32_t range_first, range_last;     /* what the inspector's lists are for */
    int32_t hover_side;                  /* the network under the mouse */
    float pointed_x;                     /* where the selected layer is on the stage */
    bool histograms, panels_hidden, blank, help;
    bool perspective; /* the stage is seen by a camera, from: */
    gf_angle angle;
    bool theory, light; /* the chart's line, the projector's colours */
    gf_measure measure; /* of the chart */
    gf_chart_lines lines;
    gf_layer_span span;      /* what stage and chart show of the layers */
    bool dragging, drag_map; /* the stage, or the map above it, is being moved */
    float drag_from, drag_last;
    bool turning; /* the camera, by the right button */
    float turn_x, turn_y;
    bool has_run; /* in the last frame */
    bool settled; /* the last frame showed all there was */
    float zoom;
    gf_scroll scenario_scroll, network_scroll, playback_scroll;
    bool scenarios_folded, network_folded, more_open; /* sections of the left panel */
    char focus[48];                                   /* of the last frame */
    char hint[200];                                   /* of the last frame */
    bool typing;
    uint64_t events, answered; /* of gf_input, by this frame and by the one before */
    bool more_keys;            /* wait for the next frame */
    float mouse_x, mouse_y;
    bool show_current; /* scroll the list so that the current scenario is seen */
    char title[GF_TITLE_BYTES];
    int32_t help_page;
    gf_scroll help_scroll;
    float help_height; /* of the page, in pixels */
    bool bench;        /* the benchmark is over the picture */
    gf_scroll bench_scroll;
    float bench_height;
    char banner[512];         /* its sentence, empty: there is none */
    double banner_seconds;    /* since it is the one */
    bool banner_away;         /* it was clicked away, or has been there long enough */
    char said[300];           /* the last sentence of gf_explorer_say() */
    double said_seconds;      /* how long it is still shown */
    bool saving, save_opened; /* the file's name is being typed; since this frame */
    char save_path[512];
    gf_explorer_requests requests;
    gf_explorer_now now;  /* of this frame */
    gf_layout layout;     /* of this frame */
    gf_label_list labels; /* of this frame: the words of stage and chart */
};

/* ---- Verbs
 * ----------------------------------------------------------------------------------------------------
 */

void gf_explorer_choose(gf_explorer *explorer, int32_t index); /* a scenario of the list; replays */
void gf_explorer_take_side(gf_explorer *explorer, int32_t side); /* work on it from now on */
void gf_explorer_compute(gf_explorer *explorer);                 /* what was called off */
void gf_explorer_undo(gf_explorer *explorer);
void gf_explorer_redo(gf_explorer *explorer);
void gf_explorer_set_perspective(gf_explorer *explorer, bool on);
void gf_explorer_turn(gf_explorer *explorer, float yaw, float pitch); /* the camera, radians */
void gf_explorer_ask_save(gf_explorer *explorer);
void gf_explorer_edited(gf_explorer *explorer); /* the spec changed: run it, show all of it */
void gf_explorer_apply(gf_explorer *explorer, const gf_spec *spec); /* another network; replays */
void gf_explorer_reseed(gf_explorer *explorer);                     /* another seed; replays */
void gf_explorer_toggle_play(gf_explorer *explorer); /* from the beginning when at the end */
void gf_explorer_set_forward(gf_explorer *explorer,
                             bool on); /* does a pass begin with its forward phase? */
void gf_explorer_ask_seeds(
    gf_explorer *explorer); /* ask for the band of many seeds, or give it up */
void gf_explorer_replay(gf_explorer *explorer);
bool gf_explorer_is_edited(const gf_explorer *explorer);

/* The step of the lecture, NULL in a scenario without steps. */
const gf_step *gf_explorer_step(const gf_explorer *explorer);
/* The network as its author wrote it: the step's or the scenario's. */
const gf_spec *gf_explorer_authored(const gf_explorer *explorer);
/* The pass of this frame of the network that is worked on, NULL when there is none; it may be half
 * full. */
const gf_run *gf_explorer_run(const gf_explorer *explorer);
const gf_diagnosis *gf_explorer_diagnosis(const gf_explorer *explorer);
/* The pass of either network, NULL as above. */
const gf_run *gf_explorer_run_of(const gf_explorer *explorer, int32_t side);
/* The record of a layer, NULL when it has not been computed. */
const gf_layer_record *gf_explorer_layer(const gf_explorer *explorer, int32_t layer);

void gf_explorer_keys(gf_explorer *explorer, const gf_input *input);

/* ---- Panels, one a file
 * --------------------------------------------------------------------------------------- */

void gf_head_draw(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
void gf_panel_scenarios(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
void gf_panel_network(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
float gf_panel_network_height(const gf_explorer *explorer); /* design pixels */
void gf_panel_playback(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
void gf_panel_chart(gf_explorer *explorer, gf_ui *ui, gf_rect chart);
void gf_panel_status(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
/* Remedies to click. */
float gf_panel_try_height(const gf_explorer *explorer); /* design pixels, 0: nothing to offer */
void gf_panel_try(gf_explorer *explorer, gf_ui *ui, gf_rect rect);
void gf_verdict_draw(gf_explorer *explorer, gf_ui *ui, gf_rect box);
void gf_curves_draw(gf_explorer *explorer, gf_ui *ui,
                    gf_rect rect); /* f, f' and the density of z */
float gf_caption_height(const gf_explorer *explorer, gf_ui *ui, float width); /* pixels */
void gf_caption_draw(gf_explorer *explorer, gf_ui *ui);
void gf_toast_draw(gf_explorer *explorer, gf_ui *ui);
void gf_save_dialog_draw(gf_explorer *explorer, gf_ui *ui);
void gf_banner_update(gf_explorer *explorer, const gf_ui *ui);
float gf_banner_height(const gf_explorer *explorer, gf_ui *ui, float width); /* pixels, 0: none */
void gf_banner_draw_sign(gf_explorer *explorer, gf_ui *ui, gf_rect place);   /* while it is away */
void gf_banner_draw(gf_explorer *explorer, gf_ui *ui);
void gf_explorer_show_bench(gf_explorer *explorer, bool on); /* and start it, or call it off */
void gf_bench_panel_draw(gf_explorer *explorer, gf_ui *ui);
void gf_help_turn(gf_explorer *explorer, int32_t by); /* to another page */
void gf_help_draw(gf_explorer *explorer, gf_ui *ui);
gf_rect gf_inspector_rect(const gf_explorer *explorer); /* of no size: it is closed */
void gf_inspector_draw(gf_explorer *explorer, gf_ui *ui);
/* Layers first..last get an activation or an init of their own; GF_ACTIVATION_COUNT and
 * GF_INIT_COUNT: the network's again. False: there are too many overrides. */
bool gf_one_layer_set_activation(gf_spec *spec, int32_t first, int32_t last,
                                 gf_activation activation);
bool gf_one_layer_set_init(gf_spec *spec, int32_t first, int32_t last, gf_init init);
void gf_one_layer_draw(gf_explorer *explorer, gf_ui *ui, gf_rect row);
/* f and f' alone. */
void gf_curves_sketch(gf_ui *ui, gf_rect rect, gf_activation activation);
/* f, f' and z of one layer, without a heading. */
void gf_curves_draw_layer(gf_explorer *explorer, gf_ui *ui, gf_rect rect, int32_t layer);

#define GF_LAYER_LINES_MAX 18
/* The numbers of a record in words; all of them, or those that matter most. Returns how many. */
int32_t gf_layer_lines(const gf_layer_record *record, bool all,
                       gf_tooltip_line lines[GF_LAYER_LINES_MAX]);
void gf_layer_tooltip(gf_explorer *explorer, gf_ui *ui);

#endif
