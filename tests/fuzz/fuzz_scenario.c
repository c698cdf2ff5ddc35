/* Any bytes as a scenario file: refused with a sentence and nothing touched, or read, saved and
 * read back as the same. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "gradflow/scenario.h"
#include "scenario/network_json.h"

#define PIPE_BYTES (1 << 20)
#define UNTOUCHED  0xA5

static void promise_untouched(const gf_scenario *scenario)
{
    const unsigned char *bytes = (const unsigned char *)scenario;
    for (size_t i = 0; i < sizeof *scenario; i++)
        PROMISE(bytes[i] == UNTOUCHED);
}

static void promise_same_network(const gf_spec *left, const gf_spec *right)
{
    json_t *a = gf_network_to_json(left), *b = gf_network_to_json(right);
    PROMISE(json_equal(a, b));
    json_decref(a);
    json_decref(b);
}

/* Saved into a pipe: a file would wait for the disk. Returns the number of bytes. */
static size_t save(const gf_scenario *scenario, char *text)
{
    char path[64];
    int ends[2];
    PROMISE(pipe(ends) == 0);
    PROMISE(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
    PROMISE(gf_scenario_save(path, scenario, NULL) == GF_OK);
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; (got = read(ends[0], text + used, PIPE_BYTES - used)) > 0;)
        used += (size_t)got;
    close(ends[0]);
    return used;
}

static void promise_saved(const gf_scenario *scenario)
{
    static char text[PIPE_BYTES];
    gf_scenario again;
    gf_error error = {0};
    const size_t bytes = save(scenario, text);
    if (gf_scenario_parse("saved.json", text, bytes, &again, &error) != GF_OK) {
        fprintf(stderr, "%s\n%.*s\n", error.text, (int)bytes, text);
        abort();
    }
    PROMISE(strcmp(again.title, scenario->title) == 0);
    PROMISE(strcmp(again.label, scenario->label) == 0);
    PROMISE(strcmp(again.line, scenario->line) == 0);
    PROMISE(memcmp(&again.thresholds, &scenario->thresholds, sizeof again.thresholds) == 0);
    promise_same_network(&again.spec, &scenario->spec);
    PROMISE(again.compare.present == scenario->compare.present);
    PROMISE(strcmp(again.compare.label, scenario->compare.label) == 0);
    if (again.compare.present) promise_same_network(&again.compare.spec, &scenario->compare.spec);
    PROMISE(again.step_count == scenario->step_count);
    for (int32_t i = 0; i < again.step_count; i++) {
        promise_same_network(&again.steps[i].spec, &scenario->steps[i].spec);
        PROMISE(strcmp(again.steps[i].text, scenario->steps[i].text) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gf_scenario scenario;
    gf_error error = {0};
    memset(&scenario, UNTOUCHED, sizeof scenario);
    if (gf_scenario_parse("f.json", (const char *)data, size, &scenario, &error) != GF_OK) {
        PROMISE(error.status == GF_INVALID && strncmp(error.text, "f.json:", 7) == 0);
        promise_untouched(&scenario);
        return 0;
    }
    PROMISE(gf_spec_validate(&scenario.spec, NULL) == GF_OK);
    promise_saved(&scenario);
    return 0;
}
