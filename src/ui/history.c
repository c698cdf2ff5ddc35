/* A list with a place in it. */
#include "ui/history.h"

#include <string.h>

#include "ui/explorer.h"

static bool same(const gf_snapshot *one, const gf_snapshot *other)
{
    if (one->scenario_index != other->scenario_index || one->step != other->step ||
        one->comparing != other->comparing || !gf_spec_same(&one->specs[0], &other->specs[0]))
        return false;
    return !one->comparing || gf_spec_same(&one->specs[1], &other->specs[1]);
}

void gf_history_note(gf_history *history, const gf_snapshot *snapshot)
{
    if (history->count > 0 && same(&history->items[history->at], snapshot)) return;
    if (history->count > 0) history->count = history->at + 1;
    if (history->count == GF_HISTORY_MAX) {
        history->count--;
        memmove(history->items, history->items + 1,
                sizeof history->items[0] * (GF_HISTORY_MAX - 1));
    }
    history->items[history->count] = *snapshot;
    history->at = history->count++;
}

bool gf_history_undo(gf_history *history, gf_snapshot *out)
{
    if (history->at == 0) return false;
    *out = history->items[--history->at];
    return true;
}

bool gf_history_redo(gf_history *history, gf_snapshot *out)
{
    if (history->at + 1 >= history->count) return false;
    *out = history->items[++history->at];
    return true;
}
