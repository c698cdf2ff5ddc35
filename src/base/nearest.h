/* What somebody may have meant who wrote a name that is not there. */
#ifndef GF_BASE_NEAREST_H
#define GF_BASE_NEAREST_H

#include <stddef.h>

#define GF_NEAREST_BYTES 64 /* longer names are not compared */

/* Begin with {.wanted = name}, offer every name there is. */
typedef struct gf_nearest {
    const char *wanted;
    char name[GF_NEAREST_BYTES]; /* empty: none is near */
    size_t edits;                /* between `wanted` and `name` */
} gf_nearest;

void gf_nearest_offer(gf_nearest *self, const char *name);

#endif
