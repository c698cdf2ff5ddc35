/* A walk over the strings of well-formed JSON within the limits of limit.h that keeps depth, the
 * key each object belongs to, and the line. Outermost is an object, so that every string and every
 * blank behind it has an end before the text has. */
#include "scenario/locate.h"

#include <stdbool.h>
#include <string.h>

#include "scenario/limit.h"

typedef struct name {
    const char *text;
    size_t length;
} name;

static bool is(name value, const char *text)
{
    return strlen(text) == value.length && memcmp(value.text, text, value.length) == 0;
}

/* The string that begins at the quote text[at]; without its quotes. */
static name string_at(const char *text, size_t at)
{
    size_t end = at + 1;
    while (text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return (name){text + at + 1, end - at - 1};
}

static bool is_key(const char *text, size_t after)
{
    while (strchr(" \t\r\n", text[after]))
        after++;
    return text[after] == ':';
}

static bool is_before(int32_t line, int32_t column, gf_place after)
{
    return line < after.line || (line == after.line && column < after.column);
}

gf_place gf_json_locate(const char *text, size_t bytes, gf_place after, const char *parent,
                        const char *key)
{
    name owner[GF_JSON_DEPTH_MAX + 1] = {
        {0}}; /* the key under which the object or array of a depth stands */
    name last_key = {0};
    int32_t depth = 0, line = 1;
    size_t line_start = 0;
    for (size_t at = 0; at < bytes; at++) {
        const char c = text[at];
        if (c == '\n') {
            line++;
            line_start = at + 1;
        } else if (c == '{' || c == '[') {
            owner[++depth] = last_key;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"') {
            const name word = string_at(text, at);
            const size_t column = at - line_start + 1;
            at += word.length + 1;
            if (!is_key(text, at + 1)) continue;
            last_key = word;
            const bool here = parent ? depth >= 2 && is(owner[depth], parent) : depth == 1;
            if (is_before(line, (int32_t)column, after)) continue;
            if (here && is(word, key)) return (gf_place){line, (int32_t)column};
        }
    }
    return (gf_place){0, 0};
}
