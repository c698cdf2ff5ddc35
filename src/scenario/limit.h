/* How large and how deep JSON from a file may be, looked at before anything is built from it. */
#ifndef GF_SCENARIO_LIMIT_H
#define GF_SCENARIO_LIMIT_H

#include <stddef.h>

#include "gradflow/status.h"

#define GF_JSON_BYTES_MAX  ((size_t)256 * 1024)
#define GF_JSON_DEPTH_MAX  32
#define GF_JSON_VALUES_MAX 10000
#define GF_JSON_STRING_MAX 4096

/* GF_INVALID with file, line and column of what is too much. Says nothing about text that is no
 * JSON: that is the parser's business. */
gf_status gf_json_check_limits(const char *file, const char *text, size_t bytes, gf_error *error);

#endif
