/* Boxes in a row need no depth buffer: they are drawn from either end towards the camera. */
#include "view/slabs.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "view/program.h"

#define FACES      4     /* of a box: top, left, right, front */
#define CORNERS    6     /* of a face: two triangles */
#define WAITING    0.06f /* of the relief, unlit */
#define GLOWING    0.12f /* more, behind the forward wave */
#define NARROWEST  3     /* pixels of a slab; bands narrower than that share one */
#define LIGHT_TOP  0.92f
#define LIGHT_SIDE 0.55f

#define VERTICES_MAX ((GF_SLABS_MAX * FACES + 1) * CORNERS)

/* Which edges of a face are smoothed: those from corner 0 to 3 and 1 to 2, or the other two. Not
 * where it touches the next slab: the ground would shine through. */
typedef enum gf_rim { RIM_NONE, RIM_ENDS, RIM_SIDES, RIM_ALL } gf_rim;

/* Some columns of the picture, as one box. */
typedef struct gf_slab {
    int32_t left, right;
    float top, bottom; /* of its cells: a narrow layer is a low slab */
    float height;
    bool apart; /* there is room between it and the next */
} gf_slab;

static void create_buffer(gf_slabs *slabs)
{
    const GLsizei stride = sizeof(gf_slab_vertex);
    glGenVertexArrays(1, &slabs->array);
    glGenBuffers(1, &slabs->buffer);
    glBindVertexArray(slabs->array);
    glBindBuffer(GL_ARRAY_BUFFER, slabs->buffer);
    for (GLuint i = 0; i < 4; i++)
        glEnableVertexAttribArray(i);
    glVertexAttribPointer(0, 3, GL_FLOAT, GL_FALSE, stride, (void *)offsetof(gf_slab_vertex, x));
    glVertexAttribPointer(1, 2, GL_FLOAT, GL_FALSE, stride, (void *)offsetof(gf_slab_vertex, u));
    glVertexAttribPointer(2, 1, GL_FLOAT, GL_FALSE, stride,
                          (void *)offsetof(gf_slab_vertex, light));
    glVertexAttribPointer(3, 2, GL_FLOAT, GL_FALSE, stride,
                          (void *)offsetof(gf_slab_vertex, across));
    glBindVertexArray(0);
}

gf_status gf_slabs_create(gf_slabs *out, gf_error *error)
{
    gf_slabs slabs = {.vertices = malloc(VERTICES_MAX * sizeof *slabs.vertices)};
    if (!slabs.vertices) return gf_fail(error, GF_MEMORY, "no memory for drawing in perspective");
    const gf_status status = gf_program_create("slab", &slabs.program, error);
    if (status != GF_OK) {
        free(slabs.vertices);
        return status;
    }
    slabs.clip_place = glGetUniformLocation(slabs.program, "clip");
    create_buffer(&slabs);
    *out = slabs;
    return GF_OK;
}

void gf_slabs_destroy(gf_slabs *slabs)
{
    if (!slabs->vertices) return;
    glDeleteProgram(slabs->program);
    glDeleteVertexArrays(1, &slabs->array);
    glDeleteBuffers(1, &slabs->buffer);
    free(slabs->vertices);
    *slabs = (gf_slabs){0};
}

/* ---- Geometry ----------------------------------------------------------------------------------
 */

/* A corner: a point of the flat picture, in its pixels from the top left, pulled out by z. `u` is
 * the column of the picture whose colour it has. */
static gf_slab_vertex corner(const gf_image *image, float x, float y, float z, float u, float light)
{
    const float width = (float)image->width, height = (float)image->height;
    const float v = image->top_down ? y / height : 1.0f - y / height;
    return (gf_slab_vertex){
        x - 0.5f * width, 0.5f * height - y, z, u / width, v, light, 0.5f, 0.5f};
}

/* Corners in order round the face. */
static void add_face(gf_slabs *slabs, const gf_slab_vertex corners[4], gf_rim rim)
{
    static const int order[CORNERS] = {0, 1, 2, 0, 2, 3};
    if (slabs->count + CORNERS > VERTICES_MAX) return;
    for (int i = 0; i < CORNERS; i++) {
        const int at = order[i];
        gf_slab_vertex *vertex = &slabs->vertices[slabs->count++];
        *vertex = corners[at];
        if (rim & RIM_ENDS) vertex->across = at == 1 || at == 2 ? 1.0f : 0.0f;
        if (rim & RIM_SIDES) vertex->along = at >= 2 ? 1.0f : 0.0f;
    }
}

static void add_picture(gf_slabs *slabs, const gf_image *image)
{
    const float width = (float)image->width, height = (float)image->height;
    add_face(slabs,
             (gf_slab_vertex[]){corner(image, 0, 0, 0, 0, 1), corner(image, width, 0, 0, width, 1),
                                corner(image, width, height, 0, width, 1),
                                corner(image, 0, height, 0, 0, 1)},
             RIM_NONE);
}

static void add_side(gf_slabs *slabs, const gf_image *image, const gf_slab *slab, float x, float u)
{
    const float top = slab->top, bottom = slab->bottom, z = slab->height;
    add_face(slabs,
             (gf_slab_vertex[]){corner(image, x, top, 0, u, LIGHT_SIDE),
                                corner(image, x, top, z, u, LIGHT_SIDE),
                                corner(image, x, bottom, z, u, LIGHT_SIDE),
                                corner(image, x, bottom, 0, u, LIGHT_SIDE)},
             RIM_ALL);
}

/* Half a pixel inwards, so that no colour of a neighbour comes in. */
static void add_top(gf_slabs *slabs, const gf_image *image, const gf_slab *slab, gf_rim rim)
{
    const float left = (float)slab->left, right = (float)slab->right, z = slab->height;
    gf_slab_vertex face[4] = {corner(image, left, slab->top, 0, left + 0.5f, LIGHT_TOP),
                              corner(image, right, slab->top, 0, right - 0.5f, LIGHT_TOP),
                              corner(image, right, slab->top, z, right - 0.5f, LIGHT_TOP),
                              corner(image, left, slab->top, z, left + 0.5f, LIGHT_TOP)};
    for (int i = 0; i < 4; i++)
        face[i].v = corner(image, 0, slab->top + 1.5f, 0, 0, 0).v; /* within the uppermost cell */
    add_face(slabs, face, rim);
}

static void add_front(gf_slabs *slabs, const gf_image *image, const gf_slab *slab, gf_rim rim)
{
    const float left = (float)slab->left, right = (float)slab->right, z = slab->height;
    add_face(slabs,
             (gf_slab_vertex[]){corner(image, left, slab->top, z, left + 0.5f, 1),
                                corner(image, right, slab->top, z, right - 0.5f, 1),
                                corner(image, right, slab->bottom, z, right - 0.5f, 1),
                                corner(image, left, slab->bottom, z, left + 0.5f, 1)},
             rim);
}

static void add_box(gf_slabs *slabs, const gf_image *image, const gf_slab *slab, float eye)
{
    const float left = (float)slab->left, right = (float)slab->right;
    const float middle = 0.5f * (left + right), seen_from = eye + 0.5f * (float)image->width;
    const gf_rim rim = slab->apart ? RIM_ALL : RIM_SIDES;
    add_top(slabs, image, slab, rim);
    if (seen_from < left) add_side(slabs, image, slab, left, middle);
    if (seen_from > right) add_side(slabs, image, slab, right, middle);
    add_front(slabs, image, slab, rim);
}

/* ---- Heights -----------------------------------------------------------------------------------
 */

static float height_of(const gf_column *band, const gf_summary *summary, const gf_scene *scene)
{
    const double middle = 0.5 * (band->first + band->last);
    if (!band->ready) return WAITING;
    const double lit = gf_stage_lit(middle, scene->front);
    const double glow = gf_stage_glow(middle, scene->forward, scene->run->spec.depth);
    const double position = gf_summary_position(summary, band->delta);
    const float rest = WAITING + GLOWING * (float)glow,
                full = isnan(position) ? 1.0f : (float)position;
    return rest + (full - rest) * (float)lit;
}

float gf_slabs_height(const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                      int32_t layer)
{
    const float relief = gf_stage_relief(&bands->layout, scene->scale);
    int32_t low = 0, high = bands->count;
    while (high - low > 1) {
        const int32_t middle = (low + high) / 2;
        if (bands->bands[middle].first <= layer)
            low = middle;
        else
            high = middle;
    }
    return low < bands->count ? relief * height_of(&bands->bands[low], summary, scene) : 0.0f;
}

static void take_rows(gf_slab *slab, const gf_bands *bands, const gf_column *band, float scale)
{
    int32_t top = 0, bottom = 0, unused = 0;
    if (band->cell_count < 1) return;
    gf_band_cell_rows(bands, band, scale, 0, &top, &unused);
    gf_band_cell_rows(bands, band, scale, band->cell_count - 1, &unused, &bottom);
    slab->top = fminf(slab->top, (float)top);
    slab->bottom = fmaxf(slab->bottom, (float)bottom);
}

/* The next slab from band *i on: one band, or several that are too narrow by themselves. */
static gf_slab next_slab(const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                         int32_t least, int32_t *i)
{
    const gf_column *band = &bands->bands[*i];
    const int32_t edge = band->cell_left > band->left ? band->cell_left : band->left;
    gf_slab slab = {.left = edge, .right = edge, .top = INFINITY};
    do {
        band = &bands->bands[*i];
        take_rows(&slab, bands, band, scene->scale);
        slab.right = band->cell_right < band->right ? band->cell_right : band->right;
        slab.height = fmaxf(slab.height, height_of(band, summary, scene));
        ++*i;
    } while (*i < bands->count && slab.right - slab.left < least);
    return slab;
}

static int32_t gather(const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                      float relief, gf_slab out[GF_SLABS_MAX])
{
    const int32_t width = (int32_t)bands->layout.image.width;
    const int32_t least =
        width / (GF_SLABS_MAX - 1) + 1 > NARROWEST ? width / (GF_SLABS_MAX - 1) + 1 : NARROWEST;
    int32_t count = 0;
    for (int32_t i = 0; i < bands->count && count < GF_SLABS_MAX;) {
        gf_slab slab =
            next_slab(bands, summary, scene, bands->layout.mode == GF_STAGE_TEXELS ? least : 1, &i);
        slab.height *= relief;
        slab.apart = bands->layout.mode != GF_STAGE_TEXELS;
        if (slab.right > slab.left && slab.bottom > slab.top) out[count++] = slab;
    }
    return count;
}

static void add_boxes(gf_slabs *slabs, const gf_camera *camera, const gf_image *image,
                      const gf_slab *boxes, int32_t count)
{
    const float eye = camera->eye_x + 0.5f * (float)image->width;
    int32_t left = 0, right = count - 1;
    for (; left < count && (float)boxes[left].right < eye; left++)
        add_box(slabs, image, &boxes[left], camera->eye_x);
    for (; right >= left; right--)
        add_box(slabs, image, &boxes[right], camera->eye_x);
}

/* ---- Drawing -----------------------------------------------------------------------------------
 */

static void draw_vertices(const gf_slabs *slabs, const gf_camera *camera, const gf_image *image,
                          const gf_target *target)
{
    const GLint x = (GLint)camera->rect.x, width = (GLint)camera->rect.width;
    const GLint height = (GLint)camera->rect.height;
    glViewport(x, target->height - (GLint)camera->rect.y - height, width, height);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, image->copy.texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glUseProgram(slabs->program);
    glUniformMatrix4fv(slabs->clip_place, 1, GL_FALSE, &camera->clip[0][0]);
    glBindVertexArray(slabs->array);
    glBindBuffer(GL_ARRAY_BUFFER, slabs->buffer);
    glBufferData(GL_ARRAY_BUFFER, slabs->count * (GLsizeiptr)sizeof *slabs->vertices,
                 slabs->vertices, GL_STREAM_DRAW);
    glDrawArrays(GL_TRIANGLES, 0, slabs->count);
    glBindVertexArray(0);
    glViewport(0, 0, target->width, target->height);
}

void gf_slabs_draw(gf_slabs *slabs, const gf_camera *camera, const gf_image *image,
                   const gf_bands *bands, const gf_summary *summary, const gf_scene *scene,
                   const gf_target *target)
{
    gf_slab boxes[GF_SLABS_MAX];
    const float relief = gf_stage_relief(&bands->layout, scene->scale);
    const int32_t count = gather(bands, summary, scene, relief, boxes);
    slabs->count = 0;
    add_picture(slabs, image);
    add_boxes(slabs, camera, image, boxes, count);
    draw_vertices(slabs, camera, image, target);
}
