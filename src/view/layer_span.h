/* Which part of the layer axis is on screen: zoom and pan as arithmetic. */
#ifndef GF_VIEW_LAYER_SPAN_H
#define GF_VIEW_LAYER_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* From the left edge of layer `first` to the right edge of layer `last`; both may be fractions. {0,
 * 0}: all of it. A place on the axis is a layer plus the way through its slot: the left edge of
 * layer 3 is 3.0, its middle 3.5. */
typedef struct gf_layer_span {
    double first, last;
} gf_layer_span;

#define GF_SPAN_LAYERS_MIN 4.0 /* no closer than so many layers, or all where there are fewer */

/* With real ends inside 1..depth; at least GF_SPAN_LAYERS_MIN layers. */
gf_layer_span gf_layer_span_resolve(gf_layer_span span, int32_t depth);
double gf_layer_span_layers(gf_layer_span resolved); /* how many are on screen */
bool gf_layer_span_is_whole(gf_layer_span span, int32_t depth);

/* The place `anchor` stays where it is on screen; `factor` 2 shows half as many layers. Zooming out
 * ends with {0, 0}. */
gf_layer_span gf_layer_span_zoom(gf_layer_span span, int32_t depth, double anchor, double factor);
/* Move by so many layers towards the output, as far as there are any. */
gf_layer_span gf_layer_span_pan(gf_layer_span span, int32_t depth, double layers);
/* The same width around the place `centre`. */
gf_layer_span gf_layer_span_centre(gf_layer_span span, int32_t depth, double centre);

#endif
