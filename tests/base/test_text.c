/* Sentences that are too long keep their beginning, their end and whole characters; a name that is
 * not there is answered with the nearest. */
#include "base/text.h"

#include <string.h>

#include "base/nearest.h"
#include "support/test.h"

/* No half character: a head byte is followed by as many inner ones as it announces. */
static void assert_whole_characters(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        const int inner = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
        if ((*at & 0xc0) == 0x80) fail_msg("a character without its beginning in '%s'", text);
        for (int i = 0; i < inner; i++)
            if ((*++at & 0xc0) != 0x80) fail_msg("half a character in '%s'", text);
    }
}

static void assert_ends(const char *text, const char *head, const char *tail)
{
    const size_t length = strlen(text), tail_length = strlen(tail);
    if (strncmp(text, head, strlen(head)) != 0 || length < tail_length ||
        strcmp(text + length - tail_length, tail) != 0)
        fail_msg("'%s' does not go from '%s' to '%s'", text, head, tail);
}

static void fill(char *out, size_t bytes, const char *with)
{
    const size_t length = strlen(with);
    size_t at = 0;
    for (; at + length <= bytes; at += length)
        memcpy(out + at, with, length);
    out[at] = '\0';
}

static void what_fits_is_untouched(void **state)
{
    (void)state;
    char out[6];
    gf_text_shorten("abcde", out, sizeof out);
    assert_string_equal(out, "abcde");
    gf_text_shorten("", out, sizeof out);
    assert_string_equal(out, "");
    gf_text_shorten("abcdef", out, sizeof out);
    assert_string_equal(out, "a…f");
}

static void a_long_path_leaves_the_reason(void **state)
{
    (void)state;
    static const char *const parts[] = {"x", "name/", "ä", "語", "𝛿", "a b", "\x80", "\xf0"};
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++)
        for (size_t bytes = 380; bytes <= 4096; bytes += bytes < 520 ? 1 : 511) {
            char path[4100];
            gf_error error = {0};
            fill(path, bytes, parts[part]);
            gf_fail(&error, GF_IO, "/begin/%s/file.json:3:17 cannot be read: Permission denied",
                    path);
            assert_ends(error.text, "/begin/", "/file.json:3:17 cannot be read: Permission denied");
            if (strlen(path) > sizeof error.text) {
                assert_non_null(strstr(error.text, "…"));
                assert_in_range(strlen(error.text), sizeof error.text - 80, sizeof error.text - 1);
            }
            if (part < 6) assert_whole_characters(error.text);
        }
}

static void the_longest_word_is_cut(void **state)
{
    (void)state;
    char name[301], value[401], error_text[700];
    gf_error error = {0};
    fill(name, 300, "n");
    fill(value, 400, "v");
    gf_fail(&error, GF_INVALID, "--%s is '%s'; allowed are sigmoid, tanh", name, value);
    snprintf(error_text, sizeof error_text, "--%s is 'v", name);
    assert_ends(error.text, error_text, "v'; allowed are sigmoid, tanh");
}

static void short_words_stay_whole(void **state)
{
    (void)state;
    char out[60];
    gf_text_print(out, sizeof out, "%s",
                  "one layer of this network needs a buffer of 64 MiB, and "
                  "the device gives out 16 MiB at once");
    assert_string_equal(out, "one layer of this network … gives out 16 MiB at once");
}

static const char *nearest(gf_nearest *self, const char *wanted)
{
    static const char *const names[] = {"deep-sigmoid", "dead-relu", "he-relu", "run", "render"};
    *self = (gf_nearest){.wanted = wanted};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        gf_nearest_offer(self, names[i]);
    return self->name;
}

static void the_nearest_name(void **state)
{
    (void)state;
    gf_nearest self;
    assert_string_equal(nearest(&self, "deep-sigmod"), "deep-sigmoid");
    assert_string_equal(nearest(&self, "deepsigmoid"), "deep-sigmoid");
    assert_string_equal(nearest(&self, "sigmoid"), "deep-sigmoid");
    assert_string_equal(nearest(&self, "ded-relu"), "dead-relu");
    assert_string_equal(nearest(&self, "rnu"), "run");
    assert_int_equal(self.edits, 1); /* neighbours that changed places */
    assert_string_equal(nearest(&self, ""), "");
    assert_string_equal(nearest(&self, "x"), "");
    assert_string_equal(nearest(&self, "nothing-of-the-kind"), "");
    char long_name[200];
    fill(long_name, 150, "run");
    assert_string_equal(nearest(&self, long_name), "");
}

static void quotes_are_doubled(void **state)
{
    (void)state;
    char text[40] = "";
    FILE *stream = fmemopen(text, sizeof text, "w");
    gf_text_quote("the \"fast\" one, it's", stream);
    fclose(stream);
    assert_string_equal(text, "\"the \"\"fast\"\" one, it's\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_untouched),  cmocka_unit_test(a_long_path_leaves_the_reason),
        cmocka_unit_test(the_longest_word_is_cut), cmocka_unit_test(short_words_stay_whole),
        cmocka_unit_test(the_nearest_name),        cmocka_unit_test(quotes_are_doubled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
