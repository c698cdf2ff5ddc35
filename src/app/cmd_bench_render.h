/* The frame time benchmark, `gradflow bench --render`. */
#ifndef GF_APP_CMD_BENCH_RENDER_H
#define GF_APP_CMD_BENCH_RENDER_H

#include "app/options.h"

/* Draws fixed scenes without a display and prints a line (or a JSON object) for each. `frames` a
 * scene, at least 1. */
gf_status gf_bench_render(const gf_options *options, int32_t frames, gf_error *error);

#endif
