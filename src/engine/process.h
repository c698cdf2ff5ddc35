/* A child process with its stdin and stdout on pipes. */
#ifndef GF_ENGINE_PROCESS_H
#define GF_ENGINE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "gradflow/status.h"

/* Zero is no process. */
typedef struct gf_process {
    pid_t pid;
    int to, from; /* our ends; neither blocks */
} gf_process;

/* Split `command` at spaces, "double" and 'single' quotes keeping words together, and start it; no
 * shell is involved. NULL: this program itself with the argument "engine". `extra` (may be NULL)
 * becomes the last argument. */
gf_status gf_process_start(const char *command, const char *extra, gf_process *out,
                           gf_error *error);
/* What happened, in a few words that follow "The engine". */
typedef struct gf_process_end {
    char text[80];
    bool crashed; /* by itself, not because somebody ended it */
} gf_process_end;
/* True once the child has ended. */
bool gf_process_has_ended(gf_process *process, gf_process_end *end);
/* Time that processors have spent on the child itself, in milliseconds; 0 where that is not known.
 */
double gf_process_cpu_ms(const gf_process *process);
/* End it now and wait for it; a zeroed process is fine. */
void gf_process_kill(gf_process *process);

#endif
