/* A pair of embedded shaders, compiled and linked. */
#ifndef GF_VIEW_PROGRAM_H
#define GF_VIEW_PROGRAM_H

#include <glad/gl.h>

#include "gradflow/status.h"

/* shaders/<name>.vert.glsl and <name>.frag.glsl. GF_DEVICE with the first lines of the log. */
gf_status gf_program_create(const char *name, GLuint *out, gf_error *error);

#endif
