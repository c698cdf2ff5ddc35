/* Strict numbers. strtod follows LC_NUMERIC, which this program never sets: it is the C locale
 * throughout. */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

gf_status gf_number_integer(const char *name, const char *text, int64_t least, int64_t most,
                            int64_t *out, gf_error *error)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    char *end = NULL;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)digits[0]) || *end || errno || value < least || value > most)
        return gf_fail(error, GF_INVALID, "%s is '%s'; allowed are whole numbers from %lld to %lld",
                       name, text, (long long)least, (long long)most);
    *out = value;
    return GF_OK;
}

gf_status gf_number_real(const char *name, const char *text, double least, double most, double *out,
                         gf_error *error)
{
    /* Only decimal digits and the signs around them: strtod would also take hex, "inf" and leading
     * space. */
    const int plain = text[0] && strspn(text, "0123456789.eE+-") == strlen(text);
    char *end = NULL;
    const double value = plain ? strtod(text, &end) : NAN;
    if (!plain || end == text || *end || !(value >= least && value <= most))
        return gf_fail(error, GF_INVALID, "%s is '%s'; allowed are numbers from %g to %g", name,
                       text, least, most);
    *out = value;
    return GF_OK;
}
