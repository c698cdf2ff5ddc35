/* One line on a terminal that says how far a long command is and how long it will still take.
 * Where stderr is no terminal it says nothing. */
#ifndef GF_APP_PROGRESS_H
#define GF_APP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gf_progress {
    const char *what; /* "frame" of "frame 12 of 720" */
    int64_t total;
    double start_ms, shown_ms;
    bool terminal, shown;
} gf_progress;

gf_progress gf_progress_begin(const char *what, int64_t total);
/* `done` of the total are over. Writes a few times a second, however often it is called. */
void gf_progress_show(gf_progress *progress, int64_t done);
/* Wipes the line. */
void gf_progress_end(gf_progress *progress);

#endif
