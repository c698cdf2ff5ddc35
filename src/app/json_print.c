/* One way to print JSON for every command. */
#include "app/json_print.h"

#include <stdbool.h>

gf_status gf_json_print(const json_t *json, size_t digits, FILE *stream, gf_error *error)
{
    const size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(digits);
    const bool failed = !json || json_dumpf(json, stream, flags) != 0;
    fputc('\n', stream);
    if (failed && !ferror(stream)) return gf_fail(error, GF_MEMORY, "the JSON could not be made");
    return GF_OK;
}
