/* The perspective camera: a plane with the stage's picture on it and columns that stand out of it,
 * seen from the side and from above, as large as fits. Pure arithmetic.
 *
 * The world is in pixels around the middle of the picture: x to the right, y upwards, z towards the
 * viewer; the picture lies in z = 0. */
#ifndef GF_VIEW_CAMERA_H
#define GF_VIEW_CAMERA_H

#include "view/scene.h"

typedef struct gf_camera {
    gf_rect rect;     /* of the picture in the frame */
    float clip[4][4]; /* world to clip space of a viewport that is `rect`; columns first */
    float eye_x;      /* where the camera is in the world, left and right */
} gf_camera;

/* Beyond these the far columns hide behind the near ones. */
#define GF_YAW_MAX   0.7f
#define GF_PITCH_MIN 0.06f
#define GF_PITCH_MAX 0.8f
gf_angle gf_angle_clamp(gf_angle angle);

/* `relief`: how far anything stands out of the picture, in pixels. */
gf_camera gf_camera_make(gf_rect rect, gf_angle angle, float relief);
/* Where a point of the world is in the frame. (x, y) as on the flat picture: pixels of the frame.
 */
gf_point gf_camera_project(const gf_camera *camera, float x, float y, float z);
/* The point of the plane z that is seen at (x, y) of the frame; false: past its horizon. */
bool gf_camera_pick(const gf_camera *camera, float x, float y, float z, gf_point *out);

#endif
