/* What was on screen before: networks, with the scenario and step they belong to. Zero is an empty
 * history. */
#ifndef GF_UI_HISTORY_H
#define GF_UI_HISTORY_H

#include "gradflow/spec.h"

typedef struct gf_snapshot {
    int32_t scenario_index; /* -1: the one from a file */
    int32_t step;
    bool comparing;
    gf_spec specs[2]; /* A, and B while comparing */
} gf_snapshot;

#define GF_HISTORY_MAX 64

typedef struct gf_history {
    gf_snapshot
        items[GF_HISTORY_MAX]; /* oldest first; beyond the maximum the oldest is forgotten */
    int32_t count;
    int32_t at; /* the one on screen */
} gf_history;

/* What is on screen now; what was undone before is forgotten. Nothing happens when it is what was
 * there already. */
void gf_history_note(gf_history *history, const gf_snapshot *snapshot);
/* One step back, or forward again. False when there is none. */
bool gf_history_undo(gf_history *history, gf_snapshot *out);
bool gf_history_redo(gf_history *history, gf_snapshot *out);

#endif
