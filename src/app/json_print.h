/* JSON as a command's result: indented, with a line end. */
#ifndef GF_APP_JSON_PRINT_H
#define GF_APP_JSON_PRINT_H

#include <jansson.h>
#include <stdio.h>

#include "gradflow/status.h"

/* Reals have `digits`, 0: as many as they need. NULL is what could not be made for want of memory.
 * What the stream does not take shows in ferror(), which main looks at. */
gf_status gf_json_print(const json_t *json, size_t digits, FILE *stream, gf_error *error);

#endif
