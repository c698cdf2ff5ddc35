/* "1920x1080" on the command line. */
#ifndef GF_APP_PICTURE_SIZE_H
#define GF_APP_PICTURE_SIZE_H

#include <stdint.h>

#include "gradflow/status.h"

#define GF_PICTURE_SMALLEST_WIDTH  320
#define GF_PICTURE_SMALLEST_HEIGHT 180
#define GF_PICTURE_LARGEST         16384

typedef struct gf_picture_size {
    int32_t width, height;
} gf_picture_size;

/* `text` NULL leaves *out as it is. GF_INVALID names flag, value and what is allowed. */
gf_status gf_picture_size_parse(const char *flag, const char *text, gf_picture_size *out,
                                gf_error *error);

#endif
