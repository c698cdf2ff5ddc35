/* Philox 4x32-10 against the known answers published with Random123 (file kat_vectors of its
 * examples). */
#include "model/philox.h"

#include "support/test.h"

typedef struct known_answer {
    uint32_t counter[4], key[2], words[4];
} known_answer;

static const known_answer answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void published_answers_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint32_t words[4];
        gf_philox_words(answers[i].counter, answers[i].key, words);
        for (int w = 0; w < 4; w++)
            assert_int_equal(words[w], answers[i].words[w]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_answers_come_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
