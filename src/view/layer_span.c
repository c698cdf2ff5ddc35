/* Zoom and pan. */
#include "view/layer_span.h"

#include <math.h>

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

double gf_layer_span_layers(gf_layer_span resolved)
{
    return resolved.last - resolved.first + 1.0;
}

/* So many layers, the first edge at `edge` or as near as the ends allow. */
static gf_layer_span place(int32_t depth, double edge, double layers)
{
    const double width = clamp(layers, fmin(GF_SPAN_LAYERS_MIN, depth), depth);
    const double first = clamp(edge, 1.0, depth + 1.0 - width);
    return (gf_layer_span){first, first + width - 1.0};
}

static gf_layer_span short_form(gf_layer_span span, int32_t depth)
{
    return gf_layer_span_is_whole(span, depth) ? (gf_layer_span){0.0, 0.0} : span;
}

gf_layer_span gf_layer_span_resolve(gf_layer_span span, int32_t depth)
{
    const double layers = gf_layer_span_layers(span);
    if (!(span.first > 0.0) || !(layers > 0.0)) return (gf_layer_span){1.0, depth > 0 ? depth : 1};
    return place(depth > 0 ? depth : 1, span.first, layers);
}

bool gf_layer_span_is_whole(gf_layer_span span, int32_t depth)
{
    return gf_layer_span_layers(gf_layer_span_resolve(span, depth)) > depth - 1e-6;
}

gf_layer_span gf_layer_span_zoom(gf_layer_span span, int32_t depth, double anchor, double factor)
{
    if (depth < 1 || !(factor > 0.0) || !isfinite(anchor)) return span;
    const gf_layer_span now = gf_layer_span_resolve(span, depth);
    const double before = gf_layer_span_layers(now);
    const double layers = clamp(before / factor, fmin(GF_SPAN_LAYERS_MIN, depth), depth);
    const double edge = anchor - (anchor - now.first) * layers / before;
    return short_form(place(depth, edge, layers), depth);
}

gf_layer_span gf_layer_span_pan(gf_layer_span span, int32_t depth, double layers)
{
    if (depth < 1 || !isfinite(layers)) return span;
    const gf_layer_span now = gf_layer_span_resolve(span, depth);
    return short_form(place(depth, now.first + layers, gf_layer_span_layers(now)), depth);
}

gf_layer_span gf_layer_span_centre(gf_layer_span span, int32_t depth, double centre)
{
    const gf_layer_span now = gf_layer_span_resolve(span, depth);
    return gf_layer_span_pan(span, depth, centre - 0.5 * gf_layer_span_layers(now) - now.first);
}
