/* gradflow run: one forward and backward pass, reported. */
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/export.h"
#include "app/pass.h"
#include "app/report.h"
#include "base/file.h"
#include "base/number.h"

#define TABLE_ROWS    40
#define EXPORTS_AGAIN 3

/* Everything that a report needs beyond the run itself. */
typedef struct extras {
    gf_diagnosis diagnosis;
    gf_remedies remedies;
    gf_ensemble ensemble; /* count 0: one seed */
    gf_theory theory;
    bool has_theory;
} extras;

static gf_status print_report(const gf_options *options, const gf_run *run, const extras *more,
                              int32_t table_rows, gf_error *error)
{
    const gf_report report = {&options->scenario,
                              run,
                              &more->diagnosis,
                              &more->remedies,
                              more->ensemble.count ? &more->ensemble : NULL,
                              more->has_theory ? &more->theory : NULL,
                              table_rows};
    switch (options->format) {
    case GF_FORMAT_TABLE: gf_report_table(&report, stdout); break;
    case GF_FORMAT_JSON: return gf_report_json(&report, stdout, error);
    case GF_FORMAT_CSV: gf_report_csv(&report, stdout); break;
    }
    return GF_OK;
}

/* The other seeds follow the network's own. */
static gf_status run_seeds(gf_engine *engine, const gf_run *run, int32_t seeds, gf_ensemble *out,
                           gf_error *error)
{
    if (seeds < 2) return GF_OK;
    GF_TRY(gf_ensemble_create(run->spec.depth, seeds, out, error));
    gf_ensemble_add(out, run);
    for (int32_t i = 1; i < seeds; i++) {
        gf_spec spec = run->spec;
        gf_run other;
        spec.seed += (uint64_t)i;
        GF_TRY(gf_pass_ask(engine, &spec, 1, &other, error));
        gf_ensemble_add(out, &other);
        gf_run_destroy(&other);
    }
    return GF_OK;
}

/* A remedy whose copy cannot be run is not offered; that is no failure of the command. */
static void try_remedies(gf_engine *engine, gf_remedies *remedies)
{
    gf_spec small;
    while (gf_remedies_next(remedies, &small)) {
        gf_run run = {0};
        const bool ran = gf_pass_ask(engine, &small, 1, &run, NULL) == GF_OK;
        gf_remedies_take(remedies, ran ? &run : NULL);
        gf_run_destroy(&run);
    }
}

/* JSON always has it, the others when asked. */
static gf_status predict(const gf_options *options, bool wanted, extras *out, gf_error *error)
{
    out->has_theory = wanted || options->format == GF_FORMAT_JSON;
    return out->has_theory ? gf_theory_predict(&options->scenario.spec, &out->theory, error)
                           : GF_OK;
}

static gf_status measure_extras(gf_engine *engine, const gf_options *options, const gf_run *run,
                                int32_t seeds, extras *out, gf_error *error)
{
    gf_diagnose(run, &options->scenario.thresholds, &out->diagnosis);
    GF_TRY(run_seeds(engine, run, seeds, &out->ensemble, error));
    if (options->format == GF_FORMAT_CSV) return GF_OK; /* which has no place for them */
    gf_remedies_begin(&out->remedies, &run->spec, &out->diagnosis);
    try_remedies(engine, &out->remedies);
    return GF_OK;
}

/* Before a run that may take long, not after it. */
static gf_status check_writable(const char *path, gf_error *error)
{
    gf_file_writer writer;
    GF_TRY(gf_file_begin(path, &writer, error));
    gf_file_abandon(&writer);
    return GF_OK;
}

/* A device that dies between the run and the reading of it: the next one runs it again. */
static gf_status export_run(gf_engine *engine, gf_run *run, const char *path, gf_error *error)
{
    gf_status status = gf_export_safetensors(engine, run, path, error);
    for (int again = 0; status == GF_DEVICE && again < EXPORTS_AGAIN; again++) {
        gf_run next = {0};
        GF_TRY(gf_pass_ask(engine, &run->spec, 1, &next, error));
        gf_run_destroy(run);
        *run = next;
        status = gf_export_safetensors(engine, run, path, error);
    }
    return status;
}

static gf_status run_and_report(const gf_options *options, int32_t table_rows, int32_t seeds,
                                bool theory, gf_error *error)
{
    gf_engine *engine;
    gf_run run;
    extras more = {0};
    if (options->export_path) GF_TRY(check_writable(options->export_path, error));
    GF_TRY(gf_pass_run(options, 1, &engine, &run, error));
    gf_status status = GF_OK;
    if (options->export_path) status = export_run(engine, &run, options->export_path, error);
    if (status == GF_OK) status = predict(options, theory, &more, error);
    if (status == GF_OK) status = measure_extras(engine, options, &run, seeds, &more, error);
    if (gf_engine_notice(engine)[0]) fprintf(stderr, "gradflow: %s\n", gf_engine_notice(engine));
    if (status == GF_OK) status = print_report(options, &run, &more, table_rows, error);
    gf_ensemble_destroy(&more.ensemble);
    gf_theory_destroy(&more.theory);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
    return status;
}

static gf_status read_count(const char *flag, const char *text, int64_t least, int64_t most,
                            int64_t *out, gf_error *error)
{
    return text ? gf_number_integer(flag, text, least, most, out, error) : GF_OK;
}

int gf_cmd_run(int argc, const char **argv)
{
    char *rows_text = NULL, *seeds_text = NULL;
    int theory = 0;
    const struct poptOption own[] = {
        {"rows", 0, POPT_ARG_STRING, &rows_text, 0,
         "at most so many layers in the table (40), 0: all", "N"},
        {"seeds", 0, POPT_ARG_STRING, &seeds_text, 0,
         "run so many seeds and report the band they span", "N"},
        {"theory", 0, POPT_ARG_NONE, &theory, 0, "the mean-field prediction beside the measurement",
         NULL},
        {0},
    };
    gf_error error = {0};
    gf_options options = {0};
    int64_t rows = TABLE_ROWS, seeds = 1;
    gf_status status = gf_options_parse(argc, argv, own, "[SCENARIO] [options]", &options, &error);
    if (status == GF_OK) status = read_count("--rows", rows_text, 0, INT32_MAX, &rows, &error);
    if (status == GF_OK)
        status = read_count("--seeds", seeds_text, 1, GF_SEEDS_MAX, &seeds, &error);
    if (status == GF_OK)
        status = run_and_report(&options, (int32_t)rows, (int32_t)seeds, theory != 0, &error);
    gf_options_destroy(&options);
    free(rows_text);
    free(seeds_text);
    return status == GF_OK ? 0 : gf_app_report(&error);
}
