/* The matrix, there and back. */
#include "view/camera.h"

#include <math.h>
#include <string.h>

#define CGLM_ALL_UNALIGNED
#include <cglm/cglm.h>

#define LENS         1.6f /* focal length in widths of the picture: the near end is not too large */
#define TURN_ANGLE   0.42f  /* radians, to either side */
#define TURN_SECONDS 36.0   /* there and back */
#define PITCH        0.20f  /* from above */
#define SIZE         0.76f  /* so that the near side stays in the picture */
#define LIFT         0.055f /* of the height: columns stand out below, not above */

gf_camera gf_camera_make(gf_rect rect, double turn_seconds)
{
    gf_camera camera = {.rect = rect};
    const float yaw = TURN_ANGLE * (float)sin(6.283185307179586 * turn_seconds / TURN_SECONDS);
    const float focal = LENS * rect.width, distance = focal / SIZE;
    const float angle = 2.0f * atanf(0.5f * rect.height / focal);
    const float far_plane = 2.0f * (distance + rect.width);
    mat4 clip, turned;
    vec3 back = {0.0f, LIFT * rect.height, -distance}, up = {0.0f, 1.0f, 0.0f},
         right = {1.0f, 0.0f, 0.0f};
    glm_perspective(angle, rect.width / rect.height, 0.02f * distance, far_plane, clip);
    glm_translate(clip, back);
    glm_mat4_copy(clip, turned);
    glm_rotate(turned, PITCH, right);
    glm_rotate(turned, yaw, up);
    memcpy(camera.clip, turned, sizeof camera.clip);
    camera.eye_x = -distance * sinf(yaw) * cosf(PITCH);
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

bool gf_camera_pick(const gf_camera *camera, float x, float y, gf_point *out)
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
    const float share = near_point[2] / fall;
    out->x = near_point[0] + (far_point[0] - near_point[0]) * share + rect.x + 0.5f * rect.width;
    out->y = rect.y + 0.5f * rect.height - near_point[1] - (far_point[1] - near_point[1]) * share;
    return true;
}
