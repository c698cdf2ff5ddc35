/* What each key does. Arrows are places on the stage, not moments: Left moves the wave left,
 * towards the input. */
#include <math.h>

#include "ui/compare.h"
#include "ui/explorer_state.h"

#define ZOOM_STEP 1.1f
#define ZOOM_LOW  0.7f
#define ZOOM_HIGH 2.0f
#define TURN_STEP 0.05f

static void zoom_by(gf_explorer *explorer, float factor)
{
    const float zoom = explorer->zoom * factor;
    /* Back at 1 exactly, so that + and - undo each other. */
    explorer->zoom = fabsf(zoom - 1) < 0.02f ? 1 : fminf(fmaxf(zoom, ZOOM_LOW), ZOOM_HIGH);
}

static void on_character(gf_explorer *explorer, uint32_t character)
{
    switch (character) {
    case ' ': gf_explorer_toggle_play(explorer); break;
    case '.':
    case 'b':
    case 'B': explorer->blank = !explorer->blank; break;
    case 'h':
    case 'H': explorer->panels_hidden = !explorer->panels_hidden; break;
    case 'r':
    case 'R': gf_explorer_reseed(explorer); break;
    case 's':
    case 'S': explorer->requests.save_picture = true; break;
    case 'c':
    case 'C': gf_compare_toggle(explorer); break;
    case 'x':
    case 'X': explorer->requests.swap = gf_compare_is_on(explorer); break;
    case 'n':
    case 'N': gf_explorer_take_side(explorer, 1 - explorer->side); break;
    case 't':
    case 'T': explorer->theory = !explorer->theory; break;
    case 'm':
    case 'M': explorer->measure = (gf_measure)((explorer->measure + 1) % GF_MEASURE_COUNT); break;
    case 'e':
    case 'E': gf_explorer_ask_seeds(explorer); break;
    case 'f':
    case 'F': gf_explorer_set_forward(explorer, !explorer->timeline.has_forward); break;
    case 'p':
    case 'P': gf_explorer_set_perspective(explorer, !explorer->perspective); break;
    case '[': gf_explorer_turn(explorer, -TURN_STEP, 0); break;
    case ']': gf_explorer_turn(explorer, TURN_STEP, 0); break;
    case '{': gf_explorer_turn(explorer, 0, -TURN_STEP); break;
    case '}': gf_explorer_turn(explorer, 0, TURN_STEP); break;
    case 'l':
    case 'L': explorer->light = !explorer->light; break;
    case 'd':
    case 'D': gf_explorer_show_bench(explorer, true); break;
    case '0': explorer->span = (gf_layer_span){0}; break;
    case '?': explorer->help = !explorer->help; break;
    case '+':
    case '=': zoom_by(explorer, ZOOM_STEP); break;
    case '-': zoom_by(explorer, 1 / ZOOM_STEP); break;
    default:
        if (character >= '1' && character <= '9')
            gf_explorer_choose(explorer, (int32_t)(character - '1'));
    }
}

/* Either phase has its direction; the last layer is where the forward wave ends and the gradient
 * begins. */
static void move_right(gf_explorer *explorer, int32_t layers)
{
    gf_timeline *timeline = &explorer->timeline;
    explorer->replay_pending = false;
    if (gf_timeline_is_forward(timeline))
        gf_timeline_step(timeline, layers);
    else if (layers < 0 || timeline->moment > 0)
        gf_timeline_step(timeline, -layers);
    timeline->playing = false;
}

/* Likewise. */
static void bench_keys(gf_explorer *explorer, const gf_input *input)
{
    const uint8_t *keys = input->keys;
    int closes = keys[GF_KEY_ESCAPE];
    for (int32_t i = 0; i < input->character_count; i++)
        closes += input->characters[i] == 'd' || input->characters[i] == 'D';
    explorer->bench_scroll.offset +=
        60 * explorer->layout.scale * (float)(keys[GF_KEY_DOWN] - keys[GF_KEY_UP]);
    if (closes > 0) gf_explorer_show_bench(explorer, false);
}

static void escape(gf_explorer *explorer)
{
    if (explorer->saving)
        explorer->saving = false;
    else if (explorer->selected_layer && !explorer->help)
        explorer->selected_layer = 0;
    else if (explorer->help)
        explorer->help = false;
    else
        explorer->requests.leave_full_screen = true;
}

/* The layer under the mouse, else the one that the wave has come to. */
static void inspect(gf_explorer *explorer)
{
    const int32_t front = (int32_t)ceil(gf_timeline_front(&explorer->timeline));
    const int32_t depth = explorer->timeline.depth;
    const int32_t layer = explorer->hover_layer ? explorer->hover_layer
                          : front < depth       ? front
                                                : depth;
    const gf_rect stage = explorer->layout.stage;
    if (explorer->selected_layer)
        explorer->selected_layer = 0;
    else if (layer > 0)
        gf_explorer_inspect(explorer, layer);
    explorer->pointed_x = stage.x + stage.width * (float)layer / (float)(depth + 1);
}

/* Up and Down go to the neighbours of the layer in the inspector. */
static void inspect_next(gf_explorer *explorer, int32_t by)
{
    const int32_t layer = explorer->selected_layer + by;
    if (explorer->selected_layer && layer >= 1 && layer <= explorer->timeline.depth)
        explorer->selected_layer = layer;
}

static void commands(gf_explorer *explorer, const uint8_t *keys)
{
    for (uint8_t i = 0; i < keys[GF_KEY_UNDO]; i++)
        gf_explorer_undo(explorer);
    for (uint8_t i = 0; i < keys[GF_KEY_REDO]; i++)
        gf_explorer_redo(explorer);
    if (keys[GF_KEY_SAVE]) gf_explorer_ask_save(explorer);
    if (keys[GF_KEY_COPY]) explorer->requests.copy_command = true;
}

/* The page has the keyboard: nothing behind it moves. */
static void help_keys(gf_explorer *explorer, const gf_input *input)
{
    const uint8_t *keys = input->keys;
    int closes = keys[GF_KEY_F1] + (keys[GF_KEY_ESCAPE] > 0);
    for (int32_t i = 0; i < input->character_count; i++)
        if (input->characters[i] == '?') closes++;
    if (keys[GF_KEY_LEFT] || keys[GF_KEY_RIGHT])
        gf_help_turn(explorer, keys[GF_KEY_RIGHT] - keys[GF_KEY_LEFT]);
    explorer->help_scroll.offset +=
        60 * explorer->layout.scale * (float)(keys[GF_KEY_DOWN] - keys[GF_KEY_UP]);
    if (closes % 2) explorer->help = false;
}

void gf_explorer_keys(gf_explorer *explorer, const gf_input *input)
{
    if (input->keys[GF_KEY_QUIT]) explorer->requests.quit = true;
    if ((input->keys[GF_KEY_F5] + input->keys[GF_KEY_F11]) % 2)
        explorer->requests.toggle_full_screen = true;
    if (explorer->saving) {
        if (input->keys[GF_KEY_ESCAPE]) escape(explorer);
        return;
    }
    if (input->typing) return;
    if (explorer->bench) {
        bench_keys(explorer, input);
        return;
    }
    if (explorer->help) {
        help_keys(explorer, input);
        return;
    }
    commands(explorer, input->keys);
    for (int32_t i = 0; i < input->character_count; i++)
        on_character(explorer, input->characters[i]);
    const uint8_t *keys = input->keys;
    if (keys[GF_KEY_LEFT]) move_right(explorer, -keys[GF_KEY_LEFT]);
    if (keys[GF_KEY_RIGHT]) move_right(explorer, keys[GF_KEY_RIGHT]);
    if (keys[GF_KEY_ENTER]) inspect(explorer);
    inspect_next(explorer, keys[GF_KEY_UP] - keys[GF_KEY_DOWN]);
    if (keys[GF_KEY_HOME]) gf_explorer_replay(explorer);
    if (keys[GF_KEY_END]) gf_explorer_seek(explorer, 1);
    for (uint8_t i = 0; i < keys[GF_KEY_PAGE_UP]; i++)
        gf_explorer_walk(explorer, -1);
    for (uint8_t i = 0; i < keys[GF_KEY_PAGE_DOWN]; i++)
        gf_explorer_walk(explorer, 1);
    if (keys[GF_KEY_F1] % 2) explorer->help = !explorer->help;
    if (input->keys[GF_KEY_ESCAPE]) escape(explorer);
}
