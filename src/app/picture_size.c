/* Sizes of pictures are read strictly: a typing mistake is told, not guessed at. */
#include "app/picture_size.h"

#include <stdbool.h>
#include <stddef.h>

/* Digits only: no sign, no blank, no other base. Returns the first character behind them, NULL if
 * there are none. */
static const char *read_side(const char *text, int32_t *out)
{
    int64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (value <= GF_PICTURE_LARGEST) value = 10 * value + (*at - '0');
    *out = (int32_t)(value > GF_PICTURE_LARGEST ? GF_PICTURE_LARGEST + 1 : value);
    return at == text ? NULL : at;
}

gf_status gf_picture_size_parse(const char *flag, const char *text, gf_picture_size *out,
                                gf_error *error)
{
    if (!text) return GF_OK;
    gf_picture_size size = {0, 0};
    const char *rest = read_side(text, &size.width);
    if (rest) rest = *rest == 'x' ? read_side(rest + 1, &size.height) : NULL;
    const bool fits = size.width >= GF_PICTURE_SMALLEST_WIDTH && size.width <= GF_PICTURE_LARGEST &&
                      size.height >= GF_PICTURE_SMALLEST_HEIGHT &&
                      size.height <= GF_PICTURE_LARGEST;
    if (!rest || *rest || !fits)
        return gf_fail(error, GF_INVALID,
                       "%s is '%s'; allowed is WIDTHxHEIGHT from %dx%d to %dx%d, such as 1920x1080",
                       flag, text, GF_PICTURE_SMALLEST_WIDTH, GF_PICTURE_SMALLEST_HEIGHT,
                       GF_PICTURE_LARGEST, GF_PICTURE_LARGEST);
    *out = size;
    return GF_OK;
}
