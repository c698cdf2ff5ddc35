/* A heat map of many networks: how much of the gradient reaches the first layer, over one or two
 * fields. Light where all of it arrives, blue where it vanishes, orange where it explodes; marks
 * and outlines say the verdict without colour. */
#ifndef GF_UI_HEAT_MAP_H
#define GF_UI_HEAT_MAP_H

#include "gradflow/diagnosis.h"
#include "ui/ui.h"

#define GF_HEAT_TEXT 32

typedef struct gf_heat_axis {
    char name[32]; /* empty: no axis, count is 1 */
    int32_t count;
    char (*texts)[GF_HEAT_TEXT]; /* [count], borrowed */
} gf_heat_axis;

typedef struct gf_heat_cell {
    double decades; /* log10 of gradient at the first layer / at the last; NaN and Inf are fine */
    gf_verdict verdict;
    bool missing; /* it was not run */
    int side;     /* of the theory's edge, -1 or 1; 0: not known */
} gf_heat_cell;

typedef struct gf_heat_map {
    char title[120], subtitle[400];
    gf_heat_axis x, y;
    const gf_heat_cell *cells; /* [y][x], the first row at the bottom; borrowed */
    bool theory;               /* draw the line between the two sides */
} gf_heat_map;

/* `figure` is a gf_heat_map. */
void gf_heat_map_draw(const void *figure, gf_ui *ui, gf_rect page);

#endif
