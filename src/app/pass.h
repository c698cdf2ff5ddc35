/* One pass for a command that may wait: engine started, run asked for, records collected. */
#ifndef GF_APP_PASS_H
#define GF_APP_PASS_H

#include "app/options.h"
#include "gradflow/engine.h"

/* One more pass on an engine that is up; progress of long runs goes to a terminal's stderr. */
gf_status gf_pass_ask(gf_engine *engine, const gf_spec *spec, int32_t rows, gf_run *out,
                      gf_error *error);

/* Run the options' network; the engine stays up for more questions
 * (gf_engine_destroy it), the run is the caller's. On failure neither is set. */
gf_status gf_pass_run(const gf_options *options, int32_t rows, gf_engine **engine, gf_run *out,
                      gf_error *error);

#endif
