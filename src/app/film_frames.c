/* Coding a PNG takes several times longer than drawing the frame: a few threads do it, each with a
 * frame of its own, while the next one is drawn. */
#include "app/film_frames.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view/capture.h"

#define CODERS_MAX 16

typedef enum coder_state { CODER_FREE, CODER_LENT, CODER_FULL } coder_state;

typedef struct frames frames;
typedef struct coder {
    frames *owner;
    pthread_t thread;
    coder_state state;
    unsigned char *pixels;
    int64_t number; /* of the frame, from 1 */
} coder;

struct frames {
    gf_film_sink sink; /* first: the sink is the frames */
    char *folder;
    bool made; /* the folder is ours */
    bool done; /* all frames are to stay */
    int32_t width, height;
    int64_t given;
    coder *lent; /* the one whose room was given */
    coder coders[CODERS_MAX];
    int count; /* threads that run */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closing;   /* threads end when they have nothing to code */
    gf_error error; /* the first failure */
};

static char *path_of(const frames *self, int64_t number)
{
    char *path = NULL;
    if (asprintf(&path, "%s/frame-%05lld.png", self->folder, (long long)number) < 0) return NULL;
    return path;
}

/* ---- Coders -----------------------------------------------------------------------------------
 */

static gf_status write_frame(const coder *self, gf_error *error)
{
    const frames *owner = self->owner;
    char *path = path_of(owner, self->number);
    if (!path) return gf_fail(error, GF_MEMORY, "no memory for the name of a frame");
    const gf_status status =
        gf_capture_write(self->pixels, owner->width, owner->height, path, error);
    free(path);
    return status;
}

static void *code(void *argument)
{
    coder *self = argument;
    frames *owner = self->owner;
    pthread_mutex_lock(&owner->lock);
    while (self->state == CODER_FULL || !owner->closing) {
        if (self->state != CODER_FULL) {
            pthread_cond_wait(&owner->changed, &owner->lock);
            continue;
        }
        gf_error error = {0};
        pthread_mutex_unlock(&owner->lock);
        write_frame(self, &error);
        pthread_mutex_lock(&owner->lock);
        if (owner->error.status == GF_OK) owner->error = error;
        self->state = CODER_FREE;
        pthread_cond_broadcast(&owner->changed);
    }
    pthread_mutex_unlock(&owner->lock);
    return NULL;
}

static gf_status start_coders(frames *self, gf_error *error)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    /* One more than there are cores, to be drawn into while the others code. */
    const int wanted = cores < 1 ? 2 : cores >= CODERS_MAX ? CODERS_MAX : (int)cores + 1;
    while (self->count < wanted) {
        coder *next = &self->coders[self->count];
        next->owner = self;
        next->pixels = malloc((size_t)self->width * (size_t)self->height * 4);
        if (!next->pixels || pthread_create(&next->thread, NULL, code, next) != 0) break;
        self->count++;
    }
    if (self->count > 0) return GF_OK;
    return gf_fail(error, GF_MEMORY, "no memory or thread for frames of %dx%d", self->width,
                   self->height);
}

static void stop_coders(frames *self)
{
    pthread_mutex_lock(&self->lock);
    self->closing = true;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
    for (int i = 0; i < self->count; i++)
        pthread_join(self->coders[i].thread, NULL);
    self->count = 0;
}

static coder *find_free(frames *self)
{
    for (int i = 0; i < self->count; i++)
        if (self->coders[i].state == CODER_FREE) return &self->coders[i];
    return NULL;
}

/* ---- The sink ---------------------------------------------------------------------------------
 */

static gf_status give_room(gf_film_sink *sink, unsigned char **out, gf_error *error)
{
    frames *self = (frames *)sink;
    pthread_mutex_lock(&self->lock);
    while (self->error.status == GF_OK && !(self->lent = find_free(self)))
        pthread_cond_wait(&self->changed, &self->lock);
    const gf_error failed = self->error;
    if (failed.status == GF_OK) {
        self->lent->state = CODER_LENT;
        *out = self->lent->pixels;
    }
    pthread_mutex_unlock(&self->lock);
    return failed.status == GF_OK ? GF_OK : gf_fail(error, failed.status, "%s", failed.text);
}

static gf_status take(gf_film_sink *sink, gf_error *error)
{
    frames *self = (frames *)sink;
    (void)error;
    pthread_mutex_lock(&self->lock);
    self->lent->number = ++self->given;
    self->lent->state = CODER_FULL;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
    return GF_OK;
}

static gf_status finish(gf_film_sink *sink, gf_error *error)
{
    frames *self = (frames *)sink;
    stop_coders(self);
    if (self->error.status != GF_OK)
        return gf_fail(error, self->error.status, "%s", self->error.text);
    self->done = true;
    return GF_OK;
}

static void remove_frames(const frames *self)
{
    for (int64_t number = 1; number <= self->given; number++) {
        char *path = path_of(self, number);
        if (path) unlink(path);
        free(path);
    }
    if (self->made) rmdir(self->folder);
}

static void abandon(gf_film_sink *sink)
{
    frames *self = (frames *)sink;
    stop_coders(self);
    if (!self->done) remove_frames(self);
    for (int i = 0; i < CODERS_MAX; i++)
        free(self->coders[i].pixels);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    free(self->folder);
    free(self);
}

/* ---- The folder -------------------------------------------------------------------------------
 */

static gf_status check_empty_of_frames(const char *folder, gf_error *error)
{
    gf_status status = GF_OK;
    DIR *open = opendir(folder);
    if (!open) return gf_fail(error, GF_IO, "%s cannot be read: %s", folder, strerror(errno));
    for (const struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        const size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, "frame-", 6) != 0 || length < 10 ||
            strcmp(entry->d_name + length - 4, ".png") != 0)
            continue;
        status = gf_fail(error, GF_INVALID,
                         "%s holds frames already, %s among them; remove them or name another "
                         "folder",
                         folder, entry->d_name);
        break;
    }
    closedir(open);
    return status;
}

static gf_status open_folder(frames *self, gf_error *error)
{
    if (mkdir(self->folder, 0777) == 0) {
        self->made = true;
        return GF_OK;
    }
    if (errno != EEXIST)
        return gf_fail(error, GF_IO, "the folder %s cannot be made: %s", self->folder,
                       strerror(errno));
    GF_TRY(check_empty_of_frames(self->folder, error));
    if (access(self->folder, W_OK | X_OK) != 0)
        return gf_fail(error, GF_IO, "%s cannot be written to: %s", self->folder, strerror(errno));
    return GF_OK;
}

/* Without the slashes at its end, unless it is nothing else. */
static char *clean_name(const char *folder)
{
    char *name = strdup(folder);
    size_t length = name ? strlen(name) : 0;
    while (length > 1 && name[length - 1] == '/')
        name[--length] = '\0';
    return name;
}

gf_status gf_film_frames_open(const char *folder, int32_t width, int32_t height, gf_film_sink **out,
                              gf_error *error)
{
    frames *self = calloc(1, sizeof *self);
    char *name = clean_name(folder);
    if (!self || !name) {
        free(self);
        free(name);
        return gf_fail(error, GF_MEMORY, "no memory for the frames of %s", folder);
    }
    *self = (frames){.sink = {give_room, take, finish, abandon},
                     .folder = name,
                     .width = width,
                     .height = height};
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    gf_status status = open_folder(self, error);
    if (status == GF_OK) status = start_coders(self, error);
    if (status != GF_OK) {
        abandon(&self->sink);
        return status;
    }
    *out = &self->sink;
    return GF_OK;
}
