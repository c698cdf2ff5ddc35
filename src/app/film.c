/* From moments to frames to a sink. */
#include "app/film.h"

#include <math.h>

#include "app/encoder.h"
#include "app/film_frames.h"
#include "app/json_memory.h"
#include "base/interrupt.h"
#include "app/progress.h"
#include "view/capture.h"
#include "view/timeline.h"

#define HOLD_SECONDS 1.5
#define HOLD_SHARE   0.2

/* ---- Time -------------------------------------------------------------------------------------
 */

int64_t gf_film_frame_count(double seconds, int32_t fps)
{
    const int64_t count = llround(seconds * fps);
    return count < 1 ? 1 : count;
}

double gf_film_moment(int64_t index, double seconds, int32_t fps)
{
    const double hold = fmin(HOLD_SECONDS, HOLD_SHARE * seconds);
    const int64_t moving = gf_film_frame_count(seconds, fps) - (int64_t)floor(hold * fps);
    return gf_timeline_moment_at((double)(index + 1) / (double)moving);
}

/* ---- Frames -----------------------------------------------------------------------------------
 */

typedef struct film {
    gf_picture *picture;
    const gf_film_desc *desc;
    gf_film_sink *sink;
    gf_progress progress;
    int64_t done;
} film;

static gf_status write_frame(film *self, double moment, gf_error *error)
{
    unsigned char *pixels = NULL;
    GF_TRY(gf_interrupt_check(error));
    GF_TRY(self->sink->room(self->sink, &pixels, error));
    gf_picture_draw(self->picture, moment, 1.0 / self->desc->fps);
    const gf_status status = gf_capture_read(self->picture->context, pixels, error);
    gf_picture_end(self->picture);
    if (status != GF_OK) return status;
    GF_TRY(self->sink->take(self->sink, error));
    gf_progress_show(&self->progress, ++self->done);
    return GF_OK;
}

static gf_status write_pass(film *self, gf_error *error)
{
    const gf_film_desc *desc = self->desc;
    const int64_t count = gf_film_frame_count(desc->seconds, desc->fps);
    GF_TRY(gf_picture_compute(self->picture, error));
    for (int64_t i = 0; i < count; i++)
        GF_TRY(write_frame(self, gf_film_moment(i, desc->seconds, desc->fps), error));
    return GF_OK;
}

static gf_status write_all(film *self, int32_t steps, gf_error *error)
{
    for (int32_t step = 1; step <= steps; step++) {
        if (step > 1) GF_TRY(gf_picture_turn(self->picture, step, error));
        GF_TRY(write_pass(self, error));
    }
    return self->sink->finish(self->sink, error);
}

/* ---- The sink ---------------------------------------------------------------------------------
 */

static gf_status open_sink(film *self, gf_error *error)
{
    const gf_film_desc *desc = self->desc;
    const gf_picture_size size = self->picture->size;
    if (desc->is_folder)
        return gf_film_frames_open(desc->path, size.width, size.height, &self->sink, error);
    const gf_encoder_desc encoder = {desc->path, size.width, size.height, desc->fps};
    return gf_encoder_open(&encoder, &self->sink, error);
}

static gf_status check_count(const gf_film_desc *desc, int64_t count, gf_error *error)
{
    if (!desc->is_folder || count <= GF_FILM_FRAMES_MAX) return GF_OK;
    return gf_fail(error, GF_INVALID,
                   "that would be %lld pictures; a folder takes up to %d: lower --seconds or --fps",
                   (long long)count, GF_FILM_FRAMES_MAX);
}

gf_status gf_film_write(gf_picture *picture, const gf_film_desc *desc, gf_error *error)
{
    film self = {.picture = picture, .desc = desc};
    if (desc->step > 0) GF_TRY(gf_picture_turn(picture, desc->step, error));
    const int32_t steps = desc->step > 0 ? 1 : gf_picture_steps(picture);
    const int64_t count = steps * gf_film_frame_count(desc->seconds, desc->fps);
    GF_TRY(check_count(desc, count, error));
    GF_TRY(open_sink(&self, error));
    gf_json_memory_or_null();
    self.progress = gf_progress_begin("frame", count);
    const gf_status status = write_all(&self, steps, error);
    gf_progress_end(&self.progress);
    self.sink->abandon(self.sink);
    gf_json_memory_or_end();
    return status;
}
