/* The child side: answers on two file descriptors until the other end closes. */
#ifndef GF_ENGINE_SERVER_H
#define GF_ENGINE_SERVER_H

#include "gradflow/status.h"

#include <stdbool.h>

/* Serve the protocol on `in` and `out`. GF_OK when the other side closed, GF_PROTOCOL when it said
 * nonsense. */
gf_status gf_server_serve(int in, int out, bool without_opencl, gf_error *error);

#endif
