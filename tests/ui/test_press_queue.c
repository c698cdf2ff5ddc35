/* Keys keep their order where a frame takes long: what belongs together comes in one frame, the
 * rest in the next. */
#include "support/test.h"
#include "ui/press_queue.h"

static void press(gf_press_queue *queue, int32_t key)
{
    gf_press_note(queue, (gf_press){.key = key, .event = true});
}

static gf_input next(gf_press_queue *queue, int32_t *turns)
{
    gf_input input = {0};
    gf_press_take(queue, false, &input, turns);
    return input;
}

static void keys_keep_their_order(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    press(&queue, GF_KEY_DOWN);
    press(&queue, GF_KEY_DOWN);
    press(&queue, GF_KEY_ESCAPE);
    press(&queue, GF_KEY_DOWN);
    gf_input input = next(&queue, &turns);
    assert_int_equal(input.keys[GF_KEY_DOWN], 2);
    assert_int_equal(input.keys[GF_KEY_ESCAPE], 0);
    assert_int_equal(input.events, 2);
    assert_true(input.more);
    input = next(&queue, &turns);
    assert_int_equal(input.keys[GF_KEY_ESCAPE], 1);
    assert_int_equal(input.keys[GF_KEY_DOWN], 0);
    input = next(&queue, &turns);
    assert_int_equal(input.keys[GF_KEY_DOWN], 1);
    assert_false(input.more);
    assert_int_equal(next(&queue, &turns).events, 0);
}

/* Nobody asks how often Enter went down: one that opens and one that closes are two frames. */
static void keys_that_are_not_counted_come_alone(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    press(&queue, GF_KEY_ENTER);
    press(&queue, GF_KEY_ENTER);
    assert_int_equal(next(&queue, &turns).keys[GF_KEY_ENTER], 1);
    assert_int_equal(next(&queue, &turns).keys[GF_KEY_ENTER], 1);
}

static void tab_turns_both_ways(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    press(&queue, GF_KEY_TAB);
    press(&queue, GF_KEY_TAB);
    press(&queue, GF_KEY_TAB);
    gf_press_note(&queue, (gf_press){.key = GF_KEY_TAB, .shift = true, .event = true});
    const gf_input input = next(&queue, &turns);
    assert_int_equal(turns, 2);
    assert_int_equal(input.keys[GF_KEY_TAB], 0);
    assert_int_equal(input.events, 4);
}

/* A key and what it types are one press; characters alone are none. */
static void characters_belong_to_their_keys(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    press(&queue, -1);
    gf_press_type(&queue, 'r');
    press(&queue, -1);
    gf_press_type(&queue, 'c');
    gf_press_type(&queue, 0xe9);
    press(&queue, GF_KEY_LEFT);
    gf_press_type(&queue, 'x');
    const gf_input input = next(&queue, &turns);
    assert_int_equal(input.character_count, 3);
    assert_int_equal(input.characters[0], 'r');
    assert_int_equal(input.characters[2], 0xe9);
    assert_int_equal(input.events, 2);
    assert_int_equal(next(&queue, &turns).keys[GF_KEY_LEFT], 1);
    assert_int_equal(next(&queue, &turns).characters[0], 'x');
}

static void text_takes_all_up_to_enter(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    gf_input input = {0};
    press(&queue, -1);
    gf_press_type(&queue, '7');
    press(&queue, GF_KEY_LEFT);
    press(&queue, GF_KEY_ENTER);
    press(&queue, GF_KEY_ESCAPE);
    gf_press_take(&queue, true, &input, &turns);
    assert_int_equal(input.character_count, 1);
    assert_int_equal(input.keys[GF_KEY_LEFT], 1);
    assert_int_equal(input.keys[GF_KEY_ENTER], 1);
    assert_int_equal(input.keys[GF_KEY_ESCAPE], 0);
    assert_true(input.more);
    assert_int_equal(next(&queue, &turns).keys[GF_KEY_ESCAPE], 1);
}

static void more_than_there_is_room_for_is_lost(void **state)
{
    (void)state;
    gf_press_queue queue = {0};
    int32_t turns = 0;
    for (int32_t i = 0; i < GF_PRESSES_MAX + 9; i++)
        press(&queue, GF_KEY_RIGHT);
    assert_int_equal(next(&queue, &turns).keys[GF_KEY_RIGHT], GF_PRESSES_MAX);
    for (int32_t i = 0; i < 40; i++)
        gf_press_type(&queue, 'a');
    assert_int_equal(next(&queue, &turns).character_count, 16);
    assert_int_equal(queue.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_keep_their_order),
        cmocka_unit_test(keys_that_are_not_counted_come_alone),
        cmocka_unit_test(tab_turns_both_ways),
        cmocka_unit_test(characters_belong_to_their_keys),
        cmocka_unit_test(text_takes_all_up_to_enter),
        cmocka_unit_test(more_than_there_is_room_for_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
