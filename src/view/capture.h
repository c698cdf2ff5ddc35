/* The framebuffer as a PNG file, written whole or not at all. */
#ifndef GF_VIEW_CAPTURE_H
#define GF_VIEW_CAPTURE_H

#include "view/context.h"

/* Read back what was drawn since gf_context_begin() (call before gf_context_end()) and write it. GF_IO names the file. */
gf_status gf_capture_png(gf_context *context, const char *path, gf_error *error);

#endif
