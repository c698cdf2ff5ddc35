/* Shapes with smooth edges: each edge is a strip of quads, one pixel wide, fading to nothing. */
#include "view/canvas.h"
#include "view/palette.h"

#include <math.h>

#define CORNER_STEPS 6
#define DISC_STEPS   20

static gf_point along(gf_point from, gf_point direction, float length)
{
    return (gf_point){from.x + direction.x * length, from.y + direction.y * length};
}

static gf_point lerp(gf_point a, gf_point b, float share)
{
    return (gf_point){a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

/* Unit normal of the piece from a to b, to its left as seen on screen; (0, 0) where they coincide.
 */
static gf_point normal(gf_point a, gf_point b)
{
    const float x = b.x - a.x, y = b.y - a.y, length = sqrtf(x * x + y * y);
    return length > 0.0f ? (gf_point){y / length, -x / length} : (gf_point){0.0f, 0.0f};
}

/* The direction that keeps both pieces at full width at their joint; its length says how far to go
 * for one unit. */
static gf_point mitre(gf_point before, gf_point after)
{
    const gf_point sum = {before.x + after.x, before.y + after.y};
    const float square = sum.x * sum.x + sum.y * sum.y;
    return (gf_point){sum.x * 2.0f / square, sum.y * 2.0f / square};
}

static gf_point point_at(const gf_point *points, int32_t count, int32_t i, bool closed)
{
    if (closed) return points[(i + count) % count];
    return points[i < 0 ? 0 : i >= count ? count - 1 : i];
}

/* How the piece with `own` normal ends where it meets the one with normal `other`: mitred, or
 * square at a sharp turn, where a mitre would be longer than the line is wide. */
static gf_point joint(gf_point own, gf_point other)
{
    return own.x * other.x + own.y * other.y > 0.0f ? mitre(own, other) : own;
}

static void strip(gf_canvas *canvas, gf_point a, gf_point a_joint, gf_point b, gf_point b_joint,
                  const float offsets[2], const gf_color colors[2])
{
    const gf_point corners[4] = {along(a, a_joint, offsets[0]), along(b, b_joint, offsets[0]),
                                 along(b, b_joint, offsets[1]), along(a, a_joint, offsets[1])};
    gf_canvas_quad(canvas, corners,
                   (const gf_color[4]){colors[0], colors[0], colors[1], colors[1]});
}

static void outline(gf_canvas *canvas, const gf_point *points, int32_t count, bool closed,
                    float width, gf_color color)
{
    const float inner = fmaxf(width * 0.5f - 0.5f, 0.0f), outer = width * 0.5f + 0.5f;
    const gf_color solid = width < 1.0f ? gf_color_fade(color, width) : color;
    const gf_color none = color & 0xffffff00;
    for (int32_t i = 0; i < (closed ? count : count - 1); i++) {
        const gf_point a = points[i], b = point_at(points, count, i + 1, closed);
        const gf_point own = normal(a, b);
        const gf_point a_joint = joint(own, normal(point_at(points, count, i - 1, closed), a));
        const gf_point b_joint = joint(own, normal(b, point_at(points, count, i + 2, closed)));
        strip(canvas, a, a_joint, b, b_joint, (float[]){outer, inner}, (gf_color[]){none, solid});
        if (inner > 0.0f)
            strip(canvas, a, a_joint, b, b_joint, (float[]){inner, -inner},
                  (gf_color[]){solid, solid});
        strip(canvas, a, a_joint, b, b_joint, (float[]){-inner, -outer}, (gf_color[]){solid, none});
    }
}

void gf_canvas_line(gf_canvas *canvas, const gf_point *points, int32_t count, float width,
                    gf_color color)
{
    if (count >= 2) outline(canvas, points, count, false, width, color);
}

void gf_canvas_dashed_line(gf_canvas *canvas, const gf_point *points, int32_t count, float width,
                           float dash, gf_color color)
{
    float along_dash = 0.0f; /* how far into the current dash or gap */
    bool on = true;
    for (int32_t i = 0; i + 1 < count; i++) {
        const gf_point a = points[i], b = points[i + 1];
        const float length = hypotf(b.x - a.x, b.y - a.y);
        for (float at = 0.0f; at < length;) {
            const float whole = on ? dash : dash * (2.0f / 3.0f);
            const float end = fminf(at + whole - along_dash, length);
            const gf_point piece[2] = {lerp(a, b, at / length), lerp(a, b, end / length)};
            if (on) outline(canvas, piece, 2, false, width, color);
            along_dash += end - at;
            at = end;
            if (along_dash < whole - 1e-3f) continue;
            along_dash = 0.0f;
            on = !on;
        }
    }
}

static void band_edge(gf_canvas *canvas, gf_point a, gf_point b, float fade, gf_color color)
{
    const gf_color none = color & 0xffffff00;
    const gf_point corners[4] = {a, b, {b.x, b.y + fade}, {a.x, a.y + fade}};
    gf_canvas_quad(canvas, corners, (const gf_color[4]){color, color, none, none});
}

void gf_canvas_band(gf_canvas *canvas, const gf_point *tops, const float *bottoms, int32_t count,
                    gf_color color)
{
    for (int32_t i = 0; i + 1 < count; i++) {
        const gf_point corners[4] = {
            tops[i], tops[i + 1], {tops[i + 1].x, bottoms[i + 1]}, {tops[i].x, bottoms[i]}};
        gf_canvas_quad(canvas, corners, (const gf_color[4]){color, color, color, color});
        band_edge(canvas, corners[0], corners[1], -1.0f, color);
        band_edge(canvas, corners[3], corners[2], 1.0f, color);
    }
}

void gf_canvas_dashes(gf_canvas *canvas, float x0, float x1, float y, float width, gf_color color)
{
    const float dash = 3.0f * width, step = 5.0f * width;
    for (float x = x0; x < x1; x += step)
        gf_canvas_rect(canvas, (gf_rect){x, y - width * 0.5f, fminf(dash, x1 - x), width}, color);
}

/* A convex shape as a fan of quads. */
static void fill(gf_canvas *canvas, const gf_point *points, int32_t count, gf_color color)
{
    for (int32_t i = 1; i + 1 < count; i += 2) {
        const gf_point corners[4] = {points[0], points[i], points[i + 1],
                                     points[i + 2 < count ? i + 2 : i + 1]};
        gf_canvas_quad(canvas, corners, (const gf_color[4]){color, color, color, color});
    }
}

void gf_canvas_disc(gf_canvas *canvas, gf_point centre, float radius, gf_color color)
{
    gf_point points[DISC_STEPS];
    for (int i = 0; i < DISC_STEPS; i++) {
        const float angle = 6.2831853f * (float)i / DISC_STEPS;
        points[i] = along(centre, (gf_point){cosf(angle), sinf(angle)}, radius - 0.5f);
    }
    fill(canvas, points, DISC_STEPS, color);
    outline(canvas, points, DISC_STEPS, true, 1.0f, color);
}

/* Clockwise from the left end of the top left corner. */
static void round_corners(gf_rect rect, float radius, gf_point points[4 * (CORNER_STEPS + 1)])
{
    for (int corner = 0; corner < 4; corner++) {
        const bool right = corner == 1 || corner == 2, low = corner >= 2;
        const gf_point centre = {right ? rect.x + rect.width - radius : rect.x + radius,
                                 low ? rect.y + rect.height - radius : rect.y + radius};
        for (int i = 0; i <= CORNER_STEPS; i++) {
            const float angle = 1.5707963f * ((float)corner + 2.0f + (float)i / CORNER_STEPS);
            points[corner * (CORNER_STEPS + 1) + i] =
                along(centre, (gf_point){cosf(angle), sinf(angle)}, radius);
        }
    }
}

void gf_canvas_panel(gf_canvas *canvas, gf_rect rect, float radius, gf_color fill_color,
                     gf_color border)
{
    gf_point points[4 * (CORNER_STEPS + 1)];
    const gf_rect middle = {rect.x + 0.5f, rect.y + 0.5f, rect.width - 1.0f, rect.height - 1.0f};
    round_corners(middle, fminf(radius, 0.5f * fminf(middle.width, middle.height)), points);
    fill(canvas, points, 4 * (CORNER_STEPS + 1), fill_color);
    outline(canvas, points, 4 * (CORNER_STEPS + 1), true, 1.0f, border);
}
