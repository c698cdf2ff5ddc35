/* A video file, made by ffmpeg: a program of its own that frames are piped to. It need not be
 * there before somebody asks for a video. */
#ifndef GF_APP_ENCODER_H
#define GF_APP_ENCODER_H

#include <stdint.h>

#include "app/film_sink.h"

/* Sides of a video are even: h.264 halves the resolution of its colours. */
typedef struct gf_encoder_desc {
    const char *path; /* FILE.mp4; written beside it and renamed */
    int32_t width, height, fps;
} gf_encoder_desc;

/* GF_UNAVAILABLE: there is no ffmpeg. GF_IO: the file cannot be written. */
gf_status gf_encoder_open(const gf_encoder_desc *desc, gf_film_sink **out, gf_error *error);

#endif
