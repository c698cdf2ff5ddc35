/* The queue: a list that is short. */
#include "ui/press_queue.h"

#include <string.h>

void gf_press_note(gf_press_queue *queue, gf_press press)
{
    if (queue->count < GF_PRESSES_MAX) queue->presses[queue->count++] = press;
}

void gf_press_type(gf_press_queue *queue, uint32_t character)
{
    gf_press *last = queue->count > 0 ? &queue->presses[queue->count - 1] : NULL;
    if (last && last->key < 0 && !last->character)
        last->character = character;
    else
        gf_press_note(queue, (gf_press){.key = -1, .character = character});
}

/* The others are asked only whether they went down. */
static bool is_counted(int32_t key)
{
    switch (key) {
    case GF_KEY_LEFT:
    case GF_KEY_RIGHT:
    case GF_KEY_UP:
    case GF_KEY_DOWN:
    case GF_KEY_TAB:
    case GF_KEY_PAGE_UP:
    case GF_KEY_PAGE_DOWN:
    case GF_KEY_UNDO:
    case GF_KEY_REDO: return true;
    default: return false;
    }
}

static bool goes_with(const gf_press *one, const gf_press *next)
{
    if (one->key < 0) return next->key < 0;
    return one->key == next->key && is_counted(one->key);
}

static void take(const gf_press *press, gf_input *input, int32_t *turns)
{
    const int32_t room = (int32_t)(sizeof input->characters / sizeof input->characters[0]);
    input->events += press->event;
    if (press->key == GF_KEY_TAB)
        *turns += press->shift ? -1 : 1;
    else if (press->key >= 0 && input->keys[press->key] < UINT8_MAX)
        input->keys[press->key]++;
    if (press->character && input->character_count < room)
        input->characters[input->character_count++] = press->character;
}

static bool comes_too(const gf_press_queue *queue, int32_t taken, bool text)
{
    if (taken == queue->count) return false;
    if (taken == 0) return true;
    if (text) return queue->presses[taken - 1].key != GF_KEY_ENTER;
    return goes_with(&queue->presses[0], &queue->presses[taken]);
}

void gf_press_take(gf_press_queue *queue, bool text, gf_input *input, int32_t *turns)
{
    int32_t taken = 0;
    while (comes_too(queue, taken, text))
        take(&queue->presses[taken++], input, turns);
    queue->count -= taken;
    memmove(queue->presses, queue->presses + taken, (size_t)queue->count * sizeof *queue->presses);
    input->more = queue->count > 0;
}
