/* Ctrl-C, SIGTERM and a closed terminal while a command has something half done: they wait until
 * the command looks, so that it can tidy up. No handler and no flag: the signals are blocked, and
 * the kernel is asked whether one is pending. */
#ifndef GF_BASE_INTERRUPT_H
#define GF_BASE_INTERRUPT_H

#include <signal.h>

#include "gradflow/status.h"

/* From here to the end of the process. Before the first thread, which inherits it. A signal that
 * whoever started us has set to be ignored stays ignored. */
void gf_interrupt_begin(void);
/* The same for the calling thread and a while: what has come meanwhile acts at the release, and may
 * be the end. */
void gf_interrupt_hold(sigset_t *before);
void gf_interrupt_release(const sigset_t *before);
/* GF_CANCELLED once one has come; the sentence says that nothing was written. */
gf_status gf_interrupt_check(gf_error *error);

#endif
