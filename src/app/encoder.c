/* ffmpeg as a child: raw frames down its stdin, its complaints up its stderr.
 *
 * It writes a temporary file beside the target, which becomes the target when ffmpeg has ended
 * well. Neither a child that hangs nor one that dies may hold us: the pipe never blocks, and while
 * we wait for it we look for Ctrl-C. */
#include "app/encoder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/file.h"
#include "base/text.h"

#define LOOK_MS 50 /* between two looks for Ctrl-C */

extern char **environ;

typedef struct encoder {
    gf_film_sink sink; /* first: the sink is the encoder */
    gf_file_writer file;
    unsigned char *frame;
    size_t frame_bytes;
    pid_t pid;      /* 0: ended */
    int to, from;   /* its stdin and stderr; -1: closed */
    char said[400]; /* the end of what it complained of */
    size_t said_bytes;
} encoder;

/* ---- The child --------------------------------------------------------------------------------
 */

static gf_status make_pipes(int down[2], int up[2], gf_error *error)
{
    if (pipe2(down, O_CLOEXEC) != 0)
        return gf_fail(error, GF_UNAVAILABLE, "no pipe to ffmpeg: %s", strerror(errno));
    if (pipe2(up, O_CLOEXEC) != 0) {
        const int why = errno;
        close(down[0]);
        close(down[1]);
        return gf_fail(error, GF_UNAVAILABLE, "no pipe to ffmpeg: %s", strerror(why));
    }
    return GF_OK;
}

/* Signals as a program expects them, whatever ours are. */
static int spawn(char **words, int in, int err, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int why = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

static gf_status start(encoder *self, char **words, gf_error *error)
{
    int down[2], up[2];
    GF_TRY(make_pipes(down, up, error));
    const int why = spawn(words, down[0], up[1], &self->pid);
    close(down[0]);
    close(up[1]);
    self->to = down[1];
    self->from = up[0];
    if (why == ENOENT)
        return gf_fail(error, GF_UNAVAILABLE,
                       "a video needs the program ffmpeg, which is not here: install it (apt "
                       "install ffmpeg), or write the frames as pictures with -o FOLDER/");
    if (why) return gf_fail(error, GF_UNAVAILABLE, "ffmpeg cannot be started: %s", strerror(why));
    fcntl(self->to, F_SETFL, O_NONBLOCK);
    fcntl(self->from, F_SETFL, O_NONBLOCK);
#ifdef F_SETPIPE_SZ
    fcntl(self->to, F_SETPIPE_SZ, 1 << 20); /* fewer turns a frame; refused is fine */
#endif
    return GF_OK;
}

static gf_status start_ffmpeg(encoder *self, const gf_encoder_desc *desc, gf_error *error)
{
    char size[32], rate[16], *target = NULL;
    snprintf(size, sizeof size, "%dx%d", desc->width, desc->height);
    snprintf(rate, sizeof rate, "%d", desc->fps);
    /* "file:", so that no name is taken for an option or a protocol. */
    if (asprintf(&target, "file:%s", self->file.temporary) < 0)
        return gf_fail(error, GF_MEMORY, "no memory to start ffmpeg");
    /* The colours of a high-definition video, and said so: without it players guess, and blue and
     * orange come out shifted. Frames come with their lowest row first. */
    char *words[] = {"ffmpeg",
                     "-hide_banner",
                     "-loglevel",
                     "error",
                     "-y",
                     "-f",
                     "rawvideo",
                     "-pixel_format",
                     "bgr0",
                     "-video_size",
                     size,
                     "-framerate",
                     rate,
                     "-i",
                     "pipe:0",
                     "-vf",
                     "vflip,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
                     "-colorspace",
                     "bt709",
                     "-color_primaries",
                     "bt709",
                     "-color_trc",
                     "bt709",
                     "-color_range",
                     "tv",
                     "-c:v",
                     "libx264",
                     "-preset",
                     "veryfast",
                     "-crf",
                     "18",
                     "-movflags",
                     "+faststart",
                     "-f",
                     "mp4",
                     target,
                     NULL};
    const gf_status status = start(self, words, error);
    free(target);
    return status;
}

static void close_end(int *end)
{
    if (*end >= 0) close(*end);
    *end = -1;
}

/* Keep the end of what it says: the last line names the cause. */
static void listen(encoder *self)
{
    char text[256];
    ssize_t got = -1;
    while (self->from >= 0 && (got = read(self->from, text, sizeof text)) > 0) {
        const size_t room = sizeof self->said - 1, news = (size_t)got;
        size_t keep = self->said_bytes;
        if (keep + news > room) keep = room - news;
        memmove(self->said, self->said + self->said_bytes - keep, keep);
        memcpy(self->said + keep, text, news);
        self->said_bytes = keep + news;
        self->said[self->said_bytes] = '\0';
    }
    if (got == 0) close_end(&self->from);
}

static const char *last_line(encoder *self)
{
    while (self->said_bytes > 0 && self->said[self->said_bytes - 1] == '\n')
        self->said[--self->said_bytes] = '\0';
    const char *line = strrchr(self->said, '\n');
    return line ? line + 1 : self->said;
}

/* Its end, without waiting for longer than a look. */
static bool has_ended(encoder *self, int *how)
{
    if (waitpid(self->pid, how, WNOHANG) != self->pid) return false;
    self->pid = 0;
    listen(self);
    return true;
}

static void pause_for(encoder *self, short wanted)
{
    struct pollfd ends[] = {{.fd = self->from, .events = POLLIN},
                            {.fd = self->to, .events = wanted}};
    poll(ends, wanted ? 2 : 1, LOOK_MS);
    listen(self);
}

/* Until it has ended, however it does; GF_CANCELLED when we are told to stop. */
static gf_status wait_for_end(encoder *self, int *how, gf_error *error)
{
    while (!has_ended(self, how)) {
        GF_TRY(gf_interrupt_check(error));
        pause_for(self, 0);
    }
    return GF_OK;
}

static gf_status report(encoder *self, int how, gf_error *error)
{
    char end[60], quoted[320] = "";
    GF_TRY(gf_interrupt_check(error)); /* Ctrl-C reaches ffmpeg as well: it is no failure then */
    if (WIFSIGNALED(how))
        snprintf(end, sizeof end, "was ended by signal %d", WTERMSIG(how));
    else
        snprintf(end, sizeof end, "ended with code %d", WEXITSTATUS(how));
    if (last_line(self)[0]) gf_text_print(quoted, sizeof quoted, ": %s", last_line(self));
    return gf_fail(error, GF_IO, "no video was made: ffmpeg %s%s", end, quoted);
}

/* ---- The sink ---------------------------------------------------------------------------------
 */

static gf_status give_room(gf_film_sink *sink, unsigned char **out, gf_error *error)
{
    encoder *self = (encoder *)sink;
    (void)error;
    *out = self->frame;
    return GF_OK;
}

static gf_status take(gf_film_sink *sink, gf_error *error)
{
    encoder *self = (encoder *)sink;
    for (size_t sent = 0; sent < self->frame_bytes;) {
        GF_TRY(gf_interrupt_check(error));
        const ssize_t wrote = write(self->to, self->frame + sent, self->frame_bytes - sent);
        if (wrote > 0) {
            sent += (size_t)wrote;
        } else if (wrote < 0 && errno != EAGAIN && errno != EINTR) {
            int how = 0;
            GF_TRY(wait_for_end(self, &how, error));
            return report(self, how, error);
        } else {
            pause_for(self, POLLOUT);
        }
    }
    return GF_OK;
}

static gf_status finish(gf_film_sink *sink, gf_error *error)
{
    encoder *self = (encoder *)sink;
    struct stat made = {0};
    int how = 0;
    close_end(&self->to);
    GF_TRY(wait_for_end(self, &how, error));
    /* A disk that fills up with the last bytes is complained of, but leaves the exit code at 0. */
    const bool whole = fstat(fileno(self->file.stream), &made) == 0 && made.st_size > 0;
    if (!WIFEXITED(how) || WEXITSTATUS(how) != 0 || self->said_bytes > 0 || !whole)
        return report(self, how, error);
    return gf_file_commit(&self->file, error);
}

static void abandon(gf_film_sink *sink)
{
    encoder *self = (encoder *)sink;
    if (self->pid > 0) {
        kill(self->pid, SIGKILL); /* it would finish a file that nobody wants */
        while (waitpid(self->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close_end(&self->to);
    close_end(&self->from);
    gf_file_abandon(&self->file);
    free(self->frame);
    free(self);
}

/* The temporary file is ours before ffmpeg is there to fail over it. */
static gf_status open_file(encoder *self, const char *path, gf_error *error)
{
    struct stat kind;
    if (stat(path, &kind) == 0 && !S_ISREG(kind.st_mode) && !S_ISDIR(kind.st_mode))
        return gf_fail(error, GF_INVALID,
                       "%s is no ordinary file; a video is written back and "
                       "forth",
                       path);
    return gf_file_begin(path, &self->file, error);
}

gf_status gf_encoder_open(const gf_encoder_desc *desc, gf_film_sink **out, gf_error *error)
{
    encoder *self = calloc(1, sizeof *self);
    const size_t bytes = (size_t)desc->width * (size_t)desc->height * 4;
    if (!self) return gf_fail(error, GF_MEMORY, "no memory for a video");
    *self = (encoder){.sink = {give_room, take, finish, abandon},
                      .frame = malloc(bytes),
                      .frame_bytes = bytes,
                      .to = -1,
                      .from = -1};
    gf_status status = GF_OK;
    if (!self->frame)
        status = gf_fail(error, GF_MEMORY, "no memory for frames of %zu bytes", bytes);
    if (status == GF_OK) status = open_file(self, desc->path, error);
    if (status == GF_OK) status = start_ffmpeg(self, desc, error);
    if (status != GF_OK) {
        abandon(&self->sink);
        return status;
    }
    *out = &self->sink;
    return GF_OK;
}
