/* The matrix, there and back. */
#include "view/camera.h"

#include <math.h>
#include <string.h>

#define CGLM_ALL_UNALIGNED
#include <cglm/cglm.h>

#define LENS 2.2f /* focal length in widths of the picture: the near end is not too large */
#define HEIGHT                                                                                     \
    0.7f /* of the columns, as a share of the flat ones: so the row fills a wide stage             \
          */

/* How far the camera is from the middle of the picture. */
static float distance_of(gf_rect rect)
{
    return LENS * rect.width * 1.3f;
}

/* World to clip space, the middle of the world in the middle of the viewport. */
static void look(gf_rect rect, gf_angle angle, mat4 out)
{
    const float distance = distance_of(rect);
    const float opening = 2.0f * atanf(0.5f * rect.height / (LENS * rect.width));
    vec3 back = {0.0f, 0.0f, -distance}, up = {0.0f, 1.0f, 0.0f}, right = {1.0f, 0.0f, 0.0f};
    glm_perspective(opening, rect.width / rect.height, 0.02f * distance,
                    2.0f * (distance + rect.width), out);
    glm_translate(out, back);
    glm_rotate(out, angle.pitch, right);
    glm_rotate(out, angle.yaw, up);
    glm_scale(out, (vec3){1.0f, HEIGHT, 1.0f});
}

/* What the picture and all that stands out of it cover of the viewport, -1 to 1. */
static void measure(gf_rect rect, float relief, mat4 clip, vec2 low, vec2 high)
{
    glm_vec2_copy((vec2){1e9f, 1e9f}, low);
    glm_vec2_copy((vec2){-1e9f, -1e9f}, high);
    for (int i = 0; i < 8; i++) {
        vec4 seen, corner = {rect.width * (i & 1 ? 0.5f : -0.5f),
                             rect.height * (i & 2 ? 0.5f : -0.5f), i & 4 ? relief : 0.0f, 1.0f};
        glm_mat4_mulv(clip, corner, seen);
        vec2 place = {seen[0] / seen[3], seen[1] / seen[3]};
        glm_vec2_minv(low, place, low);
        glm_vec2_maxv(high, place, high);
    }
}

/* As large as fits, in the middle: a factor and a shift after the projection. */
static void fit(gf_rect rect, float relief, mat4 clip)
{
    vec2 low, high;
    measure(rect, relief, clip, low, high);
    const float size = 2.0f / fmaxf(high[0] - low[0], high[1] - low[1]);
    mat4 after = GLM_MAT4_IDENTITY_INIT;
    for (int i = 0; i < 2; i++) {
        after[i][i] = size;
        after[3][i] = -0.5f * size * (low[i] + high[i]);
    }
    glm_mat4_mul(after, clip, clip);
}

gf_angle gf_angle_clamp(gf_angle angle)
{
    return (gf_angle){fminf(fmaxf(angle.yaw, -GF_YAW_MAX), GF_YAW_MAX),
                      fminf(fmaxf(angle.pitch, GF_PITCH_MIN), GF_PITCH_MAX)};
}

gf_camera gf_camera_make(gf_rect rect, gf_angle wanted, float relief)
{
    gf_camera camera = {.rect = rect};
    const gf_angle angle = gf_angle_clamp(wanted);
    mat4 clip;
    look(rect, angle, clip);
    fit(rect, relief, clip);
    memcpy(camera.clip, clip, sizeof camera.clip);
    camera.eye_x = -distance_of(rect) * sinf(angle.yaw) * cosf(angle.pitch);
    return camera;
}

static float world_x(const gf_camera *camera, float x)
{
    return x - camera->rect.x - 0.5f * camera->rect.width;
}

static float world_y(const gf_camera *camera, float y)
{
    return camera->rect.y + 0.5f * camera->rect.height - y;
}

gf_point gf_camera_project(const gf_camera *camera, float x, float y, float z)
{
    mat4 clip;
    vec4 seen, world = {world_x(camera, x), world_y(camera, y), z, 1.0f};
    memcpy(clip, camera->clip, sizeof clip);
    glm_mat4_mulv(clip, world, seen);
    return (gf_point){camera->rect.x + (0.5f + 0.5f * seen[0] / seen[3]) * camera->rect.width,
                      camera->rect.y + (0.5f - 0.5f * seen[1] / seen[3]) * camera->rect.height};
}

bool gf_camera_pick(const gf_camera *camera, float x, float y, float z, gf_point *out)
{
    const gf_rect rect = camera->rect;
    mat4 clip, back;
    vec4 near_point, far_point;
    vec4 ends[2] = {{2.0f * (x - rect.x) / rect.width - 1.0f,
                     1.0f - 2.0f * (y - rect.y) / rect.height, -1.0f, 1.0f}};
    memcpy(ends[1], ends[0], sizeof ends[0]);
    ends[1][2] = 1.0f;
    memcpy(clip, camera->clip, sizeof clip);
    glm_mat4_inv(clip, back);
    glm_mat4_mulv(back, ends[0], near_point);
    glm_mat4_mulv(back, ends[1], far_point);
    glm_vec4_scale(near_point, 1.0f / near_point[3], near_point);
    glm_vec4_scale(far_point, 1.0f / far_point[3], far_point);
    const float fall = near_point[2] - far_point[2];
    if (!(fall > 1e-3f)) return false;
    const float share = (near_point[2] - z) / fall;
    out->x = near_point[0] + (far_point[0] - near_point[0]) * share + rect.x + 0.5f * rect.width;
    out->y = rect.y + 0.5f * rect.height - near_point[1] - (far_point[1] - near_point[1]) * share;
    return true;
}
