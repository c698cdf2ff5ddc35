/* Any words as a command line: the input's lines are the arguments. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/options.h"
#include "fuzz.h"

#include "compute/backend.h"
const gf_backend_ops *const gf_backends[] = {NULL};

#define TEXT_MAX  4096
#define WORDS_MAX 32

/* A path in the input must not read the terminal, nor --help fill the log. */
static void quiet_once(void)
{
    static bool done;
    if (done) return;
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    PROMISE(null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0);
    close(null);
    done = true;
}

static int split_lines(char *text, const char *words[WORDS_MAX + 2])
{
    int count = 0;
    words[count++] = "gradflow";
    for (char *word; count <= WORDS_MAX && (word = strsep(&text, "\n"));)
        words[count++] = word;
    words[count] = NULL;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[TEXT_MAX + 1];
    const char *words[WORDS_MAX + 2];
    gf_options options;
    gf_error error = {0};
    if (size > TEXT_MAX) return 0;
    quiet_once();
    memcpy(text, data, size);
    text[size] = '\0';
    const int count = split_lines(text, words);
    const gf_status status = gf_options_parse(count, words, NULL, "[SCENARIO]", &options, &error);
    PROMISE(status == GF_OK || error.status == status);
    if (status != GF_OK) return 0;
    PROMISE(gf_spec_validate(&options.scenario.spec, NULL) == GF_OK);
    gf_options_destroy(&options);
    return 0;
}
