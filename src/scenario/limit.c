/* One walk over the text that counts brackets, values and the bytes of strings. */
#include "scenario/limit.h"

#include <stdbool.h>
#include <string.h>

typedef struct walk {
    int line, column, depth, values;
    size_t string; /* bytes of the string that the walk is in */
    bool in_string, escaped;
    char before; /* the last character that was neither blank nor in a string */
} walk;

static void walk_string(walk *at, char c)
{
    if (!at->escaped && c == '"') {
        at->in_string = false;
        return;
    }
    at->string++;
    at->escaped = !at->escaped && c == '\\';
}

static void walk_outside(walk *at, char c)
{
    const bool opened = at->before == '{' || at->before == '[';
    const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
    if (strchr(" \t\r\n", c)) return;
    at->depth += opens - closes;
    at->values += c == ',' || (opened && !closes);
    at->in_string = c == '"';
    at->string = 0;
    at->before = c;
}

static const char *excess(const walk *at)
{
    if (at->depth > GF_JSON_DEPTH_MAX) return "brackets are nested deeper than the 32 allowed";
    if (at->values > GF_JSON_VALUES_MAX) return "more values than the 10000 allowed";
    if (at->string > GF_JSON_STRING_MAX) return "a string is longer than the 4096 bytes allowed";
    return NULL;
}

gf_status gf_json_check_limits(const char *file, const char *text, size_t bytes, gf_error *error)
{
    walk at = {.line = 1};
    if (bytes > GF_JSON_BYTES_MAX)
        return gf_fail(error, GF_INVALID, "%s: larger than the %zu bytes that are allowed", file,
                       GF_JSON_BYTES_MAX);
    for (size_t i = 0; i < bytes; i++) {
        at.column++;
        if (at.in_string)
            walk_string(&at, text[i]);
        else
            walk_outside(&at, text[i]);
        if (excess(&at))
            return gf_fail(error, GF_INVALID, "%s:%d:%d: %s", file, at.line, at.column,
                           excess(&at));
        if (text[i] == '\n') {
            at.line++;
            at.column = 0;
        }
    }
    return GF_OK;
}
