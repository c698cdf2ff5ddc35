/* gradflow engine: the child side of the protocol. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "compute/opencl/kernel_cache.h"
#include "compute/opencl/loader.h"
#include "engine/server.h"

/* A driver that hangs does not see that the pipe has closed. */
static void end_with_parent(void)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static gf_status serve(bool without_opencl, bool own_cache, gf_error *error)
{
    gf_error missing = {0};
    if (own_cache) GF_TRY(gf_kernel_cache_use_own(error));
    if (!without_opencl && gf_cl_loader_open(&missing) != GF_OK)
        fprintf(stderr, "gradflow: %s\n", missing.text);
    /* Drivers may print: what they say goes to stderr, the protocol alone to the real stdout. */
    const int out = dup(STDOUT_FILENO);
    if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return gf_fail(error, GF_IO, "stdout cannot be kept for the protocol");
    return gf_server_serve(STDIN_FILENO, out, without_opencl, error);
}

int gf_cmd_engine(int argc, const char **argv)
{
    gf_error error = {0};
    const bool without_opencl = argc == 2 && strcmp(argv[1], "--no-opencl") == 0;
    const bool own_cache = argc == 2 && strcmp(argv[1], "--own-cache") == 0;
    if (argc > 1 && !without_opencl && !own_cache) {
        gf_fail(&error, GF_INVALID, "engine takes only --no-opencl or --own-cache, not '%s'",
                argv[1]);
        return gf_app_report(&error);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the window; the engine ends when its input does */
    end_with_parent();
    return serve(without_opencl, own_cache, &error) == GF_OK ? 0 : gf_app_report(&error);
}
