/* An animation as a video file or a folder of pictures: frame by frame at an even pace, however
 * long one takes to draw. */
#ifndef GF_APP_FILM_H
#define GF_APP_FILM_H

#include "app/picture.h"

#define GF_FILM_SECONDS_MIN 0.1
#define GF_FILM_SECONDS_MAX 3600.0
#define GF_FILM_FPS_MAX     240

typedef struct gf_film_desc {
    const char *path; /* FILE.mp4, or a folder */
    bool is_folder;
    double seconds; /* of one pass; a lecture has one for each of its steps */
    int32_t fps;
    int32_t step; /* of a lecture, from 1; 0: all of them in turn */
} gf_film_desc;

/* Frames of one pass, at least 1. */
int64_t gf_film_frame_count(double seconds, int32_t fps);
/* The moment that frame `index` of one pass shows, as the window would play it: the forward wave
 * from -1, the backward wave from 0, and the end held for a second and a half or a fifth of the
 * time, whichever is shorter. */
double gf_film_moment(int64_t index, double seconds, int32_t fps);

/* Draws and writes all of it, with progress on a terminal. GF_INVALID, GF_CANCELLED, GF_IO,
 * GF_UNAVAILABLE; nothing is left behind then. */
gf_status gf_film_write(gf_picture *picture, const gf_film_desc *desc, gf_error *error);

#endif
