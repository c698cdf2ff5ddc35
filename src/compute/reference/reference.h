/* Plain C in double: the oracle the other backends are tested against. */
#ifndef GF_COMPUTE_REFERENCE_H
#define GF_COMPUTE_REFERENCE_H

#include "compute/backend.h"

extern const gf_backend_ops gf_reference_ops;

#endif
