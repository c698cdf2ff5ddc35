/* Painting distributions: a filled curve beside a column of cells, or a density strip below many.
 */
#ifndef GF_VIEW_STAGE_HISTOGRAM_H
#define GF_VIEW_STAGE_HISTOGRAM_H

#include "view/stage_paint.h"

/* The colour of log2 |delta|: the magnitude map, or the fixed colours of NaN and zero. */
gf_color gf_stage_shade(const gf_stage_paint *paint, const gf_summary *summary, double delta_log2);

/* Beside the cells: the outline of the activations over their own range, low at the bottom, filled
 * behind the forward wave; lit by the gradient, filled, log2|delta| over the 15 octaves (4.5
 * decades) below the layer's largest; what is smaller is counted in the lowest. */
void gf_stage_paint_histogram(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                              const gf_column *band, const gf_summary *summary,
                              gf_band_light light);
/* Below: unlit the activations, lit log2|delta| on one axis for all layers, from the colour scale's
 * bottom to its top with the width of a distribution around. Brightness is the square root of the
 * share of the fullest bin. */
void gf_stage_paint_strip(const gf_stage_paint *paint, gf_image *image, const gf_bands *bands,
                          const gf_column *band, const gf_summary *summary, gf_band_light light);

#endif
