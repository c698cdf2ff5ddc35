/* Whole arrays of a pass on screen, read from an idle engine: dW of a tiny network for the edges of
 * the stage, z and dW of the layer in the inspector. Never waits. */
#ifndef GF_APP_INSPECTION_H
#define GF_APP_INSPECTION_H

#include "engine/tensor.h"
#include "ui/explorer.h"
#include "view/scene.h"

/* More entries than this are not read: the records have to do. */
#define GF_INSPECTION_MAX (4u << 20)

/* Zero is about nothing. */
typedef struct gf_inspection {
    gf_spec spec;   /* of the pass; depth 0: none */
    bool slow;      /* that pass took too long to be run again only for this */
    int32_t layer;  /* in the inspector; 0: none */
    bool failed;    /* the engine would not: nothing more is asked of this pass */
    float *values;  /* owned: every dW in turn, room for all of a tiny network */
    gf_edges edges; /* into `values` */
    gf_layer_detail detail;
} gf_inspection;

typedef struct gf_wanted_array {
    int32_t layer;
    gf_tensor tensor;
    size_t count;
} gf_wanted_array;

/* Another pass. What was read of the same network stays. */
void gf_inspection_begin(gf_inspection *inspection, const gf_run *run);
/* Another layer is in the inspector, 0: none. */
void gf_inspection_choose(gf_inspection *inspection, int32_t layer);
/* What to read next; false: nothing. */
bool gf_inspection_next(const gf_inspection *inspection, gf_wanted_array *out);
/* It has come; `values` NULL: it could not be read. */
void gf_inspection_take(gf_inspection *inspection, const gf_wanted_array *wanted,
                        const float *values, int64_t exponent);
/* What there is for the picture, NULL if nothing. */
const gf_edges *gf_inspection_edges(const gf_inspection *inspection);
const gf_layer_detail *gf_inspection_detail(const gf_inspection *inspection);
void gf_inspection_destroy(gf_inspection *inspection);

#endif
