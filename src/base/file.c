/* Reading and replacing whole files. fwrite into a full disk "succeeds", so every step up to the
 * rename is checked. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"

static gf_status read_stream(FILE *stream, const char *path, size_t most, char **out, size_t *bytes,
                             gf_error *error)
{
    size_t room = 4096, used = 0;
    char *text = malloc(room + 1);
    while (text) {
        used += fread(text + used, 1, room - used, stream);
        if (used < room || used > most) break;
        room *= 2;
        char *larger = realloc(text, room + 1);
        if (!larger) free(text);
        text = larger;
    }
    if (!text) return gf_fail(error, GF_MEMORY, "no memory to read %s", path);
    if (ferror(stream)) {
        free(text);
        return gf_fail(error, GF_IO, "%s cannot be read: %s", path, strerror(errno));
    }
    if (used > most) {
        free(text);
        return gf_fail(error, GF_INVALID, "%s is larger than the %zu bytes that are allowed", path,
                       most);
    }
    text[used] = '\0';
    *out = text;
    *bytes = used;
    return GF_OK;
}

gf_status gf_file_read(const char *path, size_t most, char **out, size_t *bytes, gf_error *error)
{
    FILE *stream = fopen(path, "rb");
    if (!stream) return gf_fail(error, GF_IO, "%s cannot be opened: %s", path, strerror(errno));
    struct stat kind;
    if (fstat(fileno(stream), &kind) == 0 && S_ISDIR(kind.st_mode)) {
        fclose(stream);
        return gf_fail(error, GF_IO, "%s is a folder, not a file", path);
    }
    const gf_status status = read_stream(stream, path, most, out, bytes, error);
    fclose(stream);
    return status;
}

/* ---- Temporaries ------------------------------------------------------------------------------
 *
 * A writer that is killed outright leaves its temporary, and the next one of the same file takes
 * it away. While a writer lives it holds a lock on its own. */

static bool is_at(int file, const char *name)
{
    struct stat one, other;
    return fstat(file, &one) == 0 && lstat(name, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* Unlinked, not reused: whoever the dead one had started may still be writing into it. */
static void remove_stale(const char *name)
{
    const int file = open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return;
    if (flock(file, LOCK_EX | LOCK_NB) == 0 && is_at(file, name)) unlink(name);
    close(file);
}

/* -1 with errno set. Where a file cannot be locked nobody takes it for a stale one either. */
static int create_locked(const char *name)
{
    const int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return -1;
    const bool lost = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!lost && is_at(file, name)) return file;
    close(file); /* somebody took it for stale in that moment, and removes it */
    errno = EEXIST;
    return -1;
}

/* FILE.part, or while another writer is at that one a name that only this process uses. Sets
 * *name, NULL: no memory. */
static int open_temporary(const char *path, char **name)
{
    if (asprintf(name, "%s.part", path) < 0) *name = NULL;
    if (!*name) return -1;
    remove_stale(*name);
    const int file = create_locked(*name);
    if (file >= 0 || errno != EEXIST) return file;
    free(*name);
    if (asprintf(name, "%s.%ld.part", path, (long)getpid()) < 0) *name = NULL;
    return *name ? create_locked(*name) : -1;
}

/* ---- Writing -----------------------------------------------------------------------------------
 */

/* Open what the writer writes into; NULL with errno set. A pipe or device is written directly: it
 * cannot be replaced. */
static FILE *open_target(gf_file_writer *writer, bool replace)
{
    const int file = replace ? open_temporary(writer->path, &writer->temporary)
                             : open(writer->path, O_WRONLY | O_CLOEXEC);
    if (file < 0) { /* not ours to remove */
        const int why = errno;
        free(writer->temporary);
        writer->temporary = NULL;
        errno = why;
        return NULL;
    }
    FILE *stream = fdopen(file, "wb");
    if (!stream) close(file);
    return stream;
}

gf_status gf_file_begin(const char *path, gf_file_writer *out, gf_error *error)
{
    struct stat kind;
    const bool exists = stat(path, &kind) == 0;
    if (exists && S_ISDIR(kind.st_mode))
        return gf_fail(error, GF_IO, "%s is a folder, not a file", path);
    gf_file_writer writer = {.path = strdup(path), .holding = true};
    gf_interrupt_hold(&writer.signals);
    if (!writer.path) {
        gf_file_abandon(&writer);
        return gf_fail(error, GF_MEMORY, "no memory to write %s", path);
    }
    errno = ENOMEM;
    writer.stream = open_target(&writer, !exists || S_ISREG(kind.st_mode));
    if (!writer.stream) {
        const int why = errno;
        gf_file_abandon(&writer);
        return gf_fail(error, GF_IO, "%s cannot be written: %s", path, strerror(why));
    }
    *out = writer;
    return GF_OK;
}

gf_status gf_file_commit(gf_file_writer *writer, gf_error *error)
{
    int why = 0;
    if (fflush(writer->stream) != 0 || ferror(writer->stream)) why = errno ? errno : EIO;
    if (!why && fsync(fileno(writer->stream)) != 0 && errno != EINVAL) why = errno;
    if (fclose(writer->stream) != 0 && !why) why = errno;
    writer->stream = NULL;
    if (!why && writer->temporary && rename(writer->temporary, writer->path) != 0) why = errno;
    gf_status status = GF_OK;
    if (why)
        status = gf_fail(error, GF_IO, "%s cannot be written: %s", writer->path, strerror(why));
    else if (writer->temporary)
        writer->temporary[0] = '\0'; /* it has become the file */
    gf_file_abandon(writer);
    return status;
}

void gf_file_abandon(gf_file_writer *writer)
{
    if (writer->stream) fclose(writer->stream);
    if (writer->temporary && writer->temporary[0]) unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    if (writer->holding) gf_interrupt_release(&writer->signals);
    *writer = (gf_file_writer){0};
}

gf_status gf_file_write(const char *path, const void *bytes, size_t size, gf_error *error)
{
    gf_file_writer writer;
    GF_TRY(gf_file_begin(path, &writer, error));
    errno = 0;
    fwrite(bytes, 1, size,
           writer.stream); /* a short write shows in ferror(), which commit looks at */
    return gf_file_commit(&writer, error);
}
