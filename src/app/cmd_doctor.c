/* gradflow doctor: one page for the evening before a lecture: what works, what does not, and what
 * to do about it. Marks are words; colour only repeats them. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/doctor.h"
#include "app/json_print.h"
#include "app/options.h"
#include "base/number.h"

#define WIDTH   80
#define INDENT  11
#define SECONDS 10.0

typedef struct page {
    bool color;
    json_t *findings; /* NULL: they are printed as they come */
    int warnings, problems;
} page;

static const struct {
    const char *name, *title;
    void (*look)(const gf_doctor *doctor);
} topics[] = {
    {"devices", "Where it computes", gf_doctor_devices},
    {"kernels", "Kernels", gf_doctor_kernels},
    {"memory", "Memory", gf_doctor_memory},
    {"drawing", "Pictures", gf_doctor_drawing},
    {"video", "Videos", gf_doctor_video},
    {"display", "Window and projector", gf_doctor_display},
};
#define TOPIC_COUNT (sizeof topics / sizeof *topics)

static const char *const level_names[] = {"ok", "warning", "PROBLEM"};

/* ---- On paper -----------------------------------------------------------------------------------
 */

/* Words up to the right edge; the line that begins is already indented. A word that is too long
 * for a line gets one of its own. */
static void print_wrapped(const char *text)
{
    int column = INDENT;
    while (*text) {
        const int length = (int)strcspn(text, " ");
        if (column > INDENT && column + 1 + length > WIDTH) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        }
        if (column > INDENT) {
            putchar(' ');
            column++;
        }
        printf("%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_finding(const page *self, const gf_finding *finding)
{
    static const char *const colors[] = {"\x1b[32m", "\x1b[33m", "\x1b[1;31m"};
    const gf_level level = finding->level;
    printf("  %s%-*s%s", self->color ? colors[level] : "", INDENT - 2, level_names[level],
           self->color ? "\x1b[0m" : "");
    print_wrapped(finding->text);
    if (!finding->advice[0]) return;
    printf("%*s", INDENT, "        -> ");
    print_wrapped(finding->advice);
}

static void add_finding(json_t *list, const gf_finding *finding)
{
    static const char *const names[] = {"ok", "warning", "problem"};
    /* What a driver says of itself may not be UTF-8. */
    json_t *text = json_string(finding->text);
    json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:s}", "topic", finding->topic, "level",
                                          names[finding->level], "text",
                                          text ? text : json_string("(cannot be written as UTF-8)"),
                                          "advice", finding->advice));
}

static void take(void *user, const gf_finding *finding)
{
    page *self = user;
    self->warnings += finding->level == GF_LEVEL_WARNING;
    self->problems += finding->level == GF_LEVEL_PROBLEM;
    if (self->findings)
        add_finding(self->findings, finding);
    else
        print_finding(self, finding);
    fflush(stdout);
}

static void print_sum(const page *self)
{
    if (self->problems + self->warnings == 0)
        puts("\nNothing is wrong.");
    else
        printf("\n%d problem%s, %d warning%s.\n", self->problems, self->problems == 1 ? "" : "s",
               self->warnings, self->warnings == 1 ? "" : "s");
}

/* ---- The command --------------------------------------------------------------------------------
 */

static void look(page *self, gf_doctor *doctor)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (!self->findings) printf("%s%s\n", i ? "\n" : "", topics[i].title);
        fflush(stdout);
        doctor->topic = topics[i].name;
        topics[i].look(doctor);
    }
}

static bool wants_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

static gf_status print_json(page *self, gf_error *error)
{
    json_t *json =
        json_pack("{s:s, s:i, s:i, s:O}", "version", GF_VERSION, "problems", self->problems,
                  "warnings", self->warnings, "findings", self->findings);
    const gf_status status = gf_json_print(json, 0, stdout, error);
    json_decref(json);
    return status;
}

static gf_status examine(const gf_options *options, double seconds, bool *problems, gf_error *error)
{
    page self = {.color = wants_color()};
    gf_doctor doctor = {take, &self, NULL, options->engine, seconds};
    gf_status status = GF_OK;
    if (options->format == GF_FORMAT_CSV)
        return gf_fail(error, GF_INVALID, "--format is 'csv'; doctor has table and json");
    if (options->format == GF_FORMAT_JSON) self.findings = json_array();
    look(&self, &doctor);
    if (self.findings)
        status = print_json(&self, error);
    else
        print_sum(&self);
    json_decref(self.findings);
    *problems = self.problems > 0;
    return status;
}

int gf_cmd_doctor(int argc, const char **argv)
{
    char *seconds_text = NULL;
    double seconds = SECONDS;
    bool problems = false;
    gf_error error = {0};
    gf_options options = {0};
    const struct poptOption own[] = {
        {"seconds", 0, POPT_ARG_STRING, &seconds_text, 0, "how long frames are timed (10)", "X"},
        POPT_TABLEEND};
    gf_status status =
        gf_options_parse_some(GF_OPTION_ENGINE | GF_OPTION_KERNELS | GF_OPTION_FORMAT, argc, argv,
                              own, "[--seconds X]", &options, &error);
    if (status == GF_OK && seconds_text)
        status = gf_number_real("--seconds", seconds_text, 0.1, 600.0, &seconds, &error);
    if (status == GF_OK) status = examine(&options, seconds, &problems, &error);
    gf_options_destroy(&options);
    free(seconds_text);
    if (status != GF_OK) return gf_app_report(&error);
    return problems ? 1 : 0;
}
