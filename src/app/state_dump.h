/* The state of the window as a small JSON file, replaced as a whole: what a test or a stage
 * manager's script reads. */
#ifndef GF_APP_STATE_DUMP_H
#define GF_APP_STATE_DUMP_H

#include "app/bench_child.h"
#include "app/live.h"
#include "base/pace.h"

typedef struct gf_state_dump {
    const char *path; /* NULL: none is written */
    double written_ms;
} gf_state_dump;

typedef struct gf_window_state {
    int32_t width, height;
    uint64_t frames;
    double fps;
    bool full_screen;
    bool hidden;          /* nothing is drawn, because nobody would see it */
    bool still;           /* nothing moves: the picture stays until something happens */
    gf_pace pace;         /* since the window was opened */
    double work_worst_ms; /* processor time of all threads between two such frames */
} gf_window_state;

/* What a dump tells about; all borrowed. */
typedef struct gf_state_dump_view {
    const gf_explorer *explorer;
    const gf_live *live;
    const gf_bench_child *bench;
    const gf_ui *ui;
    const gf_window_state *window;
} gf_state_dump_view;

/* Every 100 ms at most. Nothing is said about a file that cannot be written: the picture goes on.
 */
void gf_state_dump_write(gf_state_dump *dump, const gf_state_dump_view *view);

#endif
