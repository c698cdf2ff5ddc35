/* A bar, a count, and the time left at the pace so far. */
#include "app/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define EVERY_MS 100.0
#define CELLS    24

gf_progress gf_progress_begin(const char *what, int64_t total)
{
    return (gf_progress){.what = what,
                         .total = total,
                         .start_ms = gf_clock_ms(),
                         .terminal = isatty(STDERR_FILENO) != 0};
}

/* "12 s", "3:05 min" */
static void format_seconds(double seconds, char text[40])
{
    const long whole = lround(ceil(fmin(seconds, 1e8)));
    if (whole < 100)
        snprintf(text, 40, "%ld s", whole);
    else
        snprintf(text, 40, "%ld:%02ld min", whole / 60, whole % 60);
}

void gf_progress_show(gf_progress *progress, int64_t done)
{
    const double now = gf_clock_ms();
    if (!progress->terminal || done < 1 || now - progress->shown_ms < EVERY_MS) return;
    const double share = (double)done / (double)progress->total;
    const int full = (int)(share * CELLS);
    char left[40];
    format_seconds((now - progress->start_ms) / 1e3 * (1.0 / share - 1.0), left);
    fprintf(stderr, "\r\x1b[K[%.*s%.*s] %s %lld of %lld, %.0f %%, %s left ", full,
            "========================", CELLS - full, "........................", progress->what,
            (long long)done, (long long)progress->total, 100.0 * share, left);
    progress->shown_ms = now;
    progress->shown = true;
}

void gf_progress_end(gf_progress *progress)
{
    if (progress->shown) fputs("\r\x1b[K", stderr);
    progress->shown = false;
}
