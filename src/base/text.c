/* Where a sentence that is too long loses its middle, and control characters are written out. */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELLIPSIS       "…"
#define ELLIPSIS_BYTES (sizeof ELLIPSIS - 1)
/* A word that would keep less than this says nothing any more. */
#define WORD_KEEPS 32

typedef struct stretch {
    size_t first, count;
} stretch;

static stretch longest_word(const char *text)
{
    stretch longest = {0, 0};
    for (size_t at = 0; text[at];) {
        const size_t count = strcspn(text + at, " \n");
        if (count > longest.count) longest = (stretch){at, count};
        at += count + strspn(text + at + count, " \n");
    }
    return longest;
}

static bool is_inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* To the beginning of the character at `at`; what is no UTF-8 is not searched through. */
static size_t character_start(const char *text, size_t at)
{
    for (size_t back = 0; back < 4 && back <= at; back++)
        if (!is_inside_character(text[at - back])) return at - back;
    return at;
}

static size_t character_end(const char *text, size_t at)
{
    for (size_t on = 0; on < 4; on++)
        if (!is_inside_character(text[at + on])) return at + on;
    return at;
}

/* Past the last blank within WORD_KEEPS bytes before `at`. */
static size_t word_end(const char *text, size_t at)
{
    for (size_t back = 0; back < WORD_KEEPS && back < at; back++)
        if (text[at - back - 1] == ' ') return at - back;
    return at;
}

/* How far it is to the next blank, if it is not far. */
static size_t word_start(const char *text)
{
    const size_t to = strcspn(text, " ");
    return to < WORD_KEEPS && text[to] ? to : 0;
}

void gf_text_shorten(const char *text, char *out, size_t room)
{
    const size_t length = strlen(text);
    if (length < room) {
        memcpy(out, text, length + 1);
        return;
    }
    const size_t lost = length - (room - 1) + ELLIPSIS_BYTES;
    stretch from = longest_word(text);
    if (from.count < lost + WORD_KEEPS) from = (stretch){0, length};
    const size_t middle = from.first + (from.count - lost) / 2;
    size_t first = character_start(text, middle), on = character_end(text, middle + lost);
    if (from.count == length) { /* several words: none of them is cut, where they are short */
        first = word_end(text, first);
        on += word_start(text + on);
    }
    memcpy(out, text, first);
    memcpy(out + first, ELLIPSIS, ELLIPSIS_BYTES);
    memcpy(out + first + ELLIPSIS_BYTES, text + on, length - on + 1);
}

/* All that can be done where there is no memory for the whole of it. */
static void drop_half_character(char *text)
{
    const size_t length = strlen(text);
    text[character_start(text, length ? length - 1 : 0)] = '\0';
}

/* Bytes of the control character at `at`, 0 where there is none. Those of two bytes are U+0080 to
 * U+009F, which a terminal may obey as well. */
static size_t control_bytes(const char *at)
{
    const unsigned char first = (unsigned char)at[0];
    if (first == 0xc2) return (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] < 0xa0 ? 2 : 0;
    return (first && first < 0x20) || first == 0x7f;
}

bool gf_text_has_control(const char *text)
{
    while (*text && !control_bytes(text))
        text++;
    return *text != '\0';
}

/* As C writes them: \n, \x1b. `out` has four bytes for each of the text, and one more. */
static void write_controls_out(const char *text, char *out)
{
    while (*text) {
        size_t control = control_bytes(text);
        if (control == 0) *out++ = *text++;
        for (; control > 0; control--, text++)
            out +=
                *text == '\n' ? sprintf(out, "\\n") : sprintf(out, "\\x%02x", (unsigned char)*text);
    }
    *out = '\0';
}

static void blank_controls(char *text)
{
    for (; *text; text++)
        for (size_t i = control_bytes(text); i > 0; i--)
            text[i - 1] = '?';
}

void gf_text_vprint(char *out, size_t room, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int bytes = vsnprintf(out, room, format, arguments);
    if (bytes >= 0 && ((size_t)bytes >= room || gf_text_has_control(out))) {
        const size_t length = (size_t)bytes + 1;
        char *whole = malloc(5 * length); /* the text, and behind it the same written out */
        if (whole) {
            vsnprintf(whole, length, format, again);
            write_controls_out(whole, whole + length);
            gf_text_shorten(whole + length, out, room);
            free(whole);
        } else {
            if ((size_t)bytes >= room) drop_half_character(out);
            blank_controls(out);
        }
    }
    va_end(again);
}

void gf_text_print(char *out, size_t room, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    gf_text_vprint(out, room, format, arguments);
    va_end(arguments);
}

void gf_text_quote(const char *text, FILE *stream)
{
    fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"') fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}
