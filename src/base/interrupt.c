/* Blocking, and asking. */
#include "base/interrupt.h"

#include <stdbool.h>
#include <stddef.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDING_COUNT (sizeof ending / sizeof *ending)

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void gf_interrupt_hold(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ENDING_COUNT; i++)
        if (!is_ignored(ending[i])) sigaddset(&set, ending[i]);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void gf_interrupt_release(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

void gf_interrupt_begin(void)
{
    gf_interrupt_hold(NULL);
}

gf_status gf_interrupt_check(gf_error *error)
{
    sigset_t pending;
    if (sigpending(&pending) != 0) return GF_OK;
    for (size_t i = 0; i < ENDING_COUNT; i++)
        if (sigismember(&pending, ending[i]) == 1)
            return gf_fail(error, GF_CANCELLED, "cancelled; nothing was written");
    return GF_OK;
}
