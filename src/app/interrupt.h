/* Ctrl-C, SIGTERM and a closed terminal while a command has something half done: they wait until
 * the command looks, so that it can tidy up. No handler and no flag: the signals are blocked, and
 * the kernel is asked whether one is pending. */
#ifndef GF_APP_INTERRUPT_H
#define GF_APP_INTERRUPT_H

#include "gradflow/status.h"

/* From here to the end of the process. Before the first thread, which inherits it. A signal that
 * whoever started us has set to be ignored stays ignored. */
void gf_interrupt_begin(void);
/* GF_CANCELLED once one has come; the sentence says that nothing was written. */
gf_status gf_interrupt_check(gf_error *error);

#endif
