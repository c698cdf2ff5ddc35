/* Names compared by edits: letters put in, left out, changed, or swapped with their neighbour. */
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, three rows of it. Both are shorter than GF_NEAREST_BYTES. */
static size_t count_edits(const char *a, const char *b)
{
    size_t rows[3][GF_NEAREST_BYTES] = {{0}};
    const size_t columns = strlen(b);
    for (size_t j = 0; j <= columns; j++)
        rows[0][j] = j;
    size_t i = 1;
    for (; a[i - 1]; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], higher[j - 2] + 1);
        }
    }
    return rows[(i - 1) % 3][columns];
}

void gf_nearest_offer(gf_nearest *self, const char *name)
{
    const size_t length = strlen(self->wanted);
    if (length >= GF_NEAREST_BYTES || strlen(name) >= GF_NEAREST_BYTES || length == 0) return;
    size_t edits = count_edits(self->wanted, name);
    if (length > 3 && strstr(name, self->wanted)) edits = least(edits, 2); /* a part of it */
    const size_t allowed = length < 3 ? 1 : least(length / 3 + 1, 4);
    if (edits > allowed || edits >= length || (self->name[0] && edits >= self->edits)) return;
    snprintf(self->name, sizeof self->name, "%s", name);
    self->edits = edits;
}
