/* The canvas' buffers and its simplest shapes; canvas_shapes.c has lines, discs and panels. */
#include "view/canvas.h"

#include <stddef.h>
#include <stdlib.h>

#include "view/program.h"

#define QUADS_MAX 16384 /* so that four corners each still have 16 bit indices */

/* Two triangles a quad; written into the memory that `quads` has before the first frame needs it.
 */
static void create_indices(gf_canvas *canvas)
{
    static const int corners[6] = {0, 1, 2, 0, 2, 3};
    GLushort *indices = (GLushort *)(void *)canvas->quads;
    for (int i = 0; i < QUADS_MAX * 6; i++)
        indices[i] = (GLushort)(i / 6 * 4 + corners[i % 6]);
    glBufferData(GL_ELEMENT_ARRAY_BUFFER, QUADS_MAX * 6 * sizeof *indices, indices, GL_STATIC_DRAW);
}

static void create_buffers(gf_canvas *canvas)
{
    glGenVertexArrays(1, &canvas->array);
    glGenBuffers(1, &canvas->vertices);
    glGenBuffers(1, &canvas->indices);
    glBindVertexArray(canvas->array);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, canvas->indices);
    create_indices(canvas);
    glBindBuffer(GL_ARRAY_BUFFER, canvas->vertices);
    glEnableVertexAttribArray(0);
    glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(gf_vertex),
                          (void *)offsetof(gf_vertex, place));
    glEnableVertexAttribArray(1);
    glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(gf_vertex),
                          (void *)offsetof(gf_vertex, color));
    glBindVertexArray(0);
}

gf_status gf_canvas_create(gf_canvas *out, gf_error *error)
{
    gf_canvas canvas = {.quads = malloc(QUADS_MAX * 4 * sizeof *canvas.quads)};
    if (!canvas.quads) return gf_fail(error, GF_MEMORY, "no memory for drawing");
    const gf_status status = gf_program_create("shape", &canvas.program, error);
    if (status != GF_OK) {
        free(canvas.quads);
        return status;
    }
    canvas.frame_place = glGetUniformLocation(canvas.program, "frame");
    create_buffers(&canvas);
    *out = canvas;
    return GF_OK;
}

void gf_canvas_destroy(gf_canvas *canvas)
{
    if (!canvas->quads) return;
    glDeleteProgram(canvas->program);
    glDeleteVertexArrays(1, &canvas->array);
    glDeleteBuffers(1, &canvas->vertices);
    glDeleteBuffers(1, &canvas->indices);
    free(canvas->quads);
    *canvas = (gf_canvas){0};
}

void gf_canvas_begin(gf_canvas *canvas, int32_t width, int32_t height)
{
    canvas->width = width;
    canvas->height = height;
    canvas->quad_count = 0;
}

void gf_canvas_flush(gf_canvas *canvas)
{
    if (canvas->quad_count == 0) return;
    const GLsizeiptr bytes = canvas->quad_count * 4 * (GLsizeiptr)sizeof *canvas->quads;
    glUseProgram(canvas->program);
    const float down = canvas->upside_down ? -1.0f : 1.0f;
    glUniform4f(canvas->frame_place, 2.0f / (float)canvas->width,
                -2.0f * down / (float)canvas->height, -1.0f, down);
    glBindVertexArray(canvas->array);
    glBindBuffer(GL_ARRAY_BUFFER, canvas->vertices);
    glBufferData(GL_ARRAY_BUFFER, bytes, canvas->quads,
                 GL_STREAM_DRAW); /* a new store: the old may be in use */
    glDrawElements(GL_TRIANGLES, canvas->quad_count * 6, GL_UNSIGNED_SHORT, NULL);
    glBindVertexArray(0);
    canvas->quad_count = 0;
}

static void set_vertex(gf_vertex *vertex, gf_point place, gf_color color)
{
    const uint32_t alpha = color & 0xff;
    vertex->place = place;
    for (int i = 0; i < 3; i++)
        vertex->color[i] = (uint8_t)(((color >> (24 - 8 * i) & 0xff) * alpha + 127) / 255);
    vertex->color[3] = (uint8_t)alpha;
}

void gf_canvas_quad(gf_canvas *canvas, const gf_point corners[4], const gf_color colors[4])
{
    if (canvas->quad_count == QUADS_MAX) gf_canvas_flush(canvas);
    gf_vertex *quad = canvas->quads + canvas->quad_count++ * 4;
    for (int i = 0; i < 4; i++)
        set_vertex(quad + i, corners[i], colors[i]);
}

void gf_canvas_gradient(gf_canvas *canvas, gf_rect rect, gf_color left, gf_color right)
{
    const float x1 = rect.x + rect.width, y1 = rect.y + rect.height;
    const gf_point corners[4] = {{rect.x, rect.y}, {x1, rect.y}, {x1, y1}, {rect.x, y1}};
    gf_canvas_quad(canvas, corners, (const gf_color[4]){left, right, right, left});
}

void gf_canvas_rect(gf_canvas *canvas, gf_rect rect, gf_color color)
{
    gf_canvas_gradient(canvas, rect, color, color);
}
