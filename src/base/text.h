/* Sentences in a room of fixed size. What is too long loses its middle, never its end: a path of
 * 4096 bytes is still followed by the reason, and no character of UTF-8 is cut in two. */
#ifndef GF_BASE_TEXT_H
#define GF_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "gradflow/status.h"

/* `text` into out[room], room above 3. Where it does not fit, the middle of its longest word (or of
 * all of it, where no word is long enough) becomes an ellipsis. They must not overlap. */
void gf_text_shorten(const char *text, char *out, size_t room);

/* snprintf and vsnprintf with that rule. Control characters are written out (\n, \x1b): names of
 * others are in sentences, and sentences go to terminals. */
void gf_text_print(char *out, size_t room, const char *format, ...) GF_PRINTF(3, 4);
void gf_text_vprint(char *out, size_t room, const char *format, va_list arguments) GF_PRINTF(3, 0);

/* Any of U+0001 to U+001F and U+007F to U+009F, which a terminal would obey. */
bool gf_text_has_control(const char *text);

/* A field of CSV, as RFC 4180 has it: in quotes, those within doubled. */
void gf_text_quote(const char *text, FILE *stream);

#endif
