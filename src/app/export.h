/* A finished run as a safetensors file that PyTorch loads into the well-known DeepNetwork listing
 * unchanged. */
#ifndef GF_APP_EXPORT_H
#define GF_APP_EXPORT_H

#include "gradflow/engine.h"

/* Tensors, all F32: layers.<2(l-1)>.weight and .bias, grad.<the same names>, activation.<l> and
 * delta.<l> for l = 1..depth, input, target. Values beyond float32 come out as it would hold them,
 * 0 or Inf. `__metadata__` has the network. The engine must hold the run. GF_IO names the file;
 * nothing is left behind on failure. */
gf_status gf_export_safetensors(gf_engine *engine, const gf_run *run, const char *path,
                                gf_error *error);

#endif
