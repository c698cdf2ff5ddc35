/* Statuses, their names, and the one place that writes a gf_error. */
#include "gradflow/status.h"

#include <stdarg.h>

#include "base/text.h"

static const struct {
    const char *name;
    int exit_code;
} statuses[] = {
#define GF_STATUS_ROW(id, name, code) [id] = {name, code},
    GF_STATUS_TABLE(GF_STATUS_ROW)
#undef GF_STATUS_ROW
};

gf_status gf_fail(gf_error *error, gf_status status, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        gf_text_vprint(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return status;
}

const char *gf_status_name(gf_status status)
{
    return statuses[status].name;
}
int gf_status_exit_code(gf_status status)
{
    return statuses[status].exit_code;
}
