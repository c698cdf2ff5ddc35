/* A film as a folder of pictures, frame-00001.png and on: works where there is no ffmpeg, and for
 * programs that cut films. */
#ifndef GF_APP_FILM_FRAMES_H
#define GF_APP_FILM_FRAMES_H

#include <stdint.h>

#include "app/film_sink.h"

#define GF_FILM_FRAMES_MAX 99999 /* as many as five digits number */

/* Makes `folder` unless it is there; one that holds frames already is refused, so that two films
 * never mix. GF_IO, GF_INVALID. */
gf_status gf_film_frames_open(const char *folder, int32_t width, int32_t height, gf_film_sink **out,
                              gf_error *error);

#endif
