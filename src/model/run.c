/* Ownership of one pass: its records and its cells. */
#include "gradflow/records.h"

#include <stdlib.h>

const char *gf_device_kind_name(gf_device_kind kind)
{
    static const char *const names[] = {"gpu", "cpu", "other", "host"};
    return names[kind];
}

gf_status gf_run_create(const gf_spec *spec, int32_t rows, gf_run *out, gf_error *error)
{
    GF_TRY(gf_spec_validate(spec, error));
    if (rows < 1 || rows > GF_ROWS_MAX)
        return gf_fail(error, GF_INVALID, "rows is %d; allowed are 1 to %d", rows, GF_ROWS_MAX);
    const size_t depth = (size_t)spec->depth;
    gf_run run = {.spec = *spec, .rows = rows, .first_ready = spec->depth + 1};
    run.layers = calloc(depth, sizeof *run.layers);
    run.cells = calloc(depth * (size_t)rows, sizeof *run.cells);
    if (!run.layers || !run.cells) {
        gf_run_destroy(&run);
        return gf_fail(error, GF_MEMORY, "no memory for the records of %d layers: %zu bytes",
                       spec->depth,
                       depth * (sizeof *run.layers + (size_t)rows * sizeof *run.cells));
    }
    *out = run;
    return GF_OK;
}

void gf_run_destroy(gf_run *run)
{
    free(run->layers);
    free(run->cells);
    *run = (gf_run){0};
}
