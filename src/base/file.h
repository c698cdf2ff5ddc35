/* Whole files: read with a limit, written so that a reader sees the old one or the new one, never a
 * half. */
#ifndef GF_BASE_FILE_H
#define GF_BASE_FILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gradflow/status.h"

/* The file's bytes with a zero behind them; the caller frees *out. GF_IO: it cannot be read, or is
 * a folder; GF_INVALID: larger than `most` bytes. */
gf_status gf_file_read(const char *path, size_t most, char **out, size_t *bytes, gf_error *error);

/* A file being written beside its place: a temporary in the same folder, renamed over `path` by
 * commit. Until commit or abandon, both in the same thread, Ctrl-C and its like wait, or the
 * temporary would stay; who writes for long asks gf_interrupt_check(). A temporary that a killed
 * program left is removed by the next writer of the same file. */
typedef struct gf_file_writer {
    FILE *stream;
    char *path;       /* owned */
    char *temporary;  /* owned; NULL: written directly, as a pipe or device is */
    sigset_t signals; /* as they were */
    bool holding;
} gf_file_writer;
gf_status gf_file_begin(const char *path, gf_file_writer *out, gf_error *error);
/* Flush, sync, rename. On failure the old file is intact and the temporary gone. */
gf_status gf_file_commit(gf_file_writer *writer, gf_error *error);
/* Forget it all; a zeroed or committed writer is fine. */
void gf_file_abandon(gf_file_writer *writer);

/* All at once. */
gf_status gf_file_write(const char *path, const void *bytes, size_t size, gf_error *error);

#endif
