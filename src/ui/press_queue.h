/* Keys that went down since the last frame, in their order.
 *
 * A frame counts keys and does not know which of them came first. So it gets what belongs together,
 * the same arrow three times or a word, and the rest waits for the next one: where frames take
 * long, Down and then Escape is still a choice that is made and left. Zero is empty. */
#ifndef GF_UI_PRESS_QUEUE_H
#define GF_UI_PRESS_QUEUE_H

#include "ui/ui.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GF_PRESSES_MAX 64 /* later ones are lost */

typedef struct gf_press {
    int32_t key;        /* a gf_key, -1: none of them */
    bool shift;         /* held with it */
    bool event;         /* counts in gf_input.events; repeats do not */
    uint32_t character; /* 0: none */
} gf_press;

typedef struct gf_press_queue {
    gf_press presses[GF_PRESSES_MAX];
    int32_t count;
} gf_press_queue;

void gf_press_note(gf_press_queue *queue, gf_press press);
/* What the key just noted types. */
void gf_press_type(gf_press_queue *queue, uint32_t character);
/* Those of the next frame, added to *input; where keys are `text`, whose order the line being typed
 * knows, all of them up to the Enter that ends it. Tab is not among the keys: *turns counts it,
 * with Shift downwards. */
void gf_press_take(gf_press_queue *queue, bool text, gf_input *input, int32_t *turns);

#ifdef __cplusplus
}
#endif

#endif
