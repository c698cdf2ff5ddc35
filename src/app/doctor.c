/* Findings, and the process in which one is made. They go through a pipe one by one, so that what
 * was found before a crash is told. */
#include "app/doctor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static void tell(const gf_doctor *doctor, gf_level level, const char *advice, const char *format,
                 va_list arguments)
{
    gf_finding finding = {.level = level};
    snprintf(finding.topic, sizeof finding.topic, "%s", doctor->topic);
    vsnprintf(finding.text, sizeof finding.text, format, arguments);
    snprintf(finding.advice, sizeof finding.advice, "%s", advice);
    if (doctor->tell) doctor->tell(doctor->user, &finding);
}

void gf_doctor_ok(const gf_doctor *doctor, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(doctor, GF_LEVEL_OK, "", format, arguments);
    va_end(arguments);
}

void gf_doctor_warn(const gf_doctor *doctor, const char *advice, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(doctor, GF_LEVEL_WARNING, advice, format, arguments);
    va_end(arguments);
}

void gf_doctor_problem(const gf_doctor *doctor, const char *advice, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(doctor, GF_LEVEL_PROBLEM, advice, format, arguments);
    va_end(arguments);
}

/* ---- The process apart --------------------------------------------------------------------------
 */

/* A finding is smaller than PIPE_BUF: it arrives whole. */
static void send(void *user, const gf_finding *finding)
{
    const int *to = user;
    if (write(*to, finding, sizeof *finding) != (ssize_t)sizeof *finding) _exit(1);
}

void gf_doctor_end_with_parent(void)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static void check_apart(const gf_doctor *doctor, int to, void (*check)(const gf_doctor *doctor))
{
    gf_doctor sender = *doctor;
    gf_doctor_end_with_parent();
    sender.tell = send;
    sender.user = &to;
    dup2(STDERR_FILENO, STDOUT_FILENO); /* drivers may print; stdout is for the page */
    check(&sender);
    _exit(0);
}

/* Until the child has closed its end. False: `seconds` passed before. */
static bool pass_on(const gf_doctor *doctor, int from, double seconds)
{
    const double until = gf_clock_ms() + seconds * 1000;
    struct pollfd output = {.fd = from, .events = POLLIN};
    gf_finding finding;
    for (;;) {
        const double left = until - gf_clock_ms();
        const int ready = left > 0 ? poll(&output, 1, (int)left + 1) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const ssize_t got = read(from, &finding, sizeof finding);
        if (got < 0 && errno == EINTR) continue;
        if (got != (ssize_t)sizeof finding) return true;
        doctor->tell(doctor->user, &finding);
    }
}

static void watch(const gf_doctor *doctor, const gf_guarded *guarded, pid_t child, int from)
{
    int status = 0;
    const bool in_time = pass_on(doctor, from, guarded->seconds);
    if (!in_time) kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time)
        gf_doctor_problem(doctor, guarded->advice, "%s did not answer within %.0f s", guarded->what,
                          guarded->seconds);
    else if (WIFSIGNALED(status))
        gf_doctor_problem(doctor, guarded->advice, "%s crashed with signal %d", guarded->what,
                          WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        gf_doctor_problem(doctor, guarded->advice, "%s ended the program with code %d",
                          guarded->what, WEXITSTATUS(status));
}

void gf_doctor_guard(const gf_doctor *doctor, const gf_guarded *guarded)
{
    int ends[2]; /* read, write */
    if (!doctor->tell) return;
    fflush(NULL); /* or the child writes it once more */
    const bool piped = pipe(ends) == 0;
    const pid_t child = piped ? fork() : -1;
    if (child == 0) {
        close(ends[0]);
        check_apart(doctor, ends[1], guarded->check);
    }
    if (piped) close(ends[1]);
    if (child > 0)
        watch(doctor, guarded, child, ends[0]);
    else
        gf_doctor_problem(doctor, "Close other programs.", "there is no process to look at %s in",
                          guarded->what);
    if (piped) close(ends[0]);
}
