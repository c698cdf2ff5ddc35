/* Numbers from text, strictly: the whole text, no locale, no octal, no trailing junk. */
#ifndef GF_BASE_NUMBER_H
#define GF_BASE_NUMBER_H

#include <stdint.h>

#include "gradflow/status.h"

/* GF_INVALID: "`name` is 'text'; allowed are whole numbers from least to most". */
gf_status gf_number_integer(const char *name, const char *text, int64_t least, int64_t most,
                            int64_t *out, gf_error *error);
/* A finite decimal number, "1e-3" included. */
gf_status gf_number_real(const char *name, const char *text, double least, double most, double *out,
                         gf_error *error);

#endif
