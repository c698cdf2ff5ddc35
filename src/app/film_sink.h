/* Where the frames of a film go: into a video (encoder.h) or into a folder (film_frames.h).
 *
 * A frame is width * height * 4 bytes as gf_capture_read() leaves them. Nothing is at its place
 * before `finish`, and nothing is left after `abandon` without it. */
#ifndef GF_APP_FILM_SINK_H
#define GF_APP_FILM_SINK_H

#include "gradflow/status.h"

typedef struct gf_film_sink gf_film_sink;
struct gf_film_sink {
    /* Room for the next frame; waits until there is some. */
    gf_status (*room)(gf_film_sink *sink, unsigned char **out, gf_error *error);
    /* The frame is in the room that was given. */
    gf_status (*take)(gf_film_sink *sink, gf_error *error);
    /* There will be no more. */
    gf_status (*finish)(gf_film_sink *sink, gf_error *error);
    /* Ends and frees it; removes what was written unless it was finished. */
    void (*abandon)(gf_film_sink *sink);
};

#endif
