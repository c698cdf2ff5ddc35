/* Runs made up to look at (no pass behind them), and the picture of one without a display. */
#ifndef GF_TESTS_SUPPORT_PICTURE_H
#define GF_TESTS_SUPPORT_PICTURE_H

#include "view/view.h"

/* A finished run of depth x width, cells and strength of layer l at log2 = `top` - (depth - l) *
 * `octaves`, activations of -0.5 and 0.5 in turn. The caller destroys it. */
void gf_test_made_run(int32_t depth, int32_t width, double top, double octaves, gf_run *out);

/* A scene of `run` at `front` on the dark theme at scale 1. */
gf_scene gf_test_scene(const gf_run *run, double front);

/* Stage and chart in the upper and lower half of width x height pixels; 0xRRGGBB, the top row
 * first; freed by the caller. Draws in a context of its own; where none can be opened the test is
 * skipped. `labels` may be NULL. */
uint32_t *gf_test_draw(const gf_scene *scene, int32_t width, int32_t height, gf_label_list *labels);
/* The last of `count` scenes, after the others were drawn by the same view one frame each. */
uint32_t *gf_test_draw_last(const gf_scene *scenes, int32_t count, int32_t width, int32_t height,
                            gf_label_list *labels);

/* The rect in which gf_test_draw() draws the stage (upper) or the chart. */
gf_rect gf_test_half(bool upper, int32_t width, int32_t height);

#endif
