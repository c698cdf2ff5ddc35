/* Any text as a number and as the value of a network field. The first byte chooses the field; what
 * is accepted is compared with a second, slower reading. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "app/picture_size.h"
#include "base/number.h"
#include "fuzz.h"
#include "model/field.h"

/* Compute nothing here. */
#include "compute/backend.h"
const gf_backend_ops *const gf_backends[] = {NULL};

#define TEXT_MAX 4096
#define LEAST    (-1000)
#define MOST     INT64_MAX

__extension__ typedef __int128 wide;

/* An optional minus and digits; 128 bits cannot overflow within the digits that are looked at. */
static bool plain_integer(const char *text, int64_t *out)
{
    const char *at = text + (*text == '-');
    wide value = 0;
    if (!*at) return false;
    for (; *at; at++) {
        if (*at < '0' || *at > '9') return false;
        value = value * 10 + (*at - '0');
        if (value > (wide)1 << 64) value = (wide)1 << 64;
    }
    if (*text == '-') value = -value;
    if (value < LEAST || value > MOST) return false;
    *out = (int64_t)value;
    return true;
}

static void try_integer(const char *text)
{
    int64_t value = 77, expected = 77;
    const bool allowed = plain_integer(text, &expected);
    PROMISE((gf_number_integer("n", text, LEAST, MOST, &value, NULL) == GF_OK) == allowed);
    PROMISE(value == expected);
}

static void try_real(const char *text)
{
    double value = 77.0;
    const bool accepted = gf_number_real("x", text, -1e6, 1e6, &value, NULL) == GF_OK;
    if (!accepted) {
        PROMISE(value == 77.0);
        return;
    }
    PROMISE(fabs(value) <= 1e6);
    PROMISE(text[0] && !isspace((unsigned char)text[0]) && !strpbrk(text, "xXnNpP \t"));
    char again[64];
    double same = 0.0;
    snprintf(again, sizeof again, "%.17g", value);
    PROMISE(gf_number_real("x", again, -1e6, 1e6, &same, NULL) == GF_OK && same == value);
}

static void try_field(const gf_field *field, const char *text)
{
    const gf_spec before = gf_spec_default();
    gf_spec spec = before;
    gf_error error = {0};
    if (gf_field_set_text(field, &spec, text, &error) != GF_OK) {
        PROMISE(error.status == GF_INVALID && error.text[0]);
        PROMISE(memcmp(&spec, &before, sizeof spec) == 0);
        return;
    }
    gf_spec_validate(&spec, NULL);
    if (field->kind == GF_FIELD_CHOICE || field->kind == GF_FIELD_ACTIVATION ||
        field->kind == GF_FIELD_INIT)
        PROMISE(strcmp(gf_field_get_name(field, &spec), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[TEXT_MAX + 1];
    gf_picture_size picture;
    if (size < 1 || size > TEXT_MAX) return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    try_integer(text);
    try_real(text);
    try_field(&gf_fields[data[0] % gf_field_count], text);
    if (gf_picture_size_parse("--size", text, &picture, NULL) == GF_OK)
        PROMISE(picture.width >= 1 && picture.width <= GF_PICTURE_LARGEST && picture.height >= 1 &&
                picture.height <= GF_PICTURE_LARGEST);
    return 0;
}
