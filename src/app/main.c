/* The program: finds the subcommand and hands over. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/json_memory.h"
#include "app/options.h"
#include "base/nearest.h"

static const struct {
    const char *name;
    int (*run)(int argc, const char **argv);
    const char *line;
} commands[] = {
    {"explore", gf_cmd_explore, "[SCENARIO]  the window (also without any command)"},
    {"run", gf_cmd_run, "[SCENARIO]  one forward and backward pass as a table, JSON or CSV"},
    {"render", gf_cmd_render,
     "[SCENARIO] -o FILE.png|FILE.mp4|FOLDER/  the same picture or film without a display"},
    {"verify", gf_cmd_verify, "known-answer and gradient checks of every device"},
    {"sweep", gf_cmd_sweep, "[SCENARIO]  many networks: a phase diagram as a table or a picture"},
    {"bench", gf_cmd_bench,
     "CPU against every OpenCL device, results checked before they are timed"},
    {"devices", gf_cmd_devices, "where it can compute"},
    {"doctor", gf_cmd_doctor,
     "the evening before a lecture: what works, what does not, what to do about it"},
    {"scenarios", gf_cmd_scenarios, "what networks are prepared"},
    {"engine", gf_cmd_engine, "serve the protocol on stdin and stdout"},
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_usage(FILE *stream)
{
    fputs("gradflow shows how gradients live or die in deep networks.\n\n", stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "  gradflow %-10s%s\n", commands[i].name, commands[i].line);
    fputs("\n'gradflow COMMAND --help' lists the options of a command.\n", stream);
}

/* `arguments` begins with the command's name. Two have no options that could list themselves. */
static int run(size_t command, int argc, const char **arguments)
{
    char name[40];
    const bool bare =
        commands[command].run == gf_cmd_scenarios || commands[command].run == gf_cmd_engine;
    snprintf(name, sizeof name, "gradflow %s", commands[command].name);
    if (bare && argc == 2 && strcmp(arguments[1], "--help") == 0) {
        printf("Usage: %s\n  %s\n", name, commands[command].line);
        return 0;
    }
    arguments[0] = name; /* as help calls it */
    return commands[command].run(argc, arguments);
}

/* Why not everything that was printed has arrived; 0: it has. */
static int output_failure(void)
{
    if (fflush(stdout) != 0) return errno;
    if (!ferror(stdout)) return 0;
    /* It was a while ago, and nobody kept the reason: once more. */
    return putchar('\n') == EOF || fflush(stdout) != 0 ? errno : EIO;
}

/* stdout carries the results: a full disk behind it is a failure of every command. A reader that
 * has seen enough (`| head`) is none, and ends us as it ends others. */
static int end(int code)
{
    const int why = output_failure();
    if (!why) return code;
    if (why == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    fprintf(stderr, "gradflow: the output cannot be written: %s\n", strerror(why));
    return code ? code : 1;
}

/* False where `name` may be what the window takes, or is like no command. */
static bool is_misspelt_command(const char *name, gf_error *error)
{
    gf_nearest near = {.wanted = name};
    gf_scenario scenario;
    if (name[0] == '-' || strpbrk(name, "./") || gf_scenario_load(name, &scenario, NULL) == GF_OK)
        return false;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        gf_nearest_offer(&near, commands[i].name);
    if (!near.name[0]) return false;
    gf_fail(error, GF_INVALID,
            "'%s' is neither a command nor a scenario; did you mean 'gradflow %s'? 'gradflow "
            "--help' lists the commands, 'gradflow scenarios' the scenarios",
            name, near.name);
    return true;
}

static int find_and_run(int argc, char **argv)
{
    const char **arguments = (const char **)argv;
    gf_error error = {0};
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_usage(stdout);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("gradflow " GF_VERSION);
        return 0;
    }
    for (size_t i = 0; argc > 1 && i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, argv[1]) == 0) return run(i, argc - 1, arguments + 1);
    if (argc > 1 && is_misspelt_command(argv[1], &error)) return gf_app_report(&error);
    /* Not a command: a scenario or an option for the window, which complains of anything else. */
    return gf_cmd_explore(argc, arguments);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C"); /* no locale may change a number */
    gf_json_memory_or_end();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, not the end */
    return end(find_and_run(argc, argv));
}
