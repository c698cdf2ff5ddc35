/* A sweep as a table, as JSON, as CSV, and as what the heat map shows. */
#ifndef GF_APP_REPORT_SWEEP_H
#define GF_APP_REPORT_SWEEP_H

#include <stdio.h>

#include "app/sweep.h"

/* What a stream does not take shows in ferror(). */
void gf_sweep_table(const gf_sweep *sweep, FILE *stream);
void gf_sweep_csv(const gf_sweep *sweep, FILE *stream);
gf_status gf_sweep_json(const gf_sweep *sweep, FILE *stream, gf_error *error);
/* "Tanh + Xavier normal, width 128, batch 16": the fields that no axis changes. */
void gf_sweep_describe(const gf_sweep *sweep, char *text, size_t room);

#endif
