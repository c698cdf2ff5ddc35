/* Where a key stands in JSON text: line and column for messages about content, which the JSON
 * library does not keep. */
#ifndef GF_SCENARIO_LOCATE_H
#define GF_SCENARIO_LOCATE_H

#include <stddef.h>
#include <stdint.h>

typedef struct gf_place {
    int32_t line, column; /* from 1; 0 when it was not found */
} gf_place;

/* The place of `key` in the object `parent` (NULL: the outermost), or in the first object of the
 * list `parent` that has it, not before `after`. `text` must already have been parsed as a JSON
 * object within the limits of limit.h. */
gf_place gf_json_locate(const char *text, size_t bytes, gf_place after, const char *parent,
                        const char *key);

#endif
