/* gradflow run: one forward and backward pass, reported. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/export.h"
#include "app/pass.h"
#include "app/report.h"
#include "base/file.h"
#include "base/number.h"

#define TABLE_ROWS 40

/* stdout carries the result; a full disk behind it is a failure. */
static gf_status flush_output(gf_error *error)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return GF_OK;
    return gf_fail(error, GF_IO, "the output cannot be written: %s", strerror(errno));
}

static gf_status print_report(const gf_options *options, const gf_run *run, int32_t table_rows, gf_error *error)
{
    gf_diagnosis diagnosis;
    gf_diagnose(run, &options->scenario.thresholds, &diagnosis);
    const gf_report report = {&options->scenario, run, &diagnosis, table_rows};
    switch (options->format) {
    case GF_FORMAT_TABLE: gf_report_table(&report, stdout); break;
    case GF_FORMAT_JSON: GF_TRY(gf_report_json(&report, stdout, error)); break;
    case GF_FORMAT_CSV: gf_report_csv(&report, stdout); break;
    }
    return flush_output(error);
}

/* Before a run that may take long, not after it. */
static gf_status check_writable(const char *path, gf_error *error)
{
    gf_file_writer writer;
    GF_TRY(gf_file_begin(path, &writer, error));
    gf_file_abandon(&writer);
    return GF_OK;
}

static gf_status run_and_report(const gf_options *options, int32_t table_rows, gf_error *error)
{
    gf_engine *engine;
    gf_run run;
    if (options->export_path) GF_TRY(check_writable(options->export_path, error));
    GF_TRY(gf_pass_run(options, 1, &engine, &run, error));
    if (gf_engine_notice(engine)[0]) fprintf(stderr, "gradflow: %s\n", gf_engine_notice(engine));
    gf_status status = print_report(options, &run, table_rows, error);
    if (status == GF_OK && options->export_path)
        status = gf_export_safetensors(engine, &run, options->export_path, error);
    gf_run_destroy(&run);
    gf_engine_destroy(engine);
    return status;
}

int gf_cmd_run(int argc, const char **argv)
{
    char *rows_text = NULL;
    const struct poptOption own[] = {
        {"rows", 0, POPT_ARG_STRING, &rows_text, 0, "at most so many layers in the table (40), 0: all", "N"},
        {0},
    };
    gf_error error = {0};
    gf_options options = {0};
    int64_t rows = TABLE_ROWS;
    gf_status status = gf_options_parse(argc, argv, own, "run [SCENARIO] [options]", &options, &error);
    if (status == GF_OK && rows_text) status = gf_number_integer("--rows", rows_text, 0, INT32_MAX, &rows, &error);
    if (status == GF_OK) status = run_and_report(&options, (int32_t)rows, &error);
    gf_options_destroy(&options);
    free(rows_text);
    return status == GF_OK ? 0 : gf_app_report(&error);
}
