/* The words of the help pages. */
#ifndef GF_UI_HELP_TEXT_H
#define GF_UI_HELP_TEXT_H

#include <stdint.h>

typedef struct gf_help_entry {
    const char *head, *text;
} gf_help_entry;

typedef struct gf_help_list {
    const gf_help_entry *entries;
    int32_t count;
} gf_help_list;

gf_help_list gf_help_idea(void);
gf_help_list gf_help_reading(void);
gf_help_list gf_help_keys(void);

#endif
