/* Kernels, shaders and scenarios as bytes inside the binary, so that it runs from anywhere. */
#ifndef GF_BASE_ASSET_H
#define GF_BASE_ASSET_H

#include <stddef.h>

typedef struct gf_asset {
    const char *folder;         /* "kernels", "shaders", "scenarios" */
    const char *name;           /* file name */
    const unsigned char *bytes; /* a zero follows the last one */
    size_t size;
} gf_asset;

/* Sorted by folder as given in CMake, then by name; ends with a zeroed row. */
extern const gf_asset gf_asset_table[];

/* NULL if there is none. */
const gf_asset *gf_asset_find(const char *folder, const char *name);

#endif
