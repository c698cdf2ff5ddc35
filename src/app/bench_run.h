/* A finished run to draw that no machine had to compute. */
#ifndef GF_APP_BENCH_RUN_H
#define GF_APP_BENCH_RUN_H

#include "gradflow/records.h"

/* Records and cells with the shape of a vanishing network: every layer and unit differs, no two
 * histograms are equal. The same for the same spec. The caller destroys it. GF_MEMORY, GF_INVALID.
 */
gf_status gf_bench_run_make(const gf_spec *spec, int32_t rows, gf_run *out, gf_error *error);

#endif
