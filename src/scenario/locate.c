/* A walk over the strings of well-formed JSON that keeps depth, the key each object belongs to, and
 * the line. */
#include "scenario/locate.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 64

typedef struct name {
    const char *text;
    size_t length;
} name;

static bool is(name value, const char *text)
{
    return strlen(text) == value.length && memcmp(value.text, text, value.length) == 0;
}

/* The string that begins at the quote text[at]; without its quotes. */
static name string_at(const char *text, size_t bytes, size_t at)
{
    size_t end = at + 1;
    while (end < bytes && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return (name){text + at + 1, end - at - 1};
}

static bool is_key(const char *text, size_t bytes, size_t after)
{
    while (after < bytes && strchr(" \t\r\n", text[after]))
        after++;
    return after < bytes && text[after] == ':';
}

gf_place gf_json_locate(const char *text, size_t bytes, const char *parent, const char *key)
{
    name owner[DEPTH_MAX] = {{0}}; /* the key under which the object or array of a depth stands */
    name last_key = {0};
    int32_t depth = 0, line = 1;
    size_t line_start = 0;
    for (size_t at = 0; at < bytes; at++) {
        const char c = text[at];
        if (c == '\n') {
            line++;
            line_start = at + 1;
        } else if (c == '{' || c == '[') {
            if (++depth >= DEPTH_MAX) break;
            owner[depth] = last_key;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"') {
            const name word = string_at(text, bytes, at);
            const size_t column = at - line_start + 1;
            at += word.length + 1;
            if (!is_key(text, bytes, at + 1)) continue;
            last_key = word;
            const bool here = parent ? depth >= 2 && is(owner[depth], parent) : depth == 1;
            if (here && is(word, key)) return (gf_place){line, (int32_t)column};
        }
    }
    return (gf_place){0, 0};
}
