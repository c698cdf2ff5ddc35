/* Looking up embedded files. */
#include "base/asset.h"

#include <string.h>

const gf_asset *gf_asset_find(const char *folder, const char *name)
{
    for (const gf_asset *asset = gf_asset_table; asset->folder; asset++)
        if (strcmp(asset->folder, folder) == 0 && strcmp(asset->name, name) == 0) return asset;
    return NULL;
}
