/* Reading and replacing whole files. fwrite into a full disk "succeeds", so every step up to the
 * rename is checked. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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

/* Open what the writer writes into; NULL with errno set. A pipe or device is written directly: it
 * cannot be replaced. */
static FILE *open_target(gf_file_writer *writer, bool replace)
{
    const char *name = replace ? writer->temporary : writer->path;
    const int flags = replace ? O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC : O_WRONLY | O_CLOEXEC;
    const int file = open(name, flags, 0666);
    if (file < 0 || !replace) writer->temporary[0] = '\0'; /* not ours to remove */
    if (file < 0) return NULL;
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
    if (asprintf(&writer.temporary, "%s.%ld.part", path, (long)getpid()) < 0)
        writer.temporary = NULL;
    if (!writer.path || !writer.temporary) {
        gf_file_abandon(&writer);
        return gf_fail(error, GF_MEMORY, "no memory to write %s", path);
    }
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
    if (!why && writer->temporary[0] && rename(writer->temporary, writer->path) != 0) why = errno;
    gf_status status = GF_OK;
    if (why)
        status = gf_fail(error, GF_IO, "%s cannot be written: %s", writer->path, strerror(why));
    else
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
