/* Axes as arithmetic: where ticks go on a scale of decades and on a row of layers. */
#ifndef GF_VIEW_AXIS_H
#define GF_VIEW_AXIS_H

#include <stdbool.h>
#include <stdint.h>

/* A logarithmic axis in decades (log10), with ticks at first, first + step, .. last. */
typedef struct gf_log_axis {
    double low, high;
    int32_t first, last, step;
} gf_log_axis;

#define GF_AXIS_TICKS_MAX 6

/* Cover low..high with a little room at both ends; never less than three decades, never more ticks
 * than the maximum. Works at 1e-602 as at 1. Ends that are no numbers (low > high, NaN) give 1e-4
 * .. 1. */
gf_log_axis gf_log_axis_make(double low, double high);
/* 0 at low, 1 at high; not clamped. */
double gf_log_axis_place(const gf_log_axis *axis, double decade);
/* "1", "10", "1e-4", "1e+38". */
void gf_log_axis_format(int32_t decade, char text[16]);

#define GF_LAYER_TICKS_MAX 128

/* Layers that get a number, ascending. */
typedef struct gf_layer_ticks {
    int32_t count;
    int32_t layers[GF_LAYER_TICKS_MAX];
} gf_layer_ticks;

/* Of first..last when there is room for `most`: multiples of 1, 2, 5, 10, 20, 50, ...; layer 1
 * where it does not crowd its neighbour, and always layer `depth`, if they are among them. */
void gf_layer_ticks_make(int32_t first, int32_t last, int32_t depth, double most,
                         gf_layer_ticks *out);

#endif
