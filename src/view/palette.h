/* Colours: the two themes, and the magnitude map that turns a gradient's size into a colour.
 *
 * The map is ordered: its luminance rises strictly on the dark theme (near-black, indigo, magenta,
 * orange, pale yellow) and falls strictly on the light one, so that it reads in grey and with any
 * colour vision. */
#ifndef GF_VIEW_PALETTE_H
#define GF_VIEW_PALETTE_H

#include "view/scene.h"

const gf_theme *gf_theme_dark(void);
const gf_theme *gf_theme_projector(void); /* light, for bright rooms */

gf_color gf_theme_verdict(const gf_theme *theme, gf_verdict verdict);

/* The magnitude map of `theme`, from nothing (0) to the largest of the run (1); outside is clamped,
 * NaN is theme->not_finite. */
gf_color gf_palette_color(const gf_theme *theme, double position);

/* The map of activations, from -1 (the largest, negative) over 0 (nothing) to 1; outside is
 * clamped, NaN is theme->not_finite. Luminance rises away from 0 on the dark theme and falls on the
 * light. */
gf_color gf_palette_activation(const gf_theme *theme, double position);

/* Of a ratio on a logarithmic scale: pale at 0, darker towards blue at -1 (shrinks) and towards
 * orange at 1 (grows), the same on both themes; outside is clamped. Luminance falls away from 0. */
gf_color gf_palette_signed(double position);

/* `share` 0: from, 1: to; each channel by itself, alpha too. */
gf_color gf_color_mix(gf_color from, gf_color to, double share);
gf_color gf_color_fade(gf_color color, double alpha); /* alpha multiplied */
double gf_color_luminance(gf_color color);            /* relative, 0..1, as WCAG 2 defines it */

#endif
