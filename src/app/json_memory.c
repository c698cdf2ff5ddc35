/* The two allocators. */
#include "app/json_memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *or_end(size_t size)
{
    void *memory = malloc(size);
    if (memory) return memory;
    fputs("gradflow: no memory left for JSON\n", stderr);
    _exit(1);
}

void gf_json_memory_or_end(void)
{
    json_set_alloc_funcs(or_end, free);
}

void gf_json_memory_or_null(void)
{
    json_set_alloc_funcs(malloc, free);
}
