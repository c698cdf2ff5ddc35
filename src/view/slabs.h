/* The stage in perspective: every column a slab that stands out of the picture as far as its
 * gradient is strong, on the scale of the colours. */
#ifndef GF_VIEW_SLABS_H
#define GF_VIEW_SLABS_H

#include "view/camera.h"
#include "view/stage_paint.h"

#define GF_SLABS_MAX 512

typedef struct gf_slab_vertex {
    float x, y, z;
    float u, v;
    float light;
    float across, along; /* the face's own place, 0 to 1: its rim is smoothed */
} gf_slab_vertex;

typedef struct gf_slabs {
    GLuint program, array, buffer;
    GLint clip_place;
    int32_t count; /* of vertices */
    gf_slab_vertex *vertices;
} gf_slabs;

gf_status gf_slabs_create(gf_slabs *out, gf_error *error);
void gf_slabs_destroy(gf_slabs *slabs);

/* Draw the image, which is uploaded, into the bound target. */
void gf_slabs_draw(gf_slabs *slabs, const gf_camera *camera, const gf_image *image,
                   const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                   const gf_target *target);

/* How far the slab of `layer` stands out, in pixels. */
float gf_slabs_height(const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                      int32_t layer);

#endif
