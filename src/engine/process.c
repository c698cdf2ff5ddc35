/* Starting, watching and ending the engine's process. */
#include "engine/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 64

extern char **environ;

/* Cut `text` in place; false when there are too many words or a quote is left open. */
static bool split(char *text, char *words[WORDS_MAX], int *count)
{
    char *write = text, quote = 0;
    bool inside = false;
    *count = 0;
    for (const char *at = text;; at++) {
        const char c = *at;
        if (quote && c == '\0') return false;
        if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? 0 : c;
            if (!inside && *count == WORDS_MAX) return false;
            if (!inside) words[(*count)++] = write;
            inside = true;
        } else if (!quote && (c == ' ' || c == '\t' || c == '\0')) {
            if (inside) *write++ = '\0';
            inside = false;
            if (c == '\0') return *count > 0;
        } else {
            if (!inside && *count == WORDS_MAX) return false;
            if (!inside) words[(*count)++] = write;
            inside = true;
            *write++ = c;
        }
    }
}

static gf_status spawn(char **words, gf_process *out, gf_error *error)
{
    int down[2], up[2]; /* read end, write end */
    if (pipe2(down, O_CLOEXEC) != 0)
        return gf_fail(error, GF_UNAVAILABLE, "no pipe to the engine: %s", strerror(errno));
    if (pipe2(up, O_CLOEXEC) != 0) {
        const int why = errno;
        close(down[0]);
        close(down[1]);
        return gf_fail(error, GF_UNAVAILABLE, "no pipe to the engine: %s", strerror(why));
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, down[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, up[1], STDOUT_FILENO);
    pid_t pid = 0;
    const int why = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(down[0]);
    close(up[1]);
    if (why) {
        close(down[1]);
        close(up[0]);
        return gf_fail(error, GF_UNAVAILABLE, "the engine '%s' cannot be started: %s", words[0],
                       strerror(why));
    }
    fcntl(up[0], F_SETFL, O_NONBLOCK);
    fcntl(down[1], F_SETFL, O_NONBLOCK); /* a frozen child must not freeze us */
    *out = (gf_process){pid, down[1], up[0]};
    return GF_OK;
}

gf_status gf_process_start(const char *command, const char *extra, gf_process *out, gf_error *error)
{
    char *words[WORDS_MAX + 2] = {"/proc/self/exe", "engine"};
    int count = 2;
    char *text = command ? strdup(command) : NULL;
    char *last = extra ? strdup(extra) : NULL;
    gf_status status = GF_OK;
    if ((command && !text) || (extra && !last))
        status = gf_fail(error, GF_MEMORY, "no memory to start the engine");
    else if (command && !split(text, words, &count))
        status = gf_fail(error, GF_INVALID,
                         "the engine command '%s' has an open quote, no word, or over %d words",
                         command, WORDS_MAX);
    if (status == GF_OK) {
        words[count] = last;
        words[count + (last ? 1 : 0)] = NULL;
        status = spawn(words, out, error);
    }
    free(text);
    free(last);
    return status;
}

static void close_ends(gf_process *process)
{
    close(process->to);
    close(process->from);
    *process = (gf_process){0};
}

static bool is_crash(int signal_number)
{
    return signal_number == SIGSEGV || signal_number == SIGABRT || signal_number == SIGBUS ||
           signal_number == SIGILL || signal_number == SIGFPE;
}

bool gf_process_has_ended(gf_process *process, gf_process_end *end)
{
    int status = 0;
    if (process->pid == 0 || waitpid(process->pid, &status, WNOHANG) != process->pid) return false;
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->crashed = is_crash(number);
    if (end->crashed)
        snprintf(end->text, sizeof end->text, "crashed with signal %d", number);
    else if (number)
        snprintf(end->text, sizeof end->text, "was ended by signal %d", number);
    else
        snprintf(end->text, sizeof end->text, "ended with code %d", WEXITSTATUS(status));
    close_ends(process);
    return true;
}

double gf_process_cpu_ms(const gf_process *process)
{
    clockid_t clock;
    struct timespec spent;
    if (process->pid == 0 || clock_getcpuclockid(process->pid, &clock) != 0) return 0.0;
    if (clock_gettime(clock, &spent) != 0) return 0.0;
    return (double)spent.tv_sec * 1e3 + (double)spent.tv_nsec * 1e-6;
}

void gf_process_kill(gf_process *process)
{
    if (process->pid == 0) return;
    kill(process->pid, SIGKILL);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    close_ends(process);
}
