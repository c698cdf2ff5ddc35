/* gradflow engine: the child side of the protocol. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "engine/server.h"

int gf_cmd_engine(int argc, const char **argv)
{
    gf_error error = {0};
    const bool without_opencl = argc == 2 && strcmp(argv[1], "--no-opencl") == 0;
    if (argc > 1 && !without_opencl) {
        gf_fail(&error, GF_INVALID, "engine takes only --no-opencl, not '%.60s'", argv[1]);
        return gf_app_report(&error);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the window; the engine ends when its input does */
    /* Drivers may print: what they say goes to stderr, the protocol alone to the real stdout. */
    const int out = dup(STDOUT_FILENO);
    if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        gf_fail(&error, GF_IO, "stdout cannot be kept for the protocol");
        return gf_app_report(&error);
    }
    return gf_server_serve(STDIN_FILENO, out, without_opencl, &error) == GF_OK
               ? 0
               : gf_app_report(&error);
}
