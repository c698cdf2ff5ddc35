/* The frame-time probe of the doctor. */
#ifndef GF_APP_DOCTOR_FRAMES_H
#define GF_APP_DOCTOR_FRAMES_H

#include "app/doctor.h"
#include "view/context.h"

/* Play a wave for doctor->seconds, without any pacing, in a window (until it is closed) over its
 * whole monitor or off screen, and tell how long frames took. */
void gf_doctor_frames(const gf_doctor *doctor, gf_context *context);

#endif
