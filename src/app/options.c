/* Shared options: the network's fields as flags, a scenario as the argument. */
#include "app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "compute/opencl/family.h"
#include "model/field.h"

#define FIELDS_MAX 32
#define OWN_MAX    16

/* Behind the network's fields. */
enum { DEVICE = FIELDS_MAX, ENGINE, KERNELS, FORMAT, EXPORT, TEXT_COUNT };

/* What was read, before any of it is checked. */
typedef struct raw {
    char *texts[TEXT_COUNT];
    char flags[FIELDS_MAX][32];
    struct poptOption table[FIELDS_MAX + 8];
    struct poptOption own[OWN_MAX + 1]; /* the command's table, with texts handed out like ours */
    char **own_texts[OWN_MAX];          /* where the command wants them */
    int help;
    unsigned some; /* groups that the command takes */
} raw;

static void raw_destroy(raw *values)
{
    for (int i = 0; i < TEXT_COUNT; i++)
        free(values->texts[i]);
}

/* popt hands the text out: stored by popt itself, the first of a flag given twice would leak. */
static struct poptOption text_option(const char *flag, int place, const char *help,
                                     const char *unit)
{
    return (struct poptOption){flag, 0, POPT_ARG_STRING, NULL, place + 1, help, unit};
}

/* Of OWN_MAX options at most; more are not taken. */
static void build_own(raw *values, const struct poptOption *own)
{
    for (int i = 0; i < OWN_MAX && own[i].longName; i++) {
        values->own[i] = own[i];
        if (own[i].argInfo != POPT_ARG_STRING) continue;
        values->own_texts[i] = own[i].arg;
        values->own[i].arg = NULL;
        values->own[i].val = TEXT_COUNT + i + 1;
    }
}

static int add_fields(raw *values, struct poptOption *table)
{
    for (int32_t i = 0; i < gf_field_count; i++) {
        snprintf(values->flags[i], sizeof values->flags[i], "%s", gf_fields[i].name);
        for (char *c = values->flags[i]; *c; c++)
            if (*c == '_') *c = '-';
        table[i] = text_option(values->flags[i], i, gf_fields[i].help, gf_fields[i].unit);
    }
    return gf_field_count;
}

/* Rows for the network's fields, then the rest, then the command's own table. */
static void build_table(raw *values, const struct poptOption *own)
{
    struct poptOption *table = values->table;
    const struct {
        unsigned group;
        struct poptOption option;
    } rest[] = {
        {GF_OPTION_DEVICE,
         text_option("device", DEVICE, "where to compute; 'gradflow devices' lists them", "NAME")},
        {GF_OPTION_ENGINE,
         text_option("engine", ENGINE, "start the engine like this, \"ssh box gradflow engine\"",
                     "COMMAND")},
        {GF_OPTION_KERNELS,
         text_option("kernels", KERNELS,
                     "kernels on OpenCL devices: naive, cpu, gpu or fused, instead of what suits "
                     "device and network",
                     "NAME")},
        {GF_OPTION_FORMAT, text_option("format", FORMAT, "table (default), json or csv", "NAME")},
        {GF_OPTION_EXPORT,
         text_option("export", EXPORT, "write weights and gradients as safetensors", "FILE")},
        {GF_OPTION_ALL, {"help", '?', POPT_ARG_NONE, &values->help, 0, "show this text", NULL}},
    };
    int row = values->some & GF_OPTION_NETWORK ? add_fields(values, table) : 0;
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (values->some & rest[i].group) table[row++] = rest[i].option;
    if (own) {
        build_own(values, own);
        table[row++] = (struct poptOption){
            NULL, 0, POPT_ARG_INCLUDE_TABLE, values->own, 0, "This command:", NULL};
    }
    table[row] = (struct poptOption){0};
}

static gf_status read_format(const char *text, gf_format *out, gf_error *error)
{
    static const char *const names[] = {"table", "json", "csv"};
    for (int i = 0; text && i < 3; i++)
        if (strcmp(names[i], text) == 0) {
            *out = (gf_format)i;
            return GF_OK;
        }
    if (!text) return GF_OK;
    return gf_fail(error, GF_INVALID, "--format is '%s'; allowed are table, json, csv", text);
}

static gf_status apply_fields(const raw *values, gf_scenario *scenario, gf_error *error)
{
    bool changed = false;
    for (int32_t i = 0; i < gf_field_count; i++) {
        if (!values->texts[i]) continue;
        gf_error why = {0};
        if (gf_field_set_text(&gf_fields[i], &scenario->spec, values->texts[i], &why) != GF_OK)
            return gf_fail(error, GF_INVALID, "--%s%s", values->flags[i],
                           why.text +
                               strlen(gf_fields[i].name)); /* its sentence begins with the name */
        changed = true;
    }
    if (changed) { /* it is no longer the network that the scenario speaks of */
        gf_spec_describe(&scenario->spec, scenario->title, sizeof scenario->title);
        scenario->line[0] = '\0';
        scenario->expect = (gf_expect){0};
    }
    return gf_spec_validate(&scenario->spec, error);
}

static gf_status load_scenario(poptContext context, unsigned some, gf_options *out, gf_error *error)
{
    const char *name = poptGetArg(context);
    const char *more = name ? poptGetArg(context) : NULL;
    if (name && !(some & GF_OPTION_NETWORK))
        return gf_fail(error, GF_INVALID,
                       "this command takes no scenario, '%s' is one; --help lists what is "
                       "allowed",
                       name);
    if (more)
        return gf_fail(error, GF_INVALID, "one scenario is allowed, '%s' is a second one", more);
    out->has_scenario = name != NULL;
    if (name) return gf_scenario_load(name, &out->scenario, error);
    out->scenario.spec = gf_spec_default();
    out->scenario.thresholds = gf_thresholds_default();
    gf_spec_describe(&out->scenario.spec, out->scenario.title, sizeof out->scenario.title);
    return GF_OK;
}

/* The engine's process inherits the choice. */
static gf_status apply_kernels(const char *name, gf_error *error)
{
    gf_kernel_family family;
    if (!name) return GF_OK;
    GF_TRY(gf_family_parse("--kernels", name, &family, error));
    const bool passed = setenv("GRADFLOW_KERNELS", gf_family_names[family], 1) == 0;
    if (!passed) return gf_fail(error, GF_MEMORY, "no memory to pass --kernels on");
    return GF_OK;
}

/* What an option was given; of several, the last counts. */
static gf_status take_text(poptContext context, raw *values, int place, gf_error *error)
{
    char **to = place < TEXT_COUNT ? &values->texts[place] : values->own_texts[place - TEXT_COUNT];
    free(*to);
    *to = poptGetOptArg(context);
    return *to ? GF_OK : gf_fail(error, GF_MEMORY, "no memory for an option");
}

static void offer_flags(const struct poptOption *row, gf_nearest *near)
{
    for (; row->longName || row->arg; row++)
        if (row->longName) gf_nearest_offer(near, row->longName);
}

static gf_status complain_option(poptContext context, const raw *values, int code, gf_error *error)
{
    const char *flag = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    char name[GF_NEAREST_BYTES];
    gf_nearest near = {.wanted = name};
    snprintf(name, sizeof name, "%s", flag + strspn(flag, "-"));
    name[strcspn(name, "=")] = '\0';
    if (code == POPT_ERROR_BADOPT) {
        offer_flags(values->table, &near);
        offer_flags(values->own, &near);
    }
    return gf_fail(error, GF_INVALID, "%s: %s;%s%s%s --help lists what is allowed", flag,
                   poptStrerror(code), near.name[0] ? " did you mean --" : "", near.name,
                   near.name[0] ? "?" : "");
}

static gf_status parse(poptContext context, raw *values, gf_options *out, gf_error *error)
{
    int code;
    while ((code = poptGetNextOpt(context)) > 0)
        GF_TRY(take_text(context, values, code - 1, error)); /* only GF_MEMORY */
    if (code < -1) return complain_option(context, values, code, error);
    if (values->help) {
        poptPrintHelp(context, stdout, 0);
        return gf_fail(error, GF_CANCELLED, "%s", "");
    }
    GF_TRY(load_scenario(context, values->some, out, error));
    GF_TRY(apply_fields(values, &out->scenario, error));
    GF_TRY(apply_kernels(values->texts[KERNELS], error));
    return read_format(values->texts[FORMAT], &out->format, error);
}

gf_status gf_options_parse(int argc, const char **argv, const struct poptOption *own,
                           const char *usage, gf_options *out, gf_error *error)
{
    return gf_options_parse_some(GF_OPTION_ALL, argc, argv, own, usage, out, error);
}

gf_status gf_options_parse_some(unsigned some, int argc, const char **argv,
                                const struct poptOption *own, const char *usage, gf_options *out,
                                gf_error *error)
{
    raw values = {.some = some};
    gf_options options = {0};
    build_table(&values, own);
    poptContext context = poptGetContext("gradflow", argc, argv, values.table, 0);
    if (!context) return gf_fail(error, GF_MEMORY, "no memory to read the command line");
    poptSetOtherOptionHelp(context, usage);
    const gf_status status = parse(context, &values, &options, error);
    poptFreeContext(context);
    if (status == GF_OK) {
        options.device = values.texts[DEVICE];
        options.engine = values.texts[ENGINE];
        options.export_path = values.texts[EXPORT];
        values.texts[DEVICE] = values.texts[ENGINE] = values.texts[EXPORT] = NULL;
        *out = options;
    }
    raw_destroy(&values);
    return status;
}

void gf_options_destroy(gf_options *options)
{
    free(options->device);
    free(options->engine);
    free(options->export_path);
    *options = (gf_options){0};
}

int gf_app_report(const gf_error *error)
{
    if (error->status == GF_CANCELLED && !error->text[0]) return 0;
    fprintf(stderr, "gradflow: %s\n", error->text);
    return gf_status_exit_code(error->status);
}
